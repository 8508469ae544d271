"""Globs over the paths of a tree, as people write them: `*` stays within a folder, `**` does not."""

import re
from collections.abc import Iterable
from functools import cache

_NUMBER = re.compile(r"[A-Za-z]*_?(\d{1,18})(?!\d)")


def matching(glob: str, paths: Iterable[str]) -> list[str]:
    """The paths that fit, in their order."""
    pattern = _compiled(glob)
    return [path for path in paths if pattern.fullmatch(path)]


def leading_number(path: str) -> int | None:
    """The number with which a file's name begins, after letters: 12 for `db/V12__add.sql`. None when it has none."""
    found = _NUMBER.match(path.rpartition("/")[2])
    return int(found[1]) if found else None


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    # `*` becomes a class without the slash, and never two in a row, so the time stays bounded by the path's length.
    parts = []
    for token in re.findall(r"\*\*/?|\*|\?|[^*?]+", glob):
        match token:
            case "**/":
                parts.append("(?:.*/)?")
            case "**":
                parts.append(".*")
            case "*":
                parts.append("[^/]*")
            case "?":
                parts.append("[^/]")
            case text:
                parts.append(re.escape(text))
    return re.compile("".join(parts), re.DOTALL)
