"""A hotfix beside another release: whom it is told, and whom not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import course
from bot.domain.beside import hotfix_began
from bot.domain.events import HotfixBegan
from bot.domain.release import Release
from bot.domain.words import Phase, ReleaseType
from tests.domain.builders import (
    BEN,
    C1,
    MARA,
    NOON,
    ROLES,
    brought_to,
    moved,
    now,
    process,
    started,
    tag_ordered,
)

HOTFIX = started(ReleaseType.HOTFIX)


@pytest.mark.parametrize(
    ("release", "is_told"),
    [
        pytest.param(lambda: brought_to(Phase.TESTING), True, id="in testing"),
        pytest.param(lambda: brought_to(Phase.RELEASE), True, id="tested, and not yet on its way"),
        pytest.param(lambda: moved(started(), C1), False, id="before anybody has tested it"),
        pytest.param(lambda: tag_ordered()[0], False, id="whose tag is on its way, and which stands on its commit"),
        pytest.param(lambda: replace(brought_to(Phase.TESTING), dry_run=True), False, id="a dry run"),
        pytest.param(
            lambda: course.cancel(brought_to(Phase.TESTING), "no", MARA, ROLES, NOON, process()).release, False, id="one that is over",
        ),
    ],
)  # fmt: skip
def test_a_hotfix_is_told_to(release: Callable[[], Release], is_told: bool) -> None:
    other = release()

    step = hotfix_began(other, HOTFIX, BEN, process(), now(other))

    assert [h.what for h in step.happened] == (
        [HotfixBegan(HOTFIX.id, HOTFIX.tag, by_bot=False)] if is_told else []
    )
    assert step.release == (replace(other, events=other.events + 1) if is_told else other), (
        "nothing else changes"
    )


def test_a_rehearsed_hotfix_is_told_to_nobody() -> None:
    other = brought_to(Phase.TESTING)

    assert hotfix_began(other, replace(HOTFIX, dry_run=True), BEN, process(), NOON).happened == ()
