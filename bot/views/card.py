"""The card: one message a release, with where it stands, what is left, who is missing, and a button for everything."""

from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
)

from bot.domain.ballots import ballot_for
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.signoffs import eligible
from bot.domain.turn import ItemState, Standing, can_undo, item_state, needs, phases_of, standing
from bot.domain.words import ItemKind, Phase, short
from bot.views.parts import (
    STANDING_MARK,
    actions,
    button,
    commit_list,
    context,
    quoted,
    section,
    sure,
    within_budget,
)
from bot.views.text import counted, escape, foreign, mention, moment

ITEM_MARK = {
    ItemState.DONE: "✅",
    ItemState.OPEN: "⬜",
    ItemState.LATER: "▫️",
    ItemState.AGAIN: "🔁",
    ItemState.RUNNING: "⏳",
    ItemState.FAILED: "🚨",
}
_ITEMS_SHOWN = (24, 12, 6, 3)
"""How many items of the phase a card shows: the first number with which it stays within Slack's budget."""
_COMMITS_SHOWN = 3
_PEOPLE_SHOWN = 6


def card(release: Release, policy: Policy, roles: Roles, problems: Sequence[str]) -> tuple[str, list[Block]]:
    """The card's text for notifications, and its blocks. Never above Slack's limits: long lists end in a count."""
    text = f"{title(release)} · {summary(release, policy, roles)}"
    for shown in _ITEMS_SHOWN:
        blocks = _blocks(release, policy, roles, problems, shown)
        if within_budget(blocks):
            return text, blocks
    return text, blocks[:MINIMUM]


MINIMUM = 4
"""Header, standing, facts and progress: what is left of a card when nothing else fits."""


def title(release: Release) -> str:
    return escape(f"{release.product} {release.version}")


def summary(release: Release, policy: Policy, roles: Roles) -> str:
    """Where it stands and what comes next, in one sentence that begins with its standing in bold."""
    stands = standing(release, policy)
    return f"*{stands.capitalize()}*{_more_about(stands, release, policy, roles)}"


def _more_about(stands: Standing, release: Release, policy: Policy, roles: Roles) -> str:
    match stands:
        case Standing.COMPLETED:
            return f": released as `{escape(release.tag)}`."
        case Standing.CANCELLED:
            reason = release.ended.reason if release.ended else None
            return f": {foreign(reason or '')}"
        case Standing.ON_HOLD:
            return f" by {_people(h.by for h in release.holds)}. Nothing moves until it is resumed."
        case Standing.READING:
            return " to see which commit this is about."
        case Standing.TAG_FAILED:
            return (
                f": {escape(release.tag)} could not be made. Mend the cause, then press “Try the tag again”."
            )
        case Standing.REJECTED:
            phase = release.phase(policy)
            who = _people(r.by for r in release.rejections_of(phase)) if phase else ""
            return f" by {who}. It goes on when they withdraw."
        case Standing.TAGGING:
            return f": making the signed tag `{escape(release.tag)}`."
        case Standing.WAITING:
            return f" for {_next(release, policy, roles)}."


def _next(release: Release, policy: Policy, roles: Roles) -> str:
    waiting = needs(release, policy, roles)
    if not waiting:
        return "the bot"
    need = waiting[0]
    who = _people(need.who) if need.who else f"somebody of {need.item.role}"
    more = f" and {counted(len(waiting) - 1, 'more item')}" if len(waiting) > 1 else ""
    verb = "sign" if need.item.kind is ItemKind.SIGN_OFF else "do"
    return f"{who} to {verb} *{need.item.id}*{more}"


def _blocks(
    release: Release, policy: Policy, roles: Roles, problems: Sequence[str], shown: int
) -> list[Block]:
    stands = standing(release, policy)
    blocks: list[Block] = [
        HeaderBlock(
            text=PlainTextObject(text=f"{STANDING_MARK[stands]} {release.product} {release.version}"[:150])
        ),
        section(summary(release, policy, roles)[:3000], "standing"),
        context(_facts(release), "facts"),
        section(_progress(release, policy), "progress"),
        *_troubles(release, problems),
    ]
    if release.is_open:
        blocks += [*_new_commits(release), DividerBlock(), *_items(release, policy, roles, shown)]
    return [*blocks, actions([*_ways_out(release, roles), *_buttons(release)], "release")]


