"""PREP-3: the complete entry of the release in the changelog, and its version in the product's own files, as one commit of
the bot on the release's branch."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.actions._seen import seen_now
from bot.domain.branch_work import OPERATION, OwnCommit
from bot.domain.changelog import PREAMBLE, Titled, entry_text
from bot.domain.changelog_file import brought_in, entry_in, taken_out
from bot.domain.facts_wanted import FactsWanted
from bot.domain.named_versions import FileKey, FilePattern
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed, Running
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.settling import Entry
from bot.domain.versions import own_branch
from bot.domain.words import Sha, short
from bot.facts.changes import changes_since, components_since
from bot.parts import Parts
from bot.readers.edits import with_version
from bot.readers.keyed import NotReadable

_MOST_COMMITS = 20_000
_SOON, _LATER = timedelta(seconds=3), timedelta(minutes=5)


@dataclass(frozen=True)
class _Mistake(Exception):
    """Something about a file that a person has to put right."""

    sentence: str


@dataclass(frozen=True)
class _Page:
    """A changelog, and what its entry for this release tells."""

    path: str
    title: Titled
    entries: Sequence[Entry]

    @property
    def named(self) -> str:
        return "The changelog" if self.path == FactsWanted.changelog else self.path


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Raises OutsideError to be tried again, OutsideRefusal when the remote says no."""
    repository, now = parts.repository(release.product), parts.clock()
    branch = own_branch(release.type, release.version)
    repository.refresh()
    head = repository.branches().get(branch)
    if head is None or order.commit is None:
        return Failed(
            f"{release.id} has no branch of its own yet. The changelog is a commit on {branch}: cut it first (PLAN-1)."
        )
    if head != order.commit:
        made = repository.find_own_commit(order.operation, order.commit, head)
        # Without a commit of ours, the release is about to be seen at the new head, and the work to begin there.
        return (
            _written(parts, release, made, (), {})
            if made
            else Running(f"waits until {short(head)} is seen", now + _SOON)
        )
    entries = _entries(parts, release, order, head)
    if not entries:
        return Running(f"waits for the first commit on {branch}", now + _LATER)
    work = next(w for w in release.works if w.operation == order.operation)
    try:
        files, told = _files(parts, release, head, entries, work)
    except _Mistake as mistake:
        return Failed(mistake.sentence)
    own = OwnCommit(
        f"chore(release): changelog and version {release.version}", order.operation, work.begun_at
    )
    made = repository.commit_files(branch, head, files, own)
    if made == head:
        return Passed(
            f"The changelog lists all {len(entries)} commits."
            if len(entries) > 1
            else "It lists the one commit."
        )
    return _written(parts, release, made, tuple(files), told)


def _written(
    parts: Parts, release: Release, made: Sha, files: Sequence[str], told: Mapping[str, str]
) -> Passed:
    named = f": {', '.join(files)}" if files else ""
    facts = (("commit", str(made)), ("files", ", ".join(files)), ("entries", json.dumps(told)))
    return Passed(f"Written as {short(made)}{named}.", facts, seen_now(parts, release))


def _entries(parts: Parts, release: Release, order: DoWork, head: Sha) -> Sequence[Entry]:
    """Every commit of the product since the last release, but those by which the bot wrote this very entry."""
    product, repository = parts.product(release.product), parts.repository(release.product)
    since = next((tag.target for tag in repository.tags() if tag.name == release.previous_tag), None)
    mark = f"{OPERATION}: {release.id}.{order.item}."
    lines = repository.commits(since, head, _MOST_COMMITS).lines
    ours = {line.sha for line in lines if mark in line.body and repository.is_own_commit(line.sha)}
    found = changes_since(product, repository, release.previous_tag, head).inside
    return [entry for entry in found if entry.change.sha not in ours]


def _pages(
    parts: Parts, release: Release, head: Sha, entries: Sequence[Entry], work: Work
) -> tuple[list[_Page], list[tuple[FileKey | FilePattern, str]]]:
    """The changelogs that get an entry, and the places that get a version: of the product, and of what was touched of it."""
    product, repository = parts.product(release.product), parts.repository(release.product)
    day = f"{work.begun_at:%Y-%m-%d}"
    pages = [_Page(product.facts.changelog, Titled(release.version, day), entries)]
    places = [(place, release.version) for place in product.facts.bump]
    found = components_since(product, repository, release.previous_tag, head)
    for wanted, component in zip(product.facts.components, found, strict=True):
        if not component.entries:
            continue
        if component.version is None:
            raise _Mistake(
                f"The version of {component.name} is not known: {component.problem}. Mend its file, or `components`."
            )
        if wanted.changelog is not None:
            pages.append(_Page(wanted.changelog, Titled(component.version, day), component.entries))
        if wanted.version is not None:
            places.append((wanted.version, component.version))
    return pages, places


