"""What the manifest says of the releases that the bot has brought on their way: those with a tag, and those that were
cancelled after their commit was known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.kept_facts import components_told, versions_told
from bot.domain.manifest import Component, Manifest, ManifestRelease, ReleaseState, with_release
from bot.domain.release import Release


def entry_of(release: Release) -> ManifestRelease | None:
    """The entry of one release; None while there is nothing to say."""
    if release.tagged is not None and release.tagged_at is not None:
        entry = _entry(release, release.tagged.commit, ReleaseState.RELEASED, release.tagged_at)
        back = release.withdrawn
        if back is None or back.ended_at is None:
            return entry
        return replace(
            entry, state=ReleaseState.WITHDRAWN, reason=back.asked.cause, withdrawn_at=_at(back.ended_at),
            withdrawn_by=tuple(sorted(set(back.agreed))),
        )  # fmt: skip
    if release.ended is not None and release.ended.reason is not None and release.commit is not None:
        cancelled = _entry(release, release.commit, ReleaseState.CANCELLED, release.ended.at)
        return replace(cancelled, reason=release.ended.reason)
    return None


def is_withdrawn(manifest: Manifest, release: Release) -> bool:
    """Does the manifest say so already, in whatever words?"""
    state = ReleaseState.WITHDRAWN
    return any(
        (r.product, r.tag, r.state) == (release.product, release.tag, state) for r in manifest.releases
    )


def with_all(manifest: Manifest, releases: Iterable[Release]) -> Manifest:
    """The manifest with these releases. One that was started again stands there once, as it ended the last time; one that
    somebody has withdrawn stays withdrawn."""
    withdrawn = {(r.product, r.tag) for r in manifest.releases if r.state is ReleaseState.WITHDRAWN}
    for entry in filter(None, map(entry_of, sorted(releases, key=lambda r: r.started_at))):
        if (entry.product, entry.tag) not in withdrawn:
            manifest = with_release(manifest, entry)
    return manifest


def _entry(release: Release, commit: str, state: ReleaseState, at: datetime) -> ManifestRelease:
    return ManifestRelease(
        product=release.product,
        version=release.version,
        tag=release.tag,
        commit=commit,
        state=state,
        type=release.type,
        released_at=_at(at),
        components=tuple(Component(name, version, commit) for name, version in components_told(release)),
        versions=_named_versions(release),
    )


def _named_versions(release: Release) -> dict[str, str]:
    """The named versions as the bot's latest check of them has read them; those that could not be read are left out."""
    works = (work for work in reversed(release.works) if work.fact("versions") is not None)
    latest = next(works, None)
    rows = versions_told(latest)[0] if latest else ()
    return {row.name: row.now for row in rows if row.was_read}


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
