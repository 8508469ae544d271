"""The only callers of git: reading a product's remote through a local mirror, and making its release tags."""

from bot.repository.mirror import GitRepository
from bot.repository.reach import Patience
from bot.repository.tags import Signing

__all__ = ["GitRepository", "Patience", "Signing"]
