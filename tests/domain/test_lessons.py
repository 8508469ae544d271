"""POST-4: what the documentation has to take up after a release went out."""

import pytest

from bot.configured import process_text
from bot.domain import course, working
from bot.domain.findings import Severity
from bot.domain.lessons import lessons
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, TagProved
from bot.domain.policy import TAG, read_policy
from bot.domain.release import Release
from bot.domain.words import ItemId, ReleaseType
from tests.domain.builders import C3, DEVI, ROLES, now, tag_ordered, the, tick

POLICY = read_policy(process_text(), {}, {TAG, "health", "lessons"})
POST_4 = ItemId("POST-4")


def looked_after(outcome: Judged) -> Release:
    """A release that is out, and the first look at whose health has ended like this."""
    ordered, order = tag_ordered(ReleaseType.MINOR, POLICY)
    proved = TagProved(C3, "release@example.com")
    release = course.tag_result(ordered, order, proved, now(ordered), POLICY).release
    release = tick(release, "REL-3", DEVI, POLICY).release
    (work,) = release.works
    does = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    return working.work_ended(release, does, outcome, now(release), POLICY).release


@pytest.mark.process("POST-4")
def test_a_release_that_went_as_written_leaves_nothing_to_write() -> None:
    assert lessons(looked_after(Passed("It is well.")), POLICY, POST_4) == ()


WENT_WRONG = "REL-4 (Health verification confirms successful deployment) did not pass at first: It is slow."


@pytest.mark.process("POST-4")
@pytest.mark.parametrize("outcome", [Failed("It is slow."), Inconclusive("It is slow.")])
def test_a_step_that_did_not_pass_is_to_be_written_down(outcome: Judged) -> None:
    (found,) = lessons(looked_after(outcome), POLICY, POST_4)

    assert (found.name, found.item, found.severity) == ("REL-4:missed", POST_4, Severity.BLOCKS)
    assert found.sentence.startswith(WENT_WRONG + " Take it up in the documentation")


def test_what_people_answered_for_is_told_with_it() -> None:
    release = looked_after(Failed("It is slow."))
    item = the("REL-4", POLICY)
    release = working.waive(
        release, item, "result", "caches are cold", DEVI, ROLES, POLICY, now(release)
    ).release

    (found,) = lessons(release, POLICY, POST_4)

    assert found.sentence.startswith(WENT_WRONG + " It was answered for: caches are cold. Take it up")
