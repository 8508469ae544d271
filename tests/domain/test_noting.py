"""Who may write the notes of a release and when, and what a change of them does to its check and its sign-off."""

from dataclasses import replace

import pytest

from bot.domain import noting, working
from bot.domain.errors import OutOfDate, Refused
from bot.domain.events import Held, Lapsed, NotesWritten
from bot.domain.note_book import NoteBook
from bot.domain.note_text import for_form
from bot.domain.notes import Topic
from bot.domain.noting import Edit, NoteVersion, Written, draft_done, mark_of, wants_draft
from bot.domain.orders import DoWork
from bot.domain.outcomes import Judged, Passed
from bot.domain.policy import TAG, read_policy
from bot.domain.release import Release
from bot.domain.steps import Step, take_step
from bot.domain.words import ReleaseType, UserId
from tests.domain.builders import C1, C2, DEVI, ELI, MARA, ROLES, moved, now, sign, started
from tests.domain.test_note_book import book

PROCESS = """
[[items]]
id = "CN-CHECK"
phase = "preparation"
kind = "check"
role = "docs"
title = "The notes leave nothing open"
does = "notes"
of_commit = true
by_hand = false

[[items]]
id = "PREP-2"
phase = "preparation"
kind = "sign-off"
role = "docs"
title = "Notes"
after = ["CN-CHECK"]
covers = "notes"

[[items]]
id = "TEST-1"
phase = "testing"
kind = "task"
role = "operations"
title = "Test"
"""
POLICY = read_policy(PROCESS, {}, {TAG, "notes"})
BY_HAND = read_policy(PROCESS, {})


def drafted(release: Release, present: NoteVersion | None = None, text: str = "feat: gift cards") -> Written:
    assert release.commit is not None
    return draft_done(release, present, release.commit, book(text), POLICY, now(release))


def with_notes() -> tuple[Release, NoteVersion]:
    """A release whose branch is read and whose notes are drafted."""
    written = drafted(moved(started(ReleaseType.MINOR, POLICY), C1, POLICY))
    assert written.version is not None
    return written.step.release, written.version


def edit(
    release: Release, present: NoteVersion, text: str, by: UserId = ELI, seen_as: NoteVersion | None = None
) -> Written:
    part = (seen_as or present).book.part(Topic.FEATURES)
    wanted = Edit(Topic.FEATURES, text, (seen_as or present).number, mark_of(part), for_form(part)[1])
    return noting.edit(release, present, wanted, by, ROLES, POLICY, now(release))


def checked(release: Release, there: NoteBook, outcome: Judged | None = None) -> Step:
    """The bot's check of these notes has ended."""
    work = release.works[-1]
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    passed = outcome or Passed("All there.", (("notes", there.digest),))
    return working.work_ended(release, order, passed, now(release), POLICY)


def kinds(step: Step) -> list[str]:
    return [type(one.what).__name__ for one in step.happened]


def test_a_draft_is_wanted_for_every_commit_and_never_once_the_tag_is_ordered() -> None:
    fresh = started(ReleaseType.MINOR, POLICY)
    assert not wants_draft(fresh)
    release, _ = with_notes()
    assert not wants_draft(release)
    assert wants_draft(moved(release, C2, POLICY))


def test_a_draft_for_a_commit_that_the_release_has_left_is_not_kept() -> None:
    release = moved(started(ReleaseType.MINOR, POLICY), C2, POLICY)

    late = draft_done(release, None, C1, book("feat: x"), POLICY, now(release))

    assert (late.step.happened, late.version) == ((), None)


def test_a_draft_that_says_the_same_keeps_its_version() -> None:
    release, version = with_notes()

    again = drafted(moved(release, C2, POLICY), version)

    assert again.version is None
    assert again.step.release.notes == NotesWritten(1, version.book.digest, "drafted", "", C2)


@pytest.mark.process("PREP-2")
def test_an_edit_is_the_next_version_and_is_checked_anew() -> None:
    release, version = with_notes()

    written = edit(release, version, "Gift cards!")

    assert written.version is not None
    assert (written.version.number, written.version.by) == (2, ELI)
    assert kinds(written.step) == ["NotesWritten", "WorkBegun"]
    assert written.step.happened[0].what == NotesWritten(
        2, written.version.book.digest, "edited", "Features", C1
    )


