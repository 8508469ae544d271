"""The deployment files name only what exists: commands, options, variables, paths and sources. Nothing is built here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot.__main__ import app
from bot.config.environment import variables
from bot.slack.surface import EVENTS_PATH

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = ("compose.yaml", "deploy/replicas.yaml", "deploy/http.yaml")


def services(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / name).read_text())["services"])


def instructions(word: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.removeprefix(word).strip() for line in joined.splitlines() if line.startswith(f"{word} ")]


def test_everything_that_is_copied_into_the_image_exists_and_is_let_through() -> None:
    sources = [
        source
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    ]
    let_through = (ROOT / ".dockerignore").read_text().split()

    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_through, source


def test_the_image_holds_every_package_that_is_built() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    (names,) = re.findall(r"module-name = \[(.*)\]", text)

    assert {name.strip('" ') for name in names.split(",")} <= {
        source for line in instructions("COPY") for source in line.split()
    }


def test_the_image_runs_as_nobody_special_and_stops_by_the_signal_the_bot_hears() -> None:
    assert instructions("USER") == ["harbourmaster"]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert "uv sync --locked" in DOCKERFILE
    for program in ("git", "gnupg", "openssh-client", "postgresql-client"):
        assert f" {program}" in DOCKERFILE


@pytest.mark.parametrize("name", COMPOSE)
def test_the_bot_is_started_by_a_command_that_exists(name: str) -> None:
    words = services(name)["harbourmaster"]["command"]
    command = get_command(app).commands[words[0]]  # type: ignore[attr-defined]  # it is a group
    options = {option for parameter in command.params for option in parameter.opts}

    assert {word for word in words[1:] if word.startswith("--")} <= options


def test_the_variables_that_are_set_are_read() -> None:
    set_here = set(re.findall(r"\b(?:HARBOURMASTER|SLACK)_[A-Z_]+", DOCKERFILE))
    for name in COMPOSE:
        set_here |= set(services(name)["harbourmaster"].get("environment", {}))

    assert set_here
    assert set_here <= set(variables())


@pytest.mark.parametrize("name", COMPOSE)
def test_files_that_are_mounted_from_the_repository_exist_or_are_the_operators(name: str) -> None:
    folder = (ROOT / name).parent
    for service in services(name).values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith(".") and "settings" not in source and "tls" not in source:
                assert (folder / source).exists(), source
        if "build" in service:
            assert (folder / service["build"] / "Dockerfile").resolve() == ROOT / "Dockerfile"


def test_replicas_share_a_database_and_no_volume() -> None:
    replica = services("deploy/replicas.yaml")["harbourmaster"]

    assert replica["deploy"]["replicas"] == 3
    assert replica["environment"]["HARBOURMASTER_DATABASE_URL"].startswith("postgresql+psycopg://")
    assert [v for v in replica["volumes"] if not v.endswith(":ro")] == ["/var/lib/harbourmaster"]


def test_a_stop_has_more_time_than_the_bot_takes() -> None:
    for name in COMPOSE[:2]:
        assert services(name)["harbourmaster"]["stop_grace_period"] == "45s"


def test_the_balancer_passes_on_what_slack_calls_and_nothing_else() -> None:
    text = (ROOT / "deploy/nginx.conf").read_text()

    assert f"location = {EVENTS_PATH} " in text
    assert "location / { return 404; }" in text
    assert "non_idempotent" not in text, "a request that was sent on must not be sent twice"
    assert text.count("{") == text.count("}")
