"""Conflicts in the bot's own files, which would come with every hotfix beside a frozen release: both lines write an entry
into the changelog, and their version into the same files. Whatever else is in conflict is for people."""

from semver import Version

from bot.config import Product
from bot.domain.branch_work import Conflicted
from bot.domain.changelog import Titled, entry_in, placed
from bot.domain.release import Release
from bot.domain.versions import version_of_tag
from bot.domain.words import Sha
from bot.ports import Repository
from bot.readers.edits import with_version
from bot.readers.keyed import NotReadable


def settled(
    product: Product, repository: Repository, release: Release, ends: tuple[Sha, Sha], conflicted: Conflicted
) -> dict[str, bytes]:
    """What the conflicting files are to say, when all of them are the bot's own and each can be settled; else nothing.

    `ends` are the released commit and the head it is merged into.
    """
    paths = [conflict.path for conflict in conflicted.files]
    own = product.facts.own_files
    if conflicted.base is None or len(paths) != conflicted.total or not own.issuperset(paths):
        return {}
    base, source, target = (repository.read_files(end, paths) for end in (conflicted.base, *ends))
    found: dict[str, bytes | None] = {}
    for path in paths:
        if path not in source or path not in target:
            return {}
        if path == product.facts.changelog:
            found[path] = _both_entries(release, source[path], target[path])
        else:
            found[path] = _theirs(product, release, path, base.get(path), source[path], target[path])
    settled_ = {path: text for path, text in found.items() if text is not None}
    return settled_ if len(settled_) == len(paths) else {}


def _both_entries(release: Release, source: bytes, target: bytes) -> bytes | None:
    """The target's changelog with the entry of this release in its place."""
    title, version = Titled(release.version, None), Version.parse(release.version)
    entry = entry_in(source.decode(errors="surrogateescape"), title)
    there = target.decode(errors="surrogateescape")
    if entry is None or entry_in(there, title) is not None:
        return None

    def is_older(name: str) -> bool:
        other = version_of_tag("", name)
        return other is not None and other < version

    return placed(there, entry, is_older).encode(errors="surrogateescape")


def _theirs(
    product: Product, release: Release, path: str, base: bytes | None, source: bytes, target: bytes
) -> bytes | None:
    """The target's file, when the release changed nothing in it but its own version."""
    if base is None:
        return None
    for place in product.facts.bump:
        if place.file == path:
            try:
                base = with_version(base, place, release.version)
            except NotReadable:
                return None
    return target if base == source else None
