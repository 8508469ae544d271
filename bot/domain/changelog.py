"""CHANGELOG.md after the layout of Keep a Changelog: the entry of a release with every commit of its range. Pure; texts are
escaped here, for a changelog is always Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.convention import Kind, where
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
    LeftOut.BROUGHT_BACK: " (shipped before on a line that was merged back)",
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
        change, kind, left_out = entry
        line = written[change.sha] if written is not None else line_text(change)
        if left_out is None and change.footers is NO_FOOTERS and not change.bang:  # as most of them
            group = _GROUP_OF_KIND[kind]
        else:
            group, remark = _group(entry), _REMARK.get(left_out) if left_out is not None else None
            line = _remarked(line, remark) if remark else line
        if group in groups:
            groups[group].append(line)
        else:
            groups[group] = [line]
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


_STILL_IN_ITS_GROUP = frozenset({LeftOut.SHIPPED, LeftOut.BROUGHT_BACK, LeftOut.OWN})


def line_text(change: Change) -> str:
    """The line of one commit; what it breaks or deprecates stands below it."""
    sha, _, author, _, _, _, _, _, subject, bang, pull_request, footers = change
    text = escaped(subject) or "(no message)"
    if scope := where(change):
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
