"""A recipe is the team's own way to do something. Here are its words: what it is given, what it may answer, and how an
answer is judged. Nothing runs here."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, assert_never
from urllib.parse import quote

from bot.domain.measurements import Limit
from bot.domain.words import Sha, Verdict

# Only a single word in braces, so that JSON or awk in an argument stays as it is.
_PLACEHOLDER = re.compile(r"\{\{([A-Za-z_]+)\}\}|\{([A-Za-z_]+)\}")
_LONGEST_SUMMARY = 500
_INCONCLUSIVE_EXIT = 75
"""EX_TEMPFAIL of sysexits.h: the command says itself that it could not find out."""


@dataclass(frozen=True)
class Context:
    """What a recipe is told. Each field is a placeholder, as `{version}`, and a variable, as HARBOURMASTER_VERSION."""

    product: str
    version: str
    commit: Sha
    operation: str
    """The key of idempotency: the same operation is never carried out twice."""
    tag: str = ""
    previous_tag: str = ""
    environment: str = ""
    stage: str = ""
    component: str = ""
    """Where the product is deployed component by component."""


PLACEHOLDERS = tuple(part.name for part in fields(Context))


def unknown_placeholders(text: str) -> list[str]:
    """The placeholders of a text that nothing fills in, in their order."""
    names = (found[2] for found in _PLACEHOLDER.finditer(text))
    return [name for name in names if name is not None and name not in PLACEHOLDERS]


def filled(text: str, context: Context) -> str:
    """The text with its placeholders replaced; `{{word}}` is `{word}` itself."""
    return _PLACEHOLDER.sub(lambda found: _value(found, context), text)


def filled_address(address: str, context: Context) -> str:
    """As `filled`, each value quoted so that it stays one part of the address."""
    return _PLACEHOLDER.sub(lambda found: quote(_value(found, context), safe=""), address)


def _value(found: re.Match[str], context: Context) -> str:
    return f"{{{found[1]}}}" if found[2] is None else str(getattr(context, found[2]))


def variables(context: Context) -> dict[str, str]:
    """The environment variables that tell a command the same."""
    return {f"HARBOURMASTER_{name.upper()}": getattr(context, name) for name in PLACEHOLDERS}


@dataclass(frozen=True)
class CommandRecipe:
    """A program with its arguments, never a shell, in a working tree at the commit."""

    name: str
    command: tuple[str, ...]
    timeout: int = 900
    """Seconds."""
    secrets: tuple[str, ...] = ()
    """Names of the environment variables that are passed on, and masked in the output."""
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class HttpRecipe:
    """A signed request, and an address that tells how far the work is."""

    name: str
    http: str
    secret: str
    """Name of the environment variable with the key of the signature."""
    poll: str | None = None
    """None: the answer to the request is the result, unless the other side calls back."""
    timeout: int = 900
    limits: tuple[Limit, ...] = ()
    callback: bool = False
    """The other side says by itself how it has ended, at the bot's own door."""

    @property
    def ends_later(self) -> bool:
        """The answer to the request only says that it was taken."""
        return self.poll is not None or self.callback


Recipe = CommandRecipe | HttpRecipe


@dataclass(frozen=True)
class Result:
    """How an operation ended. `summary` may hold foreign text: it is escaped wherever it is shown."""

    verdict: Verdict
    summary: str
    url: str | None = None
    measurements: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Unknown:
    """Nothing was begun, or nothing of it has arrived: it is safe to begin."""


@dataclass(frozen=True)
class Running:
    """It goes on. `tail` is the end of its output, foreign text without control characters."""

    tail: str = ""
    where: str = ""
    """The host on which it runs, when that is another one."""


@dataclass(frozen=True)
class Finished:
    result: Result
    tail: str = ""


Look = Unknown | Running | Finished


class Ending(StrEnum):
    """How the process of a command came to its end."""

    EXITED = "exited"
    TIMED_OUT = "timed out"
    CANCELLED = "cancelled"
    NOT_STARTED = "not started"


@dataclass(frozen=True)
class CommandEnd:
    """What is known about a command that has ended."""

    how: Ending
    code: int = 0
    """The exit code."""
    signal: str = ""
    """The name of the signal that ended it, as SIGSEGV; empty when it ended by itself."""
    answer: str | None = None
    """What it wrote into the file that HARBOURMASTER_RESULT names; None when it wrote nothing."""
    why: str = ""
    """Why it could not be started, or why it was cancelled."""


