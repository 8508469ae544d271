"""The manifest of releases, `releases.json`: its values, and reading and writing it as text without losing what others
have added. docs/releases.schema.json describes the format."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.domain.errors import NotUnderstood

FORMAT = 1


class ReleaseState(StrEnum):
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    """It was released and should be used no more; its tag stays."""
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Component:
    """A part of a release, with its own tag and commit where it has them."""

    name: str
    version: str
    commit: str
    other: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ManifestRelease:
    """One release. `released_at` is UTC in ISO 8601. `other` are fields that this version does not know."""

    product: str
    version: str
    tag: str
    commit: str
    state: ReleaseState
    type: str
    released_at: str
    reason: str = ""
    """Why it was withdrawn or cancelled."""
    withdrawn_at: str = ""
    """When it was withdrawn, written as `released_at`; empty for every other state."""
    withdrawn_by: tuple[str, ...] = ()
    """Who decided that, as Slack names them."""
    components: tuple[Component, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    """The named versions that were known; one that could not be read is left out."""
    other: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    releases: tuple[ManifestRelease, ...] = ()
    other: Mapping[str, Any] = field(default_factory=dict)


_REQUIRED = ("product", "version", "tag", "commit", "state", "type", "released_at")
_TOLD = ("reason", "withdrawn_at")
_KNOWN = frozenset({*_REQUIRED, *_TOLD, "withdrawn_by", "components", "versions"})


def with_release(manifest: Manifest, release: ManifestRelease) -> Manifest:
    """The manifest with this release added, or in place of the same one. What others added to that one is kept."""
    old = next((r for r in manifest.releases if _place(r) == _place(release)), None)
    new = (
        release
        if old is None
        else replace(release, other={**old.other, **release.other}, components=_components_of(release, old))
    )
    others = tuple(r for r in manifest.releases if r is not old)
    return replace(manifest, releases=(*others, new))


def _components_of(release: ManifestRelease, old: ManifestRelease) -> tuple[Component, ...]:
    """The components that are known; what others wrote about them, or listed without us knowing any, is kept."""
    there = {component.name: component for component in old.components}
    return (
        tuple(
            replace(c, other={**there[c.name].other, **c.other}) if c.name in there else c
            for c in release.components
        )
        or old.components
    )


def write_manifest(manifest: Manifest) -> str:
    """The text of `releases.json`; the same manifest always gives the same text, newest release first."""
    ordered = sorted(manifest.releases, key=lambda r: (r.released_at, r.product, r.version), reverse=True)
    whole = {**manifest.other, "format": FORMAT, "releases": [_written(release) for release in ordered]}
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """The manifest in a text. Raises NotUnderstood for one that is not a manifest, or of a later format."""
    try:
        whole = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _not_a_manifest("it is not JSON") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("releases"), list):
        raise _not_a_manifest("it has no list `releases`")
    if whole.get("format") != FORMAT or isinstance(whole["format"], bool):
        raise _not_a_manifest(f"its `format` is not {FORMAT}")
    releases = tuple(_read(number, each) for number, each in enumerate(whole["releases"], 1))
    if len({_place(release) for release in releases}) < len(releases):
        raise _not_a_manifest("it has the same release of a product twice")
    return Manifest(releases, {k: v for k, v in whole.items() if k not in ("format", "releases")})


def _place(release: ManifestRelease) -> tuple[str, str]:
    return release.product, release.tag


def _written(release: ManifestRelease) -> dict[str, Any]:
    return {
        **release.other,
        **{name: str(getattr(release, name)) for name in _REQUIRED},
        **{name: getattr(release, name) for name in _TOLD if getattr(release, name)},
        **({"withdrawn_by": list(release.withdrawn_by)} if release.withdrawn_by else {}),
        "components": [
            {**c.other, "name": c.name, "version": c.version, "commit": c.commit}
            for c in sorted(release.components, key=lambda c: c.name)
        ],
        "versions": dict(release.versions),
    }


def _read(number: int, each: Any) -> ManifestRelease:
    if not isinstance(each, dict):
        raise _not_a_manifest(f"entry {number} is no release")
    wrong = [name for name in _REQUIRED if not isinstance(each.get(name), str)]
    if wrong:
        raise _not_a_manifest(f"entry {number} lacks {', '.join(wrong)}")
    if each["state"] not in list(ReleaseState):
        raise _not_a_manifest(f"entry {number} has a state that is none of {', '.join(ReleaseState)}")
    versions, withdrawn_by = each.get("versions", {}), each.get("withdrawn_by", [])
    if not isinstance(versions, dict) or not all(isinstance(v, str) for v in versions.values()):
        raise _not_a_manifest(f"entry {number} has versions that are no texts")
    if not all(isinstance(each.get(name, ""), str) for name in _TOLD):
        raise _not_a_manifest(f"entry {number} has a reason or a date that is no text")
    if not isinstance(withdrawn_by, list) or not all(isinstance(who, str) for who in withdrawn_by):
        raise _not_a_manifest(f"entry {number} has a `withdrawn_by` that is no list of names")
    return ManifestRelease(
        **{name: each[name] for name in _REQUIRED if name != "state"},
        state=ReleaseState(each["state"]),
        **{name: each.get(name, "") for name in _TOLD},
        withdrawn_by=tuple(withdrawn_by),
        components=_components(number, each.get("components", [])),
        versions=versions,
        other={key: value for key, value in each.items() if key not in _KNOWN},
    )


def _components(number: int, listed: Any) -> tuple[Component, ...]:
    names = ("name", "version", "commit")
    if not isinstance(listed, list) or not all(
        isinstance(c, dict) and all(isinstance(c.get(name), str) for name in names) for c in listed
    ):
        raise _not_a_manifest(f"entry {number} has components without a name, version or commit")
    return tuple(
        Component(c["name"], c["version"], c["commit"], {k: v for k, v in c.items() if k not in names})
        for c in listed
    )


def _no_number(words: str) -> Any:
    raise ValueError(words)  # NaN and Infinity, which Python reads and JSON does not have


def _not_a_manifest(why: str) -> NotUnderstood:
    return NotUnderstood(
        f"releases.json cannot be read: {why}. Put it right by hand; docs/releases.schema.json says how."
    )
