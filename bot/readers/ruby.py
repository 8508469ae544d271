"""Reads migrations of Rails line by line. It knows the calls that people write, and says so when it meets others."""

import re

from bot.domain.migrations import Change, Effect
from bot.readers.sql import read_sql

_CALL = re.compile(r"^\s*(?P<call>[a-z_]+)[ (]+(?P<args>[:\"'][^#]*)")
_WORD = re.compile(r"[:\"'](\w+)")
_EXECUTE = re.compile(
    r"""^\s*execute[ (]+(?:<<[~-]?['"]?(?P<tag>\w+)['"]?\)?\s*\n(?P<body>.*?)^\s*(?P=tag)|["'](?P<text>[^"'\n]*)["'])""",
    re.M | re.S,
)
_CALLS = {
    "create_table": (Effect.ADDS, "table", False, ""),
    "drop_table": (Effect.DROPS, "table", True, "locks the whole table"),
    "rename_table": (Effect.CHANGES, "table", True, "locks the whole table"),
    "add_column": (Effect.ADDS, "column", False, ""),
    "add_reference": (Effect.ADDS, "column", False, "locks the table against writes while it runs"),
    "remove_column": (Effect.DROPS, "column", True, "locks the whole table"),
    "rename_column": (Effect.CHANGES, "column", True, "locks the whole table"),
    "change_column": (Effect.CHANGES, "column", True, "may rewrite or lock the table"),
    "change_column_null": (Effect.CHANGES, "column", False, "may rewrite or lock the table"),
    "change_column_default": (Effect.CHANGES, "column", False, ""),
    "add_index": (Effect.ADDS, "index", False, "locks the table against writes while it runs"),
    "remove_index": (Effect.DROPS, "index", False, ""),
    "add_foreign_key": (Effect.ADDS, "constraint", False, "locks the table against writes while it runs"),
    "remove_foreign_key": (Effect.DROPS, "constraint", False, ""),
}
_DATA = re.compile(r"\.(?:update_all|delete_all|insert_all|upsert_all|find_each|create!?|update_columns?)\b")
_IRREVERSIBLE_IN_CHANGE = re.compile(r"^\s*(?:execute|change_column|remove_columns)\b", re.M)


def read_rails(text: str, dialect: str) -> tuple[tuple[Change, ...], bool, str]:
    """The changes of the way up, whether there is a way down, and what was not understood (empty when all was)."""
    up, down = _methods(text)
    if up is None:
        return (), False, "it has neither `change` nor `up`"
    changes: list[Change] = []
    unread: list[str] = []
    for line in up.splitlines():
        call = _CALL.match(line)
        if call and call["call"] in _CALLS:
            effect, kind, destructive, lock = _CALLS[call["call"]]
            named = _WORD.findall(call["args"])[:2]
            lock = "" if "concurrently" in call["args"] else lock
            changes.append(
                Change(
                    effect, f"{kind} {'.'.join(named if kind != 'table' else named[:1])}", destructive, lock
                )
            )
    for found in _EXECUTE.finditer(up):
        read = read_sql(found["body"] or found["text"] or "", dialect)
        changes += read.changes
        unread += [read.unread] if read.unread else []
    if _DATA.search(up):
        changes.append(Change(Effect.DATA, "rows, with Ruby code"))
        unread.append("it changes data with Ruby code, which is not judged")
    if not changes:
        unread.append("none of its calls is known")
    is_reversible = bool(down) if down is not None else not _IRREVERSIBLE_IN_CHANGE.search(up)
    return tuple(changes), is_reversible, "; ".join(unread[:3])


def _methods(text: str) -> tuple[str | None, str | None]:
    """The bodies of the way up and the way down. Down is None where `change` serves for both, empty where it is missing."""
    bodies = {}
    starts = list(re.finditer(r"^\s*def (\w+)(?:\.\w+)?", text, re.M))
    for start, end in zip(starts, [*(s.start() for s in starts[1:]), len(text)], strict=False):
        bodies[start[1]] = text[start.end() : end]
    if "change" in bodies:
        return bodies["change"], None
    down = bodies.get("down", "")
    return bodies.get("up"), "" if "IrreversibleMigration" in down else down.replace("end", "").strip()
