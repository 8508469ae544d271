"""The ways of a release through the process, as process.toml tells them: its type's, or a shorter one that leaves items out and
owes them afterwards. Rows in, rows out; what a row means is read in `bot.domain.policy`."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.words import ItemKind, Phase, ReleaseType

FAST_TRACK = "fast-track"
"""The way of a patch that two people have sent on the fast track."""
OWED = "OWED"
"""In `after`, everything that a release owes; and how the ids of these items begin."""
_TABLES = {ReleaseType.HOTFIX: "hotfix", FAST_TRACK: "fast_track"}

Row = dict[str, Any]
"""An item as it stands in process.toml."""


def rows_of_ways(data: Mapping[str, Any]) -> list[Row]:
    """The items of process.toml with every way that has them in `types`, and one for each that a shorter way owes, before
    whatever comes after it."""
    rows = [row | {"types": _ways(row, data)} for row in data["items"]]
    owing: dict[str, list[str]] = {}
    for way, table in _TABLES.items():
        for name in data.get(table, {}).get("owes", []):
            owing.setdefault(name, []).append(way)
    owed = [_owed(row, owing[row["id"]]) for row in rows if row["id"] in owing]
    names = [row["id"] for row in owed]
    place = next((n for n, row in enumerate(rows) if OWED in row.get("after", [])), len(rows))
    return [
        row | {"after": [name for one in row.get("after", []) for name in (names if one == OWED else [one])]}
        for row in (*rows[:place], *owed, *rows[place:])
    ]


def _ways(row: Row, data: Mapping[str, Any]) -> list[str]:
    types = [ReleaseType(name) for name in row.get("types", list(ReleaseType))]
    fast = ReleaseType.PATCH in types and row["id"] not in data.get("fast_track", {}).get("skips", [])
    return [*types, *([FAST_TRACK] if fast else [])]


def _owed(row: Row, ways: list[str]) -> Row:
    kept: Row = {key: row[key] for key in ("role", "title", "covers", "with") if key in row}
    return {
        **kept, "id": f"{OWED}-{row['id']}", "phase": Phase.POST_RELEASE, "kind": ItemKind.TASK, "types": ways, "owed": True,
    }  # fmt: skip


def mistakes_in_ways(data: Mapping[str, Any]) -> Iterator[str]:
    """What a shorter way cannot leave out, or owe."""
    by_id = {row["id"]: row for row in data["items"]}
    for way, table in _TABLES.items():
        told = data.get(table, {})
        for name in told.get("skips", []):
            if name not in by_id:
                yield f"[{table}] skips {name}, and there is no such item."
            elif by_id[name].get("does") == "tag":
                yield f"[{table}] skips {name}, and without it there is no release."
        for name in told.get("owes", []):
            if name not in by_id:
                yield f"[{table}] owes {name}, and there is no such item."
            elif way in _ways(by_id[name], data):
                yield f"[{table}] owes {name}, and does it as well."