def _facts(release: Release) -> str:
    parts = [f"{release.type} release ({escape(release.why)})", f"started by {mention(release.starter)}"]
    if release.commit:
        since = f"since `{escape(release.previous_tag)}`" if release.previous_tag else "in all"
        parts.append(
            f"`{short(release.commit)}` on `{escape(release.branch or '')}`, {counted(release.total, 'commit')} {since}"
        )
    if release.planned:
        parts.append(f"planned for {moment(release.planned.at)} ({escape(release.planned.zone)})")
    if release.tagged:
        parts.append(f"tag `{escape(release.tagged.tag)}` signed by `{foreign(release.tagged.signer, 80)}`")
    return " · ".join(parts)[:2900]


def _progress(release: Release, policy: Policy) -> str:
    present = release.phase(policy)
    return "  ›  ".join(_phase_mark(release, policy, phase, present) for phase in phases_of(release, policy))


def _phase_mark(release: Release, policy: Policy, phase: Phase, present: Phase | None) -> str:
    if release.is_passed(policy, phase):
        return f"✅ {phase.capitalize()}"
    if phase is not present:
        return f"▫️ {phase.capitalize()}"
    items = policy.of(release.type, phase)
    done = len(items) - len(release.open_items(policy, phase))
    return f"▶️ *{phase.capitalize()}* {done}/{len(items)}"


def _troubles(release: Release, problems: Sequence[str]) -> list[Block]:
    said: list[Block] = [quoted("On hold: ", h.reason, f"hold-{n}") for n, h in enumerate(release.holds[:3])]
    said += [
        quoted(f"Rejected as {r.role}: ", r.reason, f"no-{n}") for n, r in enumerate(release.rejections[:3])
    ]
    if release.tag_failed:
        said.append(quoted("The tag failed: ", release.tag_failed.why, "tag-failed"))
    said += [
        quoted("Still trying: ", p, f"problem-{n}") for n, p in enumerate(problems[:2]) if release.is_open
    ]
    return said


def _new_commits(release: Release) -> list[Block]:
    if not release.moves or release.is_pinned:
        return []
    last = release.moves[-1]
    if len(release.moves) == 1:
        lead = "Newest commits" if last.lines else "There are no commits since the last release"
    else:
        lead = f"{counted(last.new, 'commit')} came in"
    if last.rewritten:
        lead = "The branch's history was rewritten; it now ends with"
    lines = last.lines[:_COMMITS_SHOWN]
    listed: list[Block] = [commit_list(lines, "commits")] if lines else []
    return [context(f"{lead}:" if lines else f"{lead}.", "commits-lead"), *listed]


def _items(release: Release, policy: Policy, roles: Roles, shown: int) -> list[Block]:
    phase = release.phase(policy)
    if phase is None:
        return []
    items = policy.of(release.type, phase)
    blocks: list[Block] = [_item(release, policy, roles, item) for item in items[:shown]]
    if len(items) > shown:
        more = button("Show all", "status", release.id)
        blocks.append(
            section(f"… and {counted(len(items) - shown, 'more item')} of {phase}.", "more-items", more)
        )
    return blocks


def _item(release: Release, policy: Policy, roles: Roles, item: Item) -> Block:
    state = item_state(release, policy, item)
    line = (
        f"{ITEM_MARK[state]} *{item.id}* {escape(item.title)}\n{_detail(release, policy, roles, item, state)}"
    )
    return section(line[:3000], f"item-{item.id}", _item_button(release, policy, item, state))


def _detail(release: Release, policy: Policy, roles: Roles, item: Item, state: ItemState) -> str:
    hand = " · by hand for now" if item.is_by_hand else ""
    if item.kind is ItemKind.SIGN_OFF:
        return _sign_off_detail(release, policy, roles, item, state)
    if state is ItemState.DONE:
        result = release.result(item.id)
        note = f": {foreign(result.note)}" if result and result.note else ""
        return (
            f"_{item.kind}_ · {mention(result.by)} {moment(result.at)}{note}"
            if result
            else f"_{item.kind}_ · Harbourmaster"
        )
    if item.does:
        waits = {ItemState.RUNNING: "running", ItemState.FAILED: "failed"}.get(
            state, "the bot does it after the sign-offs"
        )
        return f"_{item.kind}_ · {waits}"
    again = " · again, because the branch has moved" if state is ItemState.AGAIN else ""
    return f"_{item.kind}_ · {item.role}{_whose(roles.of(item.role))}{hand}{again}{_after(release, policy, item)}"


