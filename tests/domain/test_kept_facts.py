"""What checks leave to know: bounded, harmless in every store, and told again in notes."""

from bot.domain import working
from bot.domain.findings import Finding, Severity
from bot.domain.interfaces import Changed, Difference
from bot.domain.kept_facts import (
    LONGEST_GUIDE,
    MOST_FINDINGS,
    MOST_ROWS,
    documentation_facts,
    extras_of,
    kept,
    migration_facts,
    told,
    works_that_know,
)
from bot.domain.migrations import Change, Convention, Effect, Migration
from bot.domain.outcomes import Passed
from bot.domain.release import Release
from bot.domain.words import Audience
from tests.domain.at_work import POLICY, started, work_of
from tests.domain.builders import now

DROP = Migration(
    "m/1.sql", Convention.SQL, "m/1.sql", changes=(Change(Effect.DROPS, "table a", True, "the whole table"),)
)
FLAG = Changed(Difference.REMOVED, "PORT", "setting removed", "DC-3", "a.env", True)


def known(facts: tuple[tuple[str, str], ...]) -> Release:
    step = started()
    return working.work_ended(
        step.release, work_of(step), Passed("seen", facts), now(step.release), POLICY
    ).release


def test_what_was_kept_is_told_in_the_notes_of_those_whom_it_concerns() -> None:
    release = known((*migration_facts([DROP], "d", "# Guide"), *documentation_facts([], [FLAG], [])))

    assert [(e.title, e.lines, e.audiences) for e in extras_of(release, POLICY)] == [
        (
            "Migrations",
            ("m/1.sql: schema, destructive, no way back, likely locks: the whole table",),
            frozenset({Audience.OPERATORS}),
        ),
        ("Settings", ("PORT: setting removed (breaking)",), frozenset({Audience.OPERATORS})),
    ]


def test_a_release_of_which_nothing_is_known_adds_nothing() -> None:
    assert extras_of(started().release, POLICY) == ()


def test_thousands_of_migrations_and_a_long_guide_are_cut_and_counted() -> None:
    release = known(migration_facts([DROP] * 5_000, "d", "x" * 100_000))
    work = works_that_know(release, POLICY, "plan")
    assert work is not None

    assert (len(told(work, "plan").rows), told(work, "plan").left_out) == (MOST_ROWS, 5_000 - MOST_ROWS)
    assert len(work.fact("guide") or "") < LONGEST_GUIDE + 20
    assert extras_of(release, POLICY)[0].lines[-1] == f"… and {5_000 - MOST_ROWS} more"


def test_names_of_findings_can_be_typed_and_stay_apart() -> None:
    long = [Finding("DA-1:GET /" + "x" * 300 + end, "DA-1", Severity.BLOCKS, "a\0b\udc80") for end in "ab"]

    first, second = kept(long, "PLAN-3")

    assert " " not in first.name
    assert len(first.name) < 150
    assert first.name != second.name
    assert first.sentence == "a b?"


def test_what_is_beyond_the_cap_still_stands_in_the_way() -> None:
    found = [Finding(f"DC-1:{n}", "DC-1", Severity.BLOCKS, "x") for n in range(MOST_FINDINGS + 7)]

    assert kept(found, "PLAN-3")[-1].name == "PLAN-3:and-7-more"
    assert kept(found, "PLAN-3")[-1].severity is Severity.BLOCKS
