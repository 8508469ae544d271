"""The door of the Web API: arguments, token, scope, rate limit, handler, answer; and the faults a test asked for."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.workspace.api import METHODS
from bot.workspace.api.arguments import Received, receive
from bot.workspace.api.call import Arguments, Call, Method, Token
from bot.workspace.errors import RateLimited, SlackError
from bot.workspace.faults import Fault, FaultKind, Faults
from bot.workspace.limits import Limits
from bot.workspace.rights import Rights
from bot.workspace.windows import Windows
from bot.workspace.wire import cut
from bot.workspace.world import World

LONGEST_SILENCE = 35.0
"""Seconds; longer than the SDK's own patience of 30."""


@dataclass(frozen=True)
class Done:
    """What a call said, and what it is answered."""

    sent: Mapping[str, Any]
    body: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gateway:
    """Answers `/api/<method>`. Raises nothing: whatever is wrong is an answer in Slack's shape."""

    world: World
    windows: Windows
    rights: Rights
    limits: Limits
    faults: Faults
    tokens: Mapping[str, Token]
    base_url: str
    new_ticket: Callable[[], str]

    async def endpoint(self, request: Request) -> Response:
        name, started = request.path_params["method"], time.perf_counter()
        if self.faults.slowness:
            await asyncio.sleep(self.faults.slowness)
        if self.faults.is_down:
            return await self._unanswered(request, name, started)
        fault = self.faults.take(name)
        if fault and fault.kind is FaultKind.STALL:
            return await self._silence(request, name, started)
        early = _instead(fault)
        if early is not None:
            return self._noted(name, started, early, str(fault and fault.kind))
        return await self._answer(request, name, fault, started)

    async def _unanswered(self, request: Request, name: str, started: float) -> Response:
        if self.faults.is_silent:
            return await self._silence(request, name, started)
        return self._noted(name, started, Response(status_code=503), "503")

    async def _silence(self, request: Request, name: str, started: float) -> Response:
        """Say nothing until the caller has given up."""
        self._noted(name, started, Response(), "silence")
        await asyncio.sleep(LONGEST_SILENCE)
        cut(request.scope)
        return Response()

    async def _answer(self, request: Request, name: str, fault: Fault | None, started: float) -> Response:
        method = METHODS.get(name)
        done = await self._body(request, method, fault)
        response: Response = JSONResponse(done.body, done.status, headers=dict(done.headers))
        self._scope_headers(response, method)
        latency, detail = (
            time.perf_counter() - started,
            _findings(done.body) or str((fault and fault.kind) or ""),
        )
        self.world.note(
            "request", name, latency=latency, error=done.body.get("error"), detail=detail,
            sent=done.sent, answer=done.body,
        )  # fmt: skip
        if fault and fault.kind is FaultKind.DROP_AFTER_WRITE:
            cut(request.scope)
        return Response(status_code=200) if fault and fault.kind is FaultKind.EMPTY else response

    async def _body(self, request: Request, method: Method | None, fault: Fault | None) -> "Done":
        received = Received({})
        try:
            if method is None:
                raise SlackError("unknown_method", more={"req_method": request.path_params["method"]})
            if fault and fault.kind is FaultKind.RATE_LIMIT:
                raise RateLimited(int(fault.value))
            received = await receive(request, ignore_json=method.reads)
            answer = self._carry_out(method, received, request.headers.get("authorization", ""))
            return Done(received.values, _with_warnings(answer, received.warnings))
        except SlackError as refusal:
            return Done(received.values, refusal.body())
        except RateLimited as limit:
            wait = {"Retry-After": str(limit.seconds)}
            return Done(received.values, {"ok": False, "error": "ratelimited"}, 429, wait)

    def _carry_out(self, method: Method, received: Received, authorization: str) -> dict[str, Any]:
        with self.world.changed:
            self._admit(method, received, authorization)
            self.limits.per_minute(method.name, int(method.tier))
            call = Call(
                method,
                Arguments(received.values),
                self.world,
                self.windows,
                self.rights,
                self.limits,
                self.faults,
                self.base_url,
                self.new_ticket,
            )
            if method.scopes and method.token is Token.BOT:
                call.needs(*method.scopes)
            return method.handler(call)

    def _admit(self, method: Method, received: Received, authorization: str) -> None:
        """The right token in the right place. An app-level token counts in the header only."""
        if method.token is Token.NONE:
            return
        scheme, _, in_header = authorization.partition(" ")
        token = in_header.strip() if scheme.lower() == "bearer" else received.form_token
        if not token:
            raise SlackError("not_authed")
        kind = self.tokens.get(token)
        if kind is None:
            raise SlackError("invalid_auth")
        if kind is Token.BOT and self.faults.token_state:
            raise SlackError(self.faults.token_state)
        if kind is not method.token or (kind is Token.APP and not in_header):
            raise SlackError("not_allowed_token_type")

    def _scope_headers(self, response: Response, method: Method | None) -> None:
        response.headers["x-oauth-scopes"] = ",".join(sorted(self.world.app.scopes))
        if method:
            response.headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)

    def _noted(self, name: str, started: float, response: Response, error: str) -> Response:
        self.world.note("request", name, latency=time.perf_counter() - started, error=error)
        return response


def _instead(fault: Fault | None) -> Response | None:
    """The answer of a fault that keeps the call from being carried out."""
    match fault and fault.kind:
        case FaultKind.STATUS:
            return Response(status_code=int(fault.value if fault else 500))
        case FaultKind.HTML:
            return HTMLResponse("<html><body>Something went wrong.</body></html>")
        case FaultKind.ERROR:
            return JSONResponse({"ok": False, "error": fault.value if fault else ""})
        case _:
            return None


def _with_warnings(answer: dict[str, Any], warnings: tuple[str, ...]) -> dict[str, Any]:
    if not warnings:
        return answer
    known = answer.get("response_metadata", {}).get("warnings", [])
    metadata = {**answer.get("response_metadata", {}), "warnings": [*known, *warnings]}
    return {**answer, "warning": ",".join([*known, *warnings]), "response_metadata": metadata}


def _findings(body: Mapping[str, Any]) -> str:
    if body.get("ok"):
        return ""
    return "\n".join(body.get("response_metadata", {}).get("messages", ()))
