"""Where a range begins when nobody says it, and which release a name stands for."""

from collections.abc import Sequence

from bot.domain.ranges import Range, Wanted
from bot.domain.release_tags import (
    Line,
    Precedence,
    ReleaseTag,
    TagRef,
    line_of,
    precedence,
    prefix_of,
    starts_before,
    usual_prefix,
)
from bot.domain.settling import Entry
from bot.domain.words import Sha
from bot.repository.local import LocalRepository

ASKED_ONE_BY_ONE = 8
"""Commits of which each is asked for by itself whether another contains it; beyond it one walk over everything is cheaper."""


def line_meant(tags: Sequence[TagRef], wanted: Wanted) -> tuple[Line, ReleaseTag | None]:
    """The release line that is meant, and the tag of it at the end of the range."""
    prefix = wanted.prefix
    if prefix is None:
        named = [name for name in (wanted.until, wanted.since) if name is not None]
        prefix = next((found for name in named if (found := prefix_of(name)) is not None), None)
        if prefix is None and not any(line_of([TagRef(name, Sha(""))], None).tags for name in named):
            prefix = usual_prefix([tag.name for tag in tags])
    line = line_of(tags, prefix)
    return line, next((tag for tag in line.tags if tag.name == wanted.until), None)


def release_before(repository: LocalRepository, until: str, prefix: str | None) -> str | None:
    """The name of the last release behind a commit: one that it contains and that is not on it. Raises NotFound."""
    tags = repository.tags()
    end = repository.commit(until, tags)
    line, tag = line_meant(tags, Wanted(until=until, prefix=prefix))
    return _last_of([start for start in starts_before(line, tag) if start.commit != end], repository, end)


def release_at(repository: LocalRepository, line: Line, name: str) -> ReleaseTag | None:
    """The release that a name stands for: its own, or else the last final one before it. Raises NotFound."""
    named = next((tag for tag in line.tags if tag.name == name), None)
    if named is not None:
        return named
    last, _ = start_of(repository, line, None, repository.commit(name, repository.tags()))
    return next((tag for tag in line.tags if tag.name == last), None)


def start_of(
    repository: LocalRepository, line: Line, tag: ReleaseTag | None, end: Sha
) -> tuple[str | None, bool]:
    """The name of the last release before the end of the range, and whether it lies beside the range's own line: where releases
    are tagged on branches that nobody merges back, the end contains none of them, or only old ones. Then a release goes on from
    the one with the next lower version. What has no version yet may be a branch that was cut long ago, and stays by what it
    contains, if it contains anything."""
    candidates = [start for start in starts_before(line, tag) if start.commit != end or tag is None]
    last = _last_of(candidates, repository, end)
    highest = candidates[0] if candidates else None
    if highest is None or highest.name == last or (tag is None and last is not None):
        return last, False
    fork = repository.fork(highest.commit, end)
    behind = next((start.commit for start in candidates if start.name == last), None)
    if fork in (None, end) or (behind is not None and fork is not None and repository.contains(behind, fork)):
        return last, False
    return highest.name, True


def _last_of(candidates: Sequence[ReleaseTag], repository: LocalRepository, end: Sha) -> str | None:
    """The first of these that `end` contains."""
    for start in candidates[:ASKED_ONE_BY_ONE]:
        if repository.contains(end, start.commit):
            return start.name
    rest = candidates[ASKED_ONE_BY_ONE:]
    within = repository.tags_within(end) if rest else set()
    return next((start.name for start in rest if start.name in within), None)


def version_asked(low: ReleaseTag, entries: Sequence[Entry]) -> Precedence:
    """Where the version stands that these changes ask for."""
    from bot.domain.next_version import next_version  # semver is slow to import, and seldom needed here

    return precedence(next_version(low, entries, Line((), ())).version)


def start_beside(repository: LocalRepository, found: Range) -> str | None:
    """The name of the highest release where the range should begin there: its own beginning is so old that what it asks for is
    tagged already, on a branch that was cut from its line later on. None: it begins where it should."""
    highest = next((tag for tag in reversed(found.line.tags) if tag.is_final), None)
    low = next((tag for tag in found.line.tags if tag.name == found.since), None)
    if found.tag is not None or low is None or highest is None or highest is low:
        return None
    asked = version_asked(low, found.inside)
    taken = next((tag for tag in found.line.tags if tag.is_final and tag.precedence == asked), None)
    if taken is None or repository.contains(taken.commit, found.end):
        return None
    fork = repository.fork(highest.commit, found.end)
    return None if fork in (None, found.end) or repository.contains(low.commit, fork) else highest.name
