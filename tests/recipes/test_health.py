"""Probes against a real server that misbehaves, and against real commands."""

import time
from dataclasses import replace

import pytest

from bot.domain.errors import NotFound
from bot.domain.health import (
    CommandProbe,
    EnvironmentWanted,
    Healthy,
    HttpProbe,
    Probing,
    Seen,
    StillProbing,
    Unhealthy,
)
from bot.recipes.health import RecipeProber, look_at
from tests.recipes.conftest import SECRETS, Yard, product
from tests.recipes.server import Handler, Team

STAGING = EnvironmentWanted("staging", times=2, within=10, every=2)


def prober(yard: Yard, *probes: HttpProbe | CommandProbe, secrets: tuple[str, ...] = ()) -> RecipeProber:
    staging = replace(STAGING, health=probes, secrets=secrets)
    runner = replace(
        yard.runner(), products={"shop": replace(product({}), environments={"staging": staging})}
    )
    return RecipeProber(runner)


@pytest.mark.process("REL-4")
def test_an_environment_that_serves_the_released_version_is_healthy_after_so_many_rounds(
    yard: Yard, team: Team
) -> None:
    team.says("/staging/health", '{"status": "ok", "build": {"version": "1.4.0"}}')
    probe = HttpProbe(
        f"{team.address}/{{environment}}/health", json="status", equals="ok", version="build.version"
    )
    looking = prober(yard, probe)

    first = looking.round(yard.context(), Probing(yard.now))
    assert isinstance(first, StillProbing)
    yard.now = first.again_at

    assert looking.round(yard.context(), first.probing) == Healthy(
        "staging is healthy: 2 good rounds in a row."
    )


@pytest.mark.process("REL-4")
def test_an_environment_that_serves_another_version_is_not_healthy(yard: Yard, team: Team) -> None:
    team.says("/health", '{"version": "1.3.9 <!here>\\u202e"}')
    looking, probing = prober(yard, HttpProbe(f"{team.address}/health", version="version")), Probing(yard.now)
    while isinstance(health := looking.round(yard.context(), probing), StillProbing):
        probing, yard.now = health.probing, health.again_at

    problem = f"{team.address}/health serves the version '1.3.9 <!here>\\u202e', and 1.4.0 is released."
    assert health == Unhealthy(
        f"staging did not become healthy within 10 seconds: 0 of 2 good rounds in a row, 6 rounds in all. {problem}",
        (problem,),
    )


def endless_redirect(request: Handler) -> None:
    request.send_response(302)
    request.send_header("Location", "/redirect")
    request.send_header("Content-Length", "0")
    request.end_headers()


def another_host(request: Handler) -> None:
    request.send_response(302)
    request.send_header("Location", "http://169.254.169.254/latest")
    request.send_header("Content-Length", "0")
    request.end_headers()


def a_gigabyte(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(1 << 30))
    request.end_headers()
    for _ in range(1 << 14):
        request.wfile.write(b" " * (1 << 16))


def a_byte_now_and_then(request: Handler) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        request.wfile.write(bytes([letter]))
        request.wfile.flush()
        time.sleep(0.1)


def nothing(request: Handler) -> None:
    time.sleep(5)


def broken_off(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    request.wfile.write(b"{")


@pytest.mark.process("REL-4")
@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (endless_redirect, "/redirect redirects again and again; 5 times were followed."),
        (another_host, "/redirect redirects to another host, http://169.254.169.254/latest, which is not followed. "
                       "Write that address into harbourmaster.toml if it is the right one."),
        (a_gigabyte, "/redirect answered with more than 1,048,576 bytes, which is too long to be read."),
        (a_byte_now_and_then, "/redirect did not answer within 1 seconds."),
        (nothing, "/redirect did not answer within 1 seconds."),
        (broken_off, "/redirect broke the connection off: peer closed connection without sending complete message body "
                     "(received 1 bytes, expected 100)."),
    ],
)  # fmt: skip
def test_a_server_that_misbehaves_is_one_sentence_in_a_bounded_time(
    yard: Yard, team: Team, reply: object, problem: str
) -> None:
    team.replies["/redirect"] = reply  # type: ignore[assignment]  # each is a function of the request
    began = time.monotonic()

    seen = look_at(HttpProbe(f"{team.address}/redirect", json="a", timeout=1), yard.context())

    assert seen == Seen(f"{team.address}{problem}")
    assert time.monotonic() - began < 4


def test_nobody_there_is_a_sentence(yard: Yard) -> None:
    seen = look_at(HttpProbe("http://127.0.0.1:1/health", timeout=1), yard.context())

    assert seen == Seen("http://127.0.0.1:1/health cannot be reached: [Errno 111] Connection refused.")


@pytest.mark.process("REL-4")
def test_a_command_probe_runs_in_a_working_tree_and_says_what_it_said_last(yard: Yard) -> None:
    script = 'test -x deploy.sh && echo "$DEPLOY_TOKEN is <!here>" && exit 4'
    looking = prober(yard, CommandProbe(("sh", "-c", script)), secrets=("DEPLOY_TOKEN",))

    health = looking.round(yard.context(), Probing(yard.now))

    assert isinstance(health, StillProbing)
    assert health.probing.problems == ("sh ended with code 4. Its last words: *** is <!here>",)
    assert SECRETS["DEPLOY_TOKEN"] not in repr(health)
    assert not list(looking.runner.directory.glob("*probe*"))


def test_a_command_probe_that_hangs_is_stopped(yard: Yard) -> None:
    looking = prober(yard, CommandProbe(("sleep", "1000"), timeout=1))

    health = looking.round(yard.context(), Probing(yard.now))

    assert isinstance(health, StillProbing)
    assert health.probing.problems == (
        "sleep did not end within 1 seconds, and was stopped with all it had started.",
    )


def test_an_environment_without_probes_is_refused_because_nothing_would_be_known(yard: Yard) -> None:
    with pytest.raises(
        NotFound, match=r"shop says nowhere how staging shows that it is well\. Add `health` to"
    ):
        prober(yard).round(yard.context(), Probing(yard.now))
