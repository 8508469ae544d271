"""Serves the workspace's web page and what it shows; every action of the page is the same call a test makes."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.errors import CannotDo
from bot.workspace.inputs import Value
from bot.workspace.page_state import page_state
from bot.workspace.parts import Parts
from bot.workspace.people import PersonHandle
from bot.workspace.things import Delivery, Message

FILES = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Act = Callable[[PersonHandle, Mapping[str, Any]], Delivery | None]


class PageServer:
    """The page's routes. Actions run in threads, as they wait for the app."""

    def __init__(self, parts: Parts, people: Mapping[str, PersonHandle]) -> None:
        self._parts = parts
        self._people = people
        self._wakers: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    def start(self) -> None:
        """Called on the server's loop."""
        self._loop = asyncio.get_running_loop()
        self._parts.world.on_change.append(self._changed)

    def stop(self) -> None:
        """Let the live connections end."""
        self._stopping = True
        self._changed()

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._index),
            Route("/{name}", self._file),
            Route("/page/state", self._state),
            Route("/page/act", self._act, methods=["POST"]),
            WebSocketRoute("/page/live", self._live),
        ]

    async def _index(self, request: Request) -> Response:
        del request
        return FileResponse(FILES / "index.html", headers=HEADERS)

    async def _file(self, request: Request) -> Response:
        path = FILES / request.path_params["name"]
        if path.parent != FILES or path.suffix not in KINDS or not path.is_file():
            return PlainTextResponse("There is no such file.\n", 404)
        return FileResponse(path, headers=HEADERS, media_type=KINDS[path.suffix])

    async def _state(self, request: Request) -> Response:
        try:
            handle = self._handle(request.query_params.get("as", ""))
        except CannotDo as problem:
            return JSONResponse({"problem": str(problem)}, 404)
        return JSONResponse(page_state(self._parts, handle), headers=HEADERS)

    async def _act(self, request: Request) -> Response:
        """Do one thing as one person. Only the page itself may ask: the Origin must be there, and the body JSON."""
        if "origin" not in request.headers or request.headers.get("content-type") != "application/json":
            return PlainTextResponse("Only the page itself may do this.\n", 403)
        try:
            wish = json.loads(await request.body())
            act = ACTS[wish["act"]]
            delivery = await run_in_threadpool(act, self._handle(wish["as"]), wish)
        except CannotDo as problem:
            return JSONResponse({"problem": str(problem)})
        except (KeyError, ValueError, TypeError):
            return JSONResponse({"problem": "The page asked for something unknown."}, 400)
        return JSONResponse(_outcome(delivery))

    async def _live(self, socket: WebSocket) -> None:
        """Sends the number of the latest change whenever something changed; the page then asks for the state."""
        await socket.accept()
        waker = asyncio.Event()
        self._wakers.add(waker)
        gone = asyncio.create_task(_until_gone(socket))
        try:
            while not self._stopping and not gone.done():
                waker.clear()
                await socket.send_text(str(self._parts.world.revision))
                woken = asyncio.create_task(waker.wait())
                await asyncio.wait({woken, gone}, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
        except WebSocketDisconnect:
            return
        finally:
            self._wakers.discard(waker)
            gone.cancel()

    def _changed(self) -> None:
        if self._loop is not None and self._wakers and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()

    def _handle(self, name: str) -> PersonHandle:
        if not name:
            return next(iter(self._people.values()))
        return self._people[self._parts.world.person(name).id]


async def _until_gone(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return


def _outcome(delivery: Delivery | None) -> dict[str, Any]:
    if delivery is None:
        return {"status": "acknowledged"}
    return {
        "status": str(delivery.status),
        "latency": round(delivery.latency * 1000, 1),
        "error": delivery.error,
        "errors": dict(delivery.errors),
    }


def _message(handle: PersonHandle, wish: Mapping[str, Any]) -> Message:
    """The message the page speaks of, as it is now."""
    return handle.now(Message(channel=str(wish["channel"]), ts=str(wish["ts"]), user="", text=""))


def _value(wish: Mapping[str, Any]) -> Value:
    value = wish.get("value")
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, int) else str(value) if value is not None else None


def _text(wish: Mapping[str, Any], name: str) -> str | None:
    value = wish.get(name)
    return None if value is None else str(value)


def _click(handle: PersonHandle, wish: Mapping[str, Any]) -> Delivery:
    return handle.clicks(_message(handle, wish), _text(wish, "action_id"), value=_text(wish, "value"))


def _click_in_modal(handle: PersonHandle, wish: Mapping[str, Any]) -> Delivery:
    return handle.clicks_in_modal(_text(wish, "action_id"), value=_text(wish, "value"))


def _click_home(handle: PersonHandle, wish: Mapping[str, Any]) -> Delivery:
    return handle.clicks_home(_text(wish, "action_id"), value=_text(wish, "value"))


def _reply(handle: PersonHandle, wish: Mapping[str, Any]) -> Delivery:
    return handle.replies(_message(handle, wish), str(wish["text"]))


def _choose(handle: PersonHandle, wish: Mapping[str, Any]) -> Delivery:
    return handle.chooses(_message(handle, wish), str(wish["action_id"]), _value(wish))


def _bare(do: Callable[[PersonHandle], Delivery]) -> Act:
    """An action that needs nothing but the person."""

    def act(handle: PersonHandle, wish: Mapping[str, Any]) -> Delivery:
        del wish
        return do(handle)

    return act


ACTS: Mapping[str, Act] = {
    "type": lambda handle, wish: handle.types(str(wish["where"]), str(wish["text"])),
    "reply": _reply,
    "click": _click,
    "choose": _choose,
    "click_in_modal": _click_in_modal,
    "click_home": _click_home,
    "choose_home": lambda handle, wish: handle.chooses_home(str(wish["action_id"]), _value(wish)),
    "fill": lambda handle, wish: handle.fills(str(wish["block_id"]), _value(wish)),
    "submit": _bare(PersonHandle.submits),
    "close": _bare(PersonHandle.closes),
    "close_all": _bare(PersonHandle.closes_all),
    "open_home": _bare(PersonHandle.opens_home),
}
