"""Socket Mode: takes envelopes from Slack over several WebSockets, dispatches them and acknowledges at once.

It needs no public address. Signatures play no part here; the app token opened the connection.
"""

import asyncio
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Thread
from typing import Any, assert_never

import structlog
from aiohttp import ClientError, ClientSession
from slack_bolt import App
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.bolt import dispatch
from bot.slack.connection import Connection, End
from bot.slack.wire import proxy_for, quiet, tls

log = structlog.get_logger()


@dataclass(frozen=True)
class Pace:
    """The waits of the intake, all in seconds.

    `ping` is the time between two signs of life; `opening` may pass until Slack has said hello; `life` is the age at
    which a connection is replaced unasked (Slack does it about every hour); `grace` is how long a replaced one goes
    on listening; `first_pause` doubles up to `longest_pause` while Slack cannot be reached; `beat` is the time
    between two looks at a connection.
    """

    ping: float = 5.0
    opening: float = 15.0
    life: float = 7200.0
    grace: float = 15.0
    first_pause: float = 0.5
    longest_pause: float = 30.0
    beat: float = 0.5

    def pause(self, failures: int, chance: Callable[[], float]) -> float:
        """Seconds before the next try: none at first, then doubling, half of it by `chance` (0 to 1)."""
        if failures == 0:
            return 0.0
        longest = min(self.longest_pause, self.first_pause * 2.0 ** min(failures - 1, 16))
        return longest * (0.5 + chance() / 2)


MISTAKES = {
    "invalid_auth": "Slack does not know the app token (SLACK_APP_TOKEN). Copy it anew from the app's settings, “Basic "
    "Information”, “App-Level Tokens”, and restart the bot.",
    "not_allowed_token_type": "SLACK_APP_TOKEN is no app-level token: it begins with `xapp-`. Copy it from the app's "
    "settings, “Basic Information”, “App-Level Tokens”, and restart the bot.",
    "missing_scope": "The app token (SLACK_APP_TOKEN) has no scope `connections:write`. Make one that has it, and "
    "restart the bot.",
    "link_disabled": "Socket Mode is switched off for the app. Switch it on in the app's settings, “Socket Mode”.",
    "too_many_websockets": "The app has more than the ten connections Slack allows. Run fewer replicas, or use HTTP.",
}


