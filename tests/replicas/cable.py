"""A network of its own between the bot and PostgreSQL, with a cable that can be pulled: nothing is refused, nothing answers."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

PORT = 5432


@dataclass(frozen=True)
class Cable:
    """`room` is the network's namespace at the far end, where a forwarder leads to the server's socket."""

    room: str
    address: str

    def pull(self) -> None:
        """From now on every packet is lost, in both directions, and neither end hears of it."""
        _ip("-n", self.room, "link", "set", "far", "down")

    def plug_in(self) -> None:
        _ip("-n", self.room, "link", "set", "far", "up")

    def leads_to(self, url: str) -> str:
        """The address of a database beyond the cable, from the one that it has on this machine."""
        return sa.make_url(url).set(host=self.address, port=PORT, query={}).render_as_string(hide_password=False)  # fmt: skip


def why_not() -> str:
    """Why this machine lets nobody lay cables; empty where it does."""
    try:
        with _network():
            return ""
    except OSError as problem:
        return f"no network of one's own can be made here: {problem}"
    except subprocess.CalledProcessError as problem:
        return f"no network of one's own can be made here: {problem.stderr.strip()}"


@contextmanager
def laid(socket: str) -> Iterator[Cable]:
    """A cable to the server whose socket this is. It is gone when the block ends."""
    with _network() as cable:
        words = [
            "ip",
            "netns",
            "exec",
            cable.room,
            sys.executable,
            "-m",
            "tests.replicas.cable",
            cable.address,
            socket,
        ]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as forwarder:
            try:
                assert forwarder.stdout is not None
                assert forwarder.stdout.readline() == "listening\n"
                yield cable
            finally:
                forwarder.kill()


@contextmanager
def _network() -> Iterator[Cable]:
    """A namespace of this process's own with a cable into it, both ends of which have an address that only it uses."""
    mine = os.getpid()
    name, net, host = f"hm-{mine}", f"10.213.{mine // 64 % 256}", mine % 64 * 4
    _ip("netns", "add", name)
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", "far", "netns", name)
        _ip("addr", "add", f"{net}.{host + 1}/30", "dev", name)
        _ip("link", "set", name, "up")
        _ip("-n", name, "addr", "add", f"{net}.{host + 2}/30", "dev", "far")
        _ip("-n", name, "link", "set", "far", "up")
        yield Cable(name, f"{net}.{host + 2}")
    finally:
        # The cable first: with its namespace alone it would go a moment later, and the next one would find it in its place.
        subprocess.run(["ip", "link", "del", name], check=False, capture_output=True)
        _ip("netns", "del", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


async def _forward(address: str, socket: str) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(socket)
        await asyncio.gather(_copy(reader, back), _copy(there, writer))

    server = await asyncio.start_server(connected, address, PORT)
    os.write(1, b"listening\n")
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # the other end is gone, which is what the cable is for
    writer.close()


if __name__ == "__main__":
    asyncio.run(_forward(*sys.argv[1:]))
