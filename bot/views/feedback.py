"""Feedback: the question, the form, and the answers. What people wrote stands in rich text, in which nothing takes effect."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.feedback import LONGEST_WORDS, RATINGS, Feedback, tally
from bot.domain.release import Release
from bot.views.parts import actions, button, context, section
from bot.views.text import counted, escape, stripped

_ROWS = 20
_WORDS_SHOWN = 300
_MEANS = {5: "5 - very well", 4: "4 - well", 3: "3 - so-so", 2: "2 - badly", 1: "1 - very badly"}


def give_feedback(release: Release) -> ActionsBlock:
    return actions([button("Give feedback", "feedback", release.id)], "feedback")


def question(release: Release) -> tuple[str, list[Block]]:
    """The message that opens the collection."""
    text = f"How is *{escape(release.product)} {escape(release.version)}* for you?"
    return text, [section(text, "question"), give_feedback(release)]


def form(release: Release, before: Feedback | None) -> Mapping[str, Any]:
    """One person's answer, with what they said before."""
    options = [Option(text=PlainTextObject(text=_MEANS[r]), value=str(r)) for r in RATINGS]
    chosen = next((o for o in options if before and o.value == str(before.rating)), None)
    blocks: list[Block] = [
        context(f"`{escape(release.id)}`", "release"),
        InputBlock(
            label="How does it work for you?", block_id="rating",
            element=StaticSelectElement(action_id="rating", options=options, initial_option=chosen),
        ),
        InputBlock(
            label="In your words", block_id="words", optional=True, hint="The team sees it with your name.",
            element=PlainTextInputElement(
                action_id="words", multiline=True, max_length=LONGEST_WORDS,
                initial_value=(before.words if before else "") or None,
            ),
        ),
    ]  # fmt: skip
    return View(
        type="modal", callback_id="feedback", title="Give feedback", submit="Send", close="Back", blocks=blocks,
        private_metadata=release.id,
    ).to_dict()  # fmt: skip


def answers(release: Release, given: Sequence[Feedback]) -> list[Block]:
    """What all of them come to, and the latest of them."""
    if not given:
        head = f"Nobody has said anything about *{escape(release.id)}* yet."
        return [section(head, "head"), give_feedback(release)]
    sums = tally(given)
    each = " · ".join(f"{rating}: {times}" for rating, times in sums.by_rating if times)
    head = f"*{escape(release.id)}*: {counted(sums.count, 'answer')}, {sums.average:.1f} of 5 on average ({each})"
    blocks: list[Block] = [section(head, "head"), *(_row(one, n) for n, one in enumerate(given[:_ROWS]))]
    if len(given) > _ROWS:
        blocks.append(context(f"… and {counted(len(given) - _ROWS, 'earlier answer')}.", "more"))
    return [*blocks, give_feedback(release)]


def _row(one: Feedback, n: int) -> RichTextBlock:
    words = " ".join(stripped(one.words).split())
    cut = words if len(words) <= _WORDS_SHOWN else words[: _WORDS_SHOWN - 1] + "…"
    row = RichTextSectionElement(
        elements=[
            RichTextElementParts.Text(text=f"{one.rating} of 5 ", style={"bold": True}),
            RichTextElementParts.User(user_id=one.user),
            RichTextElementParts.Text(text=f" {cut}" if cut else " (no words)"),
        ]
    )
    return RichTextBlock(elements=[row], block_id=f"answer-{n}")
