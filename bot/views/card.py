"""The card: one message a release, with where it stands, what is left, who is missing, and a button for everything."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
)

from bot.domain.guarding import in_words
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollback import Rollback, Stands
from bot.domain.turn import ItemState, Standing, item_state, needs, phases_of, standing
from bot.domain.words import ItemKind, Phase, short
from bot.views.branch import branch_troubles
from bot.views.fast_track import fast_track_blocks
from bot.views.items import Progress, item_blocks, names
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
from bot.views.rollback import rollback_blocks
from bot.views.rollout import rollback_button
from bot.views.text import counted, escape, foreign, mention, moment

_ITEMS_SHOWN = (24, 12, 6, 3)
"""How many items of the phase a card shows: the first number with which it stays within Slack's budget."""
_COMMITS_SHOWN = 3


def card(
    release: Release, policy: Policy, roles: Roles, problems: Sequence[str], progress: Progress | None = None
) -> tuple[str, list[Block]]:
    """The card's text for notifications, and its blocks. Never above Slack's limits: long lists end in a count."""
    text = f"{title(release)} · {summary(release, policy, roles)}"
    for shown in _ITEMS_SHOWN:
        blocks = _blocks(release, policy, roles, problems, progress or {}, shown)
        if within_budget(blocks):
            return text, blocks
    return text, blocks[:MINIMUM]


MINIMUM = 4
"""Header, standing, facts and progress: what is left of a card when nothing else fits."""


def title(release: Release) -> str:
    return escape(named(release))


def named(release: Release) -> str:
    return ("Dry run of " if release.dry_run else "") + f"{release.product} {release.version}"


def summary(release: Release, policy: Policy, roles: Roles) -> str:
    """Where it stands and what comes next, in one sentence that begins with its standing in bold."""
    if release.rollback is not None:
        return _going_back(release.rollback, policy)
    stands = standing(release, policy)
    return f"*{stands.capitalize()}*{_more_about(stands, release, policy, roles)}"


def _going_back(mine: Rollback, policy: Policy) -> str:
    """Nothing else matters while a rollback is on."""
    said = {
        Stands.PROVING: "its tag is being looked at",
        Stands.UNUSABLE: "another target has to be chosen",
        Stands.DECIDING: f"{len(set(mine.agreed))} of {policy.rollback_quorum} agree",
        Stands.STUCK: "a step has failed",
    }.get(mine.stands, "its steps are carried out")
    return f"*Going back* to `{escape(mine.target.tag)}`: {said}."


def _more_about(stands: Standing, release: Release, policy: Policy, roles: Roles) -> str:
    match stands:
        case Standing.COMPLETED:
            if release.rehearsed:
                return f": `{escape(release.tag)}` would be released now. Nothing outside was changed."
            since = (
                f", and withdrawn since: `{escape(back.target.tag)}` serves again"
                if (back := release.withdrawn)
                else ""
            )
            return f": released as `{escape(release.tag)}`{since}."
        case Standing.CANCELLED:
            reason = release.ended.reason if release.ended else None
            return f": {foreign(reason or '')}"
        case Standing.ON_HOLD:
            return f" by {names(h.by for h in release.holds)}. Nothing moves until it is resumed."
        case Standing.READING:
            return " to see which commit this is about."
        case Standing.TAG_FAILED:
            return (
                f": {escape(release.tag)} could not be made. Mend the cause, then press “Try the tag again”."
            )
        case Standing.REJECTED:
            phase = release.phase(policy)
            who = names(r.by for r in release.rejections_of(phase)) if phase else ""
            return f" by {who}. It goes on when they withdraw."
        case Standing.TAGGING:
            return f": making the signed tag `{escape(release.tag)}`."
        case Standing.WAITING:
            return f" for {_next(release, policy, roles)}."


def _next(release: Release, policy: Policy, roles: Roles) -> str:
    waiting = needs(release, policy, roles)
    if not waiting:
        return "the bot"
    # What has failed comes before what is merely open.
    need = next((n for n in waiting if item_state(release, policy, n.item) is ItemState.FAILED), waiting[0])
    who = names(need.who) if need.who else f"somebody of {need.item.role}"
    more = f" and {counted(len(waiting) - 1, 'more item')}" if len(waiting) > 1 else ""
    match need.item.kind, item_state(release, policy, need.item):
        case _, ItemState.FAILED:
            return f"{who}, because *{need.item.id}* has failed{more.replace(' and', ', and', 1)}"
        case ItemKind.SIGN_OFF, _:
            return f"{who} to sign *{need.item.id}*{more}"
        case _:
            return f"{who} to do *{need.item.id}*{more}"