@pytest.mark.process("PREP-2")
def test_a_sign_off_counts_for_these_notes_and_lapses_when_they_change() -> None:
    release, version = with_notes()
    release = checked(release, version.book).release
    signed = sign(release, "PREP-2", ELI, POLICY).release
    assert signed.is_done(POLICY, POLICY.items[1])

    written = edit(signed, version, "Gift cards!", by=MARA)
    assert written.version is not None
    with pytest.raises(Refused, match="CN-CHECK"):
        sign(replace(written.step.release, sign_offs=()), "PREP-2", ELI, POLICY)
    after = checked(written.step.release, written.version.book)

    assert [one.what.voided[0].by for one in after.happened if isinstance(one.what, Lapsed)] == [ELI]
    assert not after.release.is_done(POLICY, POLICY.items[1])


@pytest.mark.process("PREP-2")
def test_a_sign_off_outlives_a_commit_that_tells_readers_nothing_new() -> None:
    release, version = with_notes()
    signed = sign(checked(release, version.book).release, "PREP-2", ELI, POLICY).release

    there = drafted(moved(signed, C2, POLICY), version).step.release
    after = checked(there, version.book).release

    assert after.is_done(POLICY, POLICY.items[1])


def test_whoever_writes_over_somebody_else_is_told_and_other_sections_are_no_clash() -> None:
    release, first = with_notes()
    second = edit(release, first, "Eli was here.")
    assert second.version is not None

    with pytest.raises(OutOfDate, match="meanwhile: version 2, you began with 1"):
        edit(second.step.release, second.version, "Mara was here.", by=MARA, seen_as=first)

    fixes = Edit(Topic.FIXES, "None.", 1, mark_of(first.book.part(Topic.FIXES)), ())
    third = noting.edit(second.step.release, second.version, fixes, MARA, ROLES, POLICY, now(release))
    assert third.version is not None
    assert third.version.book.part(Topic.FEATURES).text == "Eli was here."


@pytest.mark.parametrize(
    ("by", "text", "why"),
    [
        (DEVI, "x", "docs writes the notes, and you are not in it"),
        (ELI, "x" * 40_001, "A section holds 40,000 characters; this has 40,001"),
    ],
)
def test_not_everybody_writes_and_not_without_end(by: UserId, text: str, why: str) -> None:
    release, version = with_notes()

    with pytest.raises(Refused, match=why):
        edit(release, version, text, by)


def test_nobody_writes_on_hold_and_nothing_is_written_twice() -> None:
    release, version = with_notes()
    written = edit(release, version, "Gift cards!")
    assert written.version is not None
    with pytest.raises(Refused, match="Nothing is different from version 2"):
        edit(written.step.release, written.version, "Gift cards!")

    held = take_step(release, DEVI, now(release), POLICY, Held("look")).release
    with pytest.raises(Refused, match="is on hold by"):
        edit(held, version, "x")


def test_where_the_bot_does_not_draft_notes_the_sign_off_stays_as_it_was() -> None:
    assert [item.id for item in BY_HAND.items] == ["PREP-2", "TEST-1"]
    release = moved(started(ReleaseType.MINOR, BY_HAND), C1, BY_HAND)

    signed = sign(release, "PREP-2", ELI, BY_HAND).release

    assert signed.is_done(BY_HAND, BY_HAND.items[0])
    assert not moved(signed, C2, BY_HAND).is_done(BY_HAND, BY_HAND.items[0])


@pytest.mark.process("PREP-2")
def test_an_older_text_comes_back_as_a_new_version_and_newer_changes_stay_listed() -> None:
    release, first = with_notes()
    second = edit(release, first, "First words.")
    assert second.version is not None
    third = edit(second.step.release, second.version, "Second words.")
    assert third.version is not None
    there = moved(third.step.release, C2, POLICY)
    fourth = draft_done(
        there, third.version, C2, book("feat: vouchers", "feat: gift cards"), POLICY, now(there)
    )
    assert fourth.version is not None

    back = noting.restore(fourth.step.release, fourth.version, second.version, ELI, ROLES, POLICY, now(there))

    assert back.version is not None
    assert back.version.number == 5
    part = back.version.book.part(Topic.FEATURES)
    assert (part.text, [line.subject for line in part.since_edit]) == ("First words.", ["vouchers"])
    assert isinstance(back.step.happened[0].what, NotesWritten)
    assert back.step.happened[0].what.section == "2"


def test_the_first_draft_comes_back_too() -> None:
    release, first = with_notes()
    second = edit(release, first, "First words.")
    assert second.version is not None

    back = noting.restore(second.step.release, second.version, first, ELI, ROLES, POLICY, now(release))

    assert back.version is not None
    assert back.version.book == first.book
