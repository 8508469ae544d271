"""Reads the SQL of a migration with sqlglot: what is added, dropped, changed, and which locks are likely. It runs none of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.migrations import Change, Effect

_MOST_CHARACTERS = 400_000
_FULL_LOCK = "locks the whole table against reads and writes"
_WRITE_LOCK = "locks the table against writes while it runs"
_ROW_LOCKS = "locks the rows it changes until it commits"


@dataclass(frozen=True)
class SqlRead:
    """The changes that were understood; `unread` says what was not, empty when everything was."""

    changes: tuple[Change, ...]
    unread: str = ""


def read_sql(text: str, dialect: str) -> SqlRead:
    """The changes in a script of SQL. `dialect` is sqlglot's name of one, empty for the common ground."""
    import logging

    import sqlglot
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it does not know is said in the result
    if len(text) > _MOST_CHARACTERS:
        return SqlRead((), f"it has {len(text)} characters, more than is read")
    try:
        statements = sqlglot.parse(text, read=dialect or None)
    except SqlglotError as problem:
        words = re.sub(r"\x1b\[[0-9;]*m", "", str(problem)).splitlines()[0][:160]
        return SqlRead((), f"its SQL cannot be read ({words})")
    except ValueError as problem:  # an unknown dialect
        return SqlRead((), f"its SQL cannot be read ({str(problem)[:160]})")
    except RecursionError:
        return SqlRead((), "its SQL is nested too deeply")
    changes: list[Change] = []
    unread: list[str] = []
    for statement in statements:
        if statement is None:
            continue
        found = list(_changes(statement))
        changes += found
        if not found and not _is_harmless(statement):
            unread.append(_shown(statement))
    return SqlRead(tuple(changes), f"not understood: {'; '.join(unread[:3])}" if unread else "")


def _changes(statement: object) -> Iterator[Change]:
    from sqlglot import exp

    match statement:
        case exp.Create():
            yield from _created(statement)
        case exp.Drop():
            kind = str(statement.args.get("kind") or "object").lower()
            lost = kind in ("table", "column", "schema", "database", "materialized view")
            for gone in _dropped(statement):
                yield Change(Effect.DROPS, f"{kind} {_name(gone)}", lost, _FULL_LOCK if lost else "")
        case exp.Alter():
            yield from _altered(statement)
        case exp.Insert():
            yield Change(Effect.DATA, f"rows of {_name(statement.this)}")
        case exp.Update():
            yield Change(Effect.DATA, f"rows of {_name(statement.this)}", lock=_ROW_LOCKS)
        case exp.Delete():
            yield Change(Effect.DATA, f"rows of {_name(statement.this)}", True, _ROW_LOCKS)
        case exp.Merge():
            yield Change(Effect.DATA, f"rows of {_name(statement.this)}", lock=_ROW_LOCKS)
        case exp.TruncateTable():
            for table in statement.expressions:
                yield Change(Effect.DATA, f"rows of {_name(table)}", True, _FULL_LOCK)
        case exp.Comment():
            yield Change(Effect.OTHER, f"comment on {_name(statement.this)}")


def _created(statement: object) -> Iterator[Change]:
    from sqlglot import exp

    if not isinstance(statement, exp.Create):
        return
    kind = str(statement.args.get("kind") or "object").lower()
    if kind == "index":
        table = statement.this.args.get("table") if isinstance(statement.this, exp.Expression) else None
        lock = "" if statement.args.get("concurrently") else _WRITE_LOCK
        yield Change(Effect.ADDS, f"index {_name(statement.this)} on {_name(table)}", lock=lock)
        return
    replaces = statement.args.get("replace")
    yield Change(Effect.CHANGES if replaces else Effect.ADDS, f"{kind} {_name(statement.this)}")


def _altered(statement: object) -> Iterator[Change]:
    from sqlglot import exp

    if not isinstance(statement, exp.Alter):
        return
    table = _name(statement.this)
    for action in statement.args.get("actions") or []:
        match action:
            case exp.ColumnDef():
                yield Change(Effect.ADDS, f"column {table}.{action.name}", lock=_lock_of_new(action))
            case exp.Schema():
                for column in action.expressions:
                    yield Change(Effect.ADDS, f"column {table}.{column.name}")
            case exp.Drop():
                kind = str(action.args.get("kind") or "column").lower()
                for gone in _dropped(action):
                    yield Change(Effect.DROPS, f"{kind} {table}.{_name(gone)}", kind == "column", _FULL_LOCK)
            case _:
                yield _changed(action, table)


def _changed(action: object, table: str) -> Change:
    """What an action of ALTER TABLE changes that was there before."""
    from sqlglot import exp

    match action:
        case exp.AlterColumn():
            retyped = action.args.get("dtype") is not None
            lock = "rewrites the table, which stays locked meanwhile" if retyped else _FULL_LOCK
            return Change(Effect.CHANGES, f"column {table}.{_name(action.this)}", retyped, lock)
        case exp.RenameColumn():
            what = f"column {table}.{_name(action.this)}, renamed to {_name(action.args.get('to'))}"
            return Change(Effect.CHANGES, what, True, _FULL_LOCK)
        case exp.AlterRename():
            what = f"table {table}, renamed to {_name(action.this)}"
            return Change(Effect.CHANGES, what, True, _FULL_LOCK)
        case exp.AddConstraint() if action.expressions:
            return Change(Effect.CHANGES, f"constraint {table}.{action.expressions[0].name}", lock=_FULL_LOCK)
        case _:
            return Change(Effect.CHANGES, f"table {table}", lock=_FULL_LOCK)


def _dropped(drop: object) -> list[object]:
    """What a DROP names: a list of things, or the one of a constraint."""
    from sqlglot import exp

    if not isinstance(drop, exp.Drop):
        return []
    return list(drop.args.get("tables") or [drop.this])


def _lock_of_new(column: object) -> str:
    from sqlglot import exp

    if not isinstance(column, exp.ColumnDef):
        return ""
    kinds = [constraint.kind for constraint in column.args.get("constraints") or []]
    must = any(isinstance(k, exp.NotNullColumnConstraint) and not k.args.get("allow_null") for k in kinds)
    filled = any(isinstance(k, exp.DefaultColumnConstraint) for k in kinds)
    return "fails on a table that has rows: NOT NULL without a default" if must and not filled else ""


def _is_harmless(statement: object) -> bool:
    """Transactions, session settings, queries and lone comments."""
    from sqlglot import exp

    harmless = (
        exp.Transaction,
        exp.Commit,
        exp.Rollback,
        exp.Set,
        exp.Select,
        exp.Pragma,
        exp.Semicolon,
        exp.Use,
    )
    return isinstance(statement, harmless)


def _name(node: object) -> str:
    from sqlglot import exp

    match node:
        case exp.Schema():
            return _name(node.this)
        case exp.Table():
            return ".".join(part.name for part in node.parts)
        case exp.Expression():
            return node.name or "?"
        case _:
            return "?"


def _shown(statement: object) -> str:
    words = " ".join(str(getattr(statement, "sql", lambda: statement)()).split())
    return words[:80]


def header_of(text: str, marks: Iterable[str]) -> str:
    """The comment at the head of a file, without its marks; empty when there is none."""
    lines = []
    for line in text.lstrip("\ufeff").splitlines()[:60]:
        bare = line.strip()
        mark = next((m for m in marks if bare.startswith(m)), None)
        if mark is None and bare:
            break
        lines.append(bare[len(mark) :].strip(" */") if mark else "")
    return " ".join(word for word in lines if word and not word.startswith(("+", "!", "frozen_string")))[
        :600
    ].strip()