def _blocks(
    release: Release, policy: Policy, roles: Roles, problems: Sequence[str], progress: Progress, shown: int
) -> list[Block]:
    stands = standing(release, policy)
    blocks: list[Block] = [
        HeaderBlock(text=PlainTextObject(text=f"{STANDING_MARK[stands]} {named(release)}"[:150])),
        section(summary(release, policy, roles)[:3000], "standing"),
        context(_facts(release), "facts"),
        section(_progress(release, policy), "progress"),
        *_troubles(release, problems),
        *rollback_blocks(release, policy, progress),
        *branch_troubles(release),
        *fast_track_blocks(release, policy),
    ]
    if release.is_open:
        blocks += [*_new_commits(release), DividerBlock(), *_items(release, policy, roles, shown, progress)]
    return [*blocks, actions([*_ways_out(release, roles), *_buttons(release, policy)], "release")]


def _facts(release: Release) -> str:
    parts = [f"{release.kind} ({escape(release.why)})", f"started by {mention(release.starter)}"]
    if release.commit:
        since = f"since `{escape(release.previous_tag)}`" if release.previous_tag else "in all"
        parts.append(
            f"`{short(release.commit)}` on `{escape(release.branch or '')}`, {counted(release.total, 'commit')} {since}"
        )
    if release.planned and release.planned_at:
        parts.append(f"planned for {moment(release.planned_at)} ({escape(release.planned.zone)})")
    if release.tagged:
        parts.append(f"tag `{escape(release.tagged.tag)}` signed by `{foreign(release.tagged.signer, 80)}`")
    published = [w.fact("url") for w in release.works if w.does == "recipe:docs" and w.is_good]
    if published and published[-1]:
        parts.append(f"documentation {foreign(published[-1], 500)}")
    return " · ".join(parts)[:2900]


def _progress(release: Release, policy: Policy) -> str:
    present = release.phase(policy)
    return "  ›  ".join(_phase_mark(release, policy, phase, present) for phase in phases_of(release, policy))


def _phase_mark(release: Release, policy: Policy, phase: Phase, present: Phase | None) -> str:
    if release.is_passed(policy, phase):
        return f"✅ {phase.capitalize()}"
    if phase is not present:
        return f"▫️ {phase.capitalize()}"
    items = policy.of(release.way, phase)
    done = len(items) - len(release.open_items(policy, phase))
    return f"▶️ *{phase.capitalize()}* {done}/{len(items)}"


def _troubles(release: Release, problems: Sequence[str]) -> list[Block]:
    said: list[Block] = [quoted("On hold: ", h.reason, f"hold-{n}") for n, h in enumerate(release.holds[:3])]
    said += [
        quoted(f"Rejected as {r.role}: ", r.reason, f"no-{n}") for n, r in enumerate(release.rejections[:3])
    ]
    if release.tampered:
        said.append(quoted("🚨 The tag is not what it was: ", in_words(release.tampered), "tampered"))
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
    if len(release.moves) > 1 and not last.new and not last.rewritten:
        return []  # a branch cut at the same commit: nothing came in
    if len(release.moves) == 1:
        lead = "Newest commits" if last.lines else "There are no commits since the last release"
    else:
        lead = f"{counted(last.new, 'commit')} came in"
    if last.rewritten:
        lead = "The branch's history was rewritten; it now ends with"
    lines = last.lines[:_COMMITS_SHOWN]
    listed: list[Block] = [commit_list(lines, "commits")] if lines else []
    return [context(f"{lead}:" if lines else f"{lead}.", "commits-lead"), *listed]


def _items(release: Release, policy: Policy, roles: Roles, shown: int, progress: Progress) -> list[Block]:
    phase = release.phase(policy)
    if phase is None:
        return []
    items = policy.of(release.way, phase)
    blocks = [
        block for item in items[:shown] for block in item_blocks(release, policy, roles, item, progress)
    ]
    if len(items) > shown:
        more = button("Show all", "status", release.id)
        blocks.append(
            section(f"… and {counted(len(items) - shown, 'more item')} of {phase}.", "more-items", more)
        )
    return blocks


def _ways_out(release: Release, roles: Roles) -> list[ButtonElement]:
    """A rejection by somebody who has left its role has nobody to withdraw it: release managers may."""
    left = [r for r in release.rejections if not roles.has(r.by, r.role) and r.role not in roles.unread]
    if not left or not release.is_open:
        return []
    return [button("Lift the rejection", "withdraw:for", f"{release.id} {left[0].by}")]


def _buttons(release: Release, policy: Policy) -> list[ButtonElement]:
    looks = [
        *rollback_button(release),
        button("Details", "status", release.id),
        button("History", "history", release.id),
    ]
    if not release.is_open:
        return looks
    held = [button("Resume", "resume", release.id, style="primary")] if release.holds else []
    more = [button("Hold…", "hold", release.id)]
    if not release.holds:
        signed = any(item.kind is ItemKind.SIGN_OFF for item in policy.of(release.way, release.phase(policy)))
        reject = [button("Reject…", "reject", release.id)] if signed else []
        more = [*reject, button("Withdraw", "withdraw", release.id), *more]
    if not release.tagged:
        ask = sure(
            "Cancel this release?", f"{release.id} ends here. Its sign-offs stay in the history.", "Go on"
        )
        more.append(button("Cancel release…", "cancel", release.id, style="danger", confirm=ask))
    return [*held, *more, *looks]
