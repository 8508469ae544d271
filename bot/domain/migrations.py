"""Migrations of a database as facts, and what follows from them: their order, gaps, the plan, the guide's open points.
Reading the files is done elsewhere; nothing here knows SQL's grammar."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.domain.findings import Finding, Severity
from bot.domain.named_versions import sequence_faults


class Convention(StrEnum):
    ALEMBIC = "Alembic"
    DJANGO = "Django"
    FLYWAY = "Flyway"
    RAILS = "Rails"
    SQL = "SQL"


class Effect(StrEnum):
    """What one statement does. The first of them are about the schema, the last about what is in it."""

    ADDS = "adds"
    DROPS = "drops"
    CHANGES = "changes"
    DATA = "changes data"
    OTHER = "does something else"


@dataclass(frozen=True)
class Change:
    """One thing a migration does: `effect`, to `what` (`table orders`, `column orders.total`; foreign text).

    `lock` says which lock is likely, empty when none that people would notice.
    """

    effect: Effect
    what: str
    is_destructive: bool = False
    lock: str = ""


@dataclass(frozen=True)
class Migration:
    """One migration file, or a pair of `up` and `down`. `number` is None where the convention has no numbers.

    `id` is its revision, `parents` those it builds on (Alembic, Django). `unread` says why it could not be
    understood, wholly or in part; such a migration is inconclusive, never harmless.
    """

    path: str
    convention: Convention
    id: str
    number: int | None = None
    parents: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    is_reversible: bool = False
    rationale: str = ""
    unread: str = ""
    commit: str = ""

    @property
    def is_destructive(self) -> bool:
        return any(change.is_destructive for change in self.changes)

    @property
    def changes_schema(self) -> bool:
        return any(c.effect in (Effect.ADDS, Effect.DROPS, Effect.CHANGES) for c in self.changes)

    @property
    def changes_data(self) -> bool:
        return any(c.effect is Effect.DATA for c in self.changes)

    @property
    def kind(self) -> str:
        """`schema`, `data`, `schema and data`, or `unknown` when its content could not be read."""
        kinds = [
            name for name, is_it in (("schema", self.changes_schema), ("data", self.changes_data)) if is_it
        ]
        return " and ".join(kinds) or ("unknown" if self.unread else "neither schema nor data")


def digest(files: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 over paths and blob ids of the migration files of a range, in any order; it changes with any of them.

    A sign-off of the database role is bound to it (PREP-4). Empty when there are no files: nothing needs a review.
    """
    known = sorted(files)
    if not known:
        return ""
    text = "".join(f"{path}\0{blob}\n" for path, blob in known)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def in_order(migrations: Sequence[Migration]) -> tuple[Migration, ...]:
    """In the order in which they are run: parents first, then by number, then by path. A circle ends at its start."""
    rest = {m.path: m for m in sorted(migrations, key=lambda m: (m.number is None, m.number or 0, m.path))}
    here = {m.id for m in migrations}
    done: set[str] = set()
    ordered: list[Migration] = []
    while rest:
        ready = [m for m in rest.values() if all(p in done or p not in here for p in m.parents)]
        for migration in ready or [next(iter(rest.values()))]:
            ordered.append(rest.pop(migration.path))
            done.add(migration.id)
    return tuple(ordered)


def order_findings(migrations: Sequence[Migration]) -> tuple[Finding, ...]:
    """Gaps, duplicates, several heads and missing parents among all the migrations of a commit (VA-3)."""
    faults: list[str] = []
    for folder, members in _by_folder(migrations).items():
        if members[0].convention in (Convention.FLYWAY, Convention.RAILS, Convention.SQL):
            faults += sequence_faults({m.path: m.number for m in members if m.number is not None})
        else:
            faults += _chain_faults(folder, members)
    return tuple(
        Finding(f"VA-3:{_key(fault)}", "VA-3", Severity.BLOCKS, f"The migrations are not in order: {fault}.")
        for fault in faults
    )


