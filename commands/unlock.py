"""See who has the environments of a product, or take one away from what has it, with a reason. What runs there is stopped."""

from bot.domain.errors import NotUnderstood
from bot.workflow.unlocking import unlock, who_has
from commands import Desk, Reply

USAGE = "unlock <product> [<environment> <reason>]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) == 1:
        return Reply(who_has(desk.parts, words[0].lower()))
    if len(words) < 3:
        raise NotUnderstood(
            f"Write `/release {USAGE}`; the environments are those of deployments: staging, production."
        )
    product, environment, *reason = words
    return Reply(unlock(desk.parts, desk.asked, product.lower(), environment, " ".join(reason)))
