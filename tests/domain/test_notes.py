"""Notes as facts: sections, audiences, and the findings that block them."""

import pytest

from bot.domain.gaps import Missing, gaps
from bot.domain.messages import Change
from bot.domain.notes import Extra, Heading, Notes, Topic, draft, read_by
from bot.domain.settling import judge, settle
from bot.domain.words import Audience
from tests.domain.test_settling import history

HEADING = Heading("shop", "1.5.0", "v1.4.0", "2026-11-30")
GUIDE = Extra("Migrations", ("Run 0012 before the deployment.",), frozenset({Audience.OPERATORS}))


def notes_for(*messages: str) -> Notes:
    changes = history(*((chr(ord("z") - place), message) for place, message in enumerate(messages)))
    return draft(HEADING, settle([judge(change) for change in changes]), [GUIDE])


def told(notes: Notes) -> dict[str, list[str]]:
    return {str(s.topic): [line.change.subject for line in s.lines] for s in notes.sections}


MESSAGES = (
    "feat(basket): gift cards\n\nCo-authored-by: Ben <b@x>",
    "fix: the sum\n\nCloses #12",
    "perf: half the queries",
    "fix(security): escape names",
    "build: Node 20\n\nBREAKING CHANGE: needs Node 20, update your images",
    "feat!: no XML\n\nBREAKING CHANGE: use JSON instead",
    "refactor: y\n\nDEPRECATED: y works until 3.0",
    'Revert "feat: old thing"',
    "chore: tidy up",
)


@pytest.mark.process("CN-1", "CN-2", "CN-3", "CN-4")
def test_every_kind_of_change_has_its_section() -> None:
    notes = notes_for(*MESSAGES)

    assert told(notes) == {
        "Breaking changes": ["Node 20", "no XML"],
        "Security": ["escape names"],
        "Features": ["gift cards", "no XML"],
        "Bug fixes": ["the sum"],
        "Performance": ["half the queries"],
        "Deprecations": ["y"],
        "Reverts": ['Revert "feat: old thing"'],
    }
    assert notes.sections[0].lines[0].details == ("needs Node 20, update your images",)
    assert notes.sections[3].lines[0].change.issues == ("#12",)
    assert notes.contributors == ("Ben", "Lena")
    assert notes.findings == ()
    assert notes.commits == len(MESSAGES)


def test_each_audience_reads_its_part_of_the_same_facts() -> None:
    notes = notes_for(*MESSAGES)

    users, operators, stakeholders = (read_by(notes, audience) for audience in Audience)

    assert [s.topic for s in users.sections] == [s.topic for s in notes.sections]
    assert [s.topic for s in operators.sections][:3] == [Topic.BREAKING, Topic.SECURITY, Topic.DEPRECATIONS]
    assert [s.topic for s in stakeholders.sections] == [
        Topic.FEATURES, Topic.BREAKING, Topic.SECURITY, Topic.PERFORMANCE,
    ]  # fmt: skip
    assert (users.extras, operators.extras, stakeholders.extras) == ((), (GUIDE,), ())


def change(message: str) -> Change:
    return history(("a", message))[0]


@pytest.mark.process("CN-3", "CN-4")
@pytest.mark.parametrize(
    ("message", "missing"),
    [
        pytest.param("feat!: x", [Missing.MIGRATION], id="a bang alone"),
        pytest.param("feat: x\n\nBREAKING CHANGE: the XML is gone", [Missing.MIGRATION], id="what breaks, not what to do"),
        pytest.param("feat: x\n\nBREAKING CHANGE: use JSON instead of XML", [], id="what to do"),
        pytest.param("feat: x\n\nBREAKING CHANGE: the XML is gone.\nJSON it is.", [], id="several lines"),
        pytest.param("feat: x\n\nDEPRECATED: y", [Missing.TIMELINE], id="no time"),
        pytest.param("feat: x\n\nDEPRECATED: y is replaced by z", [Missing.TIMELINE], id="a replacement is no time"),
        pytest.param("feat: x\n\nDEPRECATED: y, removed in v3", [], id="a major version"),
        pytest.param("feat: x\n\nDEPRECATED: y works until 2027-06-30", [], id="a date"),
        pytest.param("feat: x\n\nDEPRECATED: y goes in June 2027", [], id="a month"),
        pytest.param("feat: x\n\nDEPRECATED: y goes in Q3 2027", [], id="a quarter"),
        pytest.param("chore: x", [], id="nothing to explain"),
    ],
)  # fmt: skip
def test_what_is_missing_is_found(message: str, missing: list[Missing]) -> None:
    found = gaps(settle([judge(change(message))]))

    assert [finding.missing for finding in found] == missing


def test_a_finding_is_a_sentence_that_says_what_to_do() -> None:
    bang, deprecated = gaps(settle([judge(change(m)) for m in ("feat!: x", "feat: x\n\nDEPRECATED: y")]))

    assert bang.sentence == (
        "6100000 breaks something and does not say what to do. Write the migration into the notes, or waive this by name."
    )
    assert deprecated.sentence == (
        "6100000 deprecates something without a date or version. Write into the notes until when it works, or waive this by name."
    )
