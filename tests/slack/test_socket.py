"""Socket Mode against the local workspace, on good days and on the bad ones Slack is known for."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.slack.incoming import Answer, GroupChanged, Incoming, Typed
from bot.slack.socket import Pace, SocketIntake
from bot.workspace import Delivery, DeliveryStatus, Workspace
from tests.slack.setting import Bot, workspace_setup

QUICK = Pace(first_pause=0.05, longest_pause=0.2, beat=0.02)


class SlowBot(Bot):
    """Answers a command with the word `slow` only when it may."""

    def __init__(self) -> None:
        super().__init__(Answer(text="Done."))
        self.may_answer = Event()
        self.is_busy = Event()

    def deliver(self, incoming: Incoming) -> Answer:
        if isinstance(incoming, Typed) and "slow" in incoming.text:
            self.is_busy.set()
            self.may_answer.wait(10)
        return super().deliver(incoming)


@contextmanager
def listening(slack: Workspace, bot: Bot, **settings: Any) -> Iterator[SocketIntake]:
    """The bot takes in what the workspace sends, with both connections up."""
    intake = SocketIntake(slack.app_token, bot.app(), slack.api_url, **({"pace": QUICK} | settings))
    intake.start()
    try:
        slack.wait_for(lambda: slack.socket_mode.connections == 2, why="two connections")
        yield intake
    finally:
        intake.stop()


@pytest.fixture
def typing() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def eventually(condition: Any, timeout: float = 5.0) -> None:
    """Wait for something the workspace does not see."""
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def opened(slack: Workspace) -> int:
    return sum(line.kind == "connection" and line.name == "opened" for line in slack.log)


def test_a_command_is_answered_over_one_of_two_connections(slack: Workspace) -> None:
    bot = Bot(Answer(text="All good."))

    with listening(slack, bot) as intake:
        delivery = slack.person("alice").types("#releases", "/release start payload-svc for @bob 😀")
        eventually(intake.healthy)

        assert intake.trouble() is None

    assert delivery.ok
    assert delivery.latency < 1
    assert delivery.reply is not None
    assert (delivery.reply.text, delivery.reply.ephemeral_to) == ("All good.", "U0ALICE")
    [heard] = bot.heard
    assert isinstance(heard, Typed)
    assert heard.words == ("start", "payload-svc", "for", "<@U0BOB|bob>", "😀")


def test_a_changed_group_is_told(slack: Workspace) -> None:
    bot = Bot()

    with listening(slack, bot):
        slack.set_group_members("qa", ["bob"])
        eventually(lambda: len(bot.heard) == 2)

    assert {each.group for each in bot.heard if isinstance(each, GroupChanged)} == {"S0QA"}
    assert len({each.key for each in bot.heard}) == 2


@pytest.mark.parametrize("wish", ["warn", "refresh"])
def test_nothing_is_lost_while_slack_refreshes_the_connections(
    slack: Workspace, typing: ThreadPoolExecutor, wish: str
) -> None:
    bot = Bot(Answer(text="Done."))
    deliveries: list[Future[Delivery]] = []

    with listening(slack, bot):
        before = opened(slack)
        for turn in range(3):
            deliveries += [
                typing.submit(slack.person("alice").types, "#releases", f"/release {turn}.{number}")
                for number in range(20)
            ]
            getattr(slack.socket_mode, wish)()
        slack.wait_for(lambda: opened(slack) >= before + 2, why="the connections that replace them")
        done = [delivery.result() for delivery in deliveries]

    assert {delivery.status for delivery in done} == {DeliveryStatus.ACKNOWLEDGED}
    assert max(delivery.latency for delivery in done) < 2
    assert len(bot.heard) == 60


@pytest.mark.parametrize("way", ["cut", "reset"])
def test_a_broken_connection_is_replaced_at_once(slack: Workspace, way: str) -> None:
    bot = Bot(Answer(text="Done."))

    with listening(slack, bot) as intake:
        began = time.monotonic()
        getattr(slack.socket_mode, way)()
        slack.wait_for(lambda: slack.socket_mode.connections == 2, why="new connections")
        took = time.monotonic() - began
        delivery = slack.person("alice").types("#releases", "/release status")
        eventually(intake.healthy)

    assert took < 2
    assert delivery.ok


def test_an_answer_finds_its_way_when_its_connection_broke_meanwhile(
    slack: Workspace, typing: ThreadPoolExecutor
) -> None:
    bot = SlowBot()

    with listening(slack, bot):
        delivery = typing.submit(slack.person("alice").types, "#releases", "/release slow")
        assert bot.is_busy.wait(5)
        slack.socket_mode.cut()
        slack.wait_for(lambda: slack.socket_mode.connections == 2, why="new connections")
        bot.may_answer.set()

        assert delivery.result().ok


def test_a_slow_answer_holds_up_nobody_else(slack: Workspace, typing: ThreadPoolExecutor) -> None:
    bot = SlowBot()

    with listening(slack, bot):
        slow = typing.submit(slack.person("bob").types, "#releases", "/release slow")
        assert bot.is_busy.wait(5)
        quick = slack.person("alice").types("#releases", "/release status")
        bot.may_answer.set()

        assert quick.ok
        assert quick.latency < 1
        assert slow.result().ok


def test_it_starts_while_slack_is_down_and_comes_up_with_it(slack: Workspace) -> None:
    bot = Bot(Answer(text="Done."))
    slack.faults.outage(True)
    intake = SocketIntake(slack.app_token, bot.app(), slack.api_url, pace=QUICK)

    intake.start()
    try:
        slack.wait_for(lambda: sum(line.name == "apps.connections.open" for line in slack.log) >= 4)
        assert not intake.healthy()
        assert "cannot be reached" in str(intake.trouble())

        slack.faults.outage(False)
        slack.wait_for(lambda: slack.socket_mode.connections == 2)

        assert slack.person("alice").types("#releases", "/release status").ok
    finally:
        intake.stop()


def test_nobody_at_slacks_address_is_a_trouble_and_no_crash() -> None:
    intake = SocketIntake("xapp-1-x", Bot().app(), "http://127.0.0.1:9/api/", pace=QUICK)

    intake.start()
    try:
        eventually(lambda: "cannot be reached" in str(intake.trouble()))
    finally:
        intake.stop()

    assert not intake.healthy()


def test_a_wrong_token_is_said_and_never_shown(slack: Workspace) -> None:
    with capture_logs() as logs:
        intake = SocketIntake("xapp-1-wrong", Bot().app(), slack.api_url, pace=QUICK)
        intake.start()
        try:
            eventually(lambda: "SLACK_APP_TOKEN" in str(intake.trouble()))
        finally:
            intake.stop()

    assert "xapp-1-wrong" not in repr(logs)


def test_a_rate_limit_on_connecting_is_waited_out(slack: Workspace) -> None:
    slack.faults.rate_limit("apps.connections.open", seconds=1)
    began = time.monotonic()

    with listening(slack, Bot()):
        took = time.monotonic() - began

    assert took >= 1
    refused = [line for line in slack.log if line.name == "apps.connections.open" and line.error]
    assert len(refused) == 1


def test_socket_mode_switched_off_is_a_trouble_with_a_cure(slack: Workspace) -> None:
    with listening(slack, Bot(), pace=Pace(first_pause=0.2, longest_pause=5, beat=0.02)) as intake:
        slack.socket_mode.disable()

        eventually(lambda: not intake.healthy())

        assert intake.trouble() == (
            "Socket Mode is switched off for the app. Switch it on in the app's settings, “Socket Mode”."
        )


def test_a_connection_grown_old_is_replaced_unasked(slack: Workspace) -> None:
    pace = Pace(first_pause=0.05, beat=0.02, life=0.3, grace=0.1)

    with listening(slack, Bot(Answer(text="Done.")), pace=pace):
        slack.wait_for(lambda: opened(slack) >= 4, why="replaced connections")

        assert slack.person("alice").types("#releases", "/release status").ok
        slack.wait_for(lambda: slack.socket_mode.connections <= 3, why="the old ones to be closed")


def test_a_failed_event_is_acknowledged_and_logged(slack: Workspace) -> None:
    bot = Bot(breaks_with=ZeroDivisionError())

    with capture_logs() as logs, listening(slack, bot):
        slack.set_group_members("qa", ["bob"])
        slack.wait_for(lambda: sum(line.kind == "envelope" for line in slack.log) == 2)

    assert all(line.error is None for line in slack.log if line.kind == "envelope")
    assert [entry["status"] for entry in logs if entry["event"] == "slack.answered_badly"] == [500, 500]


def test_stopping_finishes_what_came_in(slack: Workspace, typing: ThreadPoolExecutor) -> None:
    bot = SlowBot()

    with listening(slack, bot) as intake:
        delivery = typing.submit(slack.person("alice").types, "#releases", "/release slow")
        assert bot.is_busy.wait(5)
        stopped = typing.submit(intake.stop, 5.0)
        bot.may_answer.set()
        stopped.result()

        assert delivery.result().ok
        slack.wait_for(lambda: slack.socket_mode.connections == 0, why="no connection left")
        assert not intake.healthy()


def test_stopping_does_not_wait_for_ever(typing: ThreadPoolExecutor) -> None:
    bot = SlowBot()

    with Workspace.serve(workspace_setup(ack_seconds=0.6)) as slack, listening(slack, bot) as intake:
        delivery = typing.submit(slack.person("alice").types, "#releases", "/release slow")
        assert bot.is_busy.wait(5)
        began = time.monotonic()
        intake.stop(within=0.3)
        took = time.monotonic() - began
        bot.may_answer.set()

        assert took < 2
        assert not delivery.result().ok


def test_stopping_twice_or_without_a_start_is_nothing_special(slack: Workspace) -> None:
    intake = SocketIntake(slack.app_token, Bot().app(), slack.api_url, pace=QUICK)

    intake.stop()
    with listening(slack, Bot()) as other:
        other.stop()
        other.stop()

    assert not intake.healthy()


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_the_pause_between_tries_stays_within_its_bounds(failures: int, chance: float) -> None:
    pause = Pace(first_pause=0.5, longest_pause=30).pause(failures, lambda: chance)

    assert 0 <= pause <= 30
    assert (pause == 0) is (failures == 0)


def test_a_keeper_that_breaks_is_replaced(slack: Workspace) -> None:
    chances = iter([ZeroDivisionError()])

    def chance() -> float:
        for mistake in chances:
            raise mistake
        return 0.5

    slack.faults.error("apps.connections.open", "fatal_error")
    with capture_logs() as logs, listening(slack, Bot(Answer(text="Done.")), chance=chance):
        assert slack.person("alice").types("#releases", "/release status").ok

    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["slack.keeper_broke"]


def test_a_deaf_spell_shows_the_person_a_timeout_and_passes() -> None:
    bot = Bot(Answer(text="Done."))

    with Workspace.serve(workspace_setup(ack_seconds=0.3)) as slack, listening(slack, bot):
        slack.faults.lose_deliveries(1)
        lost = slack.person("alice").types("#releases", "/release status")
        again = slack.person("alice").types("#releases", "/release status")

    assert lost.error == "operation_timeout"
    assert again.ok
