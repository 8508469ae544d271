"""An hour without Slack: what was due is said afterwards, in order, with how late it is, unless it is no longer true."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.demo.cast import TALK
from bot.domain.notice_book import NoticeSkipped
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
            ("1.4.0", "14:59"),
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
        for hour, minute in ((12, 59), (13, 20), (13, 30), (13, 50)):  # as each of the four falls due
            refused = refusals(told)
            told.at(datetime(2026, 12, 15, hour, minute, tzinfo=UTC))
            told.until(partial(more_refused, told, refused), "Slack refuses it")
        told.ws.faults.outage(False)
        told.at(datetime(2026, 12, 15, 14, 1, tzinfo=UTC))

        told.until(lambda: len(told.told()) == 3, "whatever is still true is told")
        told.until_idle()
        assert [(said.split("*")[1], "This notice is late: it was due" in said) for said in told.told()] == [
            ("shop 1.5.0", True), ("shop 1.6.0", True), ("shop 1.7.0", False),
        ]  # fmt: skip
        assert skipped(told) == "shop-1.4.0 … the planned date had passed by then"


def refusals(told: PlannedStory) -> int:
    return len([line for line in told.ws.log if line.kind == "request" and line.error])


def more_refused(told: PlannedStory, before: int) -> bool:
    return refusals(told) > before


def skipped(told: PlannedStory) -> str:
    """Which notices were not sent, and why."""
    books = [told.release(f"shop-1.{n}.0") for n in range(4, 8)]
    return ", ".join(
        f"{one.id} … {decision.why}"
        for one in books
        for decision in one.book.decisions
        if isinstance(decision, NoticeSkipped)
    )
