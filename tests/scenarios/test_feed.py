"""The calendar for other calendars: over HTTP to whoever knows its address, and on the command line."""

import urllib.error
import urllib.request
from pathlib import Path

import icalendar

from bot.workflow.planning import calendar_feed
from tests.scenarios.story import story

TOKEN = "a-secret-of-the-team-4711"
SETTINGS = """
[calendar]
timezone = "Europe/Berlin"
feed_token_env = "DEMO_FEED_TOKEN"

[calendar.freezes."Year end"]
starts = "2027-12-18 18:00"
ends = "2028-01-04 08:00"
"""


def get(address: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - an address of this test
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, "", ""


def test_planned_releases_and_freezes_are_served_to_whoever_knows_the_address(
    tmp_path: Path,
) -> None:
    with story(tmp_path, settings=SETTINGS, environ={"DEMO_FEED_TOKEN": TOKEN}) as shop:
        shop.until_read()
        shop.says("mara", "start shop 1.4.0 on 2027-06-01 15:00")
        here = f"http://127.0.0.1:{shop.stage.bot.listen_http(['a-signing-secret'], '127.0.0.1', 0)}"

        status, kind, text = get(f"{here}/calendar/{TOKEN}.ics")

        assert (status, kind) == (200, "text/calendar; charset=utf-8")
        events = {str(e["SUMMARY"]): e for e in icalendar.Calendar.from_ical(text).walk("VEVENT")}
        assert set(events) == {"shop 1.4.0", "Freeze: Year end"}
        assert events["shop 1.4.0"]["DTSTART"].dt.isoformat() == "2027-06-01T13:00:00+00:00"
        for wrong in (
            f"/calendar/{TOKEN[:-1]}.ics",
            "/calendar/.ics",
            "/calendar/",
            f"/calendar/{TOKEN}",
            "/calendar/%C3%A9.ics",
        ):
            assert get(here + wrong)[0] == 404

        uid = events["shop 1.4.0"]["UID"]
        shop.says("mara", "schedule 2027-06-08 15:00")
        moved = icalendar.Calendar.from_ical(get(f"{here}/calendar/{TOKEN}.ics")[2]).walk("VEVENT")[0]
        assert (moved["UID"], moved["SEQUENCE"], moved["DTSTART"].dt.day) == (uid, 1, 8)


def test_the_same_calendar_is_printed_without_slack(tmp_path: Path) -> None:
    with story(tmp_path, settings=SETTINGS.replace('feed_token_env = "DEMO_FEED_TOKEN"\n', "")) as shop:
        shop.until_read()
        shop.says("mara", "start shop 1.4.0 on 2027-06-01 15:00")

        assert "SUMMARY:shop 1.4.0" in calendar_feed(shop.stage.bot.parts)
