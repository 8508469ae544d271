"""Advance notices: sent at their time and never before, moved with the date, and not sent when they are no longer true."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.workspace import Delivery
from tests.clocks import clocks_changed
from tests.scenarios.planned import PlannedStory, planned_story


@pytest.fixture
def told(tmp_path: Path) -> Iterator[PlannedStory]:
    with planned_story(tmp_path) as one:
        yield one


def test_a_planned_release_tells_its_users_five_days_one_day_and_an_hour_ahead(told: PlannedStory) -> None:
    told.until_read()
    assert told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00").startswith("Started shop-1.4.0")
    told.until_shown("shop-1.4.0")

    told.at(datetime(2026, 12, 8, 14, 59, tzinfo=UTC))
    told.until_idle()
    assert told.told() == []

    told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    first = told.until_told("*shop 1.4.0* is planned for Tuesday 2026-12-15 09:00 (America/New_York)")
    assert "Highlights" in first
    assert (
        "operations or release-manager can begin a rollback at any time with `/release rollback shop-1.4.0`"
        in first
    )
    assert "It goes back to v1.3.2." in first
    told.until_logged("The notice `users-5bd` went to users in #general, in time.")

    told.at(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))
    told.until(lambda: len(told.told()) == 2, "the second notice")
    told.at(datetime(2026, 12, 15, 13, 0, tzinfo=UTC))
    told.until(lambda: len(told.told()) == 3, "the third notice")
    told.later(minutes=30)
    told.until_idle()
    assert len(told.told()) == 3


def test_when_the_date_moves_the_notices_move_and_whoever_was_told_is_told_the_new_date(
    told: PlannedStory,
) -> None:
    told.until_read()
    told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")
    told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    told.until_told("*shop 1.4.0* is planned for Tuesday 2026-12-15 09:00")

    answer = told.says("mara", "schedule 2027-01-12 15:00 Europe/Berlin")

    assert answer == (
        "shop-1.4.0 is planned for 2027-01-12 15:00 Europe/Berlin; 3 notices lie ahead of it. "
        "The new date is told to whoever knew the old one (1 of the audiences)."
    )
    moved = told.until_told("has another date: it is now planned for Tuesday 2027-01-12 09:00")
    assert "You were told Tuesday 2026-12-15 09:00 (America/New_York)" in moved
    told.at(datetime(2026, 12, 15, 14, 0, tzinfo=UTC))
    told.until_idle()
    assert len(told.told()) == 2
    told.at(datetime(2027, 1, 5, 15, 0, tzinfo=UTC))
    told.until(lambda: len(told.told()) == 3, "the first notice for the new date")
    assert "You planned it" not in told.says("chloe", "schedule 2027-02-01")
    assert "can move its date" in told.says("chloe", "schedule 2027-02-01")


def test_a_release_on_hold_or_cancelled_is_not_announced_and_the_log_says_why(told: PlannedStory) -> None:
    told.until_read()
    told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")
    told.until_shown("shop-1.4.0")
    told.says("eli", "hold the build is red")
    held = "On hold: what falls due before it is resumed is not sent."
    assert held in told.says("chloe", "announcements")

    told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))

    told.until_logged("The notice `users-5bd` was not sent: the release was on hold.")
    told.says("eli", "resume")
    assert held not in told.says("chloe", "announcements")
    told.at(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))
    told.until_told("*shop 1.4.0* is planned for")
    told.says("mara", "cancel nobody needs it")
    said = told.until_told("*shop 1.4.0* does not come: the release was cancelled.")
    assert "Why: nobody needs it" in said
    assert (
        "`users-1h` · 2026-12-15 13:00 UTC · users in #general · not sent: the release is over"
        in told.says("mara", "announcements shop-1.4.0")
    )
    told.at(datetime(2026, 12, 15, 13, 0, tzinfo=UTC))
    told.until_idle()
    assert len(told.told()) == 2


def test_after_an_outage_a_late_notice_says_so_and_an_overtaken_one_is_not_sent(told: PlannedStory) -> None:
    told.until_read()
    told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")
    told.until_shown("shop-1.4.0")
    told.until_idle()
    told.stage.bot.workers.stop()

    told.clock.set(datetime(2026, 12, 14, 20, 0, tzinfo=UTC))
    told.stage.restart()

    late = told.until_told("*shop 1.4.0* is planned for")
    assert "This notice is late: it was due Monday 2026-12-14 10:00 (America/New_York)." in late
    told.until_logged("`users-5bd` was not sent: it could not be sent in time")
    assert len(told.told()) == 1


def test_notices_are_listed_previewed_edited_moved_and_cancelled_by_word(told: PlannedStory) -> None:
    told.until_read()
    told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")
    told.until_shown("shop-1.4.0")

    rows = told.reply("mara", "announcements")
    assert rows is not None
    assert [line.split("`")[1] for line in rows.plain.splitlines() if "🕙" in line] == [
        "users-5bd", "users-1bd", "users-1h",
    ]  # fmt: skip
    preview = told.says("mara", "announcements preview users-1bd")
    assert "*shop 1.4.0* is planned for Tuesday 2026-12-15 09:00" in preview
    assert told.says("mara", "announcements edit users-5bd Soon. <!channel> *Be ready.*").startswith(
        "The notice users-5bd of shop-1.4.0 goes out in your words."
    )
    assert told.says("mara", "announcements move users-5bd 2026-12-03 09:00").endswith(
        "goes out at 2026-12-03 09:00 Europe/Berlin."
    )
    assert told.says("mara", "announcements cancel users-1bd").startswith(
        "The notice users-1bd of shop-1.4.0 is cancelled."
    )
    assert "users-1bd is not waiting any more: cancelled." in told.says(
        "mara", "announcements cancel users-1bd"
    )
    assert "belong to @mara, who started it" in told.says("chloe", "announcements send users-1h")
    assert "has no notice “users-9bd”" in told.says("mara", "announcements send users-9bd")

    told.at(datetime(2026, 12, 3, 8, 0, tzinfo=UTC))
    assert told.until_told("Soon.") == "Soon. <!channel> *Be ready.*"
    sent = told.says("mara", "announcements send users-1h")
    assert sent == "The notice users-1h of shop-1.4.0 goes out now."
    assert preview.partition(":\n")[2] == told.until_told("*shop 1.4.0* is planned for")
    assert not [n for n in told.ws.notifications if n.kind == "channel"]


def test_every_notice_can_be_previewed_as_it_will_look_edited_moved_sent_and_cancelled_by_button(
    told: PlannedStory,
) -> None:
    told.until_read()
    told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")
    told.until_shown("shop-1.4.0")
    rows = told.reply("mara", "announcements")
    assert rows is not None

    def presses(what: str, notice: str) -> Delivery:
        return told.ws.person("mara").clicks(
            rows, action_id=f"announcements:{what}", value=f"shop-1.4.0 {notice}"
        )

    presses("edit", "users-1h")
    assert told.fills("mara", text="In an hour!\nBe *ready*.").ok
    presses("move", "users-5bd")
    assert told.modal("mara", "Move").plain.splitlines()[-1] == "In Europe/Berlin."
    assert told.fills("mara", date="2026-12-15", time="15:00").ok
    assert "would go out after the planned date" in told.modal("mara", "Harbourmaster").plain
    told.ws.person("mara").closes_all()
    presses("move", "users-5bd")
    assert "is in the past" in (told.fills("mara", date="2026-11-30").errors or {})["time"]
    assert told.fills("mara", date="2026-12-03", time="09:00").ok
    assert told.answer_to("mara", lambda: presses("cancel", "users-1bd")).startswith(
        "The notice users-1bd of shop-1.4.0 is cancelled."
    )
    foretold = told.answer_to("mara", lambda: presses("preview", "users-5bd"))
    told.at(datetime(2026, 12, 3, 7, 59, 50, tzinfo=UTC))
    told.until_idle()
    assert told.told() == []

    told.at(datetime(2026, 12, 3, 8, 0, tzinfo=UTC))
    moved = told.until_told("*shop 1.4.0* is planned for")
    assert foretold.partition(":\n")[2] == moved

    sent = told.answer_to("mara", lambda: presses("send", "users-1h"))
    assert sent == "The notice users-1h of shop-1.4.0 goes out now."
    assert told.until_told("In an hour!") == "In an hour!\nBe *ready*."
    told.at(datetime(2026, 12, 15, 13, 0, tzinfo=UTC))
    told.until_idle()
    assert len(told.told()) == 2


def test_when_the_clocks_of_its_zone_are_changed_a_notice_follows_and_who_was_told_is_told_anew(
    told: PlannedStory, tmp_path: Path
) -> None:
    told.until_read()
    told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")
    told.at(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))
    told.until_told("*shop 1.4.0* is planned for Tuesday 2026-12-15 09:00")
    told.until_idle()

    with clocks_changed(tmp_path, "Europe/Berlin", like="Europe/London"):
        told.at(datetime(2026, 12, 15, 13, 0, tzinfo=UTC))  # an hour ahead, as it was ordered
        corrected = told.until_told("has another date: it is now planned for Tuesday 2026-12-15 10:00")
        assert "You were told Tuesday 2026-12-15 09:00 (America/New_York)" in corrected
        told.until_idle()
        before = told.told()
        told.at(datetime(2026, 12, 15, 14, 0, tzinfo=UTC))
        told.until(lambda: len(told.told()) == len(before) + 1, "the notice an hour ahead")
        assert "is planned for Tuesday 2026-12-15 10:00" in told.told()[-1]
        told.at(datetime(2026, 12, 15, 14, 59, tzinfo=UTC))
        told.until_idle()
        assert len(told.told()) == len(before) + 1
