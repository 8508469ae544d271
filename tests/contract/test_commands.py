"""Every file in commands/ has what the front desk and the help expect of it, and Slack's hint names real commands."""

import inspect
import re
from types import ModuleType
from typing import Any

import pytest

from bot.slack.manifest import manifest
from commands import COMMAND, find_commands, help_of
from commands.help import GROUPS

COMMANDS = find_commands()
EACH = pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=list(COMMANDS))


@EACH
def test_its_docstring_is_a_help_of_whole_sentences(name: str, command: ModuleType) -> None:
    said = help_of(command)

    assert said.endswith(".")
    assert said[0].isupper()
    assert len(said) <= 150, f"the help of {name} is too long for a line"


@EACH
def test_it_stands_under_a_heading_of_the_help(name: str, command: ModuleType) -> None:
    assert name in " ".join(GROUPS.values()).split(), f"{command.__name__} would stand under “More”"


@EACH
def test_its_usage_begins_with_its_own_name(name: str, command: ModuleType) -> None:
    assert command.USAGE.split()[0] == name


@EACH
def test_it_takes_what_was_typed_clicked_and_submitted(name: str, command: ModuleType) -> None:
    parameters = {
        part: len(inspect.signature(getattr(command, part)).parameters)
        for part in ("typed", "clicked", "submitted")
        if hasattr(command, part)
    }

    expected = {"typed": 2, "clicked": 3, "submitted": 3}
    assert "typed" in parameters
    assert parameters == {part: expected[part] for part in parameters}


def slash_command() -> dict[str, Any]:
    [found] = manifest()["features"]["slash_commands"]
    return dict(found)


def test_slack_offers_the_command_under_the_name_the_bot_answers_to() -> None:
    assert slash_command()["command"] == COMMAND


def test_slacks_hint_names_commands_that_exist() -> None:
    hint = slash_command()["usage_hint"]

    offered = re.findall(r"\w+", hint.replace("or what to do", ""))
    assert offered, "the hint names no command"
    assert [word for word in offered if word not in COMMANDS] == []


def test_slacks_hint_fits_on_the_line_that_shows_it() -> None:
    assert 0 < len(slash_command()["usage_hint"]) <= 60


def test_help_groups_every_command_once_and_fits_into_a_message() -> None:
    grouped = [name for names in GROUPS.values() for name in names.split()]

    assert sorted(grouped) == sorted(set(grouped))
    assert [name for name in grouped if name not in COMMANDS] == []
    shown = [len(f"`/release {c.USAGE}` {help_of(c)}") for c in COMMANDS.values()]
    assert sum(shown) < 9_500
