"""Foreign text in Markdown: it can neither format, link, ping nor begin a heading, a list or a piece of HTML."""

import re

# Between letters an underscore emphasises nothing, and names_like_this should stay readable.
_SPECIAL = re.compile(r"[\\`*\[\]<>|~&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BEGINS = re.compile(r"(?:[#+=-]|\d{1,9}[.)])")
_MENTION = re.compile(r"(?<![\w@])@(?=[\w-])")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000\ue001]")
_ASCII_SPECIAL = bytes(range(32)) + b"\x7f\\`*_[]<>|~&$@"
_WORD_JOINER = "\u2060"
"""Stands behind an @ so that a forge does not take a name in a commit's subject for a person to be called."""


def escaped(text: str) -> str:
    """Foreign text at the beginning of a line of Markdown, looking as it was written."""
    if text[:1].isalpha():
        return inline(text)
    line = inline(text)
    begins = _BEGINS.match(line)
    return line if begins is None else f"{line[: begins.end() - 1]}\\{line[begins.end() - 1 :]}"


def inline(text: str) -> str:
    """The same behind other words on its line, where a `#12` may stay what it is."""
    # Most texts are plain words, and there may be 80,000 of them: taking out bytes is three times as fast as a pattern.
    if text.isascii() and text[-1:] != " ":
        raw = text.encode()
        if len(raw.translate(None, _ASCII_SPECIAL)) == len(raw):
            return text
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return _MENTION.sub(f"@{_WORD_JOINER}", _SPECIAL.sub(r"\\\g<0>", line))


def escaped_lines(text: str) -> list[str]:
    """The same for a text of several lines; empty ones are left out."""
    return [line for line in (escaped(line) for line in text.split("\n")) if line]


_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)")
_ESCAPED = re.compile(r"\\([^\w\s])")


def plain_words(row: str) -> str:
    """A row of Markdown that people wrote, as the words that it shows: without emphasis, links and escapes."""
    bare = _LINK.sub(r"\1", row.replace(_WORD_JOINER, ""))
    return _ESCAPED.sub(r"\1", re.sub(r"(?<!\\)(\*\*|__|`)", "", bare)).strip()
