"""Freezes: no date inside one, no sign-off to ship and no tag; and the exception that several people sign."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.errors import OutsideRefusal
from bot.effects.make_tag import refuse_in_freeze
from tests.scenarios.deployed import deployed
from tests.scenarios.planned import USERS, PlannedStory, planned_story
from tests.scenarios.story import HOTFIX_PREPARATION, HOTFIX_TESTING

FREEZES = """
[calendar]
timezone = "Europe/Berlin"
exception_roles = ["release-manager", "operations"]

[calendar.freezes."Year end"]
starts = "2026-12-18 18:00"
ends = "2027-01-04 08:00"

[calendar.freezes.Audit]
starts = "2026-12-02 00:00"
ends = "2026-12-02 12:00"
"""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[PlannedStory]:
    with planned_story(tmp_path, FREEZES) as one:
        yield one


def test_a_date_inside_a_freeze_is_taken_only_after_two_people_have_signed_an_exception(
    told: PlannedStory,
) -> None:
    told.until_read()

    refused = told.says("mara", "start shop 1.4.0 on 2026-12-20 14:00")
    assert refused.startswith(
        "2026-12-20 14:00 lies inside the freeze “Year end”, which ends 2027-01-04 08:00 Europe/Berlin."
    )
    assert told.says("mara", "start shop 1.4.0").startswith("Started shop-1.4.0")
    assert "the freeze “Year end” ends 2027-01-04 08:00 Europe/Berlin" in told.says(
        "mara", "schedule 2026-12-20 14:00"
    )
    assert "You started shop-1.4.0, so others sign" in told.says("mara", 'exempt "Year end" it cannot wait')
    assert "you are in none of them" in told.says("chloe", 'exempt "Year end" it cannot wait')
    assert "There is: “Audit”, “Year end”." in told.says("ben", "exempt Easter it cannot wait")
    assert "A name of several words stands in quotes." in told.says("ben", "exempt Year end it cannot wait")
    assert told.says("ben", 'exempt "Year end" it cannot wait') == (
        "You signed the exception from “Year end” for shop-1.4.0. 1 more must sign before it counts."
    )
    assert "You have signed the exception" in told.says("ben", 'exempt "year end" again')
    assert "1 more of release-manager or operations have to sign" in told.says(
        "mara", "schedule 2026-12-20 14:00"
    )
    assert told.says("devi", 'exempt "Year end" customers wait for it') == (
        "The exception from “Year end” is complete: shop-1.4.0 may go out inside it."
    )

    assert told.says("mara", "schedule 2026-12-20 14:00").startswith(
        "shop-1.4.0 is planned for 2026-12-20 14:00"
    )
    told.until_logged("@ben signed an exception from the freeze “Year end”")


def test_inside_a_freeze_nothing_is_signed_for_release(told: PlannedStory) -> None:
    told.hotfix()
    told.play(HOTFIX_PREPARATION, HOTFIX_TESTING)
    told.until_card(lambda card: "▶️ *Release*" in card)
    told.at(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))

    assert told.says("ben", "approve as release-manager").startswith(
        "shop-1.3.3 cannot be shipped now: the freeze “Audit” ends 2026-12-02 12:00 Europe/Berlin."
    )
    told.at(datetime(2026, 12, 2, 11, 0, tzinfo=UTC))
    assert told.says("ben", "approve as release-manager").startswith("You signed")


def test_the_last_look_before_a_tag_sees_a_freeze_that_began_after_the_sign_offs(told: PlannedStory) -> None:
    release = told.release(told.hotfix())
    refuse_in_freeze(told.stage.bot.parts, release)

    told.at(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))

    with pytest.raises(
        OutsideRefusal, match="Nothing is tagged now: the freeze “Audit” ends 2026-12-02 12:00"
    ):
        refuse_in_freeze(told.stage.bot.parts, release)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("2026-12-15 14:00 Europe/Berln", "“Europe/Berln” is not a time zone. Did you mean `Europe/Berlin`?"),
        ("2026-12-15 14:00 Nowhere", "“Nowhere” is not a time zone. Write it as `Europe/Berlin`."),
        ("2026-12-15 Europe", "“Europe” is not a time zone."),
        ("2026-11-30", "2026-11-30 10:00 (Europe/Berlin) is in the past"),
        ("2027-03-28 02:30", "02:30 does not exist on 2027-03-28 in Europe/Berlin"),
        ("2027-10-31 02:30", "02:30 exists twice on 2027-10-31 in Europe/Berlin"),
        ("2026-12-15 14:00 UTC please", "Write a date and, if you like, a time and a zone"),
        ("tomorrow", "“tomorrow” is not a date that exists."),
        ("20.12.2026", "“20.12.2026” is not a date that exists. Write it as `2026-12-01`."),
        ("", "Write a date and, if you like, a time and a zone"),
    ],
)
def test_dates_that_mean_nothing_are_asked_back(all_words: PlannedStory, words: str, why: str) -> None:
    assert why in all_words.says("mara", f"schedule {words}")


def test_a_date_at_which_nobody_works_is_taken_and_says_so(tmp_path: Path) -> None:
    settings = '[calendar]\ntimezone = "Europe/Berlin"\nhours = "09:00-17:00"\nholidays = { "2026-12-24" = "Company day" }\n'
    with planned_story(tmp_path, settings) as told:
        told.until_read()

        started = told.says("mara", "start shop 1.4.0 on 2026-12-15 17:00")

        assert started.endswith(
            "Mind that the team is not at work then: it works from 09:00 to 17:00 Europe/Berlin."
        )
        for words, why in (
            ("2026-12-24 10:00", "2026-12-24 is a day off (Company day)."),
            ("2026-12-19 10:00", "2026-12-19 is a Saturday."),
            ("2026-12-17 22:30 UTC", "it works from 09:00 to 17:00 Europe/Berlin."),
        ):
            assert told.says("mara", f"schedule {words}").endswith(
                f"Mind that the team is not at work then: {why}"
            )
        assert told.says("mara", "schedule 2026-12-16 09:00").endswith("lie ahead of it.")


@pytest.fixture(scope="module")
def all_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlannedStory]:
    with planned_story(tmp_path_factory.mktemp("dates"), FREEZES) as one:
        one.until_read()
        one.says("mara", "start shop 1.4.0")
        yield one


ICS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//a team//EN\r
BEGIN:VEVENT\r
UID:1@team\r
SUMMARY:Black Friday <!channel>\r
DTSTART;VALUE=DATE:20261127\r
DTEND;VALUE=DATE:20261202\r
RRULE:FREQ=YEARLY\r
END:VEVENT\r
END:VCALENDAR\r
"""


