"""What one commit's message says: type, scope, footers, issues, what it reverts. Commits in, changes out; which of them
people get to read about is decided in `settling`.

The grammar is Conventional Commits 1.0.0, read as generously as the tools that JavaScript projects publish with.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.footers import NO_FOOTERS, Footers, issues_in, read_footers
from bot.domain.forges import MERGES_BEGIN, merged_request
from bot.domain.words import CommitLine, Sha

Commit = tuple[Sha, str, str, str, str, str]
"""A commit as git told it: id, ids of the parents with a blank between, author, their e-mail address, when it was
committed in seconds since 1970, message. All of it is foreign text. Nothing but a tuple, since 80,000 are made at a time."""


class Change(NamedTuple):
    """A commit, understood. A tuple for the same reason."""

    sha: Sha
    parents: str
    author: str
    email: str
    at: str
    header: str
    """The first line of the message, as it was written."""
    type: str
    """In small letters, as `feat`; empty when the header names none. `revert` for whatever takes something back."""
    scope: str
    subject: str
    """What is left of the header without type, scope and pull request."""
    bang: bool
    """The header has a `!` before its colon."""
    pull_request: str
    """As `#123`; empty when the header names none."""
    footers: Footers

    @property
    def breaking(self) -> bool:
        return self.bang or bool(self.footers.breaking)

    @property
    def deprecated(self) -> bool:
        return bool(self.footers.deprecated)

    @property
    def issues(self) -> tuple[str, ...]:
        return self.footers.issues

    @property
    def authors(self) -> tuple[str, ...]:
        """The author, then those named in `Co-authored-by`, each once."""
        others = tuple(name for name in self.footers.co_authors if name != self.author)
        return (self.author, *others)

    @property
    def seconds(self) -> int:
        """When it was committed, since 1970 in UTC; 0 where it says nothing that is a time."""
        return int(self.at) if self.at.isascii() and self.at.isdigit() and len(self.at) < 16 else 0

    @property
    def is_merge(self) -> bool:
        return " " in self.parents or self.header.startswith(_MERGES)

    @property
    def is_revert(self) -> bool:
        return self.type == "revert"


_MERGES = ("Merge pull request ", "Merge branch ", "Merge remote-tracking branch ", "Merge tag ")
# The blank after the colon is the rule; `feat:x` is no feature. A scope ends at the first bracket that a colon follows.
_HEADER = re.compile(r"([A-Za-z][\w-]*)(?:\((.*?)\))?(!)?:[ \t]+(\S.*)", re.ASCII)
# The `!` belongs behind the scope; where it stands before it, it is meant all the same.
_EARLY_BANG = re.compile(r"([A-Za-z][\w-]*)!(\(.*?\))(!?:[ \t]+\S.*)", re.ASCII)
# Some teams put a picture before the type: `✨ feat: x`, `:bug: fix: x`.
_PICTURE = re.compile(r"(?:[^\x00-\x7f\w]+|:[\w+-]{1,40}:)[ \t]*")
_PULL_REQUEST = re.compile(r"\((?:[\w.-]+/[\w.-]+)?([#!]\d{1,18})\)", re.ASCII)
_MOST_PULL_REQUESTS = 10
_QUOTED = re.compile(r'(?:revert|reapply):?\s+"(.+)"', re.IGNORECASE)
_REVERT = re.compile(r"revert(?:\(.*?\))?:?\s+(\S.*)", re.IGNORECASE)
_BREAKS = re.compile(r"BREAKING CHANGES?(?:\(([^()]{1,80})\))?!?:[ \t]+(\S.*)", re.ASCII)
_REVERT_TYPE = re.compile(r"revert(?:\(.*?\))?:", re.IGNORECASE)
_QUOTES = ('""', "''", "“”", "``")
_NUMBERED = re.compile(r"(?:pr |pull request )?(#\d{1,18})", re.ASCII | re.IGNORECASE)


def read_change(commit: Commit) -> Change:
    """The change that a commit is. Never fails, whatever the message holds."""
    sha, parents, author, email, at, message = commit
    header, _, body = message.partition("\n")
    if not header or header[0] <= " " or header[-1] <= " ":
        header, body = _first_line(message)
    footers = read_footers(body) if body else NO_FOOTERS
    subject, pull_request = header, ""
    if header[:5] in MERGES_BEGIN and (merged := merged_request(header, body)) is not None:
        title, pull_request = merged
        subject = bare(title) or header
    elif header[-1:] == ")":
        subject, pull_request, others = _without_pull_requests(header)
        footers = footers.with_issues(others) if others else footers
    if "#" in subject and (more := issues_in(subject)):
        footers = footers.with_issues(more)
    found = _HEADER.match(subject)
    if found is None and ("!(" in subject or subject[:1] > "~" or subject[:1] == ":"):
        found = _HEADER.match(_tidied(subject))
    if found is None:
        meant = subject[:2] in _BEGIN_OTHERWISE or subject[:1] > "~" or subject[:1] == ":"
        type_, scope, subject, bang = _meant(subject, footers) if meant else ("", "", subject, False)
        rest = (type_, scope, subject, bang, pull_request, footers)
    else:
        type_, scope, mark, subject = found.groups("")
        rest = (type_.lower(), scope.strip(), subject, mark == "!", pull_request, footers)
    # Not Change(...): of 80,000 changes, a third of the time would go into passing twelve arguments.
    return tuple.__new__(Change, (sha, parents, author, email, at, header, *rest))


def change_of(line: CommitLine) -> Change:
    """The same for a commit as history keeps it: without parents and e-mail address."""
    message = f"{line.subject}\n\n{line.body}"
    return read_change((line.sha, "", line.author, "", str(int(line.at.timestamp())), message))


@dataclass(frozen=True)
class Undone:
    """What a revert says that it takes back: commits by id where it names them, pull requests by number, and the header
    that it quotes."""

    shas: tuple[str, ...]
    pull_requests: tuple[str, ...]
    header: str
    inner: str = ""
    """The header that this one quotes in turn, where somebody has put a `revert:` before git's own words."""


