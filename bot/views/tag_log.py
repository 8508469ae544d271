"""One sentence for everything that can happen to the tag of a release."""

from typing import assert_never

from bot.domain.guarding import in_words
from bot.domain.tag_events import (
    Retried,
    TagEvent,
    TagFailed,
    TagMade,
    TagOrdered,
    TagRehearsed,
    TagRestored,
    TagTampered,
    TagWithheld,
)
from bot.domain.words import short
from bot.views.text import escape, foreign, sentence


def mark(event: TagEvent) -> str:
    match event:
        case TagMade() | TagOrdered():
            return "🏷️"
        case TagFailed() | TagTampered():
            return "🚨"
        case _:
            return "•"


def said(who: str, event: TagEvent) -> str:
    """What happened, in one sentence of mrkdwn."""
    match event:
        case TagOrdered(tag=tag, commit=commit, evidence=evidence):
            return f"All sign-offs are there: making the tag `{escape(tag)}` at `{short(commit)}` (evidence `{evidence[:12]}`)."
        case TagMade(tag=tag, commit=commit, signer=signer):
            return f"`{escape(tag)}` is on the remote at `{short(commit)}`, signature by `{foreign(signer, 80)}` verified there."
        case TagRehearsed(tag=tag, commit=commit):
            return f"Dry run: `{escape(tag)}` would now be made at `{short(commit)}`. It was not."
        case TagWithheld(why=why):
            return f"The tag was not made: {sentence(why)}"
        case TagFailed(why=why):
            return f"The tag failed: {foreign(why, 1500)}"
        case TagTampered() as tampered:
            return f"{foreign(in_words(tampered), 800)} The bot leaves it as it is."
        case TagRestored(tag, object_):
            return f"`{escape(tag)}` on the remote is again the object `{short(object_)}` that was proved."
        case Retried(item):
            return f"{who} tries *{item}* again."
        case unknown:
            assert_never(unknown)
