"""What the release under test acts upon: recipes that are real processes and real requests, whose effects are counted.

The folder's `traces` has a line for each time that a command was carried out; the server keeps every request.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.recipes.server import Handler, Team, serving

KEY = "RECIPES_KEY"
"""The environment variable with the key that signs requests."""
AUTOMATES = ("cut-hotfix", "changelog", "notes", "merge-back", "staging", "deploy", "health", "watch")
REQUESTS = ("restart",)
RELEASED = ("deploy staging", "deploy production")
ROLLED_BACK = ("shutdown production", "deploy production", "restart")
"""What each story does outside, once."""
SAMPLED = "monitoring production"
"""What is done again and again; how often, nobody can say beforehand."""
EVERY_DAY = '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
FREEZES = "/freezes.ics"
_NO_FREEZES = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//team//freezes//EN\r\nEND:VCALENDAR\r\n"


@dataclass
class World:
    """The team's servers and machines."""

    folder: Path
    team: Team

    def effects(self) -> Counter[tuple[str, str]]:
        """How often each recipe was carried out for each operation."""
        found = Counter(self._by_commands())
        for asked in self.team.asked:
            if asked.method == "POST" and asked.path.startswith("/begin/"):
                found[asked.path.removeprefix("/begin/"), json.loads(asked.body)["operation"]] += 1
        return found

    def _by_commands(self) -> Iterator[tuple[str, str]]:
        file = self.folder / "traces"
        for line in file.read_text().splitlines() if file.exists() else ():
            what, _, operation = line.rpartition(" ")
            yield what, operation

    def served(self, environment: str) -> str:
        """The version that an environment serves; empty before the first deployment."""
        file = self.folder / f"{environment}.version"
        return file.read_text().strip() if file.exists() else ""

    def measures(self, milliseconds: int) -> None:
        """What the monitors of production read from now on."""
        new = self.folder / "p95.new"
        new.write_text(json.dumps({"measurements": {"p95_ms": milliseconds}}))
        new.replace(self.folder / "p95")

    def toml(self) -> str:
        """The tables of the product's recipes and environments."""
        traces = f"echo {{name}} $HARBOURMASTER_ENVIRONMENT $HARBOURMASTER_OPERATION >> {self.folder}/traces"
        deploys = f"echo $HARBOURMASTER_VERSION > {self.folder}/$HARBOURMASTER_ENVIRONMENT.version"
        measures = f"{traces}; cat {self.folder}/p95 > $HARBOURMASTER_RESULT"
        does = {
            "deploy": f"{traces}; {deploys}", "shutdown": traces, "restore": traces, "monitoring": measures,
        }  # fmt: skip
        limits = {"monitoring": 'limits = ["p95_ms at most 500"]\n'}
        commands = "".join(
            f'[products.shop.recipes.{name}]\ncommand = ["sh", "-c", "{script.format(name=name)}"]\n{limits.get(name, "")}'
            for name, script in does.items()
        )
        requests = "".join(
            f'[products.shop.recipes.{name}]\nhttp = "{self.team.address}/begin/{name}"\nsecret_env = "{KEY}"\n'
            f'poll = "{self.team.address}/state/{{operation}}"\n'
            for name in REQUESTS
        )
        environments = "".join(
            f"[products.shop.environments.{name}]\ntimes = 2\nwithin = 60\nevery = 1\n"
            f'watch = "2s"\nwatch_every = "1s"\nhealth = [\n'
            f'  {{ http = "{self.team.address}/{name}", json = "status", equals = "ok", version = "version" }},\n'
            f'  {{ command = ["test", "-s", "{self.folder}/{name}.version"] }},\n]\n'
            for name in ("staging", "production")
        )
        calendar = (
            f'[calendar]\nworkdays = {EVERY_DAY}\nfreeze_calendars = ["{self.team.address}{FREEZES}"]\n'
        )
        return commands + requests + environments + calendar

    def _answers_of(self, environment: str):  # type: ignore[no-untyped-def]  # a handler of the server
        return lambda request: _say(request, {"status": "ok", "version": self.served(environment)})

    def _begins(self, request: Handler) -> None:
        _say(request, {"state": "running"}, 202)

    def _state(self, request: Handler) -> None:
        """Running when it is asked for the first time, passed after that; unknown when nobody has begun it."""
        operation = request.path.removeprefix("/state/")
        begun = any(
            a.method == "POST" and json.loads(a.body)["operation"] == operation
            for a in self.team.asked
            if a.path.startswith("/begin/")
        )
        looks = sum(a.path == request.path for a in self.team.asked)
        if not begun:
            request.send_error(404)
        else:
            _say(request, {"state": "running" if looks < 2 else "passed", "summary": "All is well."})


def _say(request: Handler, answer: dict[str, str], status: int = 200) -> None:
    body = json.dumps(answer).encode()
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def _calendar(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(_NO_FREEZES)))
    request.end_headers()
    request.wfile.write(_NO_FREEZES)


@contextmanager
def make_world(folder: Path) -> Iterator[World]:
    """The servers run until the block ends."""
    folder.mkdir(parents=True)
    with serving() as team:
        world = World(folder, team)
        for name in REQUESTS:
            team.replies[f"/begin/{name}"] = world._begins
        for name in ("staging", "production"):
            team.replies[f"/{name}"] = world._answers_of(name)
        team.replies[FREEZES] = _calendar
        team.otherwise = world._state
        world.measures(100)
        yield world
