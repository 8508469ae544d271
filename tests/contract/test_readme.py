"""README.md lists the commands as they are."""

from pathlib import Path

import pytest

from commands import find_commands
from tests.contract.readme_table import README, table, update, written_in


def test_the_table_of_commands_is_the_one_made_from_the_commands() -> None:
    written = written_in(README.read_text())

    if written is None:
        pytest.skip("README.md has no <!-- commands --> markers yet")
    assert written == table(), "run `python -m tests.contract.readme_table`"


def test_the_table_has_one_row_a_command_and_only_two_cells_a_row() -> None:
    rows = table().splitlines()[2:]

    assert len(rows) == len(find_commands())
    assert {row.replace("\\|", "").count("|") for row in rows} == {3}


def test_the_updater_writes_between_the_markers_and_nowhere_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- commands -->\nold\n<!-- /commands -->\nafter\n")

    first, second = update(readme), update(readme)

    assert (first, second) == (True, False)
    assert readme.read_text() == f"before\n<!-- commands -->\n{table()}<!-- /commands -->\nafter\n"


def test_the_updater_says_what_is_missing_when_there_are_no_markers(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing here\n")

    with pytest.raises(ValueError, match="has no <!-- commands -->"):
        update(readme)
