"""Reminders as people get them: the right person, in a direct message, with the button, and never twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.words import UserId
from bot.workspace import Message
from tests.scenarios.story import HOTFIX_PREPARATION, Story, story

LONG = timedelta(days=1000)
"""A clock that jumps would otherwise make orders in hand look abandoned."""
MONDAY = datetime(2026, 12, 7, 10, tzinfo=UTC)


class Clock:
    """Runs like the real one, from the moment it is set to."""

    def __init__(self, at: datetime) -> None:
        self._ahead = at - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def goes_on(self, by: timedelta) -> None:
        self._ahead += by


def told(shop: Story, who: str) -> list[Message]:
    """The reminders this person has got by direct message."""
    return [m for m in shop.ws.person(who).direct_messages() if "waits for" in m.plain]


def zones(shop: Story) -> dict[UserId, str]:
    with shop.stage.bot.parts.store.reading() as tx:
        return tx.reminders.zones()


def until_counted(shop: Story, item: str) -> None:
    """Wait until the bot knows since when this item is open: the clock must not jump before."""

    def counted() -> bool:
        with shop.stage.bot.parts.store.reading() as tx:
            return any(r.item == item for r in tx.reminders.of("shop-1.3.3"))

    shop.until(counted, f"{item} is known to be open")


def later(shop: Story, clock: Clock, hours: float) -> None:
    """Time goes on; the bot looks round at its next sweep."""
    clock.goes_on(timedelta(hours=hours))
    shop.stage.bot.parts.wake()


def until_told(shop: Story, who: str, times: int) -> Message:
    shop.until(lambda: len(told(shop, who)) == times, f"{who} is reminded {times} times")
    return told(shop, who)[-1]


def test_only_those_who_are_missing_are_reminded_and_sign_from_the_message(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG) as shop:
        release_id = shop.hotfix()
        shop.play(HOTFIX_PREPARATION[:2])
        shop.until_quiet()
        until_counted(shop, "PREP-2")

        later(shop, clock, 4.5)
        message = until_told(shop, "eli", 1)

        assert message.plain.startswith("⏰ *shop 1.3.3* waits for your sign-off since")
        assert "PREP-2" in message.plain
        assert told(shop, "devi") == [], "where she lives it is evening"
        shop.ws.person("eli").clicks(message, text="Approve as docs")
        shop.until(lambda: shop.release(release_id).sign_offs, "it is signed from the message")
        assert [told(shop, who) for who in ("ben", "mara")] == [[], []], "they are not missing"


def test_nobody_is_reminded_while_the_release_is_on_hold(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG) as shop:
        shop.hotfix()
        shop.says("chloe", "hold the data centre moves")
        shop.until_quiet()

        later(shop, clock, 6)
        shop.until_quiet()

        assert [told(shop, who) for who in ("mara", "eli", "devi")] == [[], [], []]


def test_a_snooze_and_an_absence_keep_reminders_away(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG) as shop:
        shop.hotfix()
        shop.until_quiet()
        eli = shop.ws.person("eli")
        shop.until(lambda: "U0DEVI" in zones(shop), "her zone has been read")
        assert shop.says("mara", "snooze").startswith("You will not be reminded for 4 hours.")
        answer = shop.says("devi", f"away until 2026-12-24 <@{eli.id}>")
        assert (
            answer
            == "You are away until 2026-12-24 09:00 Asia/Kolkata; @eli is asked in your place where they may. `/release back` ends it."
        )
        assert shop.says("devi", "away until 2026-12-24 <@U0BEN>").startswith("@ben fills none of your roles")
        assert shop.says("devi", "mine").endswith(
            "You are away until 2026-12-24 09:00 Asia/Kolkata; @eli is asked in your place. `/release back` ends it."
        )
        assert (
            "You are asked in the place of @devi, who is away until 2026-12-23 22:30 America/New_York."
            in shop.says("eli", "mine")
        )

        until_counted(shop, "PREP-2")
        later(shop, clock, 4.5)
        until_told(shop, "eli", 2)
        shop.until_quiet()

        assert told(shop, "devi") == []
        assert shop.says("devi", "back") == "Welcome back."
        assert shop.says("devi", "snooze 1h").startswith("You will not be reminded for 1 hour. ")

        shop.says("devi", f"away until 2026-12-24 <@{eli.id}>")
        assert shop.says("eli", "away until 2026-12-28 <@U0DEVI>").endswith(
            "Mind that @devi is away too, until 2026-12-23 22:30 America/New_York: before that nobody is asked in your place. "
            "Mind that you stand in for @devi: meanwhile nobody is asked there."
        )


def test_after_the_deadline_the_whole_role_is_told_in_the_thread(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG) as shop:
        shop.hotfix()
        shop.until_quiet()
        until_counted(shop, "PREP-2")

        later(shop, clock, 49)

        def escalated() -> list[str]:
            return [m.plain for m in shop.posts() if "is open since" in m.plain]

        shop.until(lambda: any("PREP-2" in line for line in escalated()), "the role is told")
        shop.until_quiet()
        assert len(set(escalated())) == len(escalated())
        assert all("@" in line for line in escalated())


def test_nobody_is_reminded_on_a_holiday_of_the_team(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    off = '[calendar]\nholidays = { "2026-12-07" = "Company day" }\n'
    with story(tmp_path, clock=clock, lease=LONG, settings=off) as shop:
        shop.hotfix()
        shop.until_quiet()
        until_counted(shop, "PREP-2")

        later(shop, clock, 4.5)
        shop.until_quiet()
        shop.until(lambda: not due(shop), "nothing is due")
        assert [told(shop, who) for who in ("mara", "eli", "devi")] == [[], [], []]

        later(shop, clock, 24)
        until_told(shop, "mara", 1)


def due(shop: Story) -> bool:
    parts = shop.stage.bot.parts
    next_due = parts.queue.next_due(parts.clock())
    return next_due is not None and next_due <= parts.clock()


def test_whoever_moves_is_reminded_on_the_clocks_of_the_new_place(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG) as shop:
        shop.hotfix()
        shop.play(HOTFIX_PREPARATION[:2])
        shop.until_quiet()
        until_counted(shop, "PREP-2")
        shop.until(lambda: zones(shop).get(UserId("U0DEVI")) == "Asia/Kolkata", "her zone has been read")
        later(shop, clock, 4.5)
        until_told(shop, "eli", 1)
        assert told(shop, "devi") == [], "where she lives it is evening"

        shop.ws.set_zone("devi", "Europe/London")

        until_told(shop, "devi", 1)
        assert zones(shop)[UserId("U0DEVI")] == "Europe/London"


def test_a_move_of_which_slack_says_nothing_is_noticed_within_a_week(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG) as shop:
        shop.hotfix()
        shop.until_quiet()
        shop.until(lambda: UserId("U0DEVI") in zones(shop), "her zone has been read")
        shop.until(lambda: not (due(shop) or shop.in_hand()), "nobody is being looked at a second time")
        shop.ws.faults.lose_deliveries(2)  # and its second delivery
        shop.ws.set_zone("devi", "Europe/London")
        asked = len(shop.calls("users.info"))

        later(shop, clock, 24 * 7)

        shop.until(lambda: zones(shop)[UserId("U0DEVI")] == "Europe/London", "the weekly look notices it")
        assert len(shop.calls("users.info")) > asked


def test_a_changed_status_writes_and_asks_nothing(tmp_path: Path) -> None:
    with story(tmp_path, clock=Clock(MONDAY), lease=LONG) as shop:
        shop.hotfix()
        shop.until_quiet()
        shop.until(lambda: len(zones(shop)) == 4, "everybody of whom something is wanted has been looked at")
        # One who is wanted for a second thing meanwhile is looked at twice.
        shop.until(lambda: not (due(shop) or shop.in_hand()), "everything that is due has been done")
        asked, heard = len(shop.calls("users.info")), events(shop)

        shop.ws.set_zone("devi", "Asia/Kolkata")  # the event carries the zone that is known already
        shop.ws.set_zone("chloe", "Asia/Tokyo")  # nothing is wanted of her yet

        shop.until(lambda: events(shop) == heard + 2, "both events are acknowledged")
        shop.says("mara", "mine")  # answered behind them
        assert shop.open_orders("ReadPerson") == 4, "only the weekly looks wait"
        assert len(shop.calls("users.info")) == asked


def events(shop: Story) -> int:
    return len([line for line in shop.ws.log if line.kind == "envelope" and "user_change" in line.detail])
