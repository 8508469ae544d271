"""The only callers of git: reading a product's remote through a local mirror, and making its release tags."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.repository.mirror import GitRepository
    from bot.repository.reach import Patience
    from bot.repository.tags import Signing

__all__ = ["GitRepository", "Patience", "Signing"]

_HOMES = {"GitRepository": "mirror", "Patience": "reach", "Signing": "tags"}


def __getattr__(name: str) -> Any:
    # On demand: the commands for any repository import a module of this room, and must answer before all of it is loaded.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"bot.repository.{_HOMES[name]}"), name)
