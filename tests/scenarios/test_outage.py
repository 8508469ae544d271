"""An hour without Slack while notices fall due: nothing is lost, nothing is said twice, and nothing goes out late in silence."""

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.cast import TALK
from tests.scenarios.planned import PlannedStory, planned_story

TWO_NOTICES = f"""
[announcements]
late_after = 18

[products.shop.audiences.users]
channel = "{TALK.id}"
timezone = "Europe/Berlin"
before = ["1 hour", "30 minutes"]
"""


def at(clock: str) -> datetime:
    """That time of the story's day, in UTC. Berlin is an hour ahead."""
    return datetime.fromisoformat(f"2026-12-15 {clock}").replace(tzinfo=UTC)


def was_refused(told: PlannedStory, method: str) -> bool:
    return any(line.kind == "request" and line.name == method and line.error for line in told.ws.log)


def test_an_hour_without_slack_loses_nothing_keeps_the_order_and_says_what_is_late(tmp_path: Path) -> None:
    with planned_story(tmp_path, TWO_NOTICES, at("09:00")) as told:
        told.until_read()
        for version, clock in (("1.5.0", "14:50"), ("1.6.0", "15:20"), ("1.7.0", "15:40")):
            told.says("mara", f"start shop {version} on 2026-12-15 {clock}")
            told.until_shown(f"shop-{version}")
        told.until_idle()
        told.at(at("12:50"))
        told.until_told("*shop 1.5.0* is planned for Tuesday 2026-12-15 14:50")

        told.ws.faults.outage(True)
        told.at(at("13:20"))  # the second notice of 1.5.0 and the first of 1.6.0 fall due
        told.until(lambda: was_refused(told, "chat.postMessage"), "Slack refuses a notice")
        told.at(at("14:00"))  # an hour, in which more fell due and 1.5.0 should have gone out
        told.ws.faults.outage(False)
        told.until_at_rest()
        told.later(minutes=5)  # behind every wait between two tries

        told.until_told("*shop 1.6.0* is planned for")
        late = re.compile(r"This notice is late: it was due [^.]+\.")
        assert [(said.split("*")[1], late.findall(said)) for said in told.told()] == [
            ("shop 1.5.0", []),
            ("shop 1.7.0", ["This notice is late: it was due Tuesday 2026-12-15 14:40 (Europe/Berlin)."]),
            ("shop 1.6.0", []),
        ]
        assert "`users-30min` was not sent: the planned date had passed by then." in told.says(
            "mara", "history shop-1.5.0"
        )
        assert "`users-1h` was not sent: it could not be sent in time, and a later notice" in told.says(
            "mara", "history shop-1.6.0"
        )
