"""What the rules of a table need to know from outside the file. Pydantic hands it to them as their context."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pydantic import ValidationInfo

from bot.domain.words import ItemId, RoleName


@dataclass(frozen=True)
class Surroundings:
    """What the rules need to know from outside the file."""

    environ: Mapping[str, str]
    folder: Path
    """The folder of the file; relative paths in it start here."""
    roles_used: Set[RoleName]
    items_known: Mapping[ItemId, RoleName]
    """The sign-offs of the process, each with the role that signs it."""
    works_known: Set[str] = frozenset()
    """What the bot can do for items of the process."""
    roles_of_some: Mapping[RoleName, Sequence[str]] = field(default_factory=dict)
    """The roles that only some types of release need, with those types."""


def around(info: ValidationInfo) -> Surroundings:
    return cast(Surroundings, info.context)
