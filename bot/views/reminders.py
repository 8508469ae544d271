"""Reminders as messages: to one person with the button that does it, and to everybody of a role in the thread."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.reminders import Away
from bot.domain.turn import Need
from bot.domain.words import ItemKind
from bot.views.answers import need_blocks
from bot.views.parts import actions, button, section
from bot.views.text import escape, mention, moment

_MOST_NAMED = 20


def to_person(
    release: Release, policy: Policy, need: Need, since: datetime, places: Sequence[Away] = ()
) -> tuple[str, list[Block]]:
    """The direct message, with the same button as on the card. In the `places` of some who are away it says so."""
    does = "your sign-off" if need.item.kind is ItemKind.SIGN_OFF else "you"
    text = f"⏰ *{escape(release.product)} {escape(release.version)}* waits for {does} since {moment(since)}."
    if places:
        gone = ", ".join(f"{mention(g.user)}, away until {moment(g.until)}" for g in places[:_MOST_NAMED])
        text += f" You are asked in the place of {gone}. What you sign counts as your own word."
    row = [
        button("Not now: in 4 hours", "snooze", "4"),
        button("Details", "status", release.id),
        button("Everything that waits for me", "mine", "-"),
    ]
    return text, [
        section(text, "reminder"),
        *need_blocks(release, policy, need, "need"),
        actions(row, "ways"),
    ]


def to_role(need: Need, since: datetime) -> tuple[str, list[Block]]:
    """In the thread, to everybody who may do it: reminders to single people have not helped."""
    named = [mention(user) for user in sorted(need.who)]
    who = ", ".join(named[:_MOST_NAMED]) + (
        f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    )
    ask = (
        f"Whoever of you can: {who}."
        if named
        else f"Nobody may do it: the role {escape(need.item.role)} has no one for it."
    )
    text = f"⏰ *{need.item.id}* {escape(need.item.title)} is open since {moment(since)}. {ask}"
    return text[:3000], [section(text[:3000], "escalation")]
