"""Finds the migrations at a commit, by configured globs or by convention, and reads each without running it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.facts_wanted import FactsWanted
from bot.domain.findings import Finding, Severity
from bot.domain.migrations import Convention, Migration, digest, guide_findings, in_order, order_findings
from bot.domain.words import Sha
from bot.readers import python_migrations as python
from bot.readers.globs import leading_number, matching
from bot.readers.ruby import read_rails
from bot.readers.sql import header_of, read_sql
from bot.repository.files import Snapshot, TooLarge, body_of, changed_between

_CONVENTIONAL = (
    re.compile(r"(?:.*/)?(?:alembic|migrations)/versions/[^/]+\.py"),
    re.compile(r"(?:.*/)?[^/]+/migrations/\d[^/]*\.py"),
    re.compile(r"(?:.*/)?[VU]\d[\d._]*__[^/]*\.sql"),
    re.compile(r"(?:.*/)?db/migrate/\d+_[^/]+\.rb"),
    re.compile(r"(?:.*/)?migrations?/(?:.*/)?\d+[^/]*\.sql"),
)
_DOWN = re.compile(r"\.down(?=\.sql$)|_down(?=\.sql$)")
_UP = re.compile(r"\.up(?=\.sql$)|_up(?=\.sql$)")
_DOWN_SECTION = re.compile(r"^--\s*(?:\+goose Down|migrate:down|!Downgrade|\+migrate Down)\b.*", re.M | re.I)
_MARKERS = re.compile(r"^--\s*(?:\+goose|migrate:|\+migrate|!Ups?)\b.*$", re.M | re.I)


@dataclass(frozen=True)
class MigrationPlan:
    """The migrations that are new or changed in a range, in their order, with what is to be said about them."""

    migrations: tuple[Migration, ...]
    digest: str
    findings: tuple[Finding, ...]


def plan_migrations(since: Snapshot | None, until: Snapshot, wanted: FactsWanted) -> MigrationPlan:
    """The plan for `since..until`; without `since`, for all migrations of `until`. Raises OutsideError."""
    paths = migration_paths(until, wanted)
    here = read_migrations(until, paths, wanted)
    touched = None if since is None else _touched(since, until)
    fresh = [m for m in here if touched is None or m.path in touched or _way_back_of(m.path) & touched]
    told = tuple(_with_reasons(until, m) for m in in_order(fresh))
    files = [(p, until.entries[p].blob) for p in paths if touched is None or p in touched]
    return MigrationPlan(
        told, digest(files), (*order_findings(here), *_vanished(since, until, wanted), *guide_findings(told))
    )


def migration_paths(snapshot: Snapshot, wanted: FactsWanted) -> list[str]:
    """Every file that is a migration, or the way back of one."""
    if wanted.migrations:
        return list(dict.fromkeys(p for glob in wanted.migrations for p in matching(glob, snapshot.entries)))
    return [
        path
        for path in snapshot.entries
        if any(place.fullmatch(path) for place in _CONVENTIONAL) and not path.endswith("__init__.py")
    ]


def read_migrations(snapshot: Snapshot, paths: Sequence[str], wanted: FactsWanted) -> list[Migration]:
    """A migration for each file that is not the way back of another. Raises OutsideError."""
    contents = snapshot.read_all(paths)
    there = set(paths)
    read = (_read(path, contents[path], there, wanted.dialect) for path in paths if not _is_way_back(path))
    return [migration for migration in read if migration is not None]


def _read(path: str, content: bytes | TooLarge, there: set[str], dialect: str) -> Migration | None:
    number = leading_number(path)
    if isinstance(content, TooLarge):
        return Migration(
            path, _convention(path), path, number, unread=f"it has {content.size} bytes, more than is read"
        )
    text = content.decode("utf-8", "replace")
    if path.endswith(".py"):
        return _python(path, text, number, dialect)
    if path.endswith(".rb"):
        changes, is_reversible, unread = read_rails(text, dialect)
        header = header_of(text, ("#",))
        return Migration(path, Convention.RAILS, path, number, (), changes, is_reversible, header, unread)
    return _sql(path, text, there, dialect)


def _python(path: str, text: str, number: int | None, dialect: str) -> Migration | None:
    tree = python.parsed(text)
    name = path.rpartition("/")[2].removesuffix(".py")
    if tree is None:
        return Migration(path, _convention(path), name, number, unread="it is not Python that can be read")
    found, convention = python.read_alembic(tree, dialect), Convention.ALEMBIC
    if found is None:
        parts = path.split("/")
        app = parts[-3] if len(parts) > 2 else ""
        found, convention = python.read_django(tree, app, name, dialect), Convention.DJANGO
    if found is None:
        return None
    kept = number if convention is Convention.DJANGO else None
    return Migration(
        path, convention, found.id, kept, found.parents, found.changes, found.is_reversible, found.rationale, found.unread
    )  # fmt: skip


def _sql(path: str, text: str, there: set[str], dialect: str) -> Migration:
    section = _DOWN_SECTION.search(text)
    up = text[: section.start()] if section else text
    read = read_sql(up, dialect)
    return Migration(
        path=path,
        convention=_convention(path),
        id=path,
        number=_sql_number(path),
        changes=read.changes,
        is_reversible=bool(section and text[section.end() :].strip()) or bool(_way_back_of(path) & there),
        rationale=header_of(_MARKERS.sub("", text), ("--", "/*", "*")),
        unread=read.unread,
    )


def _sql_number(path: str) -> int | None:
    """Flyway's `V1_2__x` and `V1.2__x` are versions with parts, which are no sequence of whole numbers."""
    name = path.rpartition("/")[2]
    return None if re.match(r"V\d+[._]\d", name) else leading_number(path)


