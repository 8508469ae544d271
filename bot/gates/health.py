"""REL-4: is production well, and does it serve the released version? So many good rounds in a row, inside a deadline."""

from bot.domain.orders import DoWork
from bot.domain.outcomes import Judged, Running
from bot.domain.release import Release
from bot.environments import PRODUCTION, context_of, health
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    return health(parts, context_of(release, PRODUCTION, order.operation))
