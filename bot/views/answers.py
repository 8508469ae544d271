"""Answers to one person: what they can do now, a release in detail, the list, the history, and errors."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.guarding import in_words
from bot.domain.people import Roles
from bot.domain.policy import Policy, PolicyOf
from bot.domain.release import Release
from bot.domain.signoffs import roles_left
from bot.domain.turn import Need, can_undo, decides_rollback, item_state, phases_of, standing
from bot.domain.words import ItemKind, Phase, UserId
from bot.views.card import summary, title
from bot.views.items import ITEM_MARK, approve_button, run_button, whose
from bot.views.parts import STANDING_MARK, actions, button, context, section
from bot.views.rollback import ways_on
from bot.views.text import counted, escape, foreign, sentence

HISTORY_PAGE = 10
_LONGEST_LINE = 900
"""A page of lines this long stays within what a message may carry."""
_LINES_A_SECTION = 3
_COMMANDS_A_SECTION = 10
_TURNS_SHOWN = 8
_NEEDS_SHOWN = 4


def release_line(release: Release, policy: Policy, roles: Roles) -> str:
    mark = STANDING_MARK[standing(release, policy)]
    phase = release.phase(policy)
    where = f" · {phase}" if release.is_open and phase else ""
    return f"{mark} *{title(release)}* (`{escape(release.id)}`){where} · {summary(release, policy, roles)}"


def releases(
    open_: Sequence[Release], over: Sequence[Release], policy_of: PolicyOf, roles: Roles
) -> list[Block]:
    """The open releases in full, and the last ones that are over in a line each."""
    shown = [
        section(release_line(r, policy_of(r.product), roles)[:3000], f"open-{n}")
        for n, r in enumerate(open_[:20])
    ]
    blocks: list[Block] = list(shown) or [
        section("No release is open. `/release start` begins one.", "list-none")
    ]
    if len(open_) > len(shown):
        blocks.append(context(f"… and {counted(len(open_) - len(shown), 'more open release')}.", "list-more"))
    if over:
        lines = [release_line(r, policy_of(r.product), roles)[:400] for r in over[:5]]
        blocks.append(context("Over:\n" + "\n".join(lines), "over"))
    return blocks


def in_detail(release: Release, policy: Policy, roles: Roles, problems: Sequence[str]) -> list[Block]:
    """Every phase with every item, for `/release status`: one section a phase, and a button for every tick that can
    still be taken back."""
    blocks: list[Block] = [section(release_line(release, policy, roles)[:3000], "release")]
    for phase in phases_of(release, policy):
        items = [
            f"{ITEM_MARK[item_state(release, policy, i)]} `{i.id}` {escape(i.title)} · {whose(i)}"
            for i in policy.of(release.way, phase)
        ]
        blocks.append(section(_listed(f"*{phase.capitalize()}*", items), f"phase-{phase}"))
        blocks += _undos(release, policy, phase)
    if alarms := _alarms(release):
        blocks.insert(1, section(_listed("*Needs somebody now*", alarms), "alarms"))
    if problems:
        blocks.append(section(_listed("*Still trying*", [sentence(p, 400) for p in problems]), "problems"))
    return blocks


def _alarms(release: Release) -> list[str]:
    found = [f"🚨 {foreign(in_words(release.tampered), 800)}"] if release.tampered else []
    if release.channel_lost:
        why = sentence(release.channel_lost.why, 500)
        found.append(f"🚨 {why} Or move it: `/release move {escape(release.id)} #another-channel`.")
    return found


def _undos(release: Release, policy: Policy, phase: Phase) -> list[Block]:
    ticked = [i for i in policy.of(release.way, phase) if can_undo(release, i)]
    if not ticked or release.holds:
        return []
    row = [button(f"Undo {i.id}", f"undo:{i.id}", f"{release.id} {i.id}") for i in ticked]
    return [actions(row[:25], f"undo-{phase}")]


def _listed(head: str, lines: Sequence[str], longest: int = 1800) -> str:
    shown: list[str] = []
    for one in lines:
        if sum(map(len, shown)) + len(one) > longest:
            break
        shown.append(one)
    more = [f"… and {len(lines) - len(shown)} more"] if len(shown) < len(lines) else []
    return "\n".join([head, *shown, *more])


def your_turn(
    turns: Sequence[tuple[Release, Sequence[Need]]], policy_of: PolicyOf, roles: Roles, person: UserId
) -> list[Block]:
    """What one person can do right now, each with its button. A rollback that waits for them comes first."""
    blocks: list[Block] = []
    decides = {r.id for r, _ in turns if decides_rollback(r, policy_of(r.product), roles, person)}
    yours_first = sorted(turns, key=lambda turn: (turn[0].id not in decides, not turn[1]))
    for n, (release, needs) in enumerate(yours_first[:_TURNS_SHOWN]):
        policy = policy_of(release.product)
        blocks.append(section(release_line(release, policy, roles)[:1000], f"release-{n}"))
        for need in needs[:_NEEDS_SHOWN]:
            blocks += need_blocks(release, policy, need, f"need-{n}-{need.item.id}")
        if release.rollback is not None and release.id in decides:
            blocks.append(actions(ways_on(release, release.rollback), f"rollback-{n}"))
        elif not needs:
            blocks.append(context("Nothing for you to do here now.", f"nothing-{n}"))
        elif len(needs) > _NEEDS_SHOWN:
            more = counted(len(needs) - _NEEDS_SHOWN, "more item")
            details = button("Details", "status", release.id)
            blocks.append(section(f"… and {more} for you.", f"needs-more-{n}", details))
    if len(turns) > _TURNS_SHOWN:
        blocks.append(context(f"… and {counted(len(turns) - _TURNS_SHOWN, 'more release')}.", "turns-more"))
    if not turns:
        blocks.append(section("No release is open.", "none"))
    blocks.append(
        actions(
            [
                button("Start a release…", "start", "-"),
                button("All releases", "list", "-"),
                button("Help", "help", "-"),
            ],
            "more",
        )
    )
    return blocks


def need_blocks(release: Release, policy: Policy, need: Need, block_id: str) -> list[Block]:
    """An open item with its button; with one for each role that may still sign it, where several may."""
    item = need.item
    text = f"*{item.id}* {escape(item.title)} _({whose(item)})_"
    if item.kind is ItemKind.SIGN_OFF:
        left = roles_left(release, policy, item)
        row = [b for role in left if (b := approve_button(release, policy, item, role))]
        if len(row) == 1:
            return [section(text, block_id, row[0])]
        return [section(text, block_id), *([actions(row, f"{block_id}-as")] if row else [])]
    if item.is_work:
        return [section(text, block_id, run_button(release, item))]
    return [section(text, block_id, button("Done", "done", f"{release.id} {item.id}"))]


def history(release: Release, lines: Sequence[str], page: int, pages: int) -> list[Block]:
    """One page of a history, the newest page first, older ones behind a button. Every line of it is shown."""
    blocks: list[Block] = [section(f"*History of {escape(release.id)}*, page {page} of {pages}", "head")]
    for first in range(0, len(lines), _LINES_A_SECTION):
        part = [_shortened(line) for line in lines[first : first + _LINES_A_SECTION]]
        blocks.append(section("\n".join(part), f"lines-{first}"))
    older = [button("Older", "history:older", f"{release.id} {page + 1}")] if page < pages else []
    newer = [button("Newer", "history:newer", f"{release.id} {page - 1}")] if page > 1 else []
    return [*blocks, *([actions([*older, *newer], "pages")] if older or newer else [])]


def _shortened(line: str) -> str:
    """A line of mrkdwn that may be cut, at a space: never inside a mention."""
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].rsplit(" ", 1)[0] + " …"


def help_text(groups: Mapping[str, Sequence[tuple[str, str]]]) -> list[Block]:
    """The commands by what they are for, with their usage and one sentence each: group → (usage, help)."""
    blocks: list[Block] = []
    for n, (group, commands) in enumerate(groups.items()):
        rows = [f"`/release {escape(usage)}`\n{escape(said)}" for usage, said in commands]
        for first in range(0, len(rows), _COMMANDS_A_SECTION):
            lead = [f"*{escape(group)}*"] if first == 0 else []
            part = "\n".join([*lead, *rows[first : first + _COMMANDS_A_SECTION]])
            blocks.append(section(part[:3000], f"help-{n}-{first}"))
    return blocks


def notice(text: str, blocks: Sequence[Block] = ()) -> dict[str, object]:
    """A modal that only says something: for answers where Slack gives no other place, as on the Home tab."""
    shown = [block for block in blocks if block.type != "actions"] or [section(text[:3000], "notice")]
    return View(
        type="modal", callback_id="notice", title="Harbourmaster", close="Close", blocks=list(shown)
    ).to_dict()
