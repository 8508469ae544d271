"""The pages are true: the process is listed whole, links lead somewhere, and the commands they name exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.__main__ import app
from bot.configured import process_text
from bot.domain.policy import TAG, read_policy, works_of
from bot.domain.words import ItemKind
from commands import find_commands
from tests.contract.project import PROJECT, SHARED, pages

WITH_THE_BOT = read_policy(process_text(), {}, {TAG, *works_of(process_text())})
"""The process of a product for which the bot does everything that it can."""

PROCESS = PROJECT / "docs" / "process.md"
IDS = SHARED / "process-ids.txt"
ANSWERS = ("The bot does it", "Ticked by a person for now", "Signed off by ", "In part: ", "Not yet")
REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|crates\.io|proxy\.golang|artifactory|nexus", re.I
)
EACH_PAGE = pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(PROJECT).as_posix())


def process_rows() -> list[tuple[str, str]]:
    """Id and what the bot does about it today, in the order of the page."""
    rows = re.findall(r"^\| ([A-Z]+-\d+) \| [^|]+ \| ([^|]+) \|$", PROCESS.read_text(), re.MULTILINE)
    return [(id_, today) for id_, today in rows]


@pytest.mark.skipif(not IDS.exists(), reason="the customer's list of ids is not part of the project")
def test_the_process_page_has_every_statement_once_and_in_order() -> None:
    assert [id_ for id_, _ in process_rows()] == IDS.read_text().split()


def test_the_process_page_answers_in_its_own_five_ways() -> None:
    assert [(id_, today) for id_, today in process_rows() if not today.startswith(ANSWERS)] == []


def test_the_process_page_says_of_every_item_who_does_it_today() -> None:
    said = dict(process_rows())

    for item in WITH_THE_BOT.items:
        if item.id not in said:
            assert f"`{item.id}` ({item.role})" in PROCESS.read_text(), f"{item.id} is nowhere on the page"
        elif item.kind is ItemKind.SIGN_OFF:
            assert said[item.id].startswith(f"Signed off by {item.role}")
        else:
            assert said[item.id].startswith(
                "Ticked by a person for now" if item.is_ticked else "The bot does it"
            )


def test_only_items_of_the_process_are_said_to_be_ticked_or_signed() -> None:
    by_people = {id_ for id_, today in process_rows() if today.startswith(("Ticked", "Signed"))}

    assert by_people <= {str(item.id) for item in WITH_THE_BOT.items}


def test_every_process_mark_of_a_test_names_a_statement() -> None:
    known = {id_ for id_, _ in process_rows()}

    marked = {
        id_
        for path in (PROJECT / "tests").rglob("test_*.py")
        for ids in re.findall(r"^@pytest\.mark\.process\(([^)]*)\)", path.read_text(), re.MULTILINE)
        for id_ in re.findall(r'"([^"]+)"', ids)
    }
    assert marked - known == set()


@EACH_PAGE
def test_its_links_to_files_and_headings_lead_somewhere(page: Path) -> None:
    lost = [target for target in local_links(page.read_text()) if not leads_somewhere(page, target)]

    assert lost == []


def local_links(text: str) -> Iterator[str]:
    without_code = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code):
        if "://" not in target and not target.startswith("mailto:"):
            yield target


def leads_somewhere(page: Path, target: str) -> bool:
    name, _, heading = target.partition("#")
    file = (page.parent / name) if name else page
    if not file.exists():
        return False
    return not heading or heading in headings(file.read_text())


def headings(text: str) -> set[str]:
    """The anchors GitHub makes of headings: small letters, hyphens for spaces, no other signs."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@EACH_PAGE
def test_it_names_no_package_registry(page: Path) -> None:
    assert REGISTRIES.findall(page.read_text()) == []


@EACH_PAGE
def test_the_slash_commands_it_names_exist(page: Path) -> None:
    named = set(re.findall(r"`/release ([a-z]+(?:-[a-z]+)*)", page.read_text()))

    assert named - set(find_commands()) == set()


@EACH_PAGE
def test_the_program_commands_it_names_exist(page: Path) -> None:
    known = set(program_commands())
    named = re.findall(r"(?:^|[`/;&|] ?|\$ )harbourmaster ((?:db )?[a-z]+)", page.read_text(), re.MULTILINE)

    assert {words for words in named if words not in known and words.split()[0] not in known} == set()


def program_commands() -> Iterator[str]:
    """`run`, `db upgrade` and so on; not `db` alone."""
    root = typer.main.get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # a typer app with commands is a group
        below = getattr(command, "commands", None)
        yield from [f"{name} {inner}" for inner in below] if below else [name]


def test_the_pages_name_every_command_of_the_program_at_least_once() -> None:
    text = "\n".join(page.read_text() for page in pages())

    assert {words for words in program_commands() if f"harbourmaster {words}" not in text} == set()