def undone_by(change: Change) -> Undone:
    """What this revert takes back. `revert: feat: x` names its commits in `Refs`, git's own in a sentence."""
    header = _tidied(bare(change.header))
    found = _QUOTED.match(header) or _REVERT.match(header)
    footers, said = change.footers, found[1] if found else ""
    if said[:1] + said[-1:] in _QUOTES:
        said = said[1:-1]
    numbered = _NUMBERED.fullmatch(said)
    requests = (*footers.reverted_requests, *([numbered[1]] if numbered else []))
    if header[:7].lower() == "reapply":
        said = f'Revert "{said}"'  # what git calls the revert of a revert
    quoted = _QUOTED.fullmatch(said) if _REVERT_TYPE.match(header) else None
    return Undone(footers.reverts or footers.commits, requests, said, quoted[1] if quoted else "")


def bare(header: str) -> str:
    """A header without the pull requests that squashing put behind it; the same commit carries another number elsewhere."""
    return _without_pull_requests(header)[0] if header[-1:] == ")" else header


def copied_headers(header: str) -> tuple[str, ...]:
    """The headers under which the commit that this one copies may stand on another line, its own among them. Bots that bring
    a commit to another line write `[1.x] fix: y (#10) (#20)` or `fix: y (backport #10) (#20)` for what is `fix: y (#10)` here.
    """
    if header[:1] != "[" and (header[-1:] != ")" or (header.count("#") < 2 and "ackport" not in header)):
        return (header,)  # as nearly all of them, of which there may be 80,000
    plain = _FOR_A_LINE.sub("", header, count=1) if header[:1] == "[" else header
    rest, _, others = _without_pull_requests(plain) if plain[-1:] == ")" else (plain, "", ())
    said = _BACKPORT.search(rest) if rest[-1:] == ")" else None
    if said is not None:
        rest, others = rest[: said.start()], (*others, said[1])
    return (header, plain, *(f"{rest} ({number})" for number in others))


_FOR_A_LINE = re.compile(r"\[[^\[\]]{1,60}\][ \t]*")
_BACKPORT = re.compile(
    r"[ \t]\(backport:?[ \t](?:of[ \t])?(?:[\w.-]{1,100}/[\w.-]{1,100})?(#\d{1,18})\)$", re.A | re.I
)
_REVERTS_BEGIN = ("Re", "re", "RE")
_BEGIN_OTHERWISE = (*_REVERTS_BEGIN, "BR")


def _meant(subject: str, footers: Footers) -> tuple[str, str, str, bool]:
    """Type, scope, subject and bang of a header that names no type, but says that it reverts or breaks something."""
    plain = _tidied(subject)
    if plain[:2] in _REVERTS_BEGIN and _is_revert(plain, footers):
        return "revert", "", plain, False
    breaks = _BREAKS.fullmatch(plain)
    return ("", (breaks[1] or "").strip(), breaks[2], True) if breaks else ("", "", subject, False)


def _tidied(subject: str) -> str:
    """A header as the rule has it, without a picture before its type, and with the `!` behind its scope."""
    found = _PICTURE.match(subject)
    rest = subject[found.end() :] if found else subject
    early = _EARLY_BANG.match(rest)
    return f"{early[1]}{early[2]}!{early[3].removeprefix('!')}" if early else rest


def _is_revert(subject: str, footers: Footers) -> bool:
    return _QUOTED.match(subject) is not None or (
        bool(footers.reverts) and _REVERT.match(subject) is not None
    )


def _first_line(message: str) -> tuple[str, str]:
    header, _, body = message.lstrip().partition("\n")
    return header.strip(), body


def _without_pull_requests(header: str) -> tuple[str, str, tuple[str, ...]]:
    """The header without the pull requests at its end, the last of them, and those before it."""
    begin = header.rfind(" (#")
    number = header[begin + 3 : -1]
    if (
        begin > 0
        and number.isdecimal()
        and number.isascii()
        and len(number) < 19
        and header[begin - 1] not in " )"
    ):
        return header[:begin], header[begin + 2 : -1], ()  # what forges write, and nearly always all there is
    numbers: list[str] = []
    while header[-1:] == ")" and len(numbers) < _MOST_PULL_REQUESTS:
        begin = header.rfind("(")
        found = _PULL_REQUEST.fullmatch(header, begin) if begin >= 0 else None
        if found is None:
            break
        numbers.append(found[1])
        header = header[:begin].rstrip()
    if not numbers:
        return header, "", ()
    return header, numbers[0], tuple(reversed(numbers[1:]))
