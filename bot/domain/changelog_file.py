"""A changelog that is there already: where its releases begin, and where a new entry belongs. Pure; every older byte stays."""

import re
from collections.abc import Callable, Iterator, Sequence

from bot.domain.changelog import Titled

_VERSION = re.compile(r"\d{1,9}\.\d{1,9}(?:\.\d{1,9})*(?:[-+.]?[0-9A-Za-z][0-9A-Za-z.+-]{0,60})?", re.ASCII)
_UNRELEASED = "unreleased"
_ATX = re.compile(r"(#{1,3})[ \t]+(.*)")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_ANCHOR = re.compile(r'<a (?:name|id)="[^"<>]*">(?:</a>)?')
_NOTHING_MORE = re.compile(r"\S+\s*(?:[(\[/–—-].*)?")


class AlreadyThere(ValueError):
    """The changelog has an entry for this version."""


def inserted(existing: str, title: Titled, entry: str) -> str:
    """The file with a new entry: below `[Unreleased]`, above the newest release, every older byte as it was.

    `existing` must have been read without translating line ends; the entry takes over the ends that the file has. Raises
    AlreadyThere when the version has its entry.
    """
    newline = "\r\n" if "\r\n" in existing else "\n"
    lines = existing.splitlines(keepends=True)
    headings = list(_headings(lines))
    if any(_version_in(text) == title.version for _, text in headings):
        raise AlreadyThere(
            f"The changelog has an entry for {title.version} already. Take it out first, or give another version."
        )
    releases = [place for place, text in headings if _UNRELEASED not in text.lower()]
    place = releases[0] if releases else _links_begin(lines)
    before, after = "".join(lines[:place]), "".join(lines[place:])
    text = entry.rstrip("\n").replace("\n", newline) + newline
    gap = "" if not before or before.endswith(newline * 2) else newline
    if before and not before.endswith(("\n", "\r")):
        gap = newline * 2
    return before + gap + text + (newline + after if after else "")


def entry_in(existing: str, title: Titled) -> str | None:
    """The entry that the file has for this version, heading and all; None when it has none."""
    lines = existing.splitlines(keepends=True)
    place = _place_of(lines, title)
    return "".join(lines[place[0] : place[1]]) if place else None


def brought_in(existing: str, title: Titled, entry: str) -> str:
    """The file with this entry, new or in place of the one that it has for the version; all others stay byte for byte."""
    lines = existing.splitlines(keepends=True)
    place = _place_of(lines, title)
    if place is None:
        return inserted(existing, title, entry)
    newline = "\r\n" if "\r\n" in existing else "\n"
    text = entry.rstrip("\n").replace("\n", newline) + newline
    after = "".join(lines[place[1] :])
    return "".join(lines[: place[0]]) + text + (newline + after if after else "")


def taken_out(existing: str, title: Titled) -> str:
    """The file without its entry for this version."""
    lines = existing.splitlines(keepends=True)
    place = _place_of(lines, title)
    return "".join([*lines[: place[0]], *lines[place[1] :]]) if place else existing


def placed(existing: str, entry: str, is_older: Callable[[str], bool]) -> str:
    """The file with an entry of another line of releases: above the first one that is older, every other byte as it was."""
    lines = existing.splitlines(keepends=True)
    older = (place for place, text in _headings(lines) if is_older(_version_in(text)))
    place = next(older, _links_begin(lines))
    newline = "\r\n" if "\r\n" in existing else "\n"
    text = entry.replace("\r\n", "\n").rstrip("\n").replace("\n", newline) + newline
    before, after = "".join(lines[:place]), "".join(lines[place:])
    gap = "" if not before or before.endswith(newline * 2) else newline
    return before + gap + text + (newline + after if after else "")


def _place_of(lines: Sequence[str], title: Titled) -> tuple[int, int] | None:
    """Where the entry for this version begins, and where the next one or the links at the end do."""
    headings = list(_headings(lines))
    for number, (place, text) in enumerate(headings):
        if _version_in(text) == title.version:
            following = [headings[number + 1][0]] if number + 1 < len(headings) else [_links_begin(lines)]
            return place, following[0]
    return None


def _headings(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The headings of the releases, outside of code blocks, with their places and texts.

    They are those that begin with a version, of whichever level, as many tools write `#` for some and `##` or `###` for others.
    In a file without any, those of the second level.
    """
    found = list(_all_headings(lines))
    released = [
        (place, text)
        for place, level, text in found
        if _UNRELEASED in text.lower()
        or (_VERSION.fullmatch(_version_in(text)) and (level < 3 or _NOTHING_MORE.fullmatch(text)))
    ]
    if not any(_VERSION.fullmatch(_version_in(text)) for _, text in released):
        released = [(place, text) for place, level, text in found if level == 2]
    return [(_with_anchor(lines, place), text) for place, text in released]


def _all_headings(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Place, level and text of each heading, underlined ones too."""
    fence = ""
    for place, line in enumerate(lines):
        text = line.strip()
        mark = text[:3]
        if mark in ("```", "~~~") and (not fence or fence == mark):
            fence = "" if fence else mark
        elif fence:
            continue
        elif found := _ATX.fullmatch(line.rstrip()):
            yield place, len(found[1]), found[2].strip()
        elif (
            text
            and line[0] not in " \t-*>|#"
            and _UNDERLINE.fullmatch("".join(lines[place + 1 : place + 2]).rstrip())
        ):
            yield place, 1 if lines[place + 1][0] == "=" else 2, text


def _with_anchor(lines: Sequence[str], place: int) -> int:
    """Where a heading begins with the anchors that stand right above it."""
    above = place
    while above > 0 and (_ANCHOR.fullmatch(lines[above - 1].strip()) or not lines[above - 1].strip()):
        above -= 1
        if lines[above].strip():
            place = above
    return place


def _version_in(heading: str) -> str:
    """The version in `[1.4.0] - 2026-11-30`, `v1.4.0 (2026-11-30)`, `[1.4.0](https://…) (…)`, `Version 1.4` or `shop@1.4.0`."""
    words = heading.split()
    if len(words) > 1 and words[0].lower() in ("version", "release"):
        words = words[1:]
    word = words[0].split("](")[0].strip("[]") if words else ""
    word = word.rpartition("@")[2]
    return word[1:] if word[:1] == "v" and word[1:2].isdigit() else word


def _links_begin(lines: Sequence[str]) -> int:
    """Where the link references at the end of the file begin; its end when it has none."""
    place = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].strip()
        if text.startswith("[") and "]: " in text:
            place = index
        elif text:
            break
    return place
