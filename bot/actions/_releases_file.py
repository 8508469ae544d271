"""The manifest of releases on a product's main branch: one commit with every release the bot knows of. What others wrote
into the file stays."""

from bot.domain.branch_work import OwnCommit
from bot.domain.errors import OutsideError
from bot.domain.manifest import Manifest, read_manifest, write_manifest
from bot.domain.manifest_entries import is_withdrawn, with_all
from bot.domain.release import Release
from bot.domain.words import Sha
from bot.parts import Parts

_MOST_RELEASES = 2_000


def written(parts: Parts, release: Release, own: OwnCommit) -> Sha:
    """The head of the main branch with the manifest up to date; the head as it is when nothing has to be added.

    Raises OutsideError to be tried again, OutsideRefusal when the remote says no, and NotUnderstood for a file that is no
    manifest.
    """
    product, repository = parts.product(release.product), parts.repository(release.product)
    path = product.facts.manifest
    with parts.store.reading() as tx:
        known = tx.releases_of(product.name, _MOST_RELEASES)
    repository.refresh()
    head = repository.branches().get(product.branch)
    if head is None:
        raise OutsideError(f"{product.branch} is gone from the remote. Push it again.")
    there = repository.read_files(head, [path]).get(path)
    before = read_manifest(there.decode(errors="replace")) if there is not None else Manifest()
    if release.withdrawn is not None and is_withdrawn(before, release):
        return head  # by an earlier attempt, or by hand
    text = write_manifest(with_all(before, known)).encode()
    return repository.commit_files(product.branch, head, {path: text}, own)
