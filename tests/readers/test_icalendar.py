"""iCalendar files of others: repetitions, zones, whole days, and everything that would take for ever."""

import time
from datetime import UTC, date, datetime

import pytest

from bot.domain.calendar_days import Calendar
from bot.domain.calendar_spans import Span, days_covered, freezes_of
from bot.domain.errors import OutsideRefusal
from bot.readers.icalendar_files import LARGEST, read_icalendar
from bot.readers.public_holidays import public_holidays

AROUND = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2028, 11, 1, tzinfo=UTC))


def file(*lines: str) -> bytes:
    text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a team//EN", *lines, "END:VCALENDAR", ""]
    return "\r\n".join(text).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:1@team", "SUMMARY:Year end", *lines, "END:VEVENT")


def read(*lines: str, zone: str = "Europe/Berlin") -> tuple[Span, ...]:
    return read_icalendar(file(*event(*lines)), "freezes.ics", zone, AROUND)


def test_whole_days_are_on_the_clocks_of_the_team() -> None:
    found = read("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20270103")

    assert found == (
        Span("Year end", datetime(2026, 12, 23, 23, tzinfo=UTC), datetime(2027, 1, 2, 23, tzinfo=UTC)),
    )
    assert sorted(days_covered(found, "Europe/Berlin"))[::9] == [date(2026, 12, 24), date(2027, 1, 2)]


def test_a_day_without_an_end_is_one_day() -> None:
    (found,) = read("DTSTART;VALUE=DATE:20261224")

    assert (found.ends - found.starts).total_seconds() == 86_400


def test_a_time_without_a_zone_or_in_one_that_does_not_exist_is_on_the_clocks_of_the_team() -> None:
    floating = read("DTSTART:20261224T180000", "DTEND:20261225T180000")
    unknown = read("DTSTART;TZID=Mars/Olympus:20261224T180000", "DTEND;TZID=Mars/Olympus:20261225T180000")
    elsewhere = read(
        "DTSTART;TZID=America/New_York:20261224T180000", "DTEND;TZID=America/New_York:20261225T180000"
    )

    assert floating[0].starts == unknown[0].starts == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert elsewhere[0].starts == datetime(2026, 12, 24, 23, tzinfo=UTC)


def test_a_repetition_without_an_end_is_followed_for_two_years_and_its_exceptions_count() -> None:
    found = read(
        "DTSTART;TZID=Europe/Berlin:20200103T180000", "DTEND;TZID=Europe/Berlin:20200103T200000",
        "RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20261106T180000",
    )  # fmt: skip

    assert found[0].starts == datetime(2026, 11, 13, 17, tzinfo=UTC)
    assert len(found) == 103
    assert {span.starts.hour for span in found} == {16, 17}  # summer and winter


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=HOURLY;INTERVAL=2", "FREQ=DAILY;BYSECOND=0,1,2,3"])
def test_what_repeats_within_a_day_is_refused_by_name(rule: str) -> None:
    with pytest.raises(OutsideRefusal, match="“Year end” repeats more than once a day"):
        read("DTSTART:20261224T180000Z", "DTEND:20261224T180001Z", f"RRULE:{rule}")


def test_a_daily_event_since_the_year_one_is_refused_and_one_since_1970_does_not_take_long() -> None:
    with pytest.raises(OutsideRefusal, match="“Year end” has been repeated since the year 1"):
        read("DTSTART:00010101T000000Z", "DTEND:00010101T010000Z", "RRULE:FREQ=DAILY")
    began = time.monotonic()

    found = read("DTSTART:19700101T000000Z", "DTEND:19700101T010000Z", "RRULE:FREQ=DAILY")

    assert (len(found), found[0].name) == (731, "Year end")
    assert time.monotonic() - began < 20


def test_more_events_than_a_calendar_of_holidays_can_have_are_refused() -> None:
    many = [
        line
        for n in range(2_100)
        for line in event("DTSTART:20261224T180000Z", f"DTEND:20270101T{n % 24:02}0000Z")
    ]
    different = [line.replace("1@team", f"{n}@team") for n, line in enumerate(many)]

    with pytest.raises(OutsideRefusal, match="more than 2,000 events"):
        read_icalendar(file(*different), "freezes.ics", "UTC", AROUND)


def test_a_file_of_50_mb_is_refused_without_being_read() -> None:
    began = time.monotonic()

    with pytest.raises(OutsideRefusal, match=f"larger than {LARGEST // 1_000_000} MB"):
        read_icalendar(b"X" * 50_000_000, "freezes.ics", "UTC", AROUND)

    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"nonsense", b"\x00\xff" * 100, b"<html>Please log in</html>", b"BEGIN:VCALENDAR",
        file("BEGIN:VEVENT", "DTSTART:never", "END:VEVENT"),
        file(*event("DTSTART:20261224T180000Z", "RRULE:FREQ=SOMETIMES")),
        file(*event("DTSTART:20261224T180000Z", "DTEND:20261225T180000Z", "RRULE:FREQ=DAILY;COUNT=many")),
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(OutsideRefusal, match=r"^freezes.ics is no calendar that can be read: "):
        read_icalendar(content, "freezes.ics", "UTC", AROUND)


def test_a_cancelled_event_and_one_without_length_are_no_freezes() -> None:
    assert read("DTSTART:20261224T180000Z", "DTEND:20261225T180000Z", "STATUS:CANCELLED") == ()
    assert read("DTSTART:20261224T180000Z", "DTEND:20261224T180000Z") == ()


def test_a_freeze_that_never_ends_is_refused_by_name_and_a_long_one_counts_to_its_end() -> None:
    with pytest.raises(
        OutsideRefusal, match=r"“Year end” never ends \(the year 9999\). Give it an end there."
    ):
        read("DTSTART:20261224T180000Z", "DTEND:99991231T000000Z")

    (freeze,) = freezes_of(read("DTSTART:20261224T180000Z", "DTEND:21001231T000000Z"))

    assert Calendar(freezes=(freeze,)).freeze_at(datetime(2028, 5, 1, tzinfo=UTC)) == freeze


def test_public_holidays_are_those_of_the_country_and_of_the_region() -> None:
    germany, bavaria = (public_holidays((code,), 2026, 2027) for code in ("DE", "DE-BY"))

    assert date(2026, 10, 3) in germany
    assert set(bavaria) - set(germany) >= {date(2027, 1, 6)}
