"""The operators' door: is it alive, is it ready, its numbers, and where recipes report how they have ended. Served in both
modes, on an address of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST

_TEXT = "text/plain; charset=utf-8"


_MOST = 1_048_576
"""Bytes of a report, as many as of any other answer about a recipe."""
Report = Callable[[Mapping[str, str], bytes], tuple[HTTPStatus, str]]
"""Takes the headers and the body of a report; gives the status and a sentence."""


def operators_door(
    troubles: Callable[[], Sequence[str]], numbers: Callable[[], bytes], report: Report
) -> WSGIApplication:
    """`/healthz` answers as long as the process does, `/readyz` says in sentences what is missing, `/metrics` the numbers;
    `/operations` takes the report of a recipe."""

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
            case ("POST", "/operations"):
                status, sentence = _reported(environ, report)
                body = f"{sentence}\n".encode()
            case ("GET" | "HEAD", _):
                status, body = HTTPStatus.NOT_FOUND, b""
            case _:
                status, body = HTTPStatus.METHOD_NOT_ALLOWED, b""
        start_response(
            f"{status.value} {status.phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))]
        )
        return [body]

    return serve


def _reported(environ: WSGIEnvironment, report: Report) -> tuple[HTTPStatus, str]:
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not (length.isascii() and length.isdigit()):
        return HTTPStatus.LENGTH_REQUIRED, "A report says how long it is (Content-Length)."
    if int(length) > _MOST:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A report has at most {_MOST:,} bytes."
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").title(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return report(headers, environ["wsgi.input"].read(int(length)))
