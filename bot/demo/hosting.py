"""Where the demo deploys to: a real web server over a folder, with the recipes and environments that lead there."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bot.demo import scripts
from bot.environments import PRODUCTION, STAGING

_LIMITS = dict.fromkeys(("performance", "monitoring"), 'limits = ["p95_ms at most 500"]\n')
_PRODUCTION = 'stages = [10, 50, 100]\nsoak = "5s"\nwatch = "6s"\nwatch_every = "3s"\n'


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def hosting(folder: Path, product: str) -> Iterator[str]:
    """Serve the new `folder` until the block ends; yields the tables of harbourmaster.toml that deploy there."""
    folder.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, name="demo-hosting", daemon=True)
    thread.start()
    try:
        yield _tables(folder, f"http://127.0.0.1:{server.server_port}", product)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _tables(folder: Path, address: str, product: str) -> str:
    recipes = "\n".join(
        f"[products.{product}.recipes.{name}]\n"
        f"command = {_list(sys.executable, scripts.__file__, name, str(folder), address)}\n{_LIMITS.get(name, '')}"
        for name in scripts.RECIPES
    )
    environments = "\n".join(
        f"[products.{product}.environments.{name}]\n{more}every = 1\nhealth = ["
        f'{{ http = "{address}/{name}/health.json", json = "status", equals = "ok", version = "version" }}]\n'
        for name, more in ((STAGING, ""), (PRODUCTION, _PRODUCTION))
    )
    return f"{recipes}\n{environments}"


def _list(*words: str) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"
