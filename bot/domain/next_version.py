"""The next version of a product or component: from its changes, with pre-releases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semver import Version

from bot.domain.changes import Weight, reason_for, type_for, weight_of
from bot.domain.errors import Refused
from bot.domain.messages import Change
from bot.domain.release_tags import Line, ReleaseTag, TagRef, line_of, precedence
from bot.domain.settling import Entry
from bot.domain.versions import bumped
from bot.domain.words import Channel, ReleaseType, Sha

_NAMED = 3
"""Breaking changes of an API that are named in one sentence."""


@dataclass(frozen=True)
class NextVersion:
    """The version that the changes ask for."""

    version: Version
    type: ReleaseType
    previous: ReleaseTag | None
    why: str
    deciders: tuple[Change, ...]
    """All changes of the greatest weight, newest first; empty when no change says its weight."""
    weight: Weight
    """What they weigh."""


def next_version(
    previous: ReleaseTag | None, entries: Iterable[Entry], line: Line, channel: Channel | None = None,
    broken: Sequence[str] = (),
) -> NextVersion:  # fmt: skip
    """The version after `previous`, the last release or pre-release that the commits of `entries` follow. `broken` is what
    breaks for callers although no commit says so.

    With a channel it is the next pre-release on the way there: `1.5.0-rc.1`, and `1.5.0-rc.2` when that tag exists. Raises
    Refused when it would come before a pre-release that is tagged already.
    """
    weighed = [(weight_of(entry), entry.change) for entry in entries]
    top = max((weight for weight, _ in weighed), default=Weight.OTHER)
    deciders = tuple(change for weight, change in weighed if weight is top and top is not Weight.OTHER)
    last = Version.parse(previous.version) if previous else None
    why = reason_for(top, len(deciders), last)
    if not weighed and last is not None:
        why = "nothing has come in since then"
    if broken and last is not None and top is not Weight.BREAKING:
        top, deciders, why = Weight.BREAKING, (), _breaks_callers(broken)
    type_ = type_for(top, last)
    bare = bumped(last, type_)
    if last is not None and last.prerelease:
        type_ = _type_of(bare)
    version = _at_least_announced(bare, last, line)
    if channel is not None:
        version = next_pre_release(version, channel, line)
    return NextVersion(version, type_, previous, why, deciders, top)


def _type_of(version: Version) -> ReleaseType:
    """What a version is by itself, for what goes on from a pre-release of it."""
    if version.patch:
        return ReleaseType.PATCH
    return ReleaseType.MINOR if version.minor else ReleaseType.MAJOR


def _breaks_callers(broken: Sequence[str]) -> str:
    more = len(broken) - _NAMED
    named = ", ".join(broken[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"the API breaks for its callers, although no commit says so: {named}"


def next_pre_release(version: Version, channel: Channel, line: Line) -> Version:
    """The next pre-release of a final version in this channel. Raises Refused when a later channel has begun."""
    tagged = [Version.parse(tag.version) for tag in line.tags if tag.core == str(version)]
    numbers = [_number(found, channel) for found in tagged]
    following = version.replace(prerelease=f"{channel}.{max(numbers, default=0) + 1}")
    highest = max((found for found in tagged if found.prerelease), key=precedence, default=None)
    if highest is not None and following < highest:
        raise Refused(
            f"{following} would come before {highest}, which is tagged already. Go on with that one, or release {version}."
        )
    return following


def after_taken(suggested: str, channel: Channel, taken: Iterable[str]) -> Version:
    """The next pre-release on the way to a suggested version, after those that have a tag. Raises Refused as above."""
    line = line_of([TagRef(version, Sha("")) for version in taken], "")
    return next_pre_release(Version.parse(suggested).finalize_version(), channel, line)


def _number(version: Version, channel: Channel) -> int:
    name, _, number = (version.prerelease or "").partition(".")
    return int(number) if name == channel and number.isdecimal() else 0


def _at_least_announced(version: Version, last: Version | None, line: Line) -> Version:
    """A pre-release above the last release announces its version: the next one is not below what was announced. One that
    lies beside the range, as `2.0.0-beta.1` does for a repair of 1.4, announces nothing here."""
    announced = [
        Version.parse(tag.core)
        for tag in line.tags
        if not tag.is_final
        and (line.ahead is None or tag.name in line.ahead)
        and (last is None or Version.parse(tag.core) > last)
    ]
    finals = {tag.version for tag in line.tags if tag.is_final}
    return max([version, *(core for core in announced if str(core) not in finals)])
