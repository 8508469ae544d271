"""An hour without Slack: what was due is said afterwards, in order, and says how late it is."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.demo.cast import TALK
from tests.scenarios.planned import PlannedStory, planned_story

AN_HOUR_AHEAD = f"""
[announcements]
late_after = 20

[products.shop.audiences.users]
channel = "{TALK.id}"
timezone = "Europe/Berlin"
before = ["1 hour"]
"""


def test_an_hour_without_slack_loses_nothing_keeps_the_order_and_says_what_is_late(tmp_path: Path) -> None:
    with planned_story(tmp_path, AN_HOUR_AHEAD, datetime(2026, 12, 15, 9, tzinfo=UTC)) as told:
        told.until_read()
        for version, clock in (
            ("1.5.0", "15:20"),
            ("1.6.0", "15:30"),
            ("1.7.0", "15:50"),
        ):
            told.says("mara", f"start shop {version} on 2026-12-15 {clock}")
            told.until_shown(f"shop-{version}")
        told.until_idle()
        told.at(datetime(2026, 12, 15, 12, 58, tzinfo=UTC))
        told.until_idle()

        told.ws.faults.outage(True)
        for hour, minute in ((13, 20), (13, 30), (13, 50)):  # as each of the three falls due
            refused = refusals(told)
            told.at(datetime(2026, 12, 15, hour, minute, tzinfo=UTC))
            told.until(partial(more_refused, told, refused), "Slack refuses it")
        told.ws.faults.outage(False)
        told.at(datetime(2026, 12, 15, 14, 0, tzinfo=UTC))  # behind every wait between two tries

        told.until(lambda: len(told.told()) == 3, "whatever is still true is told")
        told.until_idle()
        assert [(said.split("*")[1], "This notice is late: it was due" in said) for said in told.told()] == [
            ("shop 1.5.0", True), ("shop 1.6.0", True), ("shop 1.7.0", False),
        ]  # fmt: skip


def refusals(told: PlannedStory) -> int:
    return len([line for line in told.ws.log if line.kind == "request" and line.error])


def more_refused(told: PlannedStory, before: int) -> bool:
    return refusals(told) > before
