"""What a recipe has printed, as it was printed: foreign text that neither links nor pings."""

from slack_sdk.models.blocks import Block, RichTextBlock, RichTextElementParts, RichTextPreformattedElement

from bot.views.parts import context, section
from bot.views.text import escape, stripped

_SHOWN = 7_000


def printed(lead: str, operation: str, text: str) -> list[Block]:
    """The end of the output, and where the whole of it is."""
    if not text.strip():
        return [section(f"{escape(lead)} nothing.", "log-lead")]
    end = stripped(text)[-_SHOWN:]
    part = RichTextElementParts.Text(text=end)
    more = "This is all of it" if len(text) <= _SHOWN else f"These are the last {_SHOWN:,} characters"
    return [
        section(escape(lead), "log-lead"),
        RichTextBlock(elements=[RichTextPreformattedElement(elements=[part])], block_id="log"),
        context(f"{more}; `harbourmaster log {escape(operation)}` prints the whole.", "log-more"),
    ]