class SocketIntake:
    """Takes in what Slack sends, from `start()` to `stop()`; both may be called from any thread, each once.

    Every connection has a keeper. On Slack's wish to refresh, the keeper opens a new connection first and lets the
    old one listen on until Slack closes it, so no envelope meets a closed door. A dead connection is replaced by a
    new client, never revived. `base_url` is the Web API's, as `https://slack.com/api/`.
    """

    def __init__(
        self,
        app_token: str,
        bolt_app: App,
        base_url: str = "https://slack.com/api/",
        connections: int = 2,
        *,
        threads: int = 8,
        pace: Pace | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._app_token = app_token
        self._bolt_app = bolt_app
        self._base_url = base_url
        self._slots = connections
        self._pace = pace or Pace()
        self._chance = chance
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="slack-dispatch")
        self._loop: asyncio.AbstractEventLoop
        self._turn = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._within = 5.0
        self._connections: set[Connection] = set()
        self._farewells: set[asyncio.Task[None]] = set()
        self._trouble = "The bot is only now connecting to Slack."
        self._thread = Thread(target=self._run, name="slack-socket", daemon=True)

    def start(self) -> None:
        """Begin to connect, and return at once: Slack may be down, the intake goes on trying."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()

    def healthy(self) -> bool:
        """Is there a connection on which Slack has said hello?"""
        return self._thread.is_alive() and self.connections() > 0

    def connections(self) -> int:
        """How many connections Slack has said hello on."""
        return sum(each.greeted and each.is_open() for each in tuple(self._connections))

    def trouble(self) -> str | None:
        """Why the intake is not healthy, as a sentence; None when it is."""
        return None if self.healthy() else self._trouble

    def stop(self, within: float = 5.0) -> None:
        """Take in nothing more, finish the acknowledgements under way, and close; give up after `within` seconds."""
        if not self._thread.is_alive():
            return
        self._within = within
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(within + self._pace.beat + 2.0)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._work())

    async def _work(self) -> None:
        async with ClientSession() as http:
            web = AsyncWebClient(
                base_url=self._base_url,
                ssl=tls(),
                session=http,
                retry_handlers=[],
                logger=quiet("socket"),
                timeout=10,
            )
            # slack_sdk has read the proxy variables without NO_PROXY.
            web.proxy = proxy_for(self._base_url)
            await self._supervise(web)
            await self._drain()

    async def _supervise(self, web: AsyncWebClient) -> None:
        """Run the keepers until the stop; one that broke by a mistake of ours is logged and replaced."""
        stop = asyncio.create_task(self._stopping.wait())
        keepers = {asyncio.create_task(self._keep(web)) for _ in range(self._slots)}
        while not stop.done():
            done, _ = await asyncio.wait({*keepers, stop}, return_when=asyncio.FIRST_COMPLETED)
            for broken in keepers.intersection(done):
                log.error("slack.keeper_broke", exc_info=broken.exception())
                keepers.remove(broken)
                await asyncio.sleep(self._pace.first_pause)
                keepers.add(asyncio.create_task(self._keep(web)))
        for task in (*keepers, *self._farewells):
            task.cancel()
        await asyncio.gather(*keepers, *self._farewells, return_exceptions=True)

    async def _keep(self, web: AsyncWebClient) -> None:
        """Keep one connection up. `failures` counts the openings that failed or did not last."""
        failures = 0
        old: Connection | None = None
        while True:
            await asyncio.sleep(self._pace.pause(failures, self._chance))
            fresh = await self._open(web)
            if fresh is None:
                failures += 1
                continue
            if old is not None:
                self._say_farewell(old)
            opened_at = self._loop.time()
            end = await self._watch(fresh)
            log.info("slack.connection_ends", reason=str(end))
            lasted = self._loop.time() - opened_at > self._pace.longest_pause
            match end:
                case End.WARNING | End.REFRESH:
                    old, failures = fresh, 0 if lasted else failures + 1
                case End.CLOSED:
                    # What it still has to answer goes out on another connection; the new one does not wait for it.
                    self._say_farewell(fresh)
                    old, failures = None, 0 if lasted else failures + 1
                case End.TOO_MANY | End.SWITCHED_OFF:
                    self._in_trouble(str(end))
                    await self._close(fresh)
                    old, failures = None, failures + 3
                case unknown:
                    assert_never(unknown)

    async def _open(self, web: AsyncWebClient) -> Connection | None:
        """A new connection, or None when there is none to be had now. One keeper at a time may open."""
        async with self._turn:
            connection = Connection(self._app_token, web, self._pace.ping, self._hear)
            self._connections.add(connection)
            try:
                async with asyncio.timeout(self._pace.opening):
                    await connection.connect()
            except SlackApiError as error:
                code, again_after = _refusal_in(error)
                self._in_trouble(code)
                await self._close(connection)
                await asyncio.sleep(again_after)
                return None
            except (ClientError, OSError) as error:
                self._in_trouble(type(error).__name__)
                await self._close(connection)
                return None
            self._trouble = "The connection to Slack is broken; the bot is connecting again."
            return connection

    async def _watch(self, connection: Connection) -> End:
        """Wait until the connection has to be replaced: Slack says so, it is dead, it stays mute, or it is old."""
        opened_at = self._loop.time()
        while not connection.end.done():
            await asyncio.wait({connection.end}, timeout=self._pace.beat)
            age = self._loop.time() - opened_at
            if not connection.is_open() or (age > self._pace.opening and not connection.greeted):
                return End.CLOSED
            if age > self._pace.life:
                return End.REFRESH
        return connection.end.result()

    def _say_farewell(self, old: Connection) -> None:
        """Let a replaced connection listen on until Slack closes it, then put it away. Nobody waits for that."""
        task = asyncio.create_task(self._farewell(old))
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)

    async def _farewell(self, old: Connection) -> None:
        until = self._loop.time() + self._pace.grace
        while old.is_open() and self._loop.time() < until:
            await asyncio.sleep(self._pace.beat)
        await self._close(old)

    async def _close(self, connection: Connection) -> None:
        await connection.finish(self._within)
        self._connections.discard(connection)

    async def _drain(self) -> None:
        await asyncio.gather(*(self._close(each) for each in tuple(self._connections)))

    def _hear(self, connection: Connection, request: SocketModeRequest) -> None:
        task = asyncio.create_task(self._answer(connection, request))
        # The loop keeps only weak references to tasks, and a collected one would lose an envelope.
        connection.answering.add(task)
        task.add_done_callback(connection.answering.discard)

    async def _answer(self, connection: Connection, request: SocketModeRequest) -> None:
        """Dispatch off the loop, then acknowledge on the connection the envelope came on, or else on another."""
        response = await self._loop.run_in_executor(self._pool, dispatch, self._bolt_app, request.payload)
        if response.status != 200:
            log.warning("slack.answered_badly", status=response.status, type=request.type)
        frame = json.dumps(_frame(request, response))
        for each in (connection, *(self._connections - {connection})):
            if await each.acknowledge(frame):
                return
        log.warning("slack.acknowledgement_lost", type=request.type)

    def _in_trouble(self, code: str) -> None:
        self._trouble = MISTAKES.get(code, f"Slack cannot be reached ({code}). The bot goes on trying.")
        log.warning("slack.not_connected", reason=self._trouble)


def _frame(request: SocketModeRequest, response: BoltResponse) -> dict[str, Any]:
    """The acknowledgement. A bad result is acknowledged too: Slack would otherwise only tell the person of a timeout."""
    frame: dict[str, Any] = {"envelope_id": request.envelope_id}
    if response.status != 200 or not response.body or not request.accepts_response_payload:
        return frame
    if response.headers.get("content-type", [""])[0].startswith("application/json"):
        return frame | {"payload": json.loads(response.body)}
    return frame | {"payload": {"text": response.body}}


def _refusal_in(error: SlackApiError) -> tuple[str, float]:
    """The error code of Slack's answer, and the seconds it asks us to wait."""
    data, headers = getattr(error.response, "data", None), getattr(error.response, "headers", {})
    code = str(data.get("error", "no readable answer")) if isinstance(data, dict) else "no readable answer"
    after = str(headers.get("Retry-After", ""))
    return code, float(after) if after.isascii() and after.isdigit() else 0.0
