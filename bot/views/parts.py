"""Small pieces that cards, modals and the Home tab share, and the budget that no message may exceed."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
    SectionBlock,
)

from bot.domain.turn import Standing
from bot.domain.words import CommitLine, is_user, short
from bot.views.text import stripped

MOST_BLOCKS = 45
MOST_CHARACTERS = 10_000
"""Slack refuses messages somewhere above 50 blocks and 11,000 characters in all; the limits are fuzzy, so stay away."""

STANDING_MARK = {
    Standing.READING: "🔎",
    Standing.WAITING: "🚢",
    Standing.ON_HOLD: "✋",
    Standing.REJECTED: "⛔",
    Standing.TAGGING: "🏷️",
    Standing.TAG_FAILED: "🚨",
    Standing.COMPLETED: "🎉",
    Standing.CANCELLED: "🗑️",
}


def mrkdwn(text: str) -> MarkdownTextObject:
    """Text with our own markup. `verbatim`: Slack makes no links of what merely looks like an address or a channel."""
    return MarkdownTextObject(text=text, verbatim=True)


def section(text: str, block_id: str | None = None, accessory: ButtonElement | None = None) -> SectionBlock:
    return SectionBlock(text=mrkdwn(text), block_id=block_id, accessory=accessory)


def context(text: str, block_id: str | None = None) -> ContextBlock:
    return ContextBlock(elements=[mrkdwn(text)], block_id=block_id)


def button(
    text: str, action_id: str, value: str, *, style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    """A button. `action_id` is the command's name, with `:` and more behind it where one block has several of them."""
    return ButtonElement(
        text=PlainTextObject(text=text, emoji=True),
        action_id=action_id,
        value=value,
        style=style,
        confirm=confirm,
    )


def actions(buttons: Sequence[ButtonElement], block_id: str) -> ActionsBlock:
    return ActionsBlock(elements=list(buttons), block_id=block_id)


def sure(title: str, text: str, yes: str, no: str = "Back") -> ConfirmObject:
    return ConfirmObject(
        title=title, text=PlainTextObject(text=text[:300]), confirm=yes, deny=no, style="danger"
    )


def commit_list(lines: Sequence[CommitLine], block_id: str) -> RichTextBlock:
    """Commits as rich text: subjects and authors are foreign, and rich text parses neither mentions nor links."""
    rows = [
        RichTextSectionElement(
            elements=[
                RichTextElementParts.Text(text=short(line.sha), style={"code": True}),
                RichTextElementParts.Text(text=" " + (stripped(line.subject)[:120] or "(no message)")),
                RichTextElementParts.Text(text=f" · {stripped(line.author)[:40]}", style={"italic": True}),
            ]
        )
        for line in lines
    ]
    return RichTextBlock(
        elements=[RichTextListElement(elements=rows, style="bullet", indent=0)], block_id=block_id
    )


def bullets(lines: Sequence[str], block_id: str, owners: Sequence[str] = ()) -> RichTextBlock:
    """Foreign sentences as a list of rich text, in which no markup takes effect; in front of each the person whose it is, if
    `owners` has an id for it."""
    rows = [
        RichTextSectionElement(
            elements=[*_whose(owner), RichTextElementParts.Text(text=stripped(line)[:300] or "-")]
        )
        for line, owner in zip_longest(lines, owners[: len(lines)], fillvalue="")
    ]
    return RichTextBlock(
        elements=[RichTextListElement(elements=rows, style="bullet", indent=0)], block_id=block_id
    )


def _whose(owner: str) -> list[RichTextElement]:
    return (
        [RichTextElementParts.User(user_id=owner), RichTextElementParts.Text(text=" · ")]
        if is_user(owner)
        else []
    )


def quoted(lead: str, text: str, block_id: str) -> RichTextBlock:
    """A person's own words behind a lead of ours: shown as they are, without any markup taking effect."""
    said = RichTextElementParts.Text(text=stripped(text)[:600] or "-")
    return RichTextBlock(
        elements=[
            RichTextSectionElement(
                elements=[RichTextElementParts.Text(text=lead, style={"bold": True}), said]
            )
        ],
        block_id=block_id,
    )


def as_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as Slack takes them.

    slack_sdk's own `to_dict` looks through `dir()` for validators at every element of every block, which took a third
    of an acknowledgement. What the bot sends is validated in the tests, by the local workspace, and more strictly.
    """
    return [_plain(block) for block in blocks]


def _plain(value: Any) -> Any:
    match value:
        case JsonObject() if type(value).to_dict is not JsonObject.to_dict:
            return value.to_dict()  # it has its own way of saying itself
        case JsonObject():
            present = ((key, getattr(value, key, None)) for key in _keys(type(value), value))
            return {key: _plain(inner) for key, inner in present if inner is not None and inner != []}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case _:
            return value


_KEYS: dict[type, tuple[str, ...]] = {}


def _keys(kind: type, value: JsonObject) -> tuple[str, ...]:
    if kind not in _KEYS:
        _KEYS[kind] = tuple(sorted(value.attributes))
    return _KEYS[kind]


def within_budget(blocks: Sequence[Block]) -> bool:
    """Do these blocks stay within what a message may carry?"""
    return (
        len(blocks) <= MOST_BLOCKS and sum(_characters(block) for block in as_json(blocks)) <= MOST_CHARACTERS
    )


def _characters(value: object) -> int:
    match value:
        case dict():
            return sum(
                len(v) if k == "text" and isinstance(v, str) else _characters(v) for k, v in value.items()
            )
        case list():
            return sum(_characters(v) for v in value)
        case _:
            return 0
