"""Other tools that make changelogs, each installed into a folder of its own when the bench runs. None is a dependency."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.histories import environment

_PATIENCE = 180.0


@dataclass(frozen=True)
class Peer:
    """How a peer makes the changelog of a whole history, run in the work tree."""

    command: list[str]
    environment: Mapping[str, str]
    output: Path
    """The file it writes, unless it prints."""


def installed(home: Path, tree: Path) -> Iterator[tuple[str, Peer | None]]:
    """Every peer by name; None where it cannot be installed here."""
    home.mkdir(parents=True)
    out = home / "changelog.md"
    cz, psr = home / "cz.toml", home / "psr.toml"
    cz.write_text(
        '[tool.commitizen]\nname = "cz_conventional_commits"\nversion = "0.0.1"\ntag_format = "v$version"\n'
    )
    psr.write_text(
        f'[semantic_release]\nrepo_dir = "{tree}"\n[semantic_release.remote]\nurl = "https://git.example.com/a/b.git"\n'
        '[semantic_release.changelog]\nmode = "init"\n'
    )
    commands = {
        "git-cliff": ["git-cliff", "--output", str(out)],
        "git-changelog": ["git-changelog", "--convention", "angular", "--output", str(out), str(tree)],
        "commitizen": ["cz", "--config", str(cz), "changelog", "--dry-run"],
        "python-semantic-release": ["semantic-release", "--config", str(psr), "changelog"],
    }
    for name, command in commands.items():
        writes = tree / "CHANGELOG.md" if name == "python-semantic-release" else out
        yield name, _from_pypi(name, command, home, writes)
    yield "conventional-changelog", _from_npm(home, out)


def _from_pypi(name: str, command: list[str], home: Path, out: Path) -> Peer | None:
    folder = home / name
    made = [
        [sys.executable, "-m", "venv", str(folder)],
        [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            name,
        ],
    ]
    if not all(_works(step) for step in made):
        return None
    path = f"{folder / 'bin'}:{environment()['PATH']}"
    return Peer(
        [str(folder / "bin" / command[0]), *command[1:]],
        {**environment(), "PATH": path, "HOME": str(home)},
        out,
    )


def _from_npm(home: Path, out: Path) -> Peer | None:
    folder = home / "npm"
    folder.mkdir()
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "conventional-changelog-cli"]
    if shutil.which("npm") is None or not _works(install, folder):
        return None
    program = str(folder / "node_modules" / ".bin" / "conventional-changelog")
    return Peer([program, "-p", "angular", "-r", "0", "-o", str(out)], environment(), out)


def _works(command: list[str], folder: Path | None = None) -> bool:
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0
