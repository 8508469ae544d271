"""The operators' door: is it alive, is it ready, and its numbers. Served in both modes, on an address of its own."""

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST

_TEXT = "text/plain; charset=utf-8"


def operators_door(troubles: Callable[[], Sequence[str]], numbers: Callable[[], bytes]) -> WSGIApplication:
    """`/healthz` answers as long as the process does, `/readyz` says in sentences what is missing, `/metrics` the numbers."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, body, kind = HTTPStatus.OK, b"ok\n", _TEXT
        match environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"):
            case ("GET" | "HEAD", "/healthz"):
                pass
            case ("GET" | "HEAD", "/readyz"):
                if missing := troubles():
                    status, body = (
                        HTTPStatus.SERVICE_UNAVAILABLE,
                        "".join(f"{one}\n" for one in missing).encode(),
                    )
                else:
                    body = b"ready\n"
            case ("GET" | "HEAD", "/metrics"):
                body, kind = numbers(), CONTENT_TYPE_LATEST
            case ("GET" | "HEAD", _):
                status, body = HTTPStatus.NOT_FOUND, b""
            case _:
                status, body = HTTPStatus.METHOD_NOT_ALLOWED, b""
        start_response(
            f"{status.value} {status.phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))]
        )
        return [body]

    return serve
