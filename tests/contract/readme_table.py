"""The table of commands in README.md, made from the commands. `python -m tests.contract.readme_table` writes it anew."""

import re
import sys
from pathlib import Path

from commands import COMMAND, find_commands, help_of
from tests.contract.project import PROJECT

README = PROJECT / "README.md"
_BETWEEN = re.compile(r"(<!-- commands -->\n)(.*?)(<!-- /?commands -->)", re.DOTALL)


def table() -> str:
    """One row a command: usage and help. A bar inside a cell is escaped, as GitHub's Markdown wants it even in code."""
    rows = [
        f"| `{_cell(f'{COMMAND} {command.USAGE}')}` | {_cell(help_of(command))} |\n"
        for command in find_commands().values()
    ]
    return "".join(["| command | what it does |\n", "|---|---|\n", *rows])


def written_in(text: str) -> str | None:
    """What stands between the markers; None when there are none."""
    found = _BETWEEN.search(text)
    return found[2] if found else None


def renewed(text: str) -> str:
    """The text with the table as it should be."""
    return _BETWEEN.sub(lambda found: found[1] + table() + found[3], text, count=1)


def update(readme: Path) -> bool:
    """Write the table into the file; True when it changed. Raises ValueError when the file has no markers."""
    before = readme.read_text()
    if written_in(before) is None:
        raise ValueError(
            f"{readme.name} has no <!-- commands --> and <!-- /commands --> to write the table between."
        )
    after = renewed(before)
    readme.write_text(after)
    return after != before


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    changed = update(README)
    sys.stdout.write("README.md has the new table.\n" if changed else "README.md was right already.\n")
