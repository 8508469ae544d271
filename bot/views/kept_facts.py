"""What the bot's checks know about a release, as answers in Slack: named versions, open findings, the migration guide."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, RichTextBlock, RichTextElementParts, RichTextPreformattedElement

from bot.domain.kept_facts import RuleTold, Told, VersionTold, open_findings
from bot.domain.policy import Policy
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.words import short
from bot.views.parts import actions, bullets, button, context, section
from bot.views.text import counted, escape, foreign, moment, stripped

_ROWS_SHOWN = 30
_FINDINGS_SHOWN = 12
_CHUNK = 2_500
_CHUNKS = 3


def versions(
    release: Release, rows: Sequence[VersionTold], rules: Sequence[RuleTold], more: int, read: str
) -> list[Block]:
    """The table of named versions, broken rules first."""
    since = f" since {escape(release.previous_tag)}" if release.previous_tag else ""
    blocks: list[Block] = [section(f"*Named versions of {escape(release.id)}*, {read}", "head")]
    if rows:
        blocks.append(bullets([_version(row) for row in rows[:_ROWS_SHOWN]], "versions"))
    left = more + max(0, len(rows) - _ROWS_SHOWN)
    if left:
        blocks.append(context(f"… and {counted(left, 'more version')}.", "versions-more"))
    changed = sum(row.has_changed for row in rows)
    blocks.append(context(f"{changed} of {len(rows)} changed{since}.", "changed"))
    if rules:
        said = [f"{_RULE_MARK.get(rule.verdict, '•')} {rule.sentence}" for rule in rules[:_FINDINGS_SHOWN]]
        blocks.append(section("*Rules*", "rules-head"))
        blocks.append(bullets(said, "rules"))
        if len(rules) > _FINDINGS_SHOWN:
            blocks.append(
                context(f"… and {counted(len(rules) - _FINDINGS_SHOWN, 'more rule')}.", "rules-more")
            )
    return blocks


_RULE_MARK = {"broken": "🚨", "inconclusive": "❔", "holds": "✅"}


def _version(row: VersionTold) -> str:
    was = f" (was {row.before})" if row.has_changed and row.before else ""
    place = f" · {row.place}" if row.place else ""
    return f"{'✳️ ' if row.has_changed else ''}{row.name} {row.now}{was}{place}"


def findings(release: Release, policy: Policy, advice: Told) -> list[Block]:
    """Everything that the bot has found and nobody has answered for, each item with its button."""
    blocks: list[Block] = []
    for item, work in open_findings(release, policy):
        found = [f"{f.name}: {f.sentence}" for f in work.standing]
        blocks.append(section(f"🚨 *{item.id}* {escape(item.title)} · {item.role}", f"item-{item.id}"))
        blocks.append(bullets(found[:_FINDINGS_SHOWN], f"found-{item.id}", [f.owner for f in work.standing]))
        if len(found) > _FINDINGS_SHOWN:
            more = counted(len(found) - _FINDINGS_SHOWN, "more finding")
            blocks.append(context(f"… and {more}; the form lists them.", f"more-{item.id}"))
        if release.is_open and not release.holds:
            row = [button("Answer for a finding…", "waive", f"{release.id} {item.id}")]
            blocks.append(actions(row, f"ways-{item.id}"))
    head = section(f"*Open findings of {escape(release.id)}*" + ("" if blocks else ": none"), "head")
    if advice.rows:
        blocks.append(section("*Advice*, which stops nothing", "advice-head"))
        blocks.append(bullets(advice.rows[:_FINDINGS_SHOWN], "advice"))
        left = advice.left_out + max(0, len(advice.rows) - _FINDINGS_SHOWN)
        if left:
            blocks.append(context(f"… and {counted(left, 'more')}.", "advice-more"))
    return [head, *blocks]


def guide(release: Release, text: str, read: str) -> list[Block]:
    """The draft as it stands, to be copied; nothing in it takes effect here."""
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    blocks: list[Block] = [section(f"*Migration guide of {escape(release.id)}*, a draft, {read}", "head")]
    blocks += [_preformatted(chunk, f"guide-{n}") for n, chunk in enumerate(chunks[:_CHUNKS])]
    if len(chunks) > _CHUNKS:
        left = sum(len(chunk) for chunk in chunks[_CHUNKS:])
        blocks.append(
            context(
                f"… and {left} more characters; `harbourmaster migrations --format markdown` prints all.",
                "guide-more",
            )
        )
    return blocks


def when_read(work: Work) -> str:
    """At which commit and when something was read."""
    at = f" at `{short(work.commit)}`" if work.commit else ""
    return f"as read{at}" + (f" {moment(work.ended_at)}" if work.ended_at else "")


def nothing(release: Release, what: str) -> list[Block]:
    return [section(f"{foreign(what, 300)} `/release status {escape(release.id)}` shows its items.", "none")]


def _preformatted(text: str, block_id: str) -> RichTextBlock:
    lines = "\n".join(stripped(line) for line in text.split("\n"))
    words = RichTextElementParts.Text(text=lines or "-")
    return RichTextBlock(
        elements=[RichTextPreformattedElement(elements=[words], border=0)], block_id=block_id
    )
