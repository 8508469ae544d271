"""The App Home tab: what waits for this person, and every open release."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject

from bot.domain.people import Roles
from bot.domain.policy import PolicyOf
from bot.domain.release import Release
from bot.domain.turn import Need
from bot.views.answers import releases, your_turn
from bot.views.parts import context


def home(
    turns: Sequence[tuple[Release, Sequence[Need]]],
    over: Sequence[Release],
    policy_of: PolicyOf,
    roles: Roles,
    person: str,
) -> list[Block]:
    """Everything on one page, for one person."""
    mine = roles.filled_by(person)  # type: ignore[arg-type]  # a user id
    return [
        HeaderBlock(text=PlainTextObject(text="Your turn")),
        *your_turn([t for t in turns if t[1]], policy_of, roles),
        context(f"Your roles: {', '.join(mine)}." if mine else "You are in none of the roles.", "roles"),
        DividerBlock(),
        HeaderBlock(text=PlainTextObject(text="Releases")),
        *releases([release for release, _ in turns], over, policy_of, roles),
    ]