def _is_way_back(path: str) -> bool:
    name = path.rpartition("/")[2]
    return _DOWN.search(name) is not None or re.match(r"U\d[\d._]*__", name) is not None


def _way_back_of(path: str) -> set[str]:
    """The names that the way back of this file could have."""
    folder, slash, name = path.rpartition("/")
    names = {_UP.sub(lambda m: m[0].replace("up", "down"), name)} - {name}
    if name.endswith(".sql"):
        names.add(f"{name.removesuffix('.sql')}.down.sql")
    if name.startswith("V"):
        names.add(f"U{name[1:]}")
    return {f"{folder}{slash}{each}" for each in names}


def _convention(path: str) -> Convention:
    name = path.rpartition("/")[2]
    if path.endswith(".py"):
        return Convention.ALEMBIC if "/versions/" in f"/{path}" else Convention.DJANGO
    if path.endswith(".rb"):
        return Convention.RAILS
    return Convention.FLYWAY if re.match(r"[VU]\d[\d._]*__", name) else Convention.SQL


def _touched(since: Snapshot, until: Snapshot) -> set[str]:
    return {t.path for t in changed_between(until.git, since.commit, until.commit) if t.how != "D"}


def _vanished(since: Snapshot | None, until: Snapshot, wanted: FactsWanted) -> Iterable[Finding]:
    """Migrations of the last release that were changed or are gone: databases out there have run them as they were."""
    if since is None:
        return
    for path in migration_paths(since, wanted):
        now = until.entries.get(path)
        if now is None or now.blob != since.entries[path].blob:
            how = "was deleted" if now is None else "was changed"
            sentence = (
                f"{path} {how} after it was released; databases have run it as it was. Write a new migration."
            )
            yield Finding(f"VA-3:{path}", "VA-3", Severity.BLOCKS, sentence, path, until.last_commit(path))


def _with_reasons(snapshot: Snapshot, m: Migration) -> Migration:
    """The migration with its commit, and the commit's body as its reason where the file gives none."""
    commit = snapshot.last_commit(m.path)
    rationale = m.rationale
    if not rationale and commit:
        _, _, body = body_of(snapshot.git, Sha(commit)).partition("\n\n")
        rationale = " ".join(body.split())[:600]
    return replace(m, commit=commit, rationale=rationale)
