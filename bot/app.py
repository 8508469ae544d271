"""The composition root: the only place that knows all parts, puts them together, starts and stops them."""

import atexit
import hmac
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from wsgiref.types import WSGIApplication

import structlog
from slack_bolt import App

from bot.alarm import SWEEP, Alarm
from bot.config import Config
from bot.configured import policies, process_text, read_config, repositories
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.policy import read_policy
from bot.health import operators_door
from bot.logs import write_logs
from bot.metrics import Metrics
from bot.parts import CARD_PACE, Parts
from bot.ports import Slack
from bot.recipes.health import RecipeProber
from bot.recipes.runner import RecipeRunner
from bot.slack.bolt import make_bolt
from bot.slack.http import http_app
from bot.slack.pace import Pacing
from bot.slack.web import SlackDoor
from bot.workflow.guarding import tags_that_differ
from bot.workflow.planning import calendar_feed
from bot.workflow.results import SETTLING, start_looking
from bot.workflow.workers import LEASE, Workers
from commands import FrontDesk
from storage.alone import Alone, hold_alone
from storage.database import check, upgrade
from storage.engine import answers, open_engine
from storage.operations import Operations
from storage.pace import Paces
from storage.queue import Queue
from storage.store import Store
from storage.wakes import Wakes

if TYPE_CHECKING:
    from bot.slack.server import HttpServer
    from bot.slack.socket import SocketIntake

log = structlog.get_logger()

CALENDAR_TYPE = "text/calendar; charset=utf-8"


class Bot:
    """A running Harbourmaster. Make it with `assemble`; take in requests with `listen_socket` or `listen_http`."""

    def __init__(
        self, parts: Parts, *, sweep: timedelta = SWEEP, lease: timedelta = LEASE, metrics: Metrics | None = None,
        alone: Alone | None = None,
    ) -> None:  # fmt: skip
        self._later = ThreadPoolExecutor(4, thread_name_prefix="answer")
        self._alone, self._stopping = alone or Alone(), False
        self.metrics = metrics or Metrics(parts.queue, parts.clock)
        self.metrics.connections = self._connections
        self.workers = Workers(
            parts, lease=lease, when_idle=self._set_alarm, attempted=self.metrics.attempted
        )
        self.wakes = Wakes(parts.store.engine, self.workers.wake)
        self.parts = replace(parts, wake=self.workers.wake)
        self.alarm = Alarm(
            parts.queue,
            parts.store,
            self.workers.wake,
            parts.clock,
            self._introduce_again,
            sweep,
            parts.runner.forget,
        )
        self._me: str | None = None
        self._intake: SocketIntake | None = None
        self._server: HttpServer | None = None
        self._door: HttpServer | None = None
        desk = FrontDesk(self.parts, self._later)
        self.bolt: App = make_bolt(self.metrics.timed(desk.deliver), lambda: self._me, tell=self._tell)

    def start(self) -> None:
        """Begin to carry out orders. Slack and the remotes may be down; the bot catches up when they are back."""
        start_looking(self.parts, self.parts.clock())
        self.workers.start()
        self.alarm.start()
        self.wakes.start()
        self._later.submit(self._introduce)

    def listen_socket(self, app_token: str, api_url: str) -> None:
        """Take in requests over Socket Mode."""
        from bot.slack.socket import SocketIntake  # brings aiohttp, which nothing else needs

        self._intake = SocketIntake(app_token, self.bolt, api_url)
        self._intake.start()

    def wsgi(self, signing_secrets: list[str]) -> WSGIApplication:
        """The WSGI app for requests over HTTP, with /healthz and /readyz."""
        return http_app(self.bolt, signing_secrets, missing=self.troubles, page=self._page)

    def _page(self, path: str) -> tuple[str, str] | None:
        """The calendar feed, to whoever knows its address."""
        token = self.parts.calendar.feed_token
        if token is None:
            return None
        address = f"/calendar/{token.get_secret_value()}.ics".encode()
        if not hmac.compare_digest(path.encode("utf-8", "replace"), address):
            return None
        return CALENDAR_TYPE, calendar_feed(self.parts)

    def listen_http(self, signing_secrets: list[str], host: str, port: int) -> int:
        """Take in requests over HTTP; returns the port."""
        from bot.slack.server import serve_waitress  # gunicorn brings a server of its own

        self._server = serve_waitress(self.wsgi(signing_secrets), host, port)
        return self._server.port

    def open_door(self, host: str, port: int) -> int:
        """Serve operators, and recipes that report their end, whichever way requests come in; returns the port."""
        from bot.slack.server import serve_waitress

        self._door = serve_waitress(
            operators_door(self._all_troubles, self.metrics.text, self.parts.runner.report),
            host,
            port,
            threads=2,
        )
        return self._door.port

    def _all_troubles(self) -> list[str]:
        """For operators. A balancer is not told of the database: whoever types a command is answered that it is away."""
        away = [] if answers(self.parts.store.engine) else ["The database does not answer."]
        return [*self.troubles(), *away]

    def troubles(self) -> list[str]:
        """What keeps the bot from working, as sentences; empty when it is ready."""
        found = ["The bot is stopping."] if self._stopping else []
        if not self.workers.healthy():
            found.append("The workers have stopped; restart the bot.")
        if not self.alarm.healthy():
            found.append("The alarm clock has stopped; restart the bot.")
        if self._intake is not None and (trouble := self._intake.trouble()):
            found.append(trouble)
        return found

    def stop(self, within: float = 10.0) -> None:
        """Intake ends, acknowledgements finish, orders in hand finish or are given back."""
        self._stopping = True
        if self._intake is not None:
            self._intake.stop()
        if self._server is not None:
            self._server.stop()
        self._later.shutdown(wait=True, cancel_futures=False)
        self.alarm.stop()
        self.wakes.stop()
        self.workers.stop(within)
        if self._door is not None:
            self._door.stop()
        self.parts.store.engine.dispose()
        self._alone.release()

    def _connections(self) -> int:
        return self._intake.connections() if self._intake is not None else 0

    def _introduce_again(self) -> None:
        if self._me is None:
            self._later.submit(self._introduce)

    def _set_alarm(self, now: datetime) -> None:
        self.alarm.set_for_next(now)

    def _introduce(self) -> None:
        try:
            self._me = self.parts.slack.who_am_i()
        except (OutsideError, OutsideRefusal) as problem:
            log.warning("slack.unknown_self", why=str(problem))

    def _tell(self, response_url: str, sentence: str) -> None:
        self.parts.slack.respond(response_url, sentence, [])


