"""Taking an environment away from the operation that has it."""

from collections.abc import Sequence

from bot.domain.course import MANAGER
from bot.domain.errors import NotFound, Refused, given
from bot.domain.events import EnvironmentTaken
from bot.domain.locks import InLine, holder_of, next_of
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step, take_step
from bot.domain.words import people
from bot.environments import PRODUCTION, STAGING
from bot.parts import Parts, roles_now
from bot.workflow.asking import Asked, by_id, change
from storage.environments import Environments

_OPERATIONS = "operations"


def unlock(parts: Parts, asked: Asked, product: str, environment: str, reason: str) -> str:
    """Whoever has the environment loses it, and is told so by name. Raises NotFound for a product that is not there,
    Refused for whom it is not or when nobody has it."""
    _must_be_there(parts, product, environment)
    environments, why = Environments(parts.store.engine), given(reason)
    with parts.store.reading() as tx:
        before = tx.answer_to(asked.key)
        _refuse(asked, roles_now(parts, tx))
    if before is not None:
        return before
    line = environments.line(product, environment)
    holder, following = holder_of(line), next_of(line)
    if holder is None:
        raise Refused(f"Nobody has {environment} of {product}, so there is nothing to take away.")

    def decide(release: Release, _roles: Roles, policy: Policy) -> Step:
        taken = EnvironmentTaken(environment, holder.operation, why)
        return take_step(release, asked.who, asked.now, policy, taken)

    answer = change(
        parts, asked, by_id(holder.release), decide, lambda _: _said(holder, environment, following)
    )
    # After the word is in history: broken once more by a second delivery, it would hit the next in line.
    environments.take_away(product, environment, holder.operation, asked.who, why)
    parts.wake()
    return answer


def who_has(parts: Parts, product: str) -> str:
    """Who has each environment of a product, since when, and who waits behind, as a sentence for each. Raises NotFound."""
    parts.product(product)
    environments = Environments(parts.store.engine)
    return " ".join(_line(name, environments.line(product, name)) for name in (STAGING, PRODUCTION))


def _line(environment: str, line: Sequence[InLine]) -> str:
    holder = holder_of(line)
    if holder is None:
        return f"Nobody has {environment}."
    waiting = sorted(
        (one for one in line if not one.holds and one.broken_by is None), key=lambda one: one.asked_at
    )
    behind = f"; in line behind it: {', '.join(one.release for one in waiting)}" if waiting else ""
    return f"{holder.release} has {environment} since {holder.asked_at:%Y-%m-%d %H:%M} UTC{behind}."


def _must_be_there(parts: Parts, product: str, environment: str) -> None:
    parts.product(product)
    if environment not in (STAGING, PRODUCTION):
        raise NotFound(
            f"{product} has no environment “{environment[:40]}”; there are {STAGING} and {PRODUCTION}."
        )


def _said(holder: InLine, environment: str, following: InLine | None) -> str:
    after = f", and {following.release} is next in line" if following else "; nobody waits in line"
    return f"{environment} is taken away from {holder.release}. What it runs there is stopped{after}."


def _refuse(asked: Asked, roles: Roles) -> None:
    if not (roles.has(asked.who, _OPERATIONS) or roles.has(asked.who, MANAGER)):
        who = roles.of(_OPERATIONS) | roles.of(MANAGER)
        raise Refused(f"Environments belong to {_OPERATIONS} or {MANAGER}. Ask {people(who)}.")
