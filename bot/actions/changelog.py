"""PREP-3: the complete entry of the release in the changelog, and its version in the product's own files, as one commit of
the bot on the release's branch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.actions._seen import seen_now
from bot.domain.branch_work import OPERATION, OwnCommit
from bot.domain.changelog import PREAMBLE, Titled, brought_in, entry_in, entry_text
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed, Running
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.settling import Entry
from bot.domain.versions import own_branch
from bot.domain.words import Sha, short
from bot.facts.changes import changes_since
from bot.parts import Parts
from bot.readers.edits import with_version
from bot.readers.keyed import NotReadable

_MOST_COMMITS = 20_000
_SOON, _LATER = timedelta(seconds=3), timedelta(minutes=5)


@dataclass(frozen=True)
class _Mistake(Exception):
    """Something about a file that a person has to put right."""

    sentence: str


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
            _written(parts, release, made, ())
            if made
            else Running(f"waits until {short(head)} is seen", now + _SOON)
        )
    entries = _entries(parts, release, order, head)
    if not entries:
        return Running(f"waits for the first commit on {branch}", now + _LATER)
    work = next(w for w in release.works if w.operation == order.operation)
    try:
        files = _files(parts, release, head, entries, work)
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
    return _written(parts, release, made, tuple(files))


def _written(parts: Parts, release: Release, made: Sha, files: Sequence[str]) -> Passed:
    named = f": {', '.join(files)}" if files else ""
    facts = (("commit", str(made)), ("files", ", ".join(files)))
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


def _files(
    parts: Parts, release: Release, head: Sha, entries: Sequence[Entry], work: Work
) -> Mapping[str, bytes]:
    """The bot's files as they should be; those that are so already are among them."""
    wanted, repository = parts.product(release.product).facts, parts.repository(release.product)
    there = repository.read_files(head, sorted(wanted.own_files))
    files = {wanted.changelog: _changelog(parts, release, there.get(wanted.changelog), entries, work)}
    for place in wanted.bump:
        text = files.get(place.file, there.get(place.file))
        if text is None:
            raise _Mistake(
                f"{place.file} is to carry the version, and {short(head)} has no such file. Mend `bump`."
            )
        try:
            files[place.file] = with_version(text, place, release.version)
        except NotReadable as problem:
            raise _Mistake(
                f"The version cannot be written into {place.file}: {problem}. Write it by hand, or mend `bump`."
            ) from None
    return files


def _changelog(
    parts: Parts, release: Release, there: bytes | None, entries: Sequence[Entry], work: Work
) -> bytes:
    """The file with the entry. An entry that people wrote, or changed, is theirs: it is looked at and never replaced."""
    title = Titled(release.version, f"{work.begun_at:%Y-%m-%d}")
    existing = PREAMBLE + "\n" if there is None else there.decode(errors="surrogateescape")
    mine = entry_in(existing, title)
    missing = [e.change.sha for e in entries if mine is None or short(e.change.sha) not in mine]
    if mine is not None and not missing:
        return there or b""
    if mine is not None and mine != _last_written(parts, release, work, title):
        missing = [
            e.change.sha
            for e in entries
            if e.change.sha in missing and not _writes_only_it(parts, release, e)
        ]
        if not missing:
            return there or b""
        named = ", ".join(short(sha) for sha in missing[:10])
        raise _Mistake(
            f"The changelog has an entry for {release.version} that somebody else wrote or changed, and it lacks {named}. "
            f"Add them by hand, or take the entry out; then run {work.item} again."
        )
    return brought_in(existing, title, entry_text(title, entries)).encode(errors="surrogateescape")


def _writes_only_it(parts: Parts, release: Release, entry: Entry) -> bool:
    """Does the commit change nothing but the changelog? Nobody can write a commit's id into that very commit."""
    parent, sha = entry.change.parents, entry.change.sha
    if not parent or " " in parent:
        return False
    path = parts.product(release.product).facts.changelog
    return set(parts.repository(release.product).changed_files(Sha(parent), sha)) <= {path}


def _last_written(parts: Parts, release: Release, work: Work, title: Titled) -> str | None:
    """The entry as the bot's last commit for this item left it."""
    commits = [w.fact("commit") for w in release.works if w.item == work.item]
    last = next((Sha(commit) for commit in reversed(commits) if commit), None)
    if last is None:
        return None
    path = parts.product(release.product).facts.changelog
    text = parts.repository(release.product).read_files(last, [path]).get(path)
    return entry_in(text.decode(errors="surrogateescape"), title) if text is not None else None