def assemble(
    config: Config, *, process: str | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    slack: Slack | None = None, sweep: timedelta = SWEEP, lease: timedelta = LEASE, pace: float = 1.0,
    card_pace: timedelta = CARD_PACE,
) -> Bot:  # fmt: skip
    """A bot from its configuration: database brought up to date, nothing started yet. `pace` multiplies the rate at which
    Slack is called, for a workspace whose limits are scaled; at 0 nothing is held back. `process` is read in place of
    bot/process.toml."""
    environment, text = config.environment, process or process_text()
    alone = hold_alone(environment.database_url.get_secret_value())
    engine = open_engine(environment.database_url.get_secret_value())
    upgrade(engine)
    queue = Queue(engine)
    if alone.is_certain:
        queue.take_from_the_dead(clock() + SETTLING)
    metrics = Metrics(queue, clock)
    pacing = Pacing(Paces(engine), clock, pace) if pace else None
    doors = repositories(config)
    runner = RecipeRunner(
        config.products, Operations(engine), doors, environment.data_directory / "operations", clock
    )
    parts = Parts(
        store=Store(engine),
        queue=queue,
        policy=read_policy(text, config.quorums),
        policies=policies(config, text),
        products=config.products,
        role_members=config.roles,
        repositories=doors,
        runner=runner,
        prober=RecipeProber(runner),
        slack=slack
        or SlackDoor(
            environment.bot_token.get_secret_value(),
            environment.api_url,
            pacing=pacing,
            called=metrics.called,
        ),
        clock=clock,
        manners=config.reminders,
        calendar=config.calendar,
        templates=config.announcement_templates,
        card_pace=card_pace,
    )
    return Bot(parts, sweep=sweep, lease=lease, metrics=metrics, alone=alone)


def verify_tags(config: Config) -> tuple[int, list[str]]:
    """How many release tags were compared with the remotes, and a sentence about each that is not what history proved.

    Raises OutsideError when a remote cannot be read. Works beside a running bot.
    """
    engine = open_engine(config.environment.database_url.get_secret_value())
    check(engine)
    try:
        return tags_that_differ(Store(engine), repositories(config).items())
    finally:
        engine.dispose()


def wsgi() -> WSGIApplication:
    """For gunicorn: `gunicorn --threads 8 "bot.app:wsgi()"`. One worker process a database, unless it is PostgreSQL."""
    write_logs()
    config = read_config(None, os.environ)
    bot = assemble(config)
    atexit.register(bot.stop)  # gunicorn says nothing to the app, it lets the program end
    bot.start()
    return bot.wsgi([secret.get_secret_value() for secret in config.environment.signing_secrets])


def run_until(bot: Bot, stopped: Callable[[float], bool]) -> None:
    """Keep the bot running until `stopped(seconds)` is true; end when its own threads have died, for a supervisor to restart."""
    with suppress(KeyboardInterrupt):
        while not stopped(5.0):
            if not (bot.workers.healthy() and bot.alarm.healthy()):
                log.error("bot.dead_threads", troubles=bot.troubles())
                raise SystemExit(1)
