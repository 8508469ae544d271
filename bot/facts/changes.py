"""The changes of a product between two points, as its team wants commits to be read."""

from bot.config import Product
from bot.domain.components import ComponentNext, component_next
from bot.domain.ranges import Range, Wanted
from bot.domain.words import Sha
from bot.facts.components import Place, read_components
from bot.ports import Repository


def changes_since(product: Product, repository: Repository, since: str | None, until: Sha) -> Range:
    """What came into a product after this tag, as its team wants commits to be read."""
    settings = product.notes
    wanted = Wanted(since, until, product.tag_prefix, settings.paths, settings.convention)
    return repository.changes(wanted)


def components_since(
    product: Product, repository: Repository, since: str | None, until: Sha
) -> list[ComponentNext]:
    """The product's components in a release from this tag to this commit; none when none are configured."""
    return [
        component_next(each)
        for each in read_components(product.facts.components, place_of(product, repository, since, until))
    ]


def place_of(product: Product, repository: Repository, since: str | None, until: Sha) -> Place:
    """Where the components of a product are looked at."""
    tags = {tag.name: tag.target for tag in repository.tags()} if product.facts.components else {}

    def file(at: str, path: str) -> bytes | None:
        commit = until if at == until else tags.get(at)
        return repository.read_files(commit, [path]).get(path) if commit else None

    return Place(until, since, product.tag_prefix, product.notes.convention, repository.changes, file)