def _files(
    parts: Parts, release: Release, head: Sha, entries: Sequence[Entry], work: Work
) -> tuple[Mapping[str, bytes], Mapping[str, str]]:
    """The bot's files as they should be, those among them that are so already, and the version that each changelog tells."""
    wanted, repository = parts.product(release.product).facts, parts.repository(release.product)
    there = repository.read_files(head, sorted(wanted.own_files))
    pages, places = _pages(parts, release, head, entries, work)
    files = {page.path: _changelog(parts, release, there.get(page.path), page, work) for page in pages}
    for place, version in places:
        text = files.get(place.file, there.get(place.file))
        if text is None:
            raise _Mistake(
                f"{place.file} is to carry the version, and {short(head)} has no such file. Mend harbourmaster.toml."
            )
        try:
            files[place.file] = with_version(text, place, version)
        except NotReadable as problem:
            raise _Mistake(
                f"The version cannot be written into {place.file}: {problem}. Write it by hand, or mend harbourmaster.toml."
            ) from None
    return files, {page.path: page.title.version for page in pages}


def _changelog(parts: Parts, release: Release, there: bytes | None, page: _Page, work: Work) -> bytes:
    """The file with the entry. An entry that people wrote, or changed, is theirs: it is looked at and never replaced."""
    title, entries = page.title, page.entries
    existing = PREAMBLE + "\n" if there is None else there.decode(errors="surrogateescape")
    existing = _without_the_last(parts, release, existing, page, work)
    mine = entry_in(existing, title)
    missing = [e.change.sha for e in entries if mine is None or short(e.change.sha) not in mine]
    if mine is not None and not missing:
        return existing.encode(errors="surrogateescape")
    if mine is not None and mine != _last_written(parts, release, work, page.path, title):
        missing = [
            e.change.sha
            for e in entries
            if e.change.sha in missing and not _writes_only_it(parts, release, page, e)
        ]
        if not missing:
            return existing.encode(errors="surrogateescape")
        named = ", ".join(short(sha) for sha in missing[:10])
        raise _Mistake(
            f"{page.named} has an entry for {title.version} that somebody else wrote or changed, and it lacks {named}. "
            f"Add them by hand, or take the entry out; then run {work.item} again."
        )
    return brought_in(existing, title, entry_text(title, entries)).encode(errors="surrogateescape")


def _writes_only_it(parts: Parts, release: Release, page: _Page, entry: Entry) -> bool:
    """Does the commit change nothing but the changelog? Nobody can write a commit's id into that very commit."""
    parent, sha = entry.change.parents, entry.change.sha
    if not parent or " " in parent:
        return False
    return set(parts.repository(release.product).changed_files(Sha(parent), sha)) <= {page.path}


def _without_the_last(parts: Parts, release: Release, existing: str, page: _Page, work: Work) -> str:
    """A late change may ask for another version of a component than the entry that the bot wrote for it: that one goes."""
    told = (json.loads(w.fact("entries") or "{}") for w in reversed(release.works) if w.item == work.item)
    version = next(filter(None, (str(each.get(page.path) or "") for each in told)), page.title.version)
    if version == page.title.version:
        return existing
    title = Titled(version, None)
    there = entry_in(existing, title)
    if there is not None and there == _last_written(parts, release, work, page.path, title):
        return taken_out(existing, title)
    return existing


def _last_written(parts: Parts, release: Release, work: Work, path: str, title: Titled) -> str | None:
    """The entry as the bot's last commit for this item left it."""
    commits = [w.fact("commit") for w in release.works if w.item == work.item]
    last = next((Sha(commit) for commit in reversed(commits) if commit), None)
    if last is None:
        return None
    text = parts.repository(release.product).read_files(last, [path]).get(path)
    return entry_in(text.decode(errors="surrogateescape"), title) if text is not None else None