class _Calendar(BaseHTTPRequestHandler):
    answers = 503

    def do_GET(self) -> None:
        body = ICS.encode() if type(self).answers == 200 else b""
        self.send_response(type(self).answers)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_calendar_at_an_address_is_unknown_until_read_and_counts_then(tmp_path: Path) -> None:
    _Calendar.answers = 503
    with HTTPServer(("127.0.0.1", 0), _Calendar) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/freezes.ics"
        settings = f'[calendar]\ntimezone = "Europe/Berlin"\nfreeze_calendars = ["{address}"]\n'
        with planned_story(tmp_path, settings, datetime(2026, 11, 20, 9, tzinfo=UTC)) as told:
            told.until_read()
            told.says("mara", "start shop 1.4.0")
            assert "the calendar freezes.ics has never been read" in told.says(
                "mara", "schedule 2026-11-30 14:00"
            )
            shown = told.says_until("mara", "calendar", "answers with 503")
            assert "freezes.ics has never been read." in shown

            _Calendar.answers = 200
            _read_again(told.stage)

            refused = told.says_until("mara", "schedule 2026-11-30 14:00", "Black Friday")
            assert "ends 2026-12-02 00:00 Europe/Berlin" in refused
            assert "🧊 *Black Friday <!channel>*" in told.says("mara", "calendar")
            assert not [n for n in told.ws.notifications if n.kind == "channel"]
            assert told.says("mara", "schedule 2026-12-02 14:00").startswith("shop-1.4.0 is planned for")
        server.shutdown()


