"""REL-4: is production well, and does it serve the released version? So many good rounds in a row, inside a deadline."""

from bot.domain.orders import DoWork
from bot.domain.outcomes import Judged, Passed, Running
from bot.domain.release import Release
from bot.environments import PRODUCTION, context_of, health
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    if release.dry_run:
        return Passed("Dry run: nothing was deployed, so nothing new is served.")
    return health(parts, context_of(release, PRODUCTION, order.operation))