def judged(recipe: str, end: CommandEnd, timeout: int) -> Result:
    """The result of a command."""
    match end.how:
        case Ending.EXITED:
            return _exited(recipe, end)
        case Ending.TIMED_OUT:
            sentence = (
                f"{recipe} did not end within {timeout} seconds, and was stopped with all it had started."
            )
            return Result(Verdict.FAILED, sentence)
        case Ending.CANCELLED:
            return Result(
                Verdict.INCONCLUSIVE, f"{recipe} was stopped before its end: {end.why or 'cancelled'}."
            )
        case Ending.NOT_STARTED:
            return Result(Verdict.INCONCLUSIVE, f"{recipe} could not be started: {end.why}.")
        case _:
            assert_never(end.how)


def _exited(recipe: str, end: CommandEnd) -> Result:
    if end.signal:
        return Result(Verdict.FAILED, f"{recipe} was ended by the signal {end.signal}.")
    try:
        answer = _read_answer(end.answer)
    except ValueError as problem:
        return Result(Verdict.INCONCLUSIVE, f"{recipe} ended with code {end.code}, and its result {problem}.")
    match end.code:
        case 0:
            verdict, sentence = Verdict.PASSED, f"{recipe} passed."
        case code if code == _INCONCLUSIVE_EXIT:
            verdict, sentence = (
                Verdict.INCONCLUSIVE,
                f"{recipe} says that it could not find out (code {code}).",
            )
        case code:
            verdict, sentence = Verdict.FAILED, f"{recipe} ended with code {code}."
    summary = f"{sentence} {answer.summary}".strip() if answer.summary else sentence
    return Result(verdict, summary, answer.url, answer.measurements)


def polled(recipe: str, body: str) -> Running | Finished:
    """What the body of an HTTP answer says: `{"state": "running|passed|failed|inconclusive", "summary": …}`."""
    try:
        answer = _read_answer(body)
    except ValueError as problem:
        return Finished(Result(Verdict.INCONCLUSIVE, f"{recipe} answered, and its answer {problem}."))
    match answer.state:
        case "running":
            return Running(answer.log or answer.summary)
        case "passed" | "failed" | "inconclusive" as state:
            sentence = answer.summary or f"{recipe} reports: {state}."
            return Finished(Result(Verdict(state), sentence, answer.url, answer.measurements), answer.log)
        case other:
            sentence = (
                f"{recipe} answered with the state {other[:40]!r}; "
                "it must be running, passed, failed or inconclusive."
            )
            return Finished(Result(Verdict.INCONCLUSIVE, sentence))


@dataclass(frozen=True)
class _Answer:
    state: str = ""
    summary: str = ""
    url: str | None = None
    log: str = ""
    measurements: Mapping[str, float] = field(default_factory=dict)


def _read_answer(text: str | None) -> _Answer:
    """Raises ValueError with the second half of a sentence."""
    if text is None or not text.strip():
        return _Answer()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(data, dict):
        raise ValueError("is not a JSON object")
    words = {name: _text(data, name) for name in ("state", "summary", "url", "log")}
    url = words["url"] if re.fullmatch(r"https?://[^\s<>|]{1,2000}", words["url"]) else None
    return _Answer(
        words["state"],
        words["summary"][:_LONGEST_SUMMARY],
        url,
        words["log"],
        _measurements(data.get("measurements")),
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"has a `{name}` that is not text")
    return value


def _measurements(value: Any) -> Mapping[str, float]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(_is_number(number) for number in value.values()):
        raise ValueError("has measurements that are not numbers by name")
    return {name[:80]: float(number) for name, number in value.items()}


def _is_number(value: Any) -> bool:
    # JSON as Python reads it has NaN and Infinity, which no limit could be held against.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def no_such_recipe(name: str, product: str, known: Iterable[str]) -> Result:
    """The result of asking for a recipe that nobody wrote."""
    there = ", ".join(sorted(known)) or "none"
    sentence = (
        f"{product} has no recipe `{name}`; its recipes are: {there}. "
        f"Add [products.{product}.recipes.{name}] to harbourmaster.toml, or do it by hand."
    )
    return Result(Verdict.INCONCLUSIVE, sentence)
