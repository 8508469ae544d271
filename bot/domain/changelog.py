"""CHANGELOG.md after the layout of Keep a Changelog: the entry of a release with every commit of its range, and its place in
a file that is there already. Pure; texts are escaped here, for a changelog is always Markdown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.convention import Kind
from bot.domain.footers import NO_FOOTERS
from bot.domain.markdown import escaped, escaped_lines, inline
from bot.domain.messages import Change
from bot.domain.settling import Entry, LeftOut
from bot.domain.words import Sha

PREAMBLE = """# Changelog

All notable changes are written down here, after the layout of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).
"""
_escaped_again = lru_cache(4096)(inline)
"""For what comes up over and over: people, scopes and issues."""
_GROUPS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Other")
"""The six of Keep a Changelog, and one for the commits that no reader follows: none is dropped."""
_GROUP_OF_KIND = {
    Kind.FEATURE: "Added",
    Kind.FIX: "Fixed",
    Kind.PERFORMANCE: "Changed",
    Kind.SECURITY: "Security",
    Kind.REVERT: "Removed",
    Kind.OTHER: "Other",
    Kind.UNCATEGORISED: "Other",
}
_REMARK = {
    LeftOut.REVERTED: " (reverted in this release)",
    LeftOut.REVERT: " (takes back a change of this release)",
    LeftOut.SHIPPED: " (shipped before on a sibling line)",
    LeftOut.PICKED_TWICE: " (a copy of another commit of this release)",
}


@dataclass(frozen=True)
class Titled:
    """What one entry of the changelog is about."""

    version: str
    """As `1.4.0`; `Unreleased` for what has no version yet."""
    date: str | None
    """As `2026-11-30`; None for what is not released."""

    @property
    def heading(self) -> str:
        return f"## [{self.version}]" + (f" - {self.date}" if self.date else "")


def entry_text(title: Titled, entries: Iterable[Entry], written: Mapping[Sha, str] | None = None) -> str:
    """The entry for one release: a heading, and every commit of the range under one of the groups. Ends with a newline.

    `written` are lines that `line_text` has made before.
    """
    groups: dict[str, list[str]] = {}
    for entry in entries:
        change, _, left_out = entry
        line = written[change.sha] if written is not None else line_text(change)
        remark = _REMARK.get(left_out) if left_out is not None else None
        groups.setdefault(_group(entry), []).append(_remarked(line, remark) if remark else line)
    parts = [title.heading, ""]
    for group in _GROUPS:
        lines = groups.get(group)
        if lines:
            parts += [f"### {group}", "", *lines, ""]
    return "\n".join(parts)


def _remarked(line: str, remark: str) -> str:
    first, newline, rest = line.partition("\n")
    return first + remark + newline + rest


def _group(entry: Entry) -> str:
    change, kind, left_out = entry
    if left_out is not None and left_out not in _STILL_IN_ITS_GROUP:
        return "Other"
    if change.footers is NO_FOOTERS and not change.bang:
        return _GROUP_OF_KIND[kind]
    if change.footers.deprecated:
        return "Deprecated"
    group = _GROUP_OF_KIND[kind]
    return "Changed" if group == "Other" and change.breaking else group


_STILL_IN_ITS_GROUP = frozenset({LeftOut.SHIPPED, LeftOut.OWN})


def line_text(change: Change) -> str:
    """The line of one commit; what it breaks or deprecates stands below it."""
    sha, _, author, _, _, _, _, scope, subject, bang, pull_request, footers = change
    text = escaped(subject) or "(no message)"
    if scope:
        text = f"**{_escaped_again(scope)}:** {text}"
    if pull_request:
        text = f"{text} ({pull_request})"
    people = _escaped_again(author)
    if footers is NO_FOOTERS and not bang:
        return f"- {text} ({sha[:7]}, {people})"
    if change.breaking:
        text = f"**Breaking:** {text}"
    if footers.issues:
        text = f"{text}, {', '.join(map(_escaped_again, footers.issues))}"
    if footers.co_authors:
        people = ", ".join(map(_escaped_again, change.authors))
    details = [row for note in (*footers.breaking, *footers.deprecated) for row in escaped_lines(note)]
    return "\n".join([f"- {text} ({sha[:7]}, {people})", *(f"  {row}" for row in details)])


def whole_text(
    parts: Iterable[tuple[Titled, Sequence[Entry]]], written: Mapping[Sha, str] | None = None
) -> Iterator[str]:
    """A whole changelog in pieces, the newest release first."""
    yield PREAMBLE
    for title, entries in parts:
        yield "\n" + entry_text(title, entries, written)


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
    releases = [place for place, text in headings if _version_in(text).lower() != "unreleased"]
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


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The second-level headings outside of code blocks, with their places."""
    fence = ""
    for place, line in enumerate(lines):
        text = line.strip()
        mark = text[:3]
        if mark in ("```", "~~~") and (not fence or fence == mark):
            fence = "" if fence else mark
        elif not fence and line.startswith("## "):
            yield place, text[3:].strip()


def _version_in(heading: str) -> str:
    """The version in `[1.4.0] - 2026-11-30`, `v1.4.0 (2026-11-30)` or `[1.4.0](https://…) (…)`."""
    word = heading.split(" ")[0].split("](")[0].strip("[]")
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
