"""The channel of an audience is archived or loses the bot: told once, waited for, and what is still true goes out after the mend."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.cast import CHANNEL, TALK
from bot.workspace import Message
from tests.scenarios.planned import THERE, USERS, PlannedStory, planned_story

MANAGERS = ("ben", "mara")


def alarms(told: PlannedStory, who: str) -> list[Message]:
    return [m for m in told.ws.person(who).direct_messages() if "cannot write in" in m.plain]


def until_managers_know(told: PlannedStory) -> None:
    told.until(lambda: all(len(alarms(told, who)) == 1 for who in MANAGERS), "the release managers are told")


def planned(told: PlannedStory) -> None:
    told.until_read()
    assert told.says("mara", "start shop 1.4.0 on 2026-12-15 15:00").startswith("Started shop-1.4.0")
    told.until_shown("shop-1.4.0")
    told.until_idle()


@pytest.mark.parametrize(
    ("shut", "why"), [("archive", "is archived"), ("remove_bot", "not a member of the channel")]
)
def test_a_closed_channel_is_told_once_and_what_is_still_true_goes_out_when_it_is_mended(
    tmp_path: Path, shut: str, why: str
) -> None:
    with planned_story(tmp_path) as told:
        planned(told)
        getattr(told.ws, shut)(THERE)

        told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
        until_managers_know(told)
        (message,) = alarms(told, "ben")
        assert message.plain.startswith(
            f"🚨 The bot cannot write in {THERE}, where users of shop should be told."
        )
        assert why in message.plain
        assert why in told.says("mara", "status")
        for hour in (15, 16):  # the second notice falls due behind the first
            told.at(datetime(2026, 12, 14, hour, 30, tzinfo=UTC))
            told.until_idle()
        assert [len(alarms(told, who)) for who in MANAGERS] == [1, 1], (
            "once a channel, not once a notice or a try"
        )

        told.ws.mend(THERE)
        told.ws.person("ben").clicks(message, text="Try again now")

        late = told.until_told("*shop 1.4.0* is planned for")
        assert "This notice is late: it was due Monday 2026-12-14 10:00 (America/New_York)." in late
        told.until_logged("`users-5bd` was not sent: it could not be sent in time, and a later notice")
        told.at(datetime(2026, 12, 15, 13, 0, tzinfo=UTC))
        told.until(lambda: len(told.told()) == 2, "the last notice, in time")
        with told.stage.bot.parts.store.reading() as tx:
            assert tx.shut_channels.of("C0GENERAL") is None


def test_two_releases_that_tell_one_closed_channel_are_one_incident_and_a_new_one_is_told_anew(
    tmp_path: Path,
) -> None:
    with planned_story(tmp_path) as told:
        planned(told)
        assert told.says("mara", "start shop 1.5.0 on 2026-12-15 16:00").startswith("Started shop-1.5.0")
        told.until_shown("shop-1.5.0")
        told.until_idle()
        told.ws.archive(THERE)
        told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
        until_managers_know(told)
        told.ws.mend(THERE)
        assert told.says("chloe", f"retry {THERE}").startswith("What waits for that channel is tried now.")
        told.until(lambda: len(told.told()) == 2, "both are told")
        assert told.says("chloe", f"retry {THERE}").startswith("Nothing waits for that channel")

        told.ws.archive(THERE)
        told.at(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))

        told.until(lambda: len(alarms(told, "ben")) == 2, "the second incident is told as well")
        told.until_idle()
        assert len(alarms(told, "mara")) == 2


POSTS = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
timezone = "America/New_York"
before = []
posts = ["started", "on-hold", "cancelled"]
"""


def test_posts_that_waited_say_that_they_are_late_and_what_is_no_longer_true_is_not_said(
    tmp_path: Path,
) -> None:
    with planned_story(tmp_path, POSTS) as told:
        told.ws.archive(THERE)
        planned(told)
        until_managers_know(told)
        told.says("eli", "hold the build is red")
        told.says("eli", "resume")
        told.later(hours=3)
        told.until_idle()
        assert told.told() == []

        told.ws.mend(THERE)
        told.later(minutes=2)

        said = told.until_told("Work on *shop 1.4.0*, a minor release, has begun")
        assert said.endswith("This comes late: it happened Tuesday 2026-12-01 03:00 (America/New_York)._")
        told.until_logged("Users were not told “on-hold”: the hold was lifted meanwhile.")
        told.says("mara", "cancel nobody needs it")
        told.until_told("*shop 1.4.0* was cancelled.")
        assert len(told.told()) == 2


