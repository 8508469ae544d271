"""The App Home tab: what waits for this person, and every open release."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject

from bot.domain.people import Roles
from bot.domain.policy import PolicyOf
from bot.domain.release import Release
from bot.domain.turn import Need, decides_rollback
from bot.domain.words import UserId
from bot.views.answers import releases, your_turn
from bot.views.parts import context


def home(
    turns: Sequence[tuple[Release, Sequence[Need]]],
    over: Sequence[Release],
    policy_of: PolicyOf,
    roles: Roles,
    person: UserId,
) -> list[Block]:
    """Everything on one page, for one person."""
    mine = roles.filled_by(person)
    back = [(release, ()) for release in over if release.rollback]
    waiting = [
        (release, needs)
        for release, needs in (*turns, *back)
        if needs or decides_rollback(release, policy_of(release.product), roles, person)
    ]
    return [
        HeaderBlock(text=PlainTextObject(text="Your turn")),
        *your_turn(waiting, policy_of, roles, person),
        context(f"Your roles: {', '.join(mine)}." if mine else "You are in none of the roles.", "roles"),
        DividerBlock(),
        HeaderBlock(text=PlainTextObject(text="Releases")),
        *releases([release for release, _ in turns], over, policy_of, roles),
    ]
