"""What the bot's checks leave to know about a release, as texts that history keeps, and what is told of them later.
All of it is bounded: a repository with thousands of migrations must not make a row of history that nobody can load."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from bot.domain.alignment import Judged, Verdict
from bot.domain.components import ComponentNext
from bot.domain.findings import Finding, Severity
from bot.domain.interfaces import Changed
from bot.domain.migrations import Migration
from bot.domain.named_versions import Known, Reading, Unreadable, VersionRow
from bot.domain.notes import Extra
from bot.domain.policy import Item, Policy
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.words import Audience, short

MOST_ROWS = 60
_LONGEST = 200
LONGEST_GUIDE = 12_000
MOST_FINDINGS = 100
_LONGEST_NAME = 120

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VersionTold:
    """A named version: its value now and at the last release, and the file and commit it comes from."""

    name: str
    now: str
    before: str
    place: str
    has_changed: bool
    was_read: bool = True
    """False: `now` says why it could not be read."""


@dataclass(frozen=True)
class RuleTold:
    sentence: str
    verdict: str


@dataclass(frozen=True)
class Told:
    """A list that was kept, and how many more there were."""

    rows: tuple[str, ...]
    left_out: int


def version_facts(rows: Sequence[VersionRow], judged: Sequence[Judged]) -> Facts:
    """The table of named versions and its rules."""
    told = [
        VersionTold(
            cut(r.name),
            _value(r.now),
            _value(r.before),
            _place(r.now),
            r.has_changed,
            isinstance(r.now, Known),
        )
        for r in rows
    ]
    rules = [RuleTold(cut(j.sentence, 600), j.verdict.value) for j in _worst_first(judged)]
    return (
        ("versions", _dump([asdict(row) for row in told[:MOST_ROWS]])),
        ("versions-more", str(max(0, len(told) - MOST_ROWS))),
        ("rules", _dump([asdict(rule) for rule in rules[:MOST_ROWS]])),
        ("rules-more", str(max(0, len(rules) - MOST_ROWS))),
    )


def migration_facts(migrations: Sequence[Migration], digest: str, guide: str) -> Facts:
    """The digest by which a review is bound to exactly these files, the plan in its order, and the draft of the guide."""
    whole = guide if len(guide) <= LONGEST_GUIDE else f"{guide[:LONGEST_GUIDE]}\n… (cut)\n"
    return (
        ("migrations", digest),
        *_list("plan", [_planned(m) for m in migrations]),
        ("guide", whole.encode("utf-8", "replace").decode()),
    )


def documentation_facts(
    api: Sequence[Changed], settings: Sequence[Changed], advice: Sequence[Finding]
) -> Facts:
    """What callers and operators will notice, and what is advised without being demanded."""
    return (
        *_list("api", [_change(c) for c in api]),
        *_list("settings", [_change(c) for c in settings]),
        *advice_facts(advice),
    )


def advice_facts(advice: Sequence[Finding]) -> Facts:
    return _list("advice", [f"{f.name}: {f.sentence}" for f in advice])


def works_that_know(release: Release, policy: Policy, name: str) -> Work | None:
    """The bot's latest work that has left this fact, whichever item it was for."""
    items = {item.id for item in policy.of(release.way)}
    found = (w for w in reversed(release.works) if w.item in items and w.fact(name) is not None)
    return next(found, None)


def component_facts(components: Sequence[ComponentNext]) -> Facts:
    """The components of a release with their versions; those that could not be told are left out."""
    known = [(c.name, c.version) for c in components if c.version is not None]
    return (("components", _dump(known[:MOST_ROWS])),) if known else ()


def components_told(release: Release) -> tuple[tuple[str, str], ...]:
    """Names and versions, as the latest check that read them has kept them."""
    kept_ = (work.fact("components") for work in reversed(release.works))
    rows = json.loads(next(filter(None, kept_), "[]"))
    return tuple((str(name), str(version)) for name, version in rows)


def versions_told(work: Work) -> tuple[tuple[VersionTold, ...], tuple[RuleTold, ...], int]:
    """The table of versions, its rules, and how many versions were left out."""
    rows = tuple(VersionTold(**row) for row in json.loads(work.fact("versions") or "[]"))
    rules = tuple(RuleTold(**row) for row in json.loads(work.fact("rules") or "[]"))
    return rows, rules, int(work.fact("versions-more") or 0)