def _read_again(stage: Stage) -> None:
    stage.bot.workers.wake()


def test_a_notice_of_a_release_whose_date_a_freeze_has_covered_since_is_not_sent_and_the_log_says_why(
    tmp_path: Path,
) -> None:
    calendar = tmp_path / "freezes.ics"
    calendar.write_text(ICS)
    settings = f'[calendar]\nfreeze_calendars = ["{calendar}"]\n{USERS}'
    with planned_story(tmp_path, settings) as told:
        told.until_read()
        assert told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00").startswith("Started shop-1.4.0")
        told.until_shown("shop-1.4.0")
        told.until_idle()

        calendar.write_text(ICS.replace("20261127", "20261214").replace("20261202", "20261217"))
        told.later(minutes=20)
        told.says_until("mara", "calendar", "frozen from 2026-12-14")
        told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))

        told.until_logged(
            "The notice `users-5bd` was not sent: the planned date lies inside the freeze “Black Friday <!channel>”."
        )
        told.until_idle()
        assert told.told() == []


def test_the_calendar_shows_six_weeks_of_releases_notices_freezes_and_holidays(tmp_path: Path) -> None:
    settings = FREEZES.replace(
        "[calendar]\n", '[calendar]\ncountries = ["DE-BY"]\nholidays = { "2026-12-07" = "Company day" }\n'
    )
    with planned_story(tmp_path, settings) as told:
        told.until_read()
        told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00")

        shown = told.says("chloe", "calendar").splitlines()

        assert shown[0] == "*2026-12-01 to 2027-01-12* (Europe/Berlin)"
        said = [line.split(" UTC ")[-1] if line.startswith("2026-12-1") else line for line in shown[1:]]
        assert [s for s in said if "🏖️" in s] == [
            "🏖️ Mon 2026-12-07 Company day",
            "🏖️ Fri 2026-12-25 Christmas Day (DE-BY)",
            "🏖️ Sat 2026-12-26 Second Day of Christmas (DE-BY)",
            "🏖️ Fri 2027-01-01 New Year's Day (DE-BY)",
            "🏖️ Wed 2027-01-06 Epiphany (DE-BY)",
        ]
        assert len([s for s in shown if "🧊" in s]) == 2
        assert len([s for s in shown if "📣" in s]) == 3
        assert len([s for s in shown if "🚢 *shop-1.4.0* is planned" in s]) == 1


@pytest.mark.process("REL-3", "TEST-1")
def test_nothing_is_deployed_inside_a_freeze(tmp_path: Path) -> None:
    freeze = """
[calendar.freezes.Audit]
starts = "2026-01-01 00:00"
ends = "2026-12-31 12:00"
"""
    now = datetime.now(UTC)
    freeze = freeze.replace("2026-01-01", f"{now - timedelta(days=3):%Y-%m-%d}").replace(
        "2026-12-31", f"{now + timedelta(days=3):%Y-%m-%d}"
    )
    calendar = '[calendar]\ntimezone = "Europe/Berlin"\nexception_roles = ["release-manager", "operations"]\n'
    with deployed(tmp_path, calendar + freeze, automates=("staging",)) as world:
        shop = world.shop
        release_id = shop.started("shop hotfix")
        shop.play(HOTFIX_PREPARATION)

        said = shop.until_logged("*TEST-1* failed")
        assert "Nothing was deployed: the freeze “Audit” ends" in said
        assert "/release exempt" in said
        assert world.traces() == []

        for who in ("ben", "devi"):
            shop.says(who, f'exempt {release_id} "Audit" customers wait for it')
        shop.says("devi", "run TEST-1")
        shop.until_logged("*TEST-1* passed")
        assert world.served("staging") == "1.3.3-rc.1"
