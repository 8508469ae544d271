"""Measurements of a recipe, held against limits that a team writes as it says them: `p95_ms at most 200`. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.findings import Finding, Severity

_LIMIT = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]{0,79}) at (?P<bound>most|least) (?P<number>\d+(?:\.\d+)?)"
    r"(?P<relative> ?% (?P<side>above|below) the (?P<than>previous release|baseline))?"
)
_EXAMPLES = (
    "`p95_ms at most 200`, `requests_per_s at least 500`, `p95_ms at most 10 % above the previous release` "
    "or `requests_per_s at most 5 % below the baseline`"
)


@dataclass(frozen=True)
class Fixed:
    """A number that must not be passed."""

    name: str
    number: float
    is_upper: bool
    text: str


class Than(StrEnum):
    """What a relative limit is held against: the value is how a sentence says it."""

    PREVIOUS = "in the previous release"
    BASELINE = "before the deployment"


@dataclass(frozen=True)
class Relative:
    """So many per cent above or below what was there before."""

    name: str
    percent: float
    above: bool
    text: str
    than: Than = Than.PREVIOUS


Limit = Fixed | Relative
_Judged = tuple[str, Severity, str]


def parse_limit(text: str) -> Limit:
    """Raises ValueError with a predicate, `must be …`."""
    found = _LIMIT.fullmatch(text)
    if found is None or (found["relative"] and found["bound"] == "least"):
        raise ValueError(f"must be a limit, as {_EXAMPLES}.")
    number = float(found["number"])
    if found["relative"]:
        than = Than.BASELINE if found["than"] == "baseline" else Than.PREVIOUS
        return Relative(found["name"], number, found["side"] == "above", text, than)
    return Fixed(found["name"], number, found["bound"] == "most", text)


def findings(
    limits: Iterable[Limit], measured: Mapping[str, float], previous: Mapping[str, float] | None, item: str,
    baseline: Mapping[str, float] | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """What does not hold, as findings of an item. `previous` are the measurements of the release before, `baseline` those
    of production before the deployment, if there are any.

    A first release has nothing to be compared with, and neither has one whose deployment nobody measured before it (a
    hotfix), so such limits are not held against it.
    """
    before = {Than.PREVIOUS: previous, Than.BASELINE: baseline}
    judged = (_judge(limit, measured, before) for limit in limits)
    return tuple(Finding(name, item, severity, sentence) for name, severity, sentence in filter(None, judged))


def _judge(
    limit: Limit, measured: Mapping[str, float], before: Mapping[Than, Mapping[str, float] | None]
) -> _Judged | None:
    value = measured.get(limit.name)
    if value is None:
        return _unread(limit, f"{limit.name} was not measured, so nobody knows whether it is {_rest(limit)}.")
    match limit:
        case Fixed(number=number, is_upper=is_upper):
            holds = value <= number if is_upper else value >= number
            return None if holds else _broken(limit, f"{limit.name} is {value:g}; it must be {_rest(limit)}.")
        case Relative(than=than):
            there = before[than]
            return None if there is None else _compared(limit, value, there.get(limit.name))


def _compared(limit: Relative, value: float, before: float | None) -> _Judged | None:
    if before is None:
        return _unread(limit, f"{limit.name} is {value:g}, and it was not measured {limit.than}.")
    share = limit.percent / 100 * abs(before)
    bound = before + share if limit.above else before - share
    if value <= bound if limit.above else value >= bound:
        return None
    sentence = (
        f"{limit.name} is {value:g} and was {before:g} {limit.than}{_change(before, value)}; it must be {_rest(limit)}, "
        f"which is {bound:g}."
    )
    return _broken(limit, sentence)


def _change(before: float, value: float) -> str:
    return f" ({(value - before) / abs(before):+.0%})" if before else ""


def _rest(limit: Limit) -> str:
    return limit.text.removeprefix(limit.name).strip()


def _broken(limit: Limit, sentence: str) -> _Judged:
    return limit.text, Severity.BLOCKS, sentence


def _unread(limit: Limit, sentence: str) -> _Judged:
    return limit.text, Severity.INCONCLUSIVE, sentence
