"""Reading one range of a repository for notes, changelog and version: where it begins and ends, its changes, and what
sibling lines have shipped meanwhile. What is to be made of them is decided in the domain."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.changelog import Titled
from bot.domain.graph import Ids, first_shipped
from bot.domain.messages import Change, copied_headers, read_change
from bot.domain.ranges import Range as Range
from bot.domain.ranges import Wanted as Wanted
from bot.domain.release_tags import (
    Line,
    ReleaseTag,
    component_of,
    prefix_of,
    shipped_earlier,
    siblings,
)
from bot.domain.settling import Entry, LeftOut, Shipped, judge, settle, unresolved_reverts
from bot.domain.words import Sha
from bot.repository.history import read_parents, read_paths, read_written, stream_commits, stream_headers
from bot.repository.local import LocalRepository
from bot.repository.starts import (
    ASKED_ONE_BY_ONE,
    line_meant,
    start_beside,
    start_of,
    version_asked,
)
from bot.repository.starts import (
    release_at as release_at,
)
from bot.repository.starts import (
    release_before as release_before,
)

_ON_A_LINE = 2_000
"""Commits of a patch line that are compared with what its merge brought together; more lie beside no patch line."""


def read_range(repository: LocalRepository, wanted: Wanted) -> Range:
    """Read a range. Raises NotFound for names that the repository does not have, OutsideError when git fails."""
    found = _read(repository, wanted)
    beside = start_beside(repository, found) if wanted.since is None else None
    return found if beside is None else _read(repository, replace(wanted, since=beside))


def _read(repository: LocalRepository, wanted: Wanted) -> Range:
    tags = repository.tags()
    end = repository.commit(wanted.until, tags)
    line, tag = line_meant(tags, wanted)
    since, is_beside = (wanted.since, True) if wanted.since else start_of(repository, line, tag, end)
    start = repository.commit(since, tags) if since is not None else None
    within = wanted.paths or _component_folder(repository, line, end)
    without = [start] if start else []
    changes = [read_change(commit) for commit in stream_commits(repository.git, [end], without)]
    convention = wanted.convention
    paths = (
        read_paths(repository.git, end, without)
        if any(convention.wants_paths(change) for change in changes)
        else None
    )
    known = replace(_beside(repository, changes, start), before=_there_before(repository, changes, start))
    judged = [judge(change, convention, paths.get(change.sha, ()) if paths else ()) for change in changes]
    entries = settle(judged, convention, known)
    elsewhere = _elsewhere(repository, line, since, tag, entries)
    sources = [*elsewhere, *([start] if start and is_beside else [])]
    if sources:
        shipped = _shipped(repository, sources, end)
        known = replace(known, headers=shipped.headers, shas=shipped.shas)
        entries = settle(judged, convention, known)
    if within:
        inside = {commit[0] for commit in stream_commits(repository.git, [end], without, within)}
        entries = [e if e.change.sha in inside else e._replace(left_out=LeftOut.ELSEWHERE) for e in entries]
    newest = changes[0].seconds if changes else repository.made(end)
    return Range(since, wanted.until, end, tag, _with_ahead(line, changes), tuple(entries), newest)


def _with_ahead(line: Line, changes: Sequence[Change]) -> Line:
    begun = [tag for tag in line.tags if not tag.is_final]
    here = {change.sha for change in changes} if begun else set()
    return replace(line, ahead=frozenset(tag.name for tag in begun if tag.commit in here))


def _component_folder(repository: LocalRepository, line: Line, end: Sha) -> tuple[str, ...]:
    """The folder of the component that a prefix as `shop@` or `@ada/shop-v` names, where the repository has just one. A folder
    at the top may be the whole product's code as well; it is a component's where others have tags of their own."""
    name = component_of(line.tags[0].prefix) if line.tags else ""
    found = repository.folders(end, [f"{home}{name}" for home in _HOMES]) if name else []
    if found == [name] and not any(prefix_of(odd) is not None for odd in line.odd):
        return ()
    return tuple(found) if len(found) == 1 else ()


_HOMES = ("", "packages/", "libs/", "apps/", "modules/", "plugins/", "crates/", "services/")


def _there_before(
    repository: LocalRepository, changes: Sequence[Change], start: Sha | None
) -> frozenset[str]:
    """Which of the commits that are reverted here were there before the range: their reverts are news."""
    if start is None:
        return frozenset()
    named = unresolved_reverts(changes)
    if len(named) <= ASKED_ONE_BY_ONE:
        return frozenset(sha for sha in named if repository.contains(start, Sha(sha)))
    older = Ids(read_parents(repository.git, start))
    return frozenset(sha for sha in named if older.find(sha) is not None)


def _elsewhere(
    repository: LocalRepository,
    line: Line,
    since: str | None,
    tag: ReleaseTag | None,
    entries: Sequence[Entry],
) -> list[Sha]:
    """The sibling releases between the beginning and the end of the range, as commits."""
    low = next((found for found in line.tags if found.name == since), None)
    if low is None or not any(found.is_final and found.precedence > low.precedence for found in line.tags):
        return []
    high = tag.precedence if tag else version_asked(low, entries)
    between = siblings(line, low.precedence, high)
    if between and tag is not None:
        dates = repository.tag_dates([tag.name, *(found.name for found in between)])
        between = shipped_earlier(between, tag.name, dates)
    return [found.commit for found in between]


def _shipped(repository: LocalRepository, sources: Sequence[Sha], end: Sha) -> Shipped:
    """What is in these commits' histories, still stands there, and is not in the history of `end`."""
    standing = _standing(repository, sources, [end])
    told = (change.header for change in standing if change.header and not change.is_merge)
    headers = (each for header in told for each in copied_headers(header))
    return Shipped(frozenset(headers), _ids(standing))


