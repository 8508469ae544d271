"""A product whose recipes are real processes, and whose environments answer over HTTP with what was deployed last."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.recipes.server import Handler, Team, serving
from tests.scenarios.story import Line, Story, story

AUTOMATES = ("staging", "rehearsal", "deploy", "health", "watch")
"""What the stories here are about; planning and preparation are ticked by hand."""

NO_MIGRATIONS = 'migrations = ["nowhere/*.sql"]\n'
"""The shop's migrations are not found, unless a story is about them."""

TESTING_SIGNED: tuple[Line, ...] = (("chloe", "approve"),)


@dataclass
class Deployed:
    """The story with the folder in which the recipes leave their traces."""

    shop: Story
    folder: Path
    team: Team

    def served(self, environment: str) -> str:
        """The version that an environment serves; empty before the first deployment."""
        file = self.folder / f"{environment}.version"
        return file.read_text().strip() if file.exists() else ""

    def traces(self) -> list[str]:
        """What the recipes have done, in order."""
        file = self.folder / "traces"
        return file.read_text().splitlines() if file.exists() else []

    def breaks(self, name: str) -> None:
        """The next runs of this recipe, or the health of this environment, fail."""
        (self.folder / f"{name}.broken").touch()

    def mends(self, name: str) -> None:
        (self.folder / f"{name}.broken").unlink()


@contextmanager
def deployed(
    tmp_path: Path, more: str = "", without: str = "", *, production: str = "", automates: Sequence[str] = AUTOMATES,
    **changes: object,
) -> Iterator[Deployed]:  # fmt: skip
    """A shop with every recipe that the process speaks of, but those in `without`; `production` are more lines of that
    environment's table, `changes` those of the stage's plan."""
    folder = tmp_path / "world"
    folder.mkdir()
    with serving() as team:
        settings = str(changes.pop("product_settings", ""))
        if "migrations = " not in settings:
            settings = NO_MIGRATIONS + settings
        toml = _toml(folder, team, without.split(), production) + more
        with story(
            tmp_path / "stage", recipes=toml, automates=automates, product_settings=settings, **changes
        ) as shop:
            world = Deployed(shop, folder, team)
            for environment in ("staging", "production"):
                team.replies[f"/{environment}"] = _answering(world, environment)
            yield world


def _answering(world: Deployed, environment: str):  # type: ignore[no-untyped-def]  # a handler of the server
    def reply(request: Handler) -> None:
        broken = (world.folder / f"{environment}.broken").exists()
        body = f'{{"status": "{"down" if broken else "ok"}", "version": "{world.served(environment)}"}}'
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body.encode())

    return reply


def _toml(folder: Path, team: Team, without: list[str], production: str) -> str:
    does = {
        "deploy": f"while test -e {folder}/deploy.hangs; do sleep 0.1; done; echo $HARBOURMASTER_VERSION > {folder}/$HARBOURMASTER_ENVIRONMENT.version",
        "integration": "echo 412 tests",
        "performance": """echo '{\\"measurements\\": {\\"p95_ms\\": 120}}' > $HARBOURMASTER_RESULT""",
        "migrations": "echo up and down",
        "docs": """echo '{\\"summary\\": \\"Published.\\", \\"url\\": \\"https://docs.example.com/v1\\"}' > $HARBOURMASTER_RESULT""",
        "shutdown": "echo stopping",
        "restart": "echo starting",
        "restore": "echo restoring",
    }
    recipes = "".join(
        f"[products.shop.recipes.{name}]\n"
        f'command = ["sh", "-c", "echo {name} $HARBOURMASTER_ENVIRONMENT $HARBOURMASTER_TAG${{HARBOURMASTER_STAGE:+ at $HARBOURMASTER_STAGE}}${{HARBOURMASTER_COMPONENT:+ of $HARBOURMASTER_COMPONENT}} >> {folder}/traces; '
        f'test ! -e {folder}/{name}.broken || {{ echo it is broken; exit 3; }}; {script}"]\n'
        for name, script in does.items()
        if name not in without
    )
    environments = "".join(
        f"[products.shop.environments.{name}]\ntimes = 2\nwithin = 8\nevery = 1\n"
        f"{production if name == 'production' else ''}\n"
        f'health = [{{ http = "{team.address}/{name}", json = "status", equals = "ok", version = "version" }}]\n'
        for name in ("staging", "production")
    )
    return recipes + environments
