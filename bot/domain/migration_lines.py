"""What operators have to know of migrations, a line each, for announcements."""

from collections.abc import Sequence

from bot.domain.migrations import Change, Migration

MOST_LINES = 15
_CHANGES_SHOWN = 4


def lines_for_operators(migrations: Sequence[Migration]) -> tuple[str, ...]:
    """A line for each migration in their order, the warnings in words; the texts in them are foreign."""
    shown = [_line(migration) for migration in migrations[:MOST_LINES]]
    more = len(migrations) - len(shown)
    return (*shown, *([f"and {more} more; the migration guide has them all"] if more else []))


def _line(migration: Migration) -> str:
    name = migration.path.rpartition("/")[2]
    said = [_said(change) for change in migration.changes[:_CHANGES_SHOWN]]
    if len(migration.changes) > _CHANGES_SHOWN:
        said.append(f"and {len(migration.changes) - _CHANGES_SHOWN} more changes")
    warnings = [
        *(["destroys data"] if migration.is_destructive else []),
        *([] if migration.is_reversible else ["has no way back"]),
        *(["could not be read whole, so look at it yourself"] if migration.unread else []),
    ]
    return f"{name}: {', '.join(said) or 'see the file'}" + (f" ({'; '.join(warnings)})" if warnings else "")


def _said(change: Change) -> str:
    return f"{change.effect} {change.what}" + (f", {change.lock}" if change.lock else "")