def told(work: Work | None, name: str) -> Told:
    """A list that a check has kept; empty where there is none."""
    if work is None:
        return Told((), 0)
    rows = json.loads(work.fact(name) or "[]")
    return Told(tuple(str(row) for row in rows), int(work.fact(f"{name}-more") or 0))


def all_advice(release: Release, policy: Policy) -> Told:
    """What the checks advise at the present commit, without demanding it."""
    works = (release.work(item) for item in policy.of(release.way) if item.is_work)
    lists = [told(work, "advice") for work in works if work and work.ended]
    rows = dict.fromkeys(row for each in lists for row in each.rows)
    return Told(tuple(rows), sum(each.left_out for each in lists))


def extras_of(release: Release, policy: Policy) -> tuple[Extra, ...]:
    """What the checks know and the notes should tell: the migrations, and how the API and the settings differ."""
    sections = (
        ("Migrations", "plan", frozenset({Audience.OPERATORS})),
        ("API", "api", frozenset({Audience.USERS, Audience.OPERATORS})),
        ("Settings", "settings", frozenset({Audience.OPERATORS})),
    )
    extras = []
    for title, name, audiences in sections:
        known = told(works_that_know(release, policy, name), name)
        more = (f"… and {known.left_out} more",) if known.left_out else ()
        if known.rows:
            extras.append(Extra(title, (*known.rows, *more), audiences))
    return tuple(extras)


def open_findings(release: Release, policy: Policy) -> tuple[tuple[Item, Work], ...]:
    """Every item whose present work has found something that is not answered for, in the order of the process."""
    pairs = ((item, release.work(item)) for item in policy.of(release.way) if item.is_work)
    return tuple((item, work) for item, work in pairs if work and work.standing)


def kept(found: Sequence[Finding], item: str) -> tuple[Finding, ...]:
    """Findings as history keeps them, with names that can be typed and chosen. Those beyond the cap are one finding of
    their own, which nobody takes for a pass."""
    some = tuple(
        replace(f, name=_typable(f.name), sentence=cut(f.sentence, 600)) for f in found[:MOST_FINDINGS]
    )
    if len(found) <= MOST_FINDINGS:
        return some
    rest = len(found) - MOST_FINDINGS
    sentence = f"There are {rest} findings more. Mend some of those that are listed, and run it again."
    return (*some, Finding(f"{item}:and-{rest}-more", item, Severity.BLOCKS, sentence))


def _typable(name: str) -> str:
    word = "_".join("".join(c if c.isprintable() else " " for c in name).split())
    if len(word) <= _LONGEST_NAME:
        return word
    return f"{word[:_LONGEST_NAME]}~{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def cut(text: str, longest: int = _LONGEST) -> str:
    """Foreign text on one line, not without end, and in what every database can hold."""
    line = " ".join(text.replace("\0", " ").split()).encode("utf-8", "replace").decode()
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _list(name: str, rows: Sequence[str]) -> Facts:
    kept = [cut(row, 300) for row in rows[:MOST_ROWS]]
    return (name, _dump(kept)), (f"{name}-more", str(len(rows) - len(kept)))


def _dump(rows: object) -> str:
    return json.dumps(rows, ensure_ascii=False)


def _worst_first(judged: Iterable[Judged]) -> list[Judged]:
    order = (Verdict.BROKEN, Verdict.INCONCLUSIVE, Verdict.HOLDS)
    return sorted(judged, key=lambda j: order.index(j.verdict))


def _value(reading: Reading | None) -> str:
    match reading:
        case Known(value=value):
            return cut(value)
        case Unreadable(why=why):
            return cut(f"unreadable: {why}")
        case None:
            return ""


def _place(reading: Reading) -> str:
    match reading:
        case Known(file=file, commit=commit):
            return cut(" ".join(part for part in (file, short(commit) if commit else "") if part))
        case Unreadable(file=file):
            return cut(file)


def _planned(m: Migration) -> str:
    locks = sorted({change.lock for change in m.changes if change.lock})
    words = [
        m.kind,
        "destructive" if m.is_destructive else "not destructive",
        "reversible" if m.is_reversible else "no way back",
        *([f"likely locks: {', '.join(locks)}"] if locks else []),
        *([f"not understood: {m.unread}"] if m.unread else []),
    ]
    return f"{m.path}: {', '.join(words)}"


def _change(change: Changed) -> str:
    breaking = " (breaking)" if change.is_breaking else ""
    return f"{change.what}: {change.detail}{breaking}"