def guide_findings(migrations: Sequence[Migration]) -> tuple[Finding, ...]:
    """What a migration guide of these migrations would lack (CM-1 to CM-4), and what could not be read (PLAN-4)."""
    return tuple(finding for migration in migrations for finding in _lacks(migration))


def _lacks(m: Migration) -> Iterable[Finding]:
    if m.unread:
        sentence = f"{m.path} cannot be judged: {m.unread}. Somebody has to read it."
        yield Finding(f"PLAN-4:{m.path}", "PLAN-4", Severity.INCONCLUSIVE, sentence, m.path, m.commit)
    if not m.rationale:
        sentence = f"Neither {m.path} nor its commit says why it is needed. Begin the file with a comment."
        yield Finding(f"CM-1:{m.path}", "CM-1", Severity.ADVICE, sentence, m.path, m.commit)
    if m.changes_data or m.is_destructive:
        what = "changes data" if m.changes_data else "throws data away"
        sentence = f"{m.path} {what}. Say what that means for the people whose data it is."
        yield Finding(f"CM-2:{m.path}", "CM-2", Severity.ADVICE, sentence, m.path, m.commit)
    if not m.is_reversible:
        sentence = f"{m.path} has no way back. Write its downgrade, or say how to restore the state before."
        yield Finding(f"CM-3:{m.path}", "CM-3", Severity.ADVICE, sentence, m.path, m.commit)
    if not verification_steps(m) or m.unread:
        sentence = f"How to check that {m.path} worked cannot be told from the file. Write the steps down."
        yield Finding(f"CM-4:{m.path}", "CM-4", Severity.ADVICE, sentence, m.path, m.commit)


def verification_steps(m: Migration) -> tuple[str, ...]:
    """What to look at after the migration has run, one sentence for each change that says it by itself (CM-4)."""
    steps = []
    for change in m.changes:
        match change.effect:
            case Effect.ADDS:
                steps.append(f"The {change.what} is there.")
            case Effect.DROPS:
                steps.append(f"The {change.what} is gone, and nothing that runs asks for it.")
            case Effect.CHANGES:
                steps.append(f"The {change.what} has its new form.")
            case Effect.DATA:
                steps.append(f"Count and sample the {change.what} before and after.")
            case Effect.OTHER:
                pass
            case _:
                assert_never(change.effect)
    return tuple(steps)


def _chain_faults(folder: str, members: Sequence[Migration]) -> list[str]:
    ids: dict[str, list[str]] = {}
    for m in members:
        ids.setdefault(m.id, []).append(m.path)
    faults = [f"{id_} is the id of {' and '.join(paths)}" for id_, paths in ids.items() if len(paths) > 1]
    faults += [
        f"{m.path} builds on {parent}, which does not exist"
        for m in members
        for parent in m.parents
        if parent not in ids and _is_of_this_folder(parent, m)
    ]
    taken = {parent for m in members for parent in m.parents}
    heads = sorted(id_ for id_ in ids if id_ not in taken)
    readable = [m for m in members if not m.unread]
    if len(heads) > 1 and len(readable) == len(members):
        faults.append(
            f"{folder or 'the repository'} has {len(heads)} heads, {' and '.join(heads)}; merge them"
        )
    if not heads:
        faults.append(
            f"{folder or 'the repository'} has no head, so its migrations build on each other in a circle"
        )
    return faults


def _is_of_this_folder(parent: str, m: Migration) -> bool:
    """Django names migrations as `app.0001_initial`; those of other apps may come from a library."""
    return m.convention is not Convention.DJANGO or parent.partition(".")[0] == m.id.partition(".")[0]


def _by_folder(migrations: Sequence[Migration]) -> dict[str, list[Migration]]:
    folders: dict[str, list[Migration]] = {}
    for m in sorted(migrations, key=lambda each: each.path):
        folders.setdefault(m.path.rpartition("/")[0], []).append(m)
    return folders


def _key(fault: str) -> str:
    return "-".join(fault.split())[:120]
