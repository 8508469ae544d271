"""One sentence for everything that can happen to a deployment in stages."""

from typing import assert_never

from bot.domain.rollout_events import (
    RolloutAborted,
    RolloutBegun,
    RolloutContinued,
    RolloutEvent,
    RolloutPaused,
    StageReached,
)
from bot.views.text import foreign


def mark(event: RolloutEvent) -> str:
    match event:
        case StageReached():
            return "✅"
        case RolloutPaused() | RolloutAborted():
            return "⛔"
        case _:
            return "•"


def said(who: str, event: RolloutEvent) -> str:
    match event:
        case RolloutBegun(item, _, stages, soak):
            listed = ", ".join(f"{stage} %" for stage in stages)
            return f"*{item}* goes out in stages of {listed}, with {in_words(soak)} between them."
        case StageReached(stage=stage, soaks_until=None):
            return f"Rollout: {stage} % are out and healthy."
        case StageReached(stage=stage, soaks_until=until):
            return f"Rollout: {stage} % are out and healthy; they soak until {until:%Y-%m-%d %H:%M} UTC."
        case RolloutPaused(reason=reason):
            return f"{who} paused the rollout{_because(reason)}"
        case RolloutContinued():
            return f"{who} continued the rollout."
        case RolloutAborted(reason=reason):
            return f"{who} aborted the rollout{_because(reason)}"
        case unknown:
            assert_never(unknown)


def in_words(seconds: int) -> str:
    """`1 h 30 min`"""
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts = []
    for unit, size in units:
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts) or "no time"


def _because(reason: str) -> str:
    return f": {foreign(reason, 500)}" if reason else "."
