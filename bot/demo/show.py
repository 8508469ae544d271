"""The demo as a person sees it: one address to open, or a whole release that plays by itself and proves its end."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bot.demo.autoplay import Play
from bot.demo.hosting import hosting
from bot.demo.keys import verify_fresh_clone
from bot.demo.stage import SHOP, Plan, Stage, product_name, set_stage
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.workspace import CannotDo

_ON_ANY_REPOSITORY = (
    "freeze", "cut-hotfix", "changelog", "notes", "merge-back",
    "staging", "deploy", "health", "watch",
)  # fmt: skip
"""What the bot does by itself in a repository that it has never seen: what needs nobody to answer for findings."""
_CONSOLE = Console(highlight=False, soft_wrap=True)


@contextmanager
def _on_stage(repository: Path | None, port: int = 0) -> Iterator[tuple[Path, Stage]]:
    with (
        tempfile.TemporaryDirectory(prefix="harbourmaster-") as name,
        hosting(Path(name) / "served", product_name(repository) if repository else SHOP) as tables,
    ):
        automates = _ON_ANY_REPOSITORY if repository else None
        plan = Plan(repository=repository, port=port, automates=automates, recipes=tables)
        with set_stage(Path(name), plan) as stage:
            yield Path(name), stage


def show(repository: Path | None, port: int) -> None:
    """Set the stage, print the one address, and run until the visitor ends it."""
    with _on_stage(repository, port) as (_, stage):
        _CONSOLE.print(f"\nOpen {stage.workspace.page_url}\n")
        _CONSOLE.print("Act as any of five people there. Begin with `/release start` in #shop-releases.")
        _CONSOLE.print(f"The git remote is {stage.remote.url}. Ctrl-C ends everything; nothing is kept.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            _CONSOLE.print("\nThe demo is over.")


def play(repository: Path | None) -> int:
    """Let the people play a whole release; 0 only when the tag verifies in a fresh clone of the remote."""
    began = time.monotonic()
    with _on_stage(repository) as (folder, stage):
        run = Play(stage, lambda who, said: _CONSOLE.print(f"[bold]{who:>14}[/bold]  {_indented(said)}"))
        try:
            tag = run.whole_release()
            into = folder / "fresh-clone"
            words = verify_fresh_clone(stage.remote.url, tag, stage.signing.allowed_signers or Path(), into)
        except (CannotDo, OutsideError, OutsideRefusal, AssertionError, TimeoutError) as problem:
            _CONSOLE.print(f"\nThe release did not reach its end: {problem}", markup=False)
            return 1
        _CONSOLE.print(f"\n$ git clone {stage.remote.url} fresh-clone && git -C fresh-clone verify-tag {tag}")
        _CONSOLE.print(words, markup=False)
    _CONSOLE.print(f"\n{tag} is signed and on the remote, and its signature verifies in a fresh clone.")
    _CONSOLE.print(f"The whole release took {time.monotonic() - began:.1f} s.")
    return 0


def _indented(text: str) -> str:
    from rich.markup import escape

    return escape(text.replace("\n", "\n" + " " * 16))
