"""Reads what the components of a product need for their versions: the changes that touch each, and its last version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semver import Version

from bot.domain.components import ComponentRead
from bot.domain.convention import Convention
from bot.domain.facts_wanted import ComponentWanted
from bot.domain.named_versions import FileKey
from bot.domain.ranges import Range, Wanted
from bot.domain.release_tags import ReleaseTag, TagRef, release_tag
from bot.domain.words import Sha
from bot.readers.keyed import NotReadable, pattern_match, value_at


@dataclass(frozen=True)
class Place:
    """Where components are looked at: at a commit, after the last release of their product."""

    until: str
    since: str | None
    """The product's last release tag; None: there is none."""
    prefix: str | None
    """The product's tag prefix."""
    convention: Convention
    changes: Callable[[Wanted], Range]
    file: Callable[[str, str], bytes | None]
    """The bytes of a file at a commit or tag; None when it is not there."""


def read_components(wanted: Sequence[ComponentWanted], place: Place) -> list[ComponentRead]:
    """Raises OutsideError when git does not answer, NotFound when it lacks what `place` names."""
    return [_read(component, place) for component in wanted]


def _read(component: ComponentWanted, place: Place) -> ComponentRead:
    tags = component.tag_prefix
    since, prefix = (None, tags) if tags is not None else (place.since, place.prefix)
    found = place.changes(Wanted(since, place.until, prefix, component.paths, place.convention))
    try:
        declared = _declared(component, place, place.until)
        if tags is not None:
            previous = next((tag for tag in found.line.tags if tag.name == found.since), None)
            return ComponentRead(component.name, previous, found.inside, declared, found.line)
        previous = _at_last_release(component, place)
    except NotReadable as problem:
        file = component.version.file if component.version else ""
        return ComponentRead(component.name, None, found.inside, None, problem=f"{file}: {problem}")
    return ComponentRead(component.name, previous, found.inside, declared)


def _at_last_release(component: ComponentWanted, place: Place) -> ReleaseTag | None:
    """The version that the component's file had then; None when the component was not there yet. Raises NotReadable."""
    said = _declared(component, place, place.since) if place.since is not None else None
    if said is None:
        return None
    found = release_tag(TagRef(said, Sha(""))) if Version.is_valid(said) else None
    if found is None:
        raise NotReadable(f"at {place.since} it says “{said[:40]}”, which is no version like 1.4.0")
    return found


def _declared(component: ComponentWanted, place: Place, at: str) -> str | None:
    where = component.version
    text = place.file(at, where.file) if where is not None else None
    if where is None or text is None:
        return None
    return (
        value_at(where.file, text, where.key)
        if isinstance(where, FileKey)
        else pattern_match(text, where.pattern)
    )
