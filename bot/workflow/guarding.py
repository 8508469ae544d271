"""The tags on the remotes, compared with the whole history at once: for an operator who wants to know now."""

from collections.abc import Iterable

from bot.domain.guarding import in_words
from bot.domain.tag_events import TagTampered
from bot.effects.guard_tags import look_closely
from bot.ports import Repository
from storage.store import Store
from storage.tags import TagMadeOnce


def tags_that_differ(store: Store, repositories: Iterable[tuple[str, Repository]]) -> tuple[int, list[str]]:
    """How many tags were compared, and a sentence about each that is not what history proved. Writes nothing, not even
    into history. Raises OutsideError when a remote cannot be read."""
    compared, wrong = 0, []
    for product, repository in repositories:
        with store.reading() as tx:
            made = tx.tags_made(product)
        repository.refresh()
        on_remote = {tag.name: tag.object for tag in repository.tags()}
        compared += len(made)
        changed = [tag for tag in made if on_remote.get(tag.name) != tag.object]
        wrong += [f"{tag.release}: {_said(store, repository, tag)}" for tag in changed]
    return compared, wrong


def _said(store: Store, repository: Repository, tag: TagMadeOnce) -> str:
    with store.reading() as tx:
        release = tx.release(tag.release)
    maker = release.tagged.signer if release and release.tagged else "nobody known"
    seen = look_closely(repository, tag)
    return in_words(TagTampered(tag.name, tag.object, maker, seen.object, seen.target, seen.signer))
