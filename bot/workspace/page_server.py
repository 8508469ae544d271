"""Serves the workspace's web page and what it shows; every action of the page is the same call a test makes."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.api import METHODS
from bot.workspace.errors import CannotDo
from bot.workspace.page_acts import ACTS, Actor, outcome
from bot.workspace.page_state import Look, PageState, fault_state, log_details, log_state
from bot.workspace.parts import Parts
from bot.workspace.people import PersonHandle

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
MOST_POSTS = 5000


class PageServer:
    """The page's routes. Actions run in threads, as they wait for the app."""

    def __init__(self, parts: Parts, people: Mapping[str, PersonHandle]) -> None:
        self._parts = parts
        self._people = people
        self._showing = PageState(parts)
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
            Route("/page/faults", self._faults),
            Route("/page/log", self._log),
            Route("/page/log/{number:int}", self._details),
            Route("/page/state", self._state),
            Route("/page/act", self._act, methods=["POST"]),
            WebSocketRoute("/page/live", self._live),
            Route("/{name}", self._file),
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
        asked = request.query_params
        try:
            handle = self._handle(asked.get("as", ""))
            limit = min(int(asked.get("limit", 50)), MOST_POSTS)
        except CannotDo as problem:
            return JSONResponse({"problem": str(problem)}, 404)
        except ValueError:
            return JSONResponse({"problem": "The page asked for something unknown."}, 400)
        look = Look(asked.get("room", ""), asked.get("thread", ""), limit, asked.get("seen") == "1")
        return JSONResponse(self._showing.of(handle, look), headers=HEADERS)

    async def _log(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        found = log_state(self._parts.world, int(after) if after.isdecimal() else 0)
        return JSONResponse(found, headers=HEADERS)

    async def _details(self, request: Request) -> Response:
        try:
            details = log_details(self._parts.world, request.path_params["number"])
        except IndexError:
            return PlainTextResponse("There is no such line.\n", 404)
        return Response(json.dumps(details, default=str), headers=HEADERS, media_type="application/json")

    async def _faults(self, request: Request) -> Response:
        """Everything that can go wrong on request, and the methods it can go wrong with."""
        del request
        declared = [fault_state(fault) for fault in self._parts.faults.declared]
        return JSONResponse({"declared": declared, "methods": sorted(METHODS)}, headers=HEADERS)

    async def _act(self, request: Request) -> Response:
        """Do one thing as one person. Only the page itself may ask: the Origin must be there, and the body JSON."""
        if "origin" not in request.headers or request.headers.get("content-type") != "application/json":
            return PlainTextResponse("Only the page itself may do this.\n", 403)
        try:
            asked = json.loads(await request.body())
            act = ACTS[asked["act"]]
            delivery = await run_in_threadpool(act, Actor(self._parts, self._handle(asked["as"])), asked)
        except CannotDo as problem:
            return JSONResponse({"problem": str(problem)})
        except (KeyError, ValueError, TypeError):
            return JSONResponse({"problem": "The page asked for something unknown."}, 400)
        return JSONResponse(outcome(delivery))

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
