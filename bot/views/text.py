"""Text for Slack: sentences with people in them, and foreign text that can neither ping, link nor format."""

import re
from collections.abc import Iterable
from datetime import datetime

from bot.domain.words import PERSON_MARKS

_OPENS, _CLOSES = PERSON_MARKS
_PERSON = re.compile(f"{_OPENS}([UW][A-Z0-9]+){_CLOSES}")
_MARKS = re.compile(f"[{_OPENS}{_CLOSES}]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORMATS = re.compile(r"([*_~`])")
_ZERO_WIDTH = "\u200b"


def escape(text: str) -> str:
    """Slack's three escapes. Without them a commit titled `<!channel>` would ping everyone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sentence(text: str, longest: int = 2900) -> str:
    """One of the bot's own sentences as mrkdwn: escaped, and the people in it turned into mentions."""
    clean = _CONTROLS.sub(" ", text)
    escaped = escape(_cut(clean, longest))
    if len(escaped) > longest:  # almost nothing but signs that had to be escaped
        escaped = escape(_cut(clean, longest // len("&amp;")))
    return _PERSON.sub(r"<@\1>", escaped)


def plain(text: str) -> str:
    """The same sentence without Slack: people as their ids. For a terminal or a log."""
    return _PERSON.sub(r"\1", text)


def foreign(text: str, longest: int = 200) -> str:
    """Text from elsewhere inside mrkdwn: escaped, on one line, its formatting characters made harmless."""
    one_line = " ".join(stripped(text).split())
    return _FORMATS.sub(_ZERO_WIDTH + r"\1" + _ZERO_WIDTH, escape(_cut(one_line, longest)))


def code(text: str, longest: int = 60) -> str:
    """A foreign name between backticks, which it cannot close."""
    one_line = " ".join(stripped(text).replace("`", "'").split())
    return f"`{escape(_cut(one_line, longest))}`"


def stripped(text: str) -> str:
    """Foreign text without control characters, without marks that turn the reading direction, without our own marks."""
    return _MARKS.sub("", _CONTROLS.sub(" ", text))


def mention(user: str) -> str:
    """A person in mrkdwn; the bot's own name where it acted itself."""
    return f"<@{user}>" if user[:1] in "UW" and user.isalnum() and user.isupper() else "Harbourmaster"


def in_place_of(others: Iterable[str]) -> str:
    """Behind the name of somebody who has signed: whom they stood in for, if anybody."""
    named = ", ".join(mention(user) for user in others)
    return f" (for {named})" if named else ""


def room(channel: str) -> str:
    """A channel in mrkdwn, as a link."""
    return f"<#{channel}>" if channel.isalnum() and channel.isupper() else escape(channel)


def moment(at: datetime) -> str:
    """An instant that Slack shows in each reader's own zone, with UTC for clients that cannot."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def counted(n: int, one: str, many: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
