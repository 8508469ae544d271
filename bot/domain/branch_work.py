"""What the bot does to branches, as values: a commit of its own, and how a merge ended. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.words import Sha

OPERATION = "Harbourmaster-Operation"
"""The trailer that names the operation a commit belongs to, so that a repetition finds the commit it has made."""


@dataclass(frozen=True)
class OwnCommit:
    """How a commit of the bot describes itself. The same message, operation and moment on the same head make the same
    commit: two that try at once try the same thing."""

    message: str
    operation: str
    at: datetime
    settles: Mapping[str, bytes] = field(default_factory=dict)
    """Files of the bot's own with what they say after a merge, for those of them that conflict."""


class MergeWay(StrEnum):
    """How the target came to contain the source."""

    ALREADY = "already"
    FAST_FORWARD = "fast-forward"
    COMMIT = "merge commit"


@dataclass(frozen=True)
class Merged:
    """The target branch stands on `commit`, which contains the source."""

    commit: Sha
    way: MergeWay


@dataclass(frozen=True)
class Conflict:
    """A file that both sides changed, and who changed it last on either: foreign text."""

    path: str
    in_source: str
    in_target: str


@dataclass(frozen=True)
class Conflicted:
    """The merge needs a person. Nothing was pushed; `total` counts the files when `files` were cut."""

    files: tuple[Conflict, ...]
    total: int
    base: Sha | None = None
    """Where the two sides parted."""
