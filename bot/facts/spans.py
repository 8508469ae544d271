"""What a release brings: the files at its commit, and those at the release before it, read from the product's mirror."""

from dataclasses import dataclass

from bot.domain.errors import NotFound, OutsideError, OutsideRefusal
from bot.domain.orders import DoWork
from bot.domain.release import Release
from bot.domain.words import Sha
from bot.ports import Repository
from bot.repository.files import Snapshot, open_repository


@dataclass(frozen=True)
class Span:
    """`since` is None for a first release."""

    since: Snapshot | None
    until: Snapshot
    since_name: str


def span_of(repository: Repository, release: Release, order: DoWork) -> Span:
    """The two ends for a piece of work. Raises OutsideError when the remote has to be asked and does not answer,
    OutsideRefusal when the commit is nowhere."""
    if order.commit is None:
        raise OutsideRefusal(f"The commit of {release.id} has not been read yet. Run {order.item} again.")
    try:
        return _span(repository, release, order.commit)
    except (NotFound, OutsideError):
        repository.refresh()  # another machine has read the commit, and this one has not fetched it yet
    try:
        return _span(repository, release, order.commit)
    except NotFound as problem:
        raise OutsideRefusal(str(problem)) from None


def _span(repository: Repository, release: Release, commit: Sha) -> Span:
    if release.previous_tag is None:
        git = open_repository(repository.with_files([commit]))
        return Span(None, Snapshot(git, commit), "the beginning")
    target = next((tag.target for tag in repository.tags() if tag.name == release.previous_tag), None)
    if target is None:
        raise NotFound(f"The tag {release.previous_tag} is gone, so there is nothing to compare with.")
    git = open_repository(repository.with_files([target, commit]))
    return Span(Snapshot(git, target), Snapshot(git, commit), release.previous_tag)
