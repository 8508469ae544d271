"""[calendar], [announcements] and the audiences of a product: what they mean, and every mistake with its line."""

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config import Config, ConfigMistakes, FreezeSetting
from bot.domain.notices import AudiencePlan, Lead
from bot.domain.posts import Post
from bot.domain.words import Audience, ChannelId

ENVIRON = {
    "SLACK_BOT_TOKEN": "xoxb-1-made-up",
    "SLACK_APP_TOKEN": "xapp-1-made-up",
    "SHOP_GIT_TOKEN": "made-up-git-token",
}

ALL = """
[calendar]
timezone = "Europe/Berlin"
countries = ["DE-BY", "US"]
workdays = ["sun", "mon"]
hours = "08:30-16:00"
holidays = { "2026-12-24" = "Company day" }
exception_quorum = 3
exception_roles = ["qa"]
feed_token_env = "FEED"

[calendar.freezes."Year end"]
starts = "2026-12-18 18:00"
ends = "2027-01-04 08:00"
products = ["shop"]

[announcements]
late_after = 15

[products.shop.audiences.operators]
channel = "C0987654321"
timezone = "Asia/Kolkata"
before = ["3 business days", "2 hours", "90 minutes"]
at = "09:30"
posts = ["tagged"]

[reminders.countries]
U0123456789 = "IN"
"""
FEED = {**ENVIRON, "FEED": "x" * 20}


def test_the_tables_become_frozen_values(read: Callable[..., Config], sound: str) -> None:
    config = read(sound + ALL, FEED)

    days, told = config.calendar, config.products["shop"].notices
    assert (days.zone, days.countries, days.workdays) == ("Europe/Berlin", ("DE-BY", "US"), {0, 6})
    assert (days.hours, days.holidays) == ((time(8, 30), time(16)), {date(2026, 12, 24): "Company day"})
    assert config.reminders.countries == {"U0123456789": "IN"}
    assert days.freezes == (
        FreezeSetting("Year end", datetime(2026, 12, 18, 18), datetime(2027, 1, 4, 8), frozenset({"shop"})),  # noqa: DTZ001 - wall times
    )  # fmt: skip
    assert told.audiences == (
        AudiencePlan(
            Audience.OPERATORS, ChannelId("C0987654321"), "Asia/Kolkata", time(9, 30),
            (Lead(days=3), Lead(span=timedelta(hours=2)), Lead(span=timedelta(minutes=90))), frozenset({Post.TAGGED}),
        ),
    )  # fmt: skip
    assert [lead.id for lead in told.audiences[0].leads] == ["3bd", "2h", "90min"]
    assert (told.late_after, told.exception_quorum, told.exception_roles) == (
        timedelta(minutes=15),
        3,
        ("qa",),
    )
    assert config.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Europe/Berlin"', '"Europe/Berln"', "`calendar.timezone` must be a time zone"),
        ('"DE-BY"', '"DE-XX"', "must be a country, as DE, or a region of one, as DE-BY"),
        ('"IN"', '"INDIA"', "must be a country, as DE, or a region of one, as DE-BY"),
        ("U0123456789", "devi", "must be the id of a person, as U0123456789"),
        ('"sun"', '"sunday"', "must be one of mon, tue"),
        ('"08:30-16:00"', '"16:00-08:30"', "must be two times of day, the earlier one first"),
        ('"2026-12-24"', '"2026-02-30"', "must be a date, as 2026-12-24; `2026-02-30` is none."),
        ('"2027-01-04 08:00"', '"2026-12-01 08:00"', "must end after it starts."),
        ('"2027-01-04 08:00"', '"2037-01-04 08:00"', "a freeze that never ends is forgotten"),
        ('"2027-01-04 08:00"', '"some day"', "must be a date and a time"),
        ('"2027-01-04 08:00"', '"2027-03-28 02:30"', "02:30 does not exist on 2027-03-28 in Europe/Berlin"),
        ('products = ["shop"]', 'products = ["shp"]', "which is no product here. Did you mean `shop`?"),
        ('["qa"]', '["ops"]', "`calendar.exception_roles` names `ops`, which is no role here."),
        ("exception_quorum = 3", "exception_quorum = 0", "must be 1 or more"),
        ("late_after = 15", "late_after = 0", "must be a number of minutes from 1 to 10080"),
        ('"3 business days"', '"3 days"', "must be a time before the release"),
        ('"09:30"', '"9:30"', "must be a time of day, as 10:00"),
        ('"tagged"', '"taged"', "Did you mean `tagged`?"),
        ("audiences.operators", "audiences.admins", "must be one of users, operators, stakeholders."),
        ('feed_token_env = "FEED"', 'feed_token_env = "NOT_SET"', "names the environment variable NOT_SET, which is not set"),
        ("exception_quorum", 'freeze_calendars = ["none.ics"]\nexception_quorum', "and there is no such file."),
        ("exception_quorum", 'freeze_calendars = ["https://a:b@c/x"]\nexception_quorum', "without a name or a password"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    read: Callable[..., Config], sound: str, old: str, new: str, said: str
) -> None:
    assert old in ALL

    with pytest.raises(ConfigMistakes) as found:
        read(sound + ALL.replace(old, new, 1), FEED)

    assert [said in mistake.sentence for mistake in found.value.mistakes] == [True], str(found.value)
    assert found.value.mistakes[0].line is not None


def test_a_short_secret_for_the_feed_is_refused_and_never_repeated(
    read: Callable[..., Config], sound: str
) -> None:
    with pytest.raises(ConfigMistakes, match="must hold 20 to 200 letters") as found:
        read(sound + ALL, {**FEED, "FEED": "too-short"})

    assert "too-short" not in str(found.value)


ROLES = "".join(
    f'\n[roles.{role}]\nmembers = ["U0123"]\n' for role in ("product", "docs", "database", "operations")
)


def test_check_finds_a_broken_template_and_a_broken_calendar_before_they_are_needed(
    folder: Path, sound: str
) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "tagged.md.j2").write_text("{{ versoin }}")
    (folder / "freezes.ics").write_text("no calendar")
    file = folder / "harbourmaster.toml"
    more = '\n[calendar]\nfreeze_calendars = ["freezes.ics"]\n\n[announcements]\ntemplates = "words"\n'
    file.write_text(sound + ROLES + more)

    answer = CliRunner().invoke(app, ["check", "--config", str(file)], env={**os.environ, **ENVIRON})

    assert answer.exit_code == 1
    assert "The template tagged.md.j2 cannot be used: 'versoin' is undefined. Correct it." in answer.output
    assert "freezes.ics is no calendar that can be read: " in answer.output


def test_check_finds_broken_templates_of_notes_also_of_one_product(folder: Path, sound: str) -> None:
    for name, page in (
        ("ours", "{{ product }"),
        ("theirs", "{% for s in sections %}{{ s.title }}{% endfor %}"),
    ):
        (folder / name).mkdir()
        (folder / name / "users.md.j2").write_text(page)
    file = folder / "harbourmaster.toml"
    more = '\n[notes]\ntemplates = "ours"\n\n[products.shop.notes]\ntemplates = "theirs"\n'
    file.write_text(sound + ROLES + more)

    answer = CliRunner().invoke(app, ["check", "--config", str(file)], env={**os.environ, **ENVIRON})

    assert answer.exit_code == 1
    assert "The template users.md.j2, line 1 cannot be used: " in answer.output
    assert "The template users.md.j2 leaves out what people write in place of lines." in answer.output
