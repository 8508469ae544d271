"""An item of the process on a card: a line with its state and who it waits for, its button, and what the bot has found."""

from collections.abc import Iterable, Mapping

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.domain.ballots import ballot_for
from bot.domain.noting import DOES
from bot.domain.overriding import CHECK
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.records import SignOff
from bot.domain.release import Release
from bot.domain.signoffs import eligible, roles_left, words_possible
from bot.domain.turn import ItemState, can_undo, item_state
from bot.domain.words import ItemId, ItemKind, Phase, RoleName, Verdict, short
from bot.domain.working import may_begin
from bot.views.parts import actions, bullets, button, context, section, sure
from bot.views.rollout import rollout_blocks, way_back
from bot.views.text import code, counted, escape, foreign, in_place_of, mention, moment

ITEM_MARK = {
    ItemState.DONE: "✅",
    ItemState.OPEN: "⬜",
    ItemState.LATER: "▫️",
    ItemState.AGAIN: "🔁",
    ItemState.RUNNING: "⏳",
    ItemState.FAILED: "🚨",
}
_FINDINGS_SHOWN = 3
_PEOPLE_SHOWN = 6


Progress = Mapping[ItemId, str]
"""How far the bot's running work is, a line for each item; foreign text."""


def item_blocks(
    release: Release, policy: Policy, roles: Roles, item: Item, progress: Progress
) -> list[Block]:
    """The item's line with its button; behind it what the bot has found, with the ways to go on all the same."""
    state = item_state(release, policy, item)
    if item.is_work and not release.is_needless(policy, item):
        detail = _work_detail(release, roles, item, state, progress) + _after(release, policy, item)
    else:
        detail = _detail(release, policy, roles, item, state)
    line = f"{ITEM_MARK[state]} *{item.id}* {escape(item.title)}\n{detail}"
    head = section(line[:3000], f"item-{item.id}", _item_button(release, policy, item, state))
    rollout = rollout_blocks(release, item, progress)
    return [head, *_words_of_several(release, policy, item, state), *rollout, *_ways_on(release, item, state)]


def _detail(release: Release, policy: Policy, roles: Roles, item: Item, state: ItemState) -> str:
    if state is ItemState.DONE and release.is_needless(policy, item):
        return f"_{item.kind}_ · {_needless(release, item)}"
    hand = " · by hand for now" if item.is_by_hand else ""
    if item.kind is ItemKind.SIGN_OFF:
        return _sign_off_detail(release, policy, roles, item, state)
    if state is ItemState.DONE:
        return f"_{item.kind}_ · {_done_by(release, item) or 'Harbourmaster'}"
    if item.does:
        waits = {ItemState.RUNNING: "running", ItemState.FAILED: "failed"}.get(
            state, "the bot does it after the sign-offs"
        )
        return f"_{item.kind}_ · {waits}"
    again = " · again, because the branch has moved" if state is ItemState.AGAIN else ""
    kind = "owed" if item.owed else item.kind
    return f"_{kind}_ · {item.role}{_whose(roles.of(item.role))}{hand}{again}{_after(release, policy, item)}"


def _needless(release: Release, item: Item) -> str:
    """Why nobody is asked for it."""
    since = f" since {escape(release.previous_tag)}" if release.previous_tag else ""
    return f"not needed: no {escape(item.covers or '')}{since}"


def _done_by(release: Release, item: Item) -> str:
    """Who ticked it, when, and with what note; empty when nobody did."""
    result = release.result(item.id)
    if result is None:
        return ""
    note = f": {foreign(result.note)}" if result.note else ""
    return f"{'waived by ' if result.waived else ''}{mention(result.by)} {moment(result.at)}{note}"


def _work_detail(release: Release, roles: Roles, item: Item, state: ItemState, progress: Progress) -> str:
    work = release.work(item)
    kind = f"_{item.kind}_"
    if state is ItemState.DONE and (by_hand := _done_by(release, item)):
        return f"{kind} · done in the bot's stead by {by_hand}"
    if work is None:
        begins = (
            f"{item.role}{_whose(roles.of(item.role))} starts it"
            if item.asked
            else "the bot does it by itself"
        )
        return f"{kind} · {begins}" + (
            " · again, because the branch has moved" if state is ItemState.AGAIN else ""
        )
    if work.ended is None:
        far = progress.get(item.id)
        return f"{kind} · running since {moment(work.begun_at)}" + (f": {foreign(far, 200)}" if far else "")
    url = work.fact("url")
    ended = foreign(work.ended.summary, 300) + (f" {escape(url)}" if url else "")
    if work.is_good:
        answers = ", ".join(f"{mention(w.by)} for {code(w.finding)}" for w in work.waived[:3])
        return f"{kind} · {ended}" + (f" · waived by {answers}" if answers else "")
    verdict = "inconclusive, which is no pass" if work.verdict is Verdict.INCONCLUSIVE else "failed"
    return f"{kind} · {verdict}: {ended} · {item.role}{_whose(roles.of(item.role))}"