def _sign_off_detail(release: Release, policy: Policy, roles: Roles, item: Item, state: ItemState) -> str:
    given = release.valid_sign_offs(policy, item)
    signed = f" · signed by {_people(s.by for s in given)}" if given else ""
    head = f"_sign-off_ · {item.role} {len(given)} of {item.quorum}{signed}"
    if state is ItemState.DONE:
        return head
    again = " · again, because what was signed has changed" if state is ItemState.AGAIN else ""
    may = eligible(release, policy, item, roles)
    if item.role in roles.unread:
        return f"{head}{again} · its members are being read from Slack"
    if len(may) < item.quorum - len(given):
        who = _people(may) if may else "nobody"
        return f"{head}{again} · ⚠️ only {who} may still sign (not the starter, nobody twice){_after(release, policy, item)}"
    return f"{head}{again} · missing {_people(may)}{_after(release, policy, item)}"


def _after(release: Release, policy: Policy, item: Item) -> str:
    waiting = release.waits_for(policy, item)
    return f" · after {', '.join(waiting)}" if waiting else ""


def _item_button(release: Release, policy: Policy, item: Item, state: ItemState) -> ButtonElement | None:
    if release.holds:
        return None
    value = f"{release.id} {item.id}"
    match state:
        case ItemState.FAILED:
            return button("Try the tag again", "retry", release.id, style="primary")
        case ItemState.DONE if can_undo(release, item):
            return button("Undo", "undo", value)
        case ItemState.OPEN | ItemState.AGAIN if item.is_ticked:
            return button("Done", "done", value)
        case ItemState.OPEN | ItemState.AGAIN if item.kind is ItemKind.SIGN_OFF:
            ballot = ballot_for(release, policy, item)
            if ballot is None:
                return None
            ask = _sure_to_ship(release, item) if item.phase is Phase.RELEASE else None
            name = f"Approve as {item.role}"[:75]
            return button(name, f"approve:{item.role}"[:255], ballot.dump(), style="primary", confirm=ask)
        case _:
            return None


def _sure_to_ship(release: Release, item: Item) -> ConfirmObject:
    """The last sign-offs lead to a tag that never goes away, so they are asked twice."""
    text = f"{item.title}. With the last of these sign-offs {release.tag} is made at {short(release.commit or '')}, for good."
    return sure(f"Ship {release.product} {release.version}?"[:100], text, "Approve")


def _ways_out(release: Release, roles: Roles) -> list[ButtonElement]:
    """A rejection by somebody who has left its role has nobody to withdraw it: release managers may."""
    left = [r for r in release.rejections if not roles.has(r.by, r.role) and r.role not in roles.unread]
    if not left or not release.is_open:
        return []
    return [button("Lift the rejection", "withdraw:for", f"{release.id} {left[0].by}")]


def _buttons(release: Release) -> list[ButtonElement]:
    looks = [button("Details", "status", release.id), button("History", "history", release.id)]
    if not release.is_open:
        return looks
    held = [button("Resume", "resume", release.id, style="primary")] if release.holds else []
    more = [button("Hold…", "hold", release.id)]
    if not release.holds:
        more = [button("Reject…", "reject", release.id), button("Withdraw", "withdraw", release.id), *more]
    if not release.tagged:
        ask = sure(
            "Cancel this release?", f"{release.id} ends here. Its sign-offs stay in the history.", "Go on"
        )
        more.append(button("Cancel release…", "cancel", release.id, style="danger", confirm=ask))
    return [*held, *more, *looks]


def _whose(members: frozenset[str]) -> str:
    return f" ({_people(members)})" if members else " (nobody is in this role)"


def _people(users: Iterable[str]) -> str:
    named = [mention(user) for user in sorted(users)]
    shown = named[:_PEOPLE_SHOWN]
    rest = len(named) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
