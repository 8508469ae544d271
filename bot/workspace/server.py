"""The running workspace: a real server on this machine's loopback, in a thread with its own event loop."""

import asyncio
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from bot.workspace.answers import Answers
from bot.workspace.api.call import Token
from bot.workspace.clock import WorkspaceClock
from bot.workspace.delivery.courier import Courier
from bot.workspace.delivery.over_http import OverHttp
from bot.workspace.delivery.socket_mode import SocketMode
from bot.workspace.errors import CannotDo
from bot.workspace.events import Events
from bot.workspace.faults import Faults
from bot.workspace.gateway import Gateway
from bot.workspace.limits import Limits
from bot.workspace.page_server import PageServer
from bot.workspace.parts import Parts
from bot.workspace.payloads import Payloads
from bot.workspace.people import PersonHandle
from bot.workspace.rights import Rights
from bot.workspace.setup import WorkspaceSetup
from bot.workspace.things import LogLine, Message, Notification
from bot.workspace.uploads import Uploads
from bot.workspace.windows import Windows
from bot.workspace.wire import CuttableHttp, CuttableWebSocket, LoopbackOnly, PromptServer, listen
from bot.workspace.world import BOT_USER_ID, Room, World

HOST = "127.0.0.1"


class Workspace:
    """A local Slack. Make one with `with Workspace.serve(setup) as ws:`; everything here may be used from any thread."""

    def __init__(self, setup: WorkspaceSetup, port: int) -> None:
        self.clock = WorkspaceClock()
        self.faults = Faults(self.clock)
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{secrets.token_hex(12)}"
        self.configuration_token = f"xoxe.xoxp-1-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.bot_user_id = BOT_USER_ID
        self.page_url = f"http://{HOST}:{port}/"
        self.api_url = f"{self.page_url}api/"
        self._executor = ThreadPoolExecutor(8, "workspace")
        self._talk = ThreadPoolExecutor(1, "workspace-talk")
        self._world = World(setup, self.clock)
        self.socket_mode = SocketMode(self._world, self.faults)
        self._parts = self._assemble()
        self._people = {person.id: PersonHandle(self._parts, person) for person in setup.people}
        self._events = Events(self._world, self._parts)
        self._world.on_message.append(self._events.message_posted)
        self._world.on_group.append(self._events.group_changed)
        self._world.on_person.append(self._events.person_changed)
        self._world.on_rename.append(self._events.room_renamed)
        self._page = PageServer(self._parts, self._people)
        self._app = self._routes()
        self._arm_faults()

    @classmethod
    @contextmanager
    def serve(cls, setup: WorkspaceSetup, port: int = 0) -> Iterator["Workspace"]:
        """Run the workspace until the block ends; port 0 takes any free one. Raises ValueError for a bad setup."""
        listener = listen(HOST, port)
        workspace = cls(setup, listener.getsockname()[1])
        with listener, workspace._running(listener):
            yield workspace

    def _assemble(self) -> Parts:
        world, rights = self._world, Rights(self._world)
        return Parts(
            world=world,
            windows=Windows(world),
            rights=rights,
            courier=Courier(world, self.faults, self.socket_mode, self._executor),
            payloads=Payloads(world, rights, self.page_url),
            answers=Answers(world, rights, self.faults),
            faults=self.faults,
        )

    def _routes(self) -> Starlette:
        setup = self._world.setup
        gateway = Gateway(
            world=self._world,
            windows=self._parts.windows,
            rights=self._parts.rights,
            limits=Limits(self.clock, setup.rate_scale if setup.rate_limits else 0),
            faults=self.faults,
            tokens={
                self.bot_token: Token.BOT,
                self.app_token: Token.APP,
                self.configuration_token: Token.CONFIGURATION,
            },
            base_url=self.page_url,
            new_ticket=self.socket_mode.new_ticket,
        )
        answers = self._parts.answers.endpoint
        uploads = Uploads(self._world, self.faults)
        return Starlette(
            routes=[
                Route("/api/{method}", gateway.endpoint, methods=["GET", "POST"]),
                WebSocketRoute("/link/", self.socket_mode.endpoint),
                Route("/commands/{team}/{right}", answers, methods=["POST"]),
                Route("/actions/{team}/{right}", answers, methods=["POST"]),
                Route("/upload/v1/{file}", uploads.take, methods=["POST"]),
                Route("/files-pri/{file}/{name}", uploads.give),
                *self._page.routes(),
            ],
            lifespan=self._lifespan,
        )

    def _arm_faults(self) -> None:
        """Give the declared deeds their hands."""
        deeds: dict[str, Callable[..., object]] = {
            "too_many_events": self.rate_limit_events,
            "warn_connections": self.socket_mode.warn,
            "refresh_connections": self.socket_mode.refresh,
            "cut_connections": self.socket_mode.cut,
            "reset_connections": self.socket_mode.reset,
            "switch_socket_mode": lambda on: self.socket_mode.enable() if on else self.socket_mode.disable(),
            "rename_channel": lambda channel, name: self.rename(
                channel or self._world.setup.channels[0].id, name
            ),
            "move_clock": lambda minutes: self.clock.advance(minutes * 60),
        }
        for name, deed in deeds.items():
            self.faults.can_do(name, deed)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        del app
        self.socket_mode.loop = asyncio.get_running_loop()
        self.clock.run_on(self.socket_mode.later)
        self._page.start()
        self._started.set()
        yield

    @contextmanager
    def _running(self, listener: socket.socket) -> Iterator[None]:
        self._started = threading.Event()
        config = uvicorn.Config(
            LoopbackOnly(self._app, listener.getsockname()[1]),
            http=CuttableHttp,
            ws=CuttableWebSocket,
            ws_per_message_deflate=False,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="on",
        )
        server = PromptServer(config)
        thread = threading.Thread(target=server.run, args=([listener],), name="workspace", daemon=True)
        thread.start()
        if not self._started.wait(10):
            raise RuntimeError("The workspace did not start within ten seconds.")
        try:
            yield
        finally:
            self._parts.courier.closing.set()
            self._page.stop()
            server.leave()
            thread.join(10)
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._talk.shutdown(wait=False, cancel_futures=True)

    def person(self, name: str) -> PersonHandle:
        """By name or id. Raises CannotDo when there is no such person."""
        return self._people[self._world.person(name).id]

    @property
    def people(self) -> Sequence[PersonHandle]:
        return tuple(self._people.values())

    @property
    def notifications(self) -> list[Notification]:
        """Every ping so far, oldest first."""
        with self._world.changed:
            return list(self._world.notifications)

    @property
    def log(self) -> list[LogLine]:
        """Everything that happened so far: requests, envelopes, acknowledgements, refusals, connections."""
        with self._world.changed:
            return list(self._world.log)

    def messages(self, where: str) -> list[Message]:
        """All posts of a channel, with threads, without ephemeral messages. Raises CannotDo for an unknown channel."""
        with self._world.changed:
            return list(self._room(where).posts.values())

    def canvas(self, name: str) -> str:
        """The Markdown of a canvas by its id. Raises CannotDo for an unknown one."""
        with self._world.changed:
            if name not in self._world.canvases:
                raise CannotDo(f"There is no canvas {name}.")
            return self._world.canvases[name].markdown

    def wait_for(self, predicate: Callable[[], object], timeout: float = 5.0, why: str = "") -> None:
        """Wait until `predicate()` is true, looked at after every change of the workspace.

        Raises TimeoutError with `why` and the last messages and log lines after `timeout` seconds.
        """
        with self._world.changed:
            if self._world.changed.wait_for(predicate, timeout):
                return
            raise TimeoutError(f"Waited {timeout:g} s in vain: {why or 'no reason given'}\n{self._recent()}")

    def on_message(self, callback: Callable[[Message], None]) -> None:
        """Call back for every new message, in order, on a thread of its own."""
        self._world.on_message.append(lambda message: self._later(callback, message))

    def deliver_over_http(self, url: str) -> OverHttp:
        """From now on deliver by signed HTTP to this URL instead of Socket Mode; returns the way, for forged requests."""
        way = OverHttp(url, self.signing_secret, self._world.setup.ack_seconds)
        self._parts.courier.way = way
        return way

    def deliver_over_sockets(self) -> None:
        """Go back to Socket Mode."""
        self._parts.courier.way = self.socket_mode

    def set_group_members(self, handle: str, members: Sequence[str]) -> None:
        """Change a user group; the app is told by `subteam_members_changed` and `subteam_updated` if it subscribed.

        `members` are ids or names. Raises CannotDo for an unknown group or person.
        """
        group = self._world.group(handle)
        if group is None:
            raise CannotDo(f"There is no group @{handle}.")
        fresh = replace(group, members=tuple(self._world.person(key).id for key in members))
        self._world.set_group(fresh)

    def set_zone(self, who: str, tz: str) -> None:
        """A person moves to another time zone; the app is told by `user_change` if it subscribed. Raises CannotDo."""
        self._world.set_person(replace(self._world.person(who), tz=tz))

    def rate_limit_events(self) -> None:
        """Send `app_rate_limited`, as Slack does above 30,000 events an hour."""
        self._parts.courier.send_event(self._parts.payloads.rate_limited_notice())

    def restrict(self, where: str, word: str) -> None:
        """Let a channel refuse posts with one of Slack's words; an empty word ends it. Raises CannotDo.

        `restricted_action`, `restricted_action_read_only_channel`, `restricted_action_thread_only_channel` (replies pass)
        or `restricted_action_non_threadable_channel` (replies do not).
        """
        with self._world.changing():
            self._room(where).restriction = word

    def reset(self) -> None:
        """Forget everything said, opened, planned and gone wrong; the app stays connected."""
        self._parts.reset()

    def archive(self, where: str) -> None:
        """Archive a channel: posting to it is refused with `is_archived`. Raises CannotDo for an unknown channel."""
        with self._world.changing():
            self._room(where).is_archived = True

    def remove_bot(self, where: str) -> None:
        """Take the bot out of a channel. Raises CannotDo for an unknown channel."""
        with self._world.changing():
            self._room(where).members.discard(BOT_USER_ID)

    def rename(self, where: str, name: str) -> None:
        """Somebody gives a channel another name; its id stays. The app is told by `channel_rename` or `group_rename` if it
        subscribed. Raises CannotDo for an unknown channel."""
        self._world.rename(self._room(where), name, self._world.setup.people[0].id)

    def mend(self, where: str) -> None:
        """Unarchive a channel and take the bot in again. Raises CannotDo for an unknown channel."""
        with self._world.changing():
            self._room(where).is_archived = False
            self._room(where).members.add(BOT_USER_ID)

    def _room(self, where: str) -> Room:
        room = self._world.room(where)
        if room is None:
            raise CannotDo(f"There is no channel {where}.")
        return room

    def _later(self, callback: Callable[[Message], None], message: Message) -> None:
        if not self._parts.courier.closing.is_set():
            self._talk.submit(callback, message)

    def _recent(self) -> str:
        posts = [
            post
            for room in self._world.rooms.values()
            for post in [*room.posts.values(), *room.ephemerals.values()]
        ]
        latest = sorted(posts, key=lambda post: post.ts)[-8:]
        names = self._world.names
        shown = [
            f"  #{names.get(post.channel, post.channel)} {names.get(post.user, post.user)}: {post.plain}"
            for post in latest
        ]
        lines = [
            f"  {line.kind} {line.name} {line.error or 'ok'} {line.detail}".rstrip()
            for line in self._world.log[-12:]
        ]
        return "\n".join(["The last messages:", *shown, "The last log lines:", *lines])