def _ways_on(release: Release, item: Item, state: ItemState) -> list[Block]:
    """What the bot has found, and how people may go on: answer for a finding, or do it in the bot's stead."""
    work = release.work(item) if item.is_work and state is ItemState.FAILED else None
    value = f"{release.id} {item.id}"
    if item.owed and state in (ItemState.OPEN, ItemState.AGAIN) and not release.holds:
        return [actions([button("Waive…", "waive:owed", value)], f"ways-{item.id}")]
    if work is None:
        return []
    found = [f"{f.name}: {f.sentence}" for f in work.standing]
    blocks: list[Block] = (
        [bullets(found[:_FINDINGS_SHOWN], f"found-{item.id}", [f.owner for f in work.standing])]
        if found
        else []
    )
    if len(found) > _FINDINGS_SHOWN:
        blocks.append(
            context(f"… and {counted(len(found) - _FINDINGS_SHOWN, 'more finding')}.", f"more-{item.id}")
        )
    row = [button("Answer for a finding…", "waive", value)] if found else []
    if work.does == CHECK:
        row.append(button("Keep this version…", "override", release.id))
    if item.kind is not ItemKind.CHECK or work.verdict is Verdict.INCONCLUSIVE:
        row.append(button("Done by hand…", "done:instead", value))
    row += way_back(release, item)
    return blocks if release.holds or not row else [*blocks, actions(row, f"ways-{item.id}")]


def run_button(release: Release, item: Item) -> ButtonElement:
    again = any(work.item == item.id for work in release.works)
    return button("Run again" if again else "Run", "run", f"{release.id} {item.id}", style="primary")


def _sign_off_detail(release: Release, policy: Policy, roles: Roles, item: Item, state: ItemState) -> str:
    given = release.valid_sign_offs(policy, item)
    signed = f" · signed by {_listed(_signer(s) for s in sorted(given, key=lambda s: s.by))}" if given else ""
    words = release.words_given(policy, item)
    head = f"_sign-off_ · {whose(item)} {words} of {item.quorum}{signed}{_what(release, item)}"
    if state is ItemState.DONE:
        return head
    again = " · again, because what was signed has changed" if state is ItemState.AGAIN else ""
    may = eligible(release, policy, item, roles)
    if roles.unread.intersection(item.signers):
        return f"{head}{again} · its members are being read from Slack"
    if words_possible(release, policy, item, roles) < item.quorum - words:
        who = names(may) if may else "nobody"
        return f"{head}{again} · ⚠️ only {who} may still sign (not the starter, nobody twice){_after(release, policy, item)}"
    return f"{head}{again} · missing {names(may)}{_after(release, policy, item)}"


def whose(item: Item) -> str:
    """Who answers for an item, in the words of cards and lists."""
    return f"different roles ({', '.join(item.roles)})" if item.roles else item.role


def _what(release: Release, item: Item) -> str:
    """Where to read what is signed, when that is not the commit itself."""
    if item.covers != DOES or release.notes is None:
        return ""
    return f" · version {release.notes.version}: `/release notes {escape(release.id)}`"


def _after(release: Release, policy: Policy, item: Item) -> str:
    waiting = release.waits_for(policy, item)
    return f" · after {', '.join(waiting)}" if waiting else ""


def _item_button(release: Release, policy: Policy, item: Item, state: ItemState) -> ButtonElement | None:
    if (
        release.holds or release.commit is None
    ):  # before the commit is read, every one of them would be refused
        return None
    value = f"{release.id} {item.id}"
    match state:
        case ItemState.FAILED if item.is_work:
            return run_button(release, item) if may_begin(release, item) else None
        case ItemState.FAILED:
            return button("Try the tag again", "retry", release.id, style="primary")
        case ItemState.DONE if can_undo(release, item):
            return button("Undo", "undo", value)
        case ItemState.OPEN | ItemState.AGAIN if item.is_ticked:
            return button("Done", "done", value)
        case ItemState.OPEN | ItemState.AGAIN if item.asked:
            return run_button(release, item) if may_begin(release, item) else None
        case ItemState.OPEN | ItemState.AGAIN if item.kind is ItemKind.SIGN_OFF and not item.roles:
            return approve_button(release, policy, item, item.role)
        case _:
            return None


def _words_of_several(release: Release, policy: Policy, item: Item, state: ItemState) -> list[Block]:
    """A sign-off by people of different roles has a button for each role whose word is not there yet."""
    if not item.roles or release.holds or state not in (ItemState.OPEN, ItemState.AGAIN):
        return []
    found = (approve_button(release, policy, item, role) for role in roles_left(release, policy, item))
    row = [one for one in found if one is not None]
    return [actions(row, f"approve-{item.id}")] if row else []


def approve_button(release: Release, policy: Policy, item: Item, role: RoleName) -> ButtonElement | None:
    """A role's own button for a sign-off; None as long as the commit is not known."""
    ballot = ballot_for(release, policy, item, role)
    if ballot is None:
        return None
    ask = _sure_to_ship(release, item) if item.phase is Phase.RELEASE else None
    return button(
        f"Approve as {role}"[:75], f"approve:{role}"[:255], ballot.dump(), style="primary", confirm=ask
    )


def _sure_to_ship(release: Release, item: Item) -> ConfirmObject:
    """The last sign-offs lead to a tag that never goes away, so they are asked twice."""
    text = f"{item.title}. With the last of these sign-offs {release.tag} is made at {short(release.commit or '')}, for good."
    return sure(f"Ship {release.product} {release.version}?"[:100], text, "Approve")


def _whose(members: frozenset[str]) -> str:
    return f" ({names(members)})" if members else " (nobody is in this role)"


def _signer(given: SignOff) -> str:
    return f"{mention(given.by)}{in_place_of(given.stands_in_for)}"


def names(users: Iterable[str]) -> str:
    return _listed(mention(user) for user in sorted(users))


def _listed(people: Iterable[str]) -> str:
    named = list(people)
    shown = named[:_PEOPLE_SHOWN]
    rest = len(named) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
