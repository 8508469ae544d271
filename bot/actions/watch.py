"""REL-5: the watch window over production opens."""

from bot.domain.orders import DoWork
from bot.domain.outcomes import Judged, Passed
from bot.domain.release import Release
from bot.domain.watching import in_words
from bot.environments import PRODUCTION
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, _order: DoWork) -> Judged:
    """Nothing happens outside: what counts is since when."""
    now = parts.clock()
    return Passed(
        f"{PRODUCTION.capitalize()} is watched since {now:%Y-%m-%d %H:%M} UTC.{_by_whom(parts, release)}",
        (("watch.since", now.isoformat()),),
    )


def _by_whom(parts: Parts, release: Release) -> str:
    """What looks at it from then on, of the items that follow."""
    product = parts.product(release.product)
    wanted = product.environments.get(PRODUCTION)
    items = parts.policy_of(release.product).of(release.way)
    looking = [item.id for item in items if item.does and item.does.startswith("sample:")]
    if wanted is None or not looking:
        return ""
    each, long = in_words(wanted.watch_every), in_words(wanted.watch)
    look = "look" if len(looking) > 1 else "looks"
    return f" {' and '.join(looking)} {look} at it every {each} for {long}."
