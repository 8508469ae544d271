"""The demo as a person sees it: one address to open, or a whole release that plays by itself and proves its end."""

import tempfile
import threading
import time
from pathlib import Path

from rich.console import Console

from bot.demo.autoplay import Play
from bot.demo.keys import verify_fresh_clone
from bot.demo.stage import Plan, set_stage
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.workspace import CannotDo

_WORKS = ("freeze", "cut-hotfix", "changelog", "merge-back")
"""What the bot does by itself in the demo."""
_CONSOLE = Console(highlight=False, soft_wrap=True)


def show(repository: Path | None, port: int) -> None:
    """Set the stage, print the one address, and run until the visitor ends it."""
    with tempfile.TemporaryDirectory(prefix="harbourmaster-") as folder:
        plan = Plan(repository=repository, port=port, automates=_WORKS)
        with set_stage(Path(folder), plan) as stage:
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
    with tempfile.TemporaryDirectory(prefix="harbourmaster-") as folder:
        with set_stage(Path(folder), Plan(repository=repository, automates=_WORKS)) as stage:
            run = Play(stage, lambda who, said: _CONSOLE.print(f"[bold]{who:>14}[/bold]  {_indented(said)}"))
            try:
                tag = run.whole_release()
                into = Path(folder) / "fresh-clone"
                words = verify_fresh_clone(
                    stage.remote.url, tag, stage.signing.allowed_signers or Path(), into
                )
            except (CannotDo, OutsideError, OutsideRefusal, AssertionError, TimeoutError) as problem:
                _CONSOLE.print(f"\nThe release did not reach its end: {problem}", markup=False)
                return 1
            _CONSOLE.print(
                f"\n$ git clone {stage.remote.url} fresh-clone && git -C fresh-clone verify-tag {tag}"
            )
            _CONSOLE.print(words, markup=False)
        _CONSOLE.print(f"\n{tag} is signed and on the remote, and its signature verifies in a fresh clone.")
        _CONSOLE.print(f"The whole release took {time.monotonic() - began:.1f} s.")
    return 0


def _indented(text: str) -> str:
    from rich.markup import escape

    return escape(text.replace("\n", "\n" + " " * 16))
