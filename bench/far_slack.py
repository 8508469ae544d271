"""A stand-in for Slack's Web API that is only far away: every call is good and takes as long as one to Slack does.

The bench of the acknowledgement needs it, because the strict local workspace would take its CPU from what is measured.
"""

import asyncio
import itertools
import sys

DELAY = 0.1
"""Seconds a call takes; to Slack it is 0.1 to 0.3."""


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, numbers: "itertools.count[int]"
) -> None:
    """Answer one request as slack_sdk sends it: one a connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length or 0))
        await asyncio.sleep(DELAY)
        said = b'{"ok":true,"ts":"1700000000.%06d","user_id":"U0BOT"}' % next(numbers)
        if b"post /respond" in head:
            said = b"ok"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n" % len(said))
        writer.write(b"Content-Type: application/json; charset=utf-8\r\n\r\n" + said)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the bot was stopped within a call
    finally:
        writer.close()


async def serve() -> None:
    numbers = itertools.count()
    server = await asyncio.start_server(lambda r, w: answer(r, w, numbers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # the parent's end is ours
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
