"""The changes of a product between two points, as its team wants commits to be read."""

from bot.config import Product
from bot.domain.ranges import Range, Wanted
from bot.domain.words import Sha
from bot.ports import Repository


def changes_since(product: Product, repository: Repository, since: str | None, until: Sha) -> Range:
    """What came into a product after this tag, as its team wants commits to be read."""
    settings = product.notes
    wanted = Wanted(since, until, product.tag_prefix, settings.paths, settings.convention)
    return repository.changes(wanted)
