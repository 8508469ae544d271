"""Notes as people see them: Markdown from the templates, and Slack blocks that Slack would take."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.domain.errors import NotUnderstood
from bot.domain.notes import Extra, Heading, Notes, draft
from bot.domain.settling import judge, settle
from bot.domain.trackers import trackers_of
from bot.domain.words import Audience
from bot.views.note_pages import LONGEST_PAGE, LONGEST_TEMPLATE, markdown
from bot.views.notes import note_blocks
from bot.workspace.blockkit import check_blocks
from tests.domain.test_settling import history

HOSTILE = "<!channel> <@U0123456789> [x](https://evil.example) *b* `c` @ada"
MESSAGES = (
    "feat(basket): gift cards (#13)",
    "fix: the sum\n\nCloses #12",
    f"fix({HOSTILE.replace('(', '').replace(')', '')}): {HOSTILE}",
    "feat!: no XML\n\nBREAKING CHANGE: use JSON instead\nof XML",
    "refactor: y\n\nDEPRECATED: y works until 3.0",
    "chore: tidy up",
)
GUIDE = Extra("Migrations", ("Run 0012 <!here> first.",), frozenset({Audience.OPERATORS}))


def notes(*messages: str) -> Notes:
    changes = history(*((f"{place:03}", message) for place, message in enumerate(messages)))
    heading = Heading("shop", "1.5.0", "v1.4.0", "2026-11-30")
    return draft(heading, settle([judge(change) for change in changes]), [GUIDE])


USERS = r"""# shop 1.5.0 (2026-11-30)

## Breaking changes

- no XML (3030330, Lena)
  use JSON instead
  of XML

## Features

- **basket:** gift cards (#13) (3030300, Lena)
- no XML (3030330, Lena)

## Bug fixes

- the sum, #12 (3030310, Lena)

## Deprecations

- y (3030340, Lena)
  y works until 3.0

## Contributors

Lena
"""
OPERATORS = r"""# shop 1.5.0: for those who run it (2026-11-30)

5 commits since v1.4.0.

## Migrations

- Run 0012 \<!here\> first.

## Breaking changes

- `3030330` no XML
  use JSON instead
  of XML

## Deprecations

- `3030340` y
  y works until 3.0

## Bug fixes

- `3030310` the sum, #12

## Features

- `3030300` **basket:** gift cards
- `3030330` no XML
"""
STAKEHOLDERS = """# shop 1.5.0 at a glance (2026-11-30)

New: 2 features.

- gift cards
- no XML

1 change asks users to adapt:

- no XML

1 person worked on it.
"""


@pytest.mark.process("PREP-2", "CN-1", "CN-2", "CN-3", "CN-4")
@pytest.mark.parametrize(
    ("audience", "page"),
    [(Audience.USERS, USERS), (Audience.OPERATORS, OPERATORS), (Audience.STAKEHOLDERS, STAKEHOLDERS)],
)
def test_each_audience_has_its_page(audience: Audience, page: str) -> None:
    told = notes(MESSAGES[0], MESSAGES[1], "docs: x", *MESSAGES[3:5])

    assert markdown(told, audience) == page


@pytest.mark.parametrize("audience", list(Audience))
def test_foreign_text_formats_links_and_pings_nothing_in_markdown(audience: Audience) -> None:
    page = markdown(notes(*MESSAGES, f"feat!: {HOSTILE}"), audience)

    assert r"\<!channel\> \<@" in page
    assert r"\[x\](https" in page
    assert "@ada" not in page


def test_a_team_can_replace_one_template_and_keep_the_others(tmp_path: Path) -> None:
    (tmp_path / "users.md.j2").write_text("{{ product }}: {% for s in sections %}{{ s.topic }} {% endfor %}")

    assert markdown(
        notes(*MESSAGES), Audience.USERS, tmp_path
    ) == "shop: breaking features fixes deprecations\n".replace("deprecations\n", "deprecations \n")
    assert markdown(notes(*MESSAGES), Audience.STAKEHOLDERS, tmp_path).startswith("# shop 1.5.0 at a glance")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        pytest.param("{{ nobody }}", "'nobody' is undefined", id="a name that is not there"),
        pytest.param("x\n{% for %}", "users.md.j2, line 2 cannot be used", id="a mistake in the syntax"),
        pytest.param("{{ product.__class__.__mro__ }}", "is unsafe", id="a way to the classes"),
        pytest.param("{{ sections.append(1) }}", "is unsafe", id="a change of the facts"),
        pytest.param("{% include '../tag.txt.j2' %}", "does not exist", id="a way out of the folder"),
        pytest.param(
            "{% for a in range(99999) %}{{ product * 99 }}{% endfor %}", f"more than {LONGEST_PAGE:,} characters",
            id="a page without end",
        ),
        pytest.param("{{ 1 / 0 }}", "division by zero", id="a sum that does not exist"),
        pytest.param("x" * (LONGEST_TEMPLATE + 1), f"more than {LONGEST_TEMPLATE:,} characters", id="a template without end"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_used_is_named(template: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "users.md.j2").write_text(template)

    with pytest.raises(NotUnderstood, match=r"template .*users\.md\.j2|template .*\.j2") as refused:
        markdown(notes(*MESSAGES), Audience.USERS, tmp_path)

    assert said in str(refused.value)


def plain(blocks: list[Block]) -> list[dict[str, object]]:
    return [block.to_dict() for block in blocks]


@pytest.mark.parametrize("audience", list(Audience))
def test_slack_takes_the_blocks_and_nothing_in_them_pings(audience: Audience) -> None:
    blocks = plain(note_blocks(notes(*MESSAGES, f"feat!: {HOSTILE}"), audience))

    assert check_blocks(blocks) == []
    marked = [str(block) for block in blocks if block["type"] != "rich_text"]
    assert not [text for text in marked if "<!" in text or "<@" in text]


@pytest.mark.parametrize("audience", list(Audience))
def test_hundreds_of_changes_fit_into_one_message_and_are_counted(audience: Audience) -> None:
    many = notes(*(f"feat({'s' * 50}): {'words ' * 40}{n}" for n in range(300)), "feat!: x")

    blocks = plain(note_blocks(many, audience))

    assert check_blocks(blocks) == []
    assert "more lines" in str(blocks)


def test_the_blocks_say_what_is_missing() -> None:
    blocks = str(plain(note_blocks(notes("feat!: no XML"), Audience.USERS)))

    assert "Before these notes go out" in blocks
    assert "does not say what to do" in blocks


def test_issues_and_pull_requests_lead_to_their_pages_in_slack_and_in_markdown() -> None:
    told = replace(
        notes("fix: the sum (#13)\n\nCloses #12\nRefs: SHOP-7"),
        trackers=trackers_of("git@github.com:ada/shop.git"),
    )

    blocks = plain(note_blocks(told, Audience.USERS))

    assert check_blocks(blocks) == []
    links = [e["url"] for e in _elements(blocks) if e["type"] == "link"]
    assert links == ["https://github.com/ada/shop/issues/13", "https://github.com/ada/shop/issues/12"]
    assert "SHOP-7" in str(blocks), "nobody has said where these are looked up"
    page = markdown(told, Audience.USERS)
    assert (
        "the sum ([#13](https://github.com/ada/shop/issues/13)), [#12](https://github.com/ada/shop/issues/12), SHOP-7 ("
        in page
    )


def _elements(part: Any) -> Iterator[dict[str, Any]]:
    """All rich elements of a message, however deep they lie."""
    for each in part:
        yield from [each, *_elements(each.get("elements", ()))]
