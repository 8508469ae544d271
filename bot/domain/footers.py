"""What stands below the first line of a commit's message: breaking changes, deprecations, issues, co-authors, and the
commits that it reverts or was picked from. Pure; every text in it is foreign."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST_TEXT = 4_000
"""Characters kept of one breaking note or deprecation; a longer one is a mistake or an attack."""
_MOST = 50
"""Issues, co-authors and commits kept of one message, for the same reason."""


class Footers(NamedTuple):
    """Everything the body of a message says in a form that tools understand. A tuple, for many are made at a time."""

    breaking: tuple[str, ...] = ()
    """The text behind each `BREAKING CHANGE:`, on as many lines as it has."""
    deprecated: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    """As they were written, addresses by their short name: `#12`, `owner/repo#3`, `GH-7`, `JIRA-123`, each once."""
    co_authors: tuple[str, ...] = ()
    """Their names."""
    reverts: tuple[str, ...] = ()
    """The ids in `This reverts commit …`, in small letters; they may be shortened."""
    picked_from: tuple[str, ...] = ()
    """The ids in `(cherry picked from commit …)`."""
    commits: tuple[str, ...] = ()
    """The ids in `Refs: …`, which the conventional `revert:` uses."""
    reverted_requests: tuple[str, ...] = ()
    """The pull requests in `Reverts owner/repo#12`, as `#12`: what forges write when theirs is the button that reverts."""

    def with_issues(self, more: Iterable[str]) -> "Footers":
        return self._replace(issues=_each_once((*self.issues, *more)))


NO_FOOTERS = Footers()

# Squashed messages put notes into lists and tables, so stars and bars may stand before them, and some people print the words
# bold. In capitals the words are enough; in small letters they need their colon, for people also write sentences that begin
# with "breaking change".
_COLON = r"\**:(?:\*\*(?=\s|$))?"
_NOTE = re.compile(
    r"[ \t|*]*(?:(?P<breaking>BREAKING[ -]CHANGES?(?:\([^()]{1,80}\))?!?"
    rf"(?:{_COLON}\s*|\**\s[:\s]*|\**$)|(?i:breaking[ -]changes?){_COLON}\s*)"
    rf"|(?P<deprecated>(?i:deprecated){_COLON}\s*))(?P<text>.*)"
)
# A note ends where a known footer begins: any word would not do, since migration guides say "Before:" and "After:". It ends
# as well where a squashed message goes on with the next commit, or with the line that forges draw before the co-authors.
_FOOTER = re.compile(
    r"[ \t]*(?:(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|references|see|issues?|pr|pr close|pr-url|pull request|"
    r"change-id|bug|reviewed[- ]by|signed-off-by|co-authored-by|acked-by|tested-by|cc|release-as|jira|[a-z]+-[a-z]+-[a-z]+)"
    r"(?::|\s+(?:[\w.-]{1,100}(?:/[\w.-]{1,100}){1,5})?#)"
    r"|(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s+(?:https?://|[A-Z][A-Z0-9_]{1,30}-\d)"
    r"|\(cherry picked from commit |This reverts commit |-{9,}[ \t\r]*$|commit [0-9a-f]{40}[ \t\r]*$"
    r"|[*-] (?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^()]{1,80}\))?!?: )"
)
# GitLab puts projects into groups of any depth, and a `-` behind them.
_PROJECT = r"[\w.-]{1,100}(?:/[\w.-]{1,100}){1,5}"
_ADDRESS = (
    rf"https?://[\w.-]+/({_PROJECT})/-/(?:issues|merge_requests)/(\d{{1,18}})"
    r"|https?://[\w.-]+(?:/[\w.~-]{1,100}){0,8}?/([\w.-]{1,100}/[\w.-]{1,100})/(?:issues|pulls?|merge_requests)/(\d{1,18})"
)
_ISSUE = rf"(?:{_PROJECT})?#\d{{1,18}}|GH-\d{{1,18}}|[A-Z][A-Z0-9_]{{1,30}}-\d{{1,18}}|" + _ADDRESS.replace(
    "([", "(?:["
).replace(r"(\d", r"(?:\d")
_ISSUES = re.compile(
    r"\b(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|references|jira|issues?)\b:?\s+"
    rf"(?P<list>(?:{_ISSUE})\b(?:(?:\s*(?:,|;|&|\band\b)\s*|\s+)(?:{_ISSUE})\b)*)",
    re.ASCII,
)
_ONE_ISSUE = re.compile(_ISSUE, re.ASCII)
_AT = re.compile(_ADDRESS, re.ASCII)
_CO_AUTHOR = re.compile(r"^[ \t]*co-authored-by:([^<\n]*)", re.IGNORECASE | re.MULTILINE)
# People put an id between quotes, or give the page of the commit.
_ID = r"(?:https?://[\w./~-]{1,200}/)?[`\"']?[0-9a-fA-F]{7,64}\b[`\"']?"
_REVERTS = re.compile(
    rf"[Tt]his reverts commits?\s+({_ID}(?:(?:,\s+and\s+|\s+and\s+|[\s,]+)(?:commit\s+)?{_ID})*)"
)
_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-fA-F]{7,64})\)")
_COMMITS = re.compile(
    r"^[ \t]*refs?:?[ \t]+([0-9a-f]{7,64}(?:[ \t,]+[0-9a-f]{7,64})*)[ \t.]*$", re.IGNORECASE | re.MULTILINE
)
_REVERTS_REQUEST = re.compile(
    r"^[ \t]*(?:this )?reverts (?:pr |pull request )?(?:[\w.-]+/[\w.-]+)?(#\d{1,18})[ \t.]*$",
    re.ASCII | re.I | re.M,
)
_SHA = re.compile(r"\b[0-9a-f]{7,64}\b")


def read_footers(body: str) -> Footers:
    """The footers in the body of a message. Never fails; what cannot be read is left where it is, as text."""
    # Looking for a word costs a fraction of looking for a pattern, and most messages have none of these.
    low = body.lower()
    breaking, deprecated = _notes(body) if "breaking" in low or "deprecated:" in low else (_NOTHING, _NOTHING)
    leads = (
        "clos" in low or "fix" in low or "ref" in low or "resolv" in low or "jira" in low or "issue" in low
    )
    issues = issues_in(body) if leads else _NOTHING
    commits = _shas(_COMMITS, body) if "ref" in low and "refs" in low else _NOTHING
    co_authors = _found(_CO_AUTHOR, body) if "co-authored-by" in low else _NOTHING
    reverts = _shas(_REVERTS, body) if "his reverts commit" in low else _NOTHING
    picked = _shas(_PICKED, body) if "(cherry picked" in low else _NOTHING
    requests = _found(_REVERTS_REQUEST, body) if "reverts " in low and "#" in low else _NOTHING
    if not (breaking or deprecated or issues or co_authors or reverts or picked or commits or requests):
        return NO_FOOTERS
    return Footers(breaking, deprecated, issues, co_authors, reverts, picked, commits, requests)


def issues_in(text: str) -> tuple[str, ...]:
    """The issues that this text closes or refers to with a word for it, each once, in their order."""
    found: list[str] = []
    for line in text.split("\n"):
        if "#" in line or "://" in line or ("-" in line and line.lstrip(" \t*-")[:3].lower() in _LEADS):
            for match in _ISSUES.finditer(line):
                found += map(_named, _ONE_ISSUE.findall(match["list"]))
    return _each_once(found) if found else _NOTHING


def _named(issue: str) -> str:
    """An issue by its short name, `owner/repo#3`, where the message has its address."""
    at = _AT.fullmatch(issue)
    return f"{at[1] or at[3]}#{at[2] or at[4]}" if at else issue


_NOTHING: tuple[str, ...] = ()
_LEADS = frozenset({"clo", "fix", "res", "ref", "jir", "iss"})


def _notes(body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of breaking changes and of deprecations. A note goes on until the next note, footer or the end."""
    breaking: list[str] = []
    deprecated: list[str] = []
    for kind, text in _texts(body.split("\n")):
        (breaking if kind == "breaking" else deprecated).append(text)
    return tuple(breaking), tuple(deprecated)


def _texts(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    kind, kept = "", list[str]()
    for line in lines:
        note = _NOTE.match(line)
        if note is None and not (kind and _FOOTER.match(line)):
            kept.append(line)
            continue
        if kind:
            yield kind, _text(kept)
        kind = "" if note is None else "breaking" if note["breaking"] else "deprecated"
        kept = [] if note is None else [note["text"]]
    if kind:
        yield kind, _text(kept)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(line.strip() for line in lines).strip()[:LONGEST_TEXT]


def _shas(pattern: re.Pattern[str], body: str) -> tuple[str, ...]:
    found = (sha for match in pattern.finditer(body) for sha in _SHA.findall(match[1].lower()))
    return _each_once(found)


def _found(pattern: re.Pattern[str], body: str) -> tuple[str, ...]:
    return _each_once(name for match in pattern.finditer(body) if (name := match[1].strip()))


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(texts)
    return tuple(kept) if len(kept) <= _MOST else tuple(kept)[:_MOST]
