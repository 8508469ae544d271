"""Version numbers and tag names: reading them, comparing them, and the next one."""

from collections.abc import Iterable

from semver import Version

from bot.domain.errors import NotUnderstood
from bot.domain.words import ReleaseType

_LONGEST = 64
"""A version longer than this is a mistake or an attack; git and Slack could carry it, people cannot."""


def parse_version(text: str) -> Version:
    """`1.4.0`, `v1.4.0` or `1.4.0-rc.2`. Raises NotUnderstood for anything else.

    Build metadata (`+…`) is refused: semver compares `1.0.0+a` and `1.0.0+b` as equal, so two tags would claim one place.
    """
    bare = text.removeprefix("v")
    if len(bare) > _LONGEST or not Version.is_valid(bare) or not bare.isascii():
        raise NotUnderstood(
            f"“{text[:_LONGEST]}” is not a version. Write three numbers as in `1.4.0`, or one "
            "of `major`, `minor`, `patch`, `hotfix`, `alpha`, `beta`, `rc`."
        )
    version = Version.parse(bare)
    if version.build:
        raise NotUnderstood(
            f"“{bare}” has build metadata (`+{version.build}`). Leave it out: `{version.finalize_version()}`."
        )
    return version


def tag_name(prefix: str, version: Version) -> str:
    return f"{prefix}{version}"


def version_of_tag(prefix: str, name: str) -> Version | None:
    """The version in a tag's name, None for any other tag: repositories are full of odd ones."""
    bare = name.removeprefix(prefix)
    if (prefix and bare == name) or len(bare) > _LONGEST or not bare.isascii() or not Version.is_valid(bare):
        return None
    version = Version.parse(bare)
    return None if version.build else version


def bumped(previous: Version | None, type_: ReleaseType) -> Version:
    """The version that follows `previous`. The first release of a product is 0.1.0, or 1.0.0 when it is a major one.

    A pre-release leads to its own version, unless that promises less than is asked for: a feature after 1.5.0-rc.1 makes
    1.5.0, one after 1.4.3-rc.1 makes 1.5.0 as well.
    """
    if previous is None:
        return Version(1, 0, 0) if type_ is ReleaseType.MAJOR else Version(0, 1, 0)
    match type_:
        case ReleaseType.MAJOR:
            return previous.next_version("major")
        case ReleaseType.MINOR:
            return previous.next_version("minor")
        case ReleaseType.PATCH | ReleaseType.HOTFIX:
            return previous.next_version("patch")


def type_between(previous: Version | None, version: Version) -> ReleaseType:
    """Which type of release leads from `previous` to `version`."""
    if previous is None:
        return ReleaseType.MAJOR if version.major else ReleaseType.MINOR
    if version.major > previous.major:
        return ReleaseType.MAJOR
    return ReleaseType.MINOR if version.minor > previous.minor else ReleaseType.PATCH


def own_branch(type_: ReleaseType, version: str) -> str:
    """The name of the branch that is a release's own once it is cut: `release/2.4`, or `hotfix/2.3.1`."""
    parsed = Version.parse(version)
    return f"hotfix/{version}" if type_ is ReleaseType.HOTFIX else f"release/{parsed.major}.{parsed.minor}"


def branch_to_follow(type_: ReleaseType, version: str, names: Iterable[str], default: str) -> str:
    """The branch whose head is released: the release's own branch as soon as somebody has cut it, else the default one."""
    own = own_branch(type_, version)
    return own if own in set(names) else default
