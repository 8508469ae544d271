"""Compare a product's release tags with what history knows of them. Reads only; nothing here could mend a tag."""

from collections.abc import Sequence

from bot.domain.errors import OutsideRefusal
from bot.domain.outcomes import TagLooked
from bot.ports import Repository
from storage.tags import TagMadeOnce


def look_at_tags(repository: Repository, made: Sequence[TagMadeOnce]) -> tuple[TagLooked, ...]:
    """The tags that are not as history last knew them. Raises OutsideError when the remote cannot be asked about one."""
    on_remote = {tag.name: tag.object for tag in repository.tags()} if made else {}
    changed = [tag for tag in made if on_remote.get(tag.name) != tag.seen]
    return tuple(look_closely(repository, tag) for tag in changed)


def look_closely(repository: Repository, tag: TagMadeOnce) -> TagLooked:
    """What the remote itself says about one tag, and who signed it."""
    there = repository.ask_for_tag(tag.name)
    if there is None:
        return TagLooked(tag.release, None)
    try:
        proof = repository.prove_tag(tag.name)
    except OutsideRefusal:  # deleted between two questions, or no annotated tag
        return TagLooked(tag.release, there.object, there.target)
    return TagLooked(tag.release, proof.object, proof.target, proof.signer)
