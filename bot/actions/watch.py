"""REL-5: the watch window over production opens."""

from bot.domain.orders import DoWork
from bot.domain.outcomes import Judged, Passed
from bot.domain.release import Release
from bot.environments import PRODUCTION
from bot.parts import Parts


def carry_out(parts: Parts, _release: Release, _order: DoWork) -> Judged:
    """Nothing happens outside: what counts is since when."""
    now = parts.clock()
    return Passed(
        f"{PRODUCTION.capitalize()} is watched since {now:%Y-%m-%d %H:%M} UTC.",
        (("watch.since", now.isoformat()),),
    )
