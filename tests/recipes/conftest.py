"""A product with scripts in a real repository, and a runner for its recipes."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.config import Product
from bot.domain.recipes import CommandRecipe, Context, Finished, Look, Recipe
from bot.domain.words import ChannelId, Sha
from bot.recipes.runner import RecipeRunner
from bot.repository import GitRepository, Signing
from storage.database import upgrade
from storage.engine import open_engine
from storage.operations import Operations
from tests.git_fixtures import bare_repository, git
from tests.recipes.server import Team, serving

SECRETS = {"DEPLOY_TOKEN": "hunter2-is-secret", "HOOK_KEY": "made-up-hook-key"}


T = TypeVar("T")


def eventually(look: Callable[[], T | None], seconds: float = 30.0) -> T:
    """What `look` gives as soon as it gives something."""
    until = time.monotonic() + seconds
    while (found := look()) is None or found is False:
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
    return found


@dataclass
class Yard:
    """A place where recipes run. Each `runner()` is a bot that has just been started."""

    home: Path
    url: str
    repository: GitRepository
    commit: Sha
    recipes: dict[str, Recipe] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 2, 9, tzinfo=UTC)

    def command(self, *arguments: str, timeout: int = 60, secrets: tuple[str, ...] = ()) -> None:
        """Make the recipe `it` this command."""
        self.recipes["it"] = CommandRecipe("it", arguments, timeout, secrets)

    def context(self, operation: str = "op-1") -> Context:
        return Context("shop", "1.4.0", self.commit, operation, "v1.4.0", "v1.3.0", "staging", "25")

    def engine(self) -> sa.Engine:
        return open_engine(self.url)

    def runner(self, data: str = "data") -> RecipeRunner:
        """A bot with this data directory; all of them share the database."""
        products = {"shop": product(self.recipes)}
        operations = Operations(self.engine())
        directory = self.home / data / "operations"
        return RecipeRunner(products, operations, {"shop": self.repository}, directory, lambda: self.now)

    def run(self, operation: str = "op-1") -> Finished:
        """Begin the recipe `it` and wait for its end."""
        runner = self.runner()
        runner.begin("it", self.context(operation))
        return finished(runner, operation)


def finished(runner: RecipeRunner, operation: str = "op-1") -> Finished:
    """How the operation ends."""

    def ended() -> Finished | None:
        look: Look = runner.look(operation)
        return look if isinstance(look, Finished) else None

    return eventually(ended)


def product(recipes: Mapping[str, Recipe]) -> Product:
    return Product(
        "shop", "https://git.example.com/shop.git", None, "main", ChannelId("C1"), "v", ZoneInfo("UTC"), 60,
        recipes=recipes, secrets={name: SecretStr(value) for name, value in SECRETS.items()},
    )  # fmt: skip


@pytest.fixture(scope="session")
def built_yard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a yard, built once: copying them takes a fraction of the time."""
    home = tmp_path_factory.mktemp("yard")
    source = home / "source"
    source.mkdir()
    (source / "deploy.sh").write_text(
        '#!/bin/sh\necho "deploying $HARBOURMASTER_TAG to $1 at $(git describe --tags)"\n'
    )
    (source / "deploy.sh").chmod(0o755)
    git(source, "init", "--quiet", "--initial-branch=main")
    git(source, "add", ".")
    git(source, "commit", "--quiet", "--message=feat: deploy")
    git(source, "tag", "v1.3.0")
    git(source, "push", "--quiet", str(bare_repository(home / "shop.git")), "main", "v1.3.0")
    reopened(home).repository.refresh()
    engine = reopened(home).engine()
    upgrade(engine)
    engine.dispose()
    return home


@pytest.fixture
def yard(built_yard: Path, tmp_path: Path) -> Yard:
    shutil.copytree(built_yard, tmp_path, dirs_exist_ok=True)
    return reopened(tmp_path)


def reopened(home: Path) -> Yard:
    """The yard that was built under `home`, for this process."""
    repository = GitRepository(
        name="shop", url=str(home / "shop.git"), directory=home / "mirror", signing=Signing("ssh", home / "key", None)
    )  # fmt: skip
    commit = Sha(git(home / "shop.git", "rev-parse", "main"))
    return Yard(home, f"sqlite:///{home}/it.sqlite", repository, commit)


@pytest.fixture
def team() -> Iterator[Team]:
    with serving() as team:
        yield team
