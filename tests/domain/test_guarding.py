"""The guard over tags: an incident is written down once, whatever state the release is in, and so is its end."""

from bot.domain import course
from bot.domain.guarding import guard, in_words
from bot.domain.lanes import Urgency, urgency
from bot.domain.orders import SoundAlarm
from bot.domain.outcomes import TagLooked, TagProved
from bot.domain.release import Release
from bot.domain.tag_events import TagMade, TagRestored, TagTampered
from bot.domain.words import Sha
from tests.domain.builders import C1, C2, C3, kinds, now, process, tag_ordered

MOVED = Sha("e" * 40)


def tagged() -> Release:
    release, order = tag_ordered()
    proved = TagProved(C3, "release@example.com")
    step = course.tag_result(release, order, proved, now(release), process())
    assert isinstance(step.happened[0].what, TagMade)
    return step.release


def look(
    release: Release, object_: Sha | None, target: Sha | None = None, signer: str | None = None
) -> TagLooked:
    return TagLooked(release.id, object_, target, signer)


def test_a_tag_that_stands_where_it_was_proved_is_not_worth_a_word() -> None:
    release = tagged()

    assert guard(release, look(release, C3), now(release), process()).happened == ()


def test_a_moved_tag_is_written_down_and_alarmed_urgently() -> None:
    release = tagged()

    step = guard(release, look(release, MOVED, C2), now(release), process())

    assert kinds(step) == ["TagTampered"]
    assert step.release.tampered == TagTampered("v2.4.0", C3, "release@example.com", MOVED, C2)
    alarm = SoundAlarm(release.id, step.release.events)
    assert alarm in step.orders
    assert urgency(alarm) is Urgency.URGENT


def test_one_incident_is_one_alarm_and_the_next_one_another() -> None:
    release = tagged()
    moved = guard(release, look(release, MOVED, C2), now(release), process()).release

    assert guard(moved, look(moved, MOVED, C2), now(moved), process()).happened == ()
    assert kinds(guard(moved, look(moved, None), now(moved), process())) == ["TagTampered"]


def test_a_tag_that_was_put_back_ends_the_incident() -> None:
    release = tagged()
    gone = guard(release, look(release, None), now(release), process()).release

    step = guard(gone, look(gone, C3), now(gone), process())

    assert [one.what for one in step.happened] == [TagRestored("v2.4.0", C3)]
    assert step.release.tampered is None
    assert kinds(guard(step.release, look(release, None), now(step.release), process())) == ["TagTampered"]


def test_a_tag_nobody_has_made_yet_is_not_guarded() -> None:
    release, _order = tag_ordered()

    assert guard(release, look(release, MOVED), now(release), process()).happened == ()


def test_the_sentence_names_both_objects_and_both_signers() -> None:
    was = "history proved it as object 3333333, signed by release@example.com"
    made = ("v2.4.0", C3, "release@example.com")

    assert in_words(TagTampered(*made, None)) == f"v2.4.0 was deleted on the remote; {was}."
    assert in_words(TagTampered(*made, MOVED, C1, "eve@example.com")) == (
        f"v2.4.0 was moved on the remote to object eeeeeee, leading to 1111111, signed by eve@example.com; {was}."
    )
    assert in_words(TagTampered(*made, MOVED)) == (
        "v2.4.0 was moved on the remote to object eeeeeee, leading to no commit, with no signature that verifies; "
        f"{was}."
    )
