"""Conflicts in the bot's own files, which would come with every hotfix beside a frozen release: both lines write an entry
into the changelog, and their version into the same files. Whatever else is in conflict is for people."""

from semver import Version

from bot.config import Product
from bot.domain.branch_work import Conflicted
from bot.domain.changelog import Titled
from bot.domain.changelog_file import entry_in, placed
from bot.domain.kept_facts import components_told
from bot.domain.named_versions import FileKey, FilePattern
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
    own, (told, places) = product.facts.own_files, _written(product, release)
    if conflicted.base is None or len(paths) != conflicted.total or not own.issuperset(paths):
        return {}
    base, source, target = (repository.read_files(end, paths) for end in (conflicted.base, *ends))
    found: dict[str, bytes | None] = {}
    for path in paths:
        if path not in source or path not in target:
            return {}
        if path in told:
            found[path] = _both_entries(told[path], source[path], target[path])
        else:
            found[path] = _theirs(places, path, base.get(path), source[path], target[path])
    settled_ = {path: text for path, text in found.items() if text is not None}
    return settled_ if len(settled_) == len(paths) else {}


_Places = list[tuple[FileKey | FilePattern, str]]


def _written(product: Product, release: Release) -> tuple[dict[str, str], _Places]:
    """The version that each changelog tells of this release, and the places of versions with what was written there."""
    known = dict(components_told(release))
    versions = [(c, known[c.name]) for c in product.facts.components if c.name in known]
    told = {c.changelog: version for c, version in versions if c.changelog is not None}
    places: _Places = [(place, release.version) for place in product.facts.bump]
    places += [(c.version, version) for c, version in versions if c.version is not None]
    return {product.facts.changelog: release.version, **told}, places


def _both_entries(of: str, source: bytes, target: bytes) -> bytes | None:
    """The target's changelog with the entry for this version in its place."""
    title, version = Titled(of, None), Version.parse(of)
    entry = entry_in(source.decode(errors="surrogateescape"), title)
    there = target.decode(errors="surrogateescape")
    if entry is None or entry_in(there, title) is not None:
        return None

    def is_older(name: str) -> bool:
        other = version_of_tag("", name)
        return other is not None and other < version

    return placed(there, entry, is_older).encode(errors="surrogateescape")


def _theirs(places: _Places, path: str, base: bytes | None, source: bytes, target: bytes) -> bytes | None:
    """The target's file, when the release changed nothing in it but its own version."""
    if base is None:
        return None
    for place, version in places:
        if place.file == path:
            try:
                base = with_version(base, place, version)
            except NotReadable:
                return None
    return target if base == source else None
