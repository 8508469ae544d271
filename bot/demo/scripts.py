"""What a team's own scripts would do for its recipes, small: deploy, test, measure, publish. Run as a program of its own.

The recipes of the demo call it in a working tree at the commit of the release. It needs nothing but Python.
"""

import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import urlopen

_REQUESTS = 40


def deploy(served: Path, _address: str) -> str:
    """Put this version where the environment's health page is served, in one step: the old one is served until then."""
    name, version = os.environ["HARBOURMASTER_ENVIRONMENT"], os.environ["HARBOURMASTER_VERSION"]
    share = os.environ.get("HARBOURMASTER_STAGE", "")
    folder = served / name
    folder.mkdir(parents=True, exist_ok=True)
    page = {"status": "ok", "version": version, "commit": os.environ["HARBOURMASTER_COMMIT"]}
    (folder / "next").write_text(json.dumps(page) + "\n")
    (folder / "next").replace(folder / "health.json")
    return f"{name} serves {version}" + (f" to {share} %." if share else ".")


def integration(_served: Path, address: str) -> str:
    """What staging serves must be this very commit."""
    page, commit = _health(address), os.environ["HARBOURMASTER_COMMIT"]
    if page["commit"] != commit:
        raise SystemExit(f"Staging serves {page['commit'][:7]}, and not {commit[:7]}.")
    return f"Staging serves {page['version']}, built from {commit[:7]}."


def performance(_served: Path, address: str) -> str:
    """How long staging takes to answer, in milliseconds, for 95 of 100 requests."""
    return _measured(address, "staging")


def monitoring(served: Path, address: str) -> str:
    """The same of production, before and after a deployment. Before the first one nothing is there to be measured."""
    if not (served / "production" / "health.json").exists():
        return "Production serves nothing yet."
    return _measured(address, "production")


def migrations(_served: Path, _address: str) -> str:
    """Run every script on an empty copy of the database, in order."""
    scripts = sorted(Path("migrations").glob("*.sql"))
    with sqlite3.connect(":memory:") as database:
        for script in scripts:
            print(f"running {script}", flush=True)
            database.executescript(script.read_text())
    return f"{len(scripts)} migrations run one after the other."


def docs(served: Path, address: str) -> str:
    """Publish the pages of this version, whole or not at all."""
    version = os.environ["HARBOURMASTER_VERSION"]
    pages, into = Path("docs"), served / "docs" / version
    if pages.is_dir() and not into.exists():
        shutil.copytree(pages, into.with_suffix(".next"), dirs_exist_ok=True)
        into.with_suffix(".next").replace(into)
    _result({"url": f"{address}/docs/{version}/"})
    return f"The guides of {version} are published."


RECIPES: Mapping[str, Callable[[Path, str], str]] = {
    "deploy": deploy,
    "integration": integration,
    "performance": performance,
    "migrations": migrations,
    "monitoring": monitoring,
    "docs": docs,
}


def _measured(address: str, environment: str) -> str:
    taken: list[float] = []
    for _ in range(_REQUESTS):
        begun = time.perf_counter()
        _health(address, environment)
        taken.append((time.perf_counter() - begun) * 1000)
    p95 = round(sorted(taken)[int(0.95 * _REQUESTS)], 2)
    _result({"measurements": {"p95_ms": p95}})
    return f"{_REQUESTS} requests, 95 % of them answered within {p95} ms."


def _health(address: str, environment: str = "staging") -> dict[str, str]:
    with urlopen(f"{address}/{environment}/health.json", timeout=10) as answer:  # noqa: S310 - the demo's own address
        return dict(json.load(answer))


def _result(more: Mapping[str, object]) -> None:
    file = Path(os.environ["HARBOURMASTER_RESULT"])
    told = json.loads(file.read_text()) if file.exists() and file.stat().st_size else {}
    file.write_text(json.dumps({**told, **more}))


if __name__ == "__main__":
    recipe, served, address = sys.argv[1:]
    said = RECIPES[recipe](Path(served), address)
    print(said, flush=True)
    _result({"summary": said})