def test_a_channel_that_is_renamed_is_told_in_all_the_same_and_nobody_is_alarmed(tmp_path: Path) -> None:
    with planned_story(tmp_path) as told:
        planned(told)
        told.ws.rename(THERE, "everybody")

        told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))

        told.until(lambda: [m for m in told.ws.messages("#everybody") if m.from_bot], "users are told")
        told.until_idle()
        assert [alarms(told, who) for who in MANAGERS] == [[], []]
        assert "in #everybody, in time." in told.until_logged("The notice `users-5bd` went to users")


def test_a_new_name_of_a_channel_the_bot_speaks_in_is_told_to_the_managers_once(tmp_path: Path) -> None:
    with planned_story(tmp_path) as told:
        planned(told)
        told.ws.faults.double_deliveries(1)

        told.ws.rename(THERE, "everybody")

        told.until(lambda: all(renames(told, who) for who in MANAGERS), "the release managers are told")
        told.until_idle()
        for who in MANAGERS:
            (message,) = renames(told, who)
            assert message.plain.splitlines() == [
                "🏷️ #general is now called #everybody.",
                "What the bot says there (to users of shop) goes on as before: harbourmaster.toml names channels by their ids, "
                "and this one is still `C0GENERAL`. Nothing has to be changed; only words that name the channel, in comments or "
                "on pages of yours, are out of date.",
            ]
        told.ws.rename("everybody", "everyone")
        told.until(
            lambda: all(len(renames(told, who)) == 2 for who in MANAGERS), "the next name is told as well"
        )
        assert "#everybody is now called #everyone." in renames(told, "ben")[-1].plain


def test_where_the_old_name_cannot_be_read_the_new_one_is_told_and_what_lives_there(tmp_path: Path) -> None:
    with planned_story(tmp_path) as told:
        planned(told)
        told.ws.remove_bot(THERE)
        told.ws.rename(THERE, "everybody")

        told.until(lambda: all(renames(told, who) for who in MANAGERS), "the release managers are told")
        assert "🏷️ A channel is now called #everybody." in renames(told, "mara")[0].plain
        told.ws.rename(CHANNEL.name, "ships")
        told.until(lambda: len(renames(told, "ben")) == 2, "the channel of the release is news as well")
        assert "What the bot says there (about shop-1.4.0) goes on" in renames(told, "ben")[-1].plain


def test_the_name_of_a_channel_the_bot_does_not_speak_in_is_no_news(tmp_path: Path) -> None:
    with planned_story(tmp_path, settings="") as told:
        planned(told)

        told.ws.rename(THERE, "everybody")

        told.until(
            lambda: any("channel_rename" in line.detail for line in told.ws.log), "the bot hears of it"
        )
        told.says("mara", "mine")  # answered behind it
        told.until_idle()
        assert [renames(told, who) for who in MANAGERS] == [[], []]


def renames(told: PlannedStory, who: str) -> list[Message]:
    return [m for m in told.ws.person(who).direct_messages() if "is now called" in m.plain]


def test_a_template_that_was_broken_after_the_check_is_told_to_the_managers_and_the_notice_waits(
    tmp_path: Path,
) -> None:
    words = tmp_path / "words"
    words.mkdir()
    ours = words / "notice.md.j2"
    ours.write_text("{{ product }} {{ versoin }} is coming")
    settings = f'{USERS}\n[announcements]\ntemplates = "{words}"\n'
    with planned_story(tmp_path, settings) as told:
        planned(told)

        told.at(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
        until_managers_know(told)

        (message,) = alarms(told, "ben")
        why = "The template notice.md.j2 cannot be used: 'versoin' is undefined. Correct it."
        assert why in message.plain
        assert why in told.says("mara", "status")
        ours.write_text("{{ product }} {{ version }} is coming")
        told.ws.person("ben").clicks(message, text="Try again now")
        assert told.until_told("is coming") == "shop 1.4.0 is coming"
        told.until_idle()
        assert len(alarms(told, "ben")) == 1
