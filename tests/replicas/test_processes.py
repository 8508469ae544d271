"""Real processes: one alone on SQLite, several on PostgreSQL, each of which may be told to stop, or die, at any time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.engine import open_engine
from tests.replicas.balancer import balancer
from tests.replicas.processes import (
    environment,
    harbourmaster,
    running,
    running_over_http,
    running_under_gunicorn,
)
from tests.scenarios.story import PLANNING, Story, story


def in_hand(url: str) -> int:
    """Orders whose lease nobody else may take yet."""
    engine = open_engine(url)
    query = sa.text("SELECT count(*) FROM orders WHERE state = 'claimed' AND NOT resting")
    with engine.connect().execution_options(write=False) as connection:
        found = connection.execute(query).scalar_one()
    engine.dispose()
    return int(found)


def without_its_bot(shop: Story) -> Story:
    """The stage, whose own bot has made room for processes. It may still look into the database."""
    shop.stage.bot.stop()
    return shop


def test_sqlite_takes_one_process_and_says_which_one_it_is(tmp_path: Path) -> None:
    with story(tmp_path) as told:
        shop = without_its_bot(told)
        env = environment(shop.stage)
        with running(shop.stage) as first:
            second = harbourmaster(env, "run")
            beside = [
                harbourmaster(env, *words)
                for words in (
                    ("verify",),
                    ("check",),
                    ("db", "check"),
                    ("db", "backup", str(tmp_path / "copy")),
                )
            ]
            pid = first.popen.pid
            first.dies()

            assert second.returncode == 1
            assert second.stderr.count("\n") == 1
            assert (
                f"Another Harbourmaster runs on {tmp_path}/data/harbourmaster.sqlite: process {pid} on "
                in second.stderr
            )
            assert [one.returncode for one in beside] == [0, 0, 0, 0]
        with running(shop.stage, "after") as after:
            assert after.is_ready(), "a dead process holds no lock"


def test_a_bot_that_is_told_to_stop_gives_its_orders_back_and_ends_well(tmp_path: Path) -> None:
    with story(tmp_path) as told:
        shop = without_its_bot(told)
        url = shop.stage.config.environment.database_url.get_secret_value()
        with running(shop.stage) as one:
            shop.started("shop hotfix")
            shop.ws.faults.slow(2.0)
            answer = shop.says("mara", "hold shop-1.3.3 for a moment")
            status = one.terminates()

            assert answer.startswith("shop-1.3.3 is on hold.")
            assert status == 0
            assert in_hand(url) == 0
        shop.ws.faults.slow(0)
        with running(shop.stage, "next"):
            shop.until_logged("hold: for a moment")
            shop.until_quiet()
            assert sum("hold: for a moment" in line for line in shop.lines()) == 1


def test_gunicorn_ends_a_bot_that_gives_its_orders_back(tmp_path: Path) -> None:
    with story(tmp_path) as told:
        shop = without_its_bot(told)
        url = shop.stage.config.environment.database_url.get_secret_value()
        with running_under_gunicorn(shop.stage) as one:
            shop.ws.deliver_over_http(f"http://127.0.0.1:{one.intake}/slack/events")
            shop.started("shop hotfix")
            shop.ws.faults.slow(2.0)
            assert shop.says("mara", "hold shop-1.3.3 for a moment").startswith("shop-1.3.3 is on hold.")
            shop.until(lambda: in_hand(url) > 0, "it is telling of it")

            assert one.terminates() == 0
            assert in_hand(url) == 0
        shop.ws.faults.slow(0)
        shop.ws.deliver_over_sockets()
        with running(shop.stage, "next"):
            shop.until_logged("hold: for a moment")
            shop.until_quiet()
            assert sum("hold: for a moment" in line for line in shop.lines()) == 1


def test_health_and_numbers_are_there_in_socket_mode_and_name_nobody(tmp_path: Path) -> None:
    with story(tmp_path) as told:
        shop = without_its_bot(told)
        with running(shop.stage) as one:
            shop.started("shop hotfix")
            shop.says("mara", "hold shop-1.3.3 because of a secret reason")
            shop.until_logged("secret reason")
            shop.until(
                lambda: "harbourmaster_oldest_due_seconds 0.0" in one.get("/metrics"), "nothing is due"
            )
            numbers = one.get("/metrics")

            assert one.get("/healthz") == "ok\n"
            assert 'harbourmaster_order_attempts_total{kind="WriteLog",result="done"}' in numbers
            assert 'harbourmaster_slack_calls_total{method="chat.postMessage",result="ok"}' in numbers
            assert 'harbourmaster_acknowledgement_seconds_bucket{kind="Typed",le="3.0"}' in numbers
            assert 'harbourmaster_orders{kind="ReadProduct"' in numbers
            assert "harbourmaster_intake_connections 2.0" in numbers
            for private in ("secret reason", "shop-1.3.3", "U0MARA", "C0SHOPREL", "xoxb-", "xapp-"):
                assert private not in numbers


@pytest.mark.postgres
def test_of_two_replicas_either_may_die_and_nothing_is_lost_or_said_twice(
    tmp_path: Path, postgres_url: str
) -> None:
    with story(tmp_path, database_url=postgres_url) as told:
        shop = without_its_bot(told)
        with running(shop.stage, "one") as one, running(shop.stage, "two") as two:
            shop.started("shop minor")
            shop.play(PLANNING[:2])
            shop.until_quiet()  # what it had in hand would wait for its lease, which tests/crash shows with a short one
            one.dies()
            # A command that Slack gives to a dead connection is lost for whoever typed it: they see it and type again.
            shop.until(lambda: shop.ws.socket_mode.connections == 2, "Slack sees that one is gone")
            shop.until(two.is_ready, "the other one is ready")
            shop.says_until("mara", "status shop-1.4.0", "PLAN-1")
            shop.play(PLANNING[2:])
            assert two.terminates() == 0
        with running(shop.stage, "three"):
            shop.until_quiet()
            lines = shop.lines()

            assert len(lines) == len(set(lines)), "nothing is said twice"
            for item in ("PLAN-1", "PLAN-2", "PLAN-3", "PLAN-4", "PLAN-GO"):
                assert sum(f"*{item}*" in line for line in lines) == 1


@pytest.mark.postgres
def test_behind_a_balancer_replicas_take_turns_and_nobody_notices_when_one_stops_and_another_dies(
    tmp_path: Path, postgres_url: str
) -> None:
    with story(tmp_path, database_url=postgres_url) as told:
        shop = without_its_bot(told)
        with (
            running_over_http(shop.stage, "one") as one,
            running_over_http(shop.stage, "two") as two,
            balancer([one.intake, two.intake]) as (port, answered),
        ):
            shop.ws.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
            shop.started("shop minor")
            shop.play(PLANNING[:2])
            assert set(answered) == {one.intake, two.intake}

            with typing_all_the_while(shop) as typed:
                assert one.terminates() == 0
                shop.play(PLANNING[2:3])
            assert typed, "people have typed commands meanwhile, and each was answered"

            with (
                running_over_http(shop.stage, "three") as three,
                balancer([two.intake, three.intake]) as (port, _),
            ):
                shop.until_quiet()  # what it had in hand would wait for its lease
                shop.ws.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
                two.dies()
                shop.play(PLANNING[3:])
                shop.until_quiet()
                lines = shop.lines()
                assert len(lines) == len(set(lines)), "nothing is said twice"
                for item in ("PLAN-1", "PLAN-2", "PLAN-3", "PLAN-4", "PLAN-GO"):
                    assert sum(f"*{item}*" in line for line in lines) == 1


@contextmanager
def typing_all_the_while(shop: Story) -> Iterator[list[str]]:
    """Somebody types commands without a pause, to the end of the block; every one has to be answered."""
    over, said = threading.Event(), list[str]()

    def types() -> None:
        while not over.is_set():
            said.append(shop.says("chloe", "status"))

    with ThreadPoolExecutor(1) as pool:
        typing = pool.submit(types)
        try:
            yield said
        finally:
            over.set()
            typing.result()
