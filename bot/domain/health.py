"""Is an environment healthy? So many good rounds in a row, inside a deadline; each round is looked at by itself. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.recipes import Context

_MISSING = object()


@dataclass(frozen=True)
class HttpProbe:
    """One GET, and what its answer must be."""

    http: str
    status: int = 200
    json: str | None = None
    """The path to a value of the JSON answer, its parts joined by dots; a number is the place in a list."""
    equals: str | int | float | bool | None = None
    """What that value must be; None: it must only be there."""
    version: str | None = None
    """The path to the served version, which must be the released one."""
    timeout: int = 10


@dataclass(frozen=True)
class CommandProbe:
    """A command that must end with code 0."""

    command: tuple[str, ...]
    timeout: int = 30


Probe = HttpProbe | CommandProbe


@dataclass(frozen=True)
class EnvironmentWanted:
    """An environment as the team described it: how anybody can see that it is well."""

    name: str
    health: tuple[Probe, ...] = ()
    times: int = 3
    """Good rounds in a row."""
    within: int = 120
    """Seconds from the first round to the last."""
    every: int = 2
    """Seconds between two rounds."""
    secrets: tuple[str, ...] = ()
    """Names of the environment variables that are passed on to commands."""
    stages: tuple[int, ...] = ()
    """Where a major release goes first, in per cent; the last is 100. None: everywhere at once."""
    soak: int = 1800
    """Seconds that a stage has to stay as it is before the next one begins."""
    watch: int = 3600
    """Seconds for which it is watched after a deployment."""
    watch_every: int = 300
    """Seconds between two samples of what watches it."""


@dataclass(frozen=True)
class Seen:
    """What one probe saw: a problem as a sentence, or none."""

    problem: str | None = None


@dataclass(frozen=True)
class Probing:
    """How far the rounds are. A plain value: it can be stored, and the rounds go on after a restart."""

    since: datetime
    successes: int = 0
    rounds: int = 0
    problems: tuple[str, ...] = field(default=())
    """Of the latest round; empty when it was good."""


@dataclass(frozen=True)
class StillProbing:
    probing: Probing
    again_at: datetime


@dataclass(frozen=True)
class Healthy:
    summary: str


@dataclass(frozen=True)
class Unhealthy:
    summary: str
    problems: tuple[str, ...]


Health = StillProbing | Healthy | Unhealthy


def after_round(wanted: EnvironmentWanted, probing: Probing, seen: Iterable[Seen], now: datetime) -> Health:
    """What a round that ended `now` leads to."""
    problems = tuple(one.problem for one in seen if one.problem is not None)
    successes = 0 if problems else probing.successes + 1
    going = replace(probing, successes=successes, rounds=probing.rounds + 1, problems=problems)
    if successes >= wanted.times:
        return Healthy(f"{wanted.name} is healthy: {successes} good rounds in a row.")
    again_at = now + timedelta(seconds=wanted.every)
    if again_at > probing.since + timedelta(seconds=wanted.within):
        return Unhealthy(_too_late(wanted, going), problems)
    return StillProbing(going, again_at)


def _too_late(wanted: EnvironmentWanted, probing: Probing) -> str:
    sentence = (
        f"{wanted.name} did not become healthy within {wanted.within} seconds: "
        f"{probing.successes} of {wanted.times} good rounds in a row, {probing.rounds} rounds in all."
    )
    return " ".join((sentence, *probing.problems))


def judge_answer(probe: HttpProbe, status: int, document: Any, context: Context) -> Seen:
    """Judge an answer. `document` is the JSON that was read, or None when no JSON was needed."""
    if status != probe.status:
        return Seen(f"{probe.http} answered {status} and not {probe.status}.")
    if probe.json is not None and (problem := _value_problem(probe, probe.json, document)):
        return Seen(problem)
    if probe.version is not None:
        served = value_at(document, probe.version)
        if served is _MISSING:
            return Seen(
                f"{probe.http} does not say its version: there is no `{probe.version}` in the answer."
            )
        if str(served) not in {context.version, context.tag} - {""}:
            return Seen(
                f"{probe.http} serves the version {_shown(served)}, and {context.version} is released."
            )
    return Seen()


def needs_json(probe: HttpProbe) -> bool:
    return probe.json is not None or probe.version is not None


def value_at(document: Any, path: str) -> Any:
    """The value at a dotted path; a mark of its own, which equals nothing, when there is none."""
    found = document
    for part in path.split("."):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isascii() and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return _MISSING
    return found


def _value_problem(probe: HttpProbe, path: str, document: Any) -> str | None:
    value = value_at(document, path)
    if value is _MISSING:
        return f"{probe.http} has no `{path}` in its answer."
    # In Python True is 1; in an answer it is something else.
    same = value == probe.equals and isinstance(value, bool) == isinstance(probe.equals, bool)
    if probe.equals is not None and not same:
        return f"{probe.http} has {_shown(value)} at `{path}`, and {_shown(probe.equals)} is wanted."
    return None


def _shown(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
