"""Read the members of a Slack user group: the roles that name it follow from what is stored."""

from bot.domain.orders import ReadGroup
from bot.domain.outcomes import GroupSeen, Outcome
from bot.domain.words import UserId
from bot.parts import Parts


def carry_out(parts: Parts, order: ReadGroup) -> Outcome:
    return GroupSeen(order.group, tuple(UserId(member) for member in parts.slack.members(order.group)))