def _standing(
    repository: LocalRepository, sources: Sequence[Sha], without: Sequence[Sha], most: int | None = None
) -> list[Change]:
    """The changes in these commits' histories that still stand there."""
    judged = [judge(read_change(commit)) for commit in stream_headers(repository.git, sources, without, most)]
    return [entry.change for entry in settle(judged) if entry.left_out not in _TAKEN_BACK]


def _ids(changes: Sequence[Change]) -> frozenset[str]:
    """The ids of these changes, and of those they say they were picked from."""
    return frozenset((*(c.sha for c in changes), *(sha for c in changes for sha in c.footers.picked_from)))


def _beside(repository: LocalRepository, changes: Sequence[Change], start: Sha | None) -> Shipped:
    """What a line that was merged back has brought: commits of the range that shipped on that line before the range, and
    those that are in the range twice. Copies are told by header, author and the time when they were written."""
    known = {change.sha for change in changes}
    forks = {Sha(parent) for change in changes for parent in change.parents.split() if parent not in known}
    if len(forks) < 2 and not any(" " in change.parents for change in changes):
        return Shipped()
    apart = (
        _standing(repository, [start], [*forks - {start}], _ON_A_LINE)
        if start in forks and len(forks) > 1
        else []
    )
    places: dict[str, list[Change]] = {}
    for change in (*apart, *reversed(changes)):  # so that what came first stays, and its copies go
        if not change.is_merge and change.header:
            places.setdefault(change.header, []).append(change)
    twice = [same for same in places.values() if len(same) > 1 and same[-1].sha in known]
    written = read_written(repository.git, [change.sha for same in twice for change in same]) if twice else {}
    shipped, copies = set(_ids(apart)), set[str]()
    for same in twice:
        first: dict[str, Sha] = {}
        for change in same:
            original = first.setdefault(written.get(change.sha, change.sha), change.sha)
            if original != change.sha and change.sha in known:
                (copies if original in known else shipped).add(change.sha)
    return Shipped(copies=frozenset(copies), brought_back=frozenset(shipped))


_TAKEN_BACK = (LeftOut.REVERTED, LeftOut.REVERT)


def read_everything(
    repository: LocalRepository, wanted: Wanted, meanwhile: Callable[[Change], None] = lambda _: None
) -> Iterator[tuple[Titled, list[Entry]]]:
    """The whole history up to `until`, release by release, the newest first; each change stands in the first release
    that held it. Pre-releases have no part of their own: their changes stand in the release that they led to.

    `meanwhile` gets every change while git still writes, when there is time to spare.
    """
    tags = repository.tags()
    end = repository.commit(wanted.until, tags)
    line, _ = line_meant(tags, wanted)
    within = wanted.paths or _component_folder(repository, line, end)
    finals = [tag for tag in line.tags if tag.is_final]
    convention = wanted.convention
    judged: list[Entry] = []
    parents: dict[Sha, str] = {}
    paths = read_paths(repository.git, end, ()) if convention.labels else {}
    for commit in stream_commits(repository.git, [end], paths=within):
        change, sha = read_change(commit), commit[0]
        judged.append(judge(change, convention, paths.get(sha, ()) if paths else ()))
        parents[sha] = commit[1]
        meanwhile(change)
    held = first_shipped(
        read_parents(repository.git, end) if within else parents,
        ((tag.commit, tag.version) for tag in finals),
    )
    parts: dict[str | None, list[Entry]] = {None: []}
    parts.update((tag.version, []) for tag in reversed(finals) if tag.commit in held)
    tagged = {tag.commit for tag in finals}
    made: dict[Sha, int] = {}
    for entry in judged:
        change = entry.change
        parts[held.get(change.sha)].append(entry)
        if change.sha in tagged:
            made[change.sha] = change.seconds
    titles = {tag.version: Titled(tag.version, day) for tag, day in _days(repository, finals, made)}
    for version, part in parts.items():
        if version or part:
            title = titles[version] if version else Titled("Unreleased", None)
            older = (sha for sha in unresolved_reverts([entry.change for entry in part]) if sha in parents)
            yield title, settle(part, convention, Shipped(before=frozenset(older)))


def _days(
    repository: LocalRepository, tags: Sequence[ReleaseTag], made: Mapping[Sha, int]
) -> Iterator[tuple[ReleaseTag, str]]:
    """When each release was made: that of its commit, or of its tag where the commit is none of the component's."""
    elsewhere = [tag.name for tag in tags if tag.commit not in made]
    dates = repository.tag_dates(elsewhere) if elsewhere else {}
    return ((tag, as_date(made.get(tag.commit, dates.get(tag.name, 0)))) for tag in tags)


def as_date(at: int) -> str:
    """The day in UTC, as `2026-11-30`; for a time that no calendar holds, the first day of 1970."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):
        return "1970-01-01"
