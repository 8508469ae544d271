"""The two addresses of files outside the Web API: where the bytes of an upload are sent, and where they are read."""

import mimetypes
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.workspace.belongings import StoredFile
from bot.workspace.faults import Faults
from bot.workspace.world import World

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What a browser may show by itself; everything else is a download, so that no file can run as a page."""


@dataclass(frozen=True)
class Uploads:
    """Takes bytes in, raw or as a form, and gives them out."""

    world: World
    faults: Faults

    async def take(self, request: Request) -> Response:
        """Step two of an upload: 200 with `OK - <length>`, or an error status when the length is not as announced."""
        if self.faults.is_down:
            return Response(status_code=503)
        content = await _content(request)
        with self.world.changing():
            file = self.world.files.get(request.path_params["file"])
            if file is None or file.is_complete:
                return self._answer("upload", 404, "unknown upload")
            if len(content) != file.length:
                words = f"length mismatch: {file.length} bytes were announced, {len(content)} came"
                return self._answer("upload", 400, words)
            self.world.files[file.id] = replace(file, content=content)
        return self._answer("upload", 200, f"OK - {len(content)}")

    async def give(self, request: Request) -> Response:
        """The bytes of a file that was shared. Slack asks for a token here; the page of this workspace has none."""
        name = request.path_params["file"].partition("-")[2]
        file = self.world.files.get(name)
        if file is None or file.content is None or not file.is_complete:
            return PlainTextResponse("There is no such file.\n", 404)
        return Response(file.content, headers=_headers(file))

    def _answer(self, name: str, status: int, words: str) -> Response:
        self.world.note("request", name, error=None if status == 200 else str(status), detail=words)
        return PlainTextResponse(words if status == 200 else f"ERROR - {words}", status)


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    form = await request.form()
    for value in form.values():
        if not isinstance(value, str):
            return await value.read()
    return b""


def _headers(file: StoredFile) -> dict[str, str]:
    kind = mimetypes.guess_type(file.name)[0] or ""
    common = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    if kind in PICTURES:
        return {**common, "Content-Type": kind}
    return {**common, "Content-Type": "application/octet-stream", "Content-Disposition": "attachment"}
