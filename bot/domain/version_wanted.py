"""Which version a person means with `start`, and whether they may have it."""

from dataclasses import dataclass

from semver import Version

from bot.domain.calendar import Planned
from bot.domain.errors import Refused, given
from bot.domain.events import VersionOverridden
from bot.domain.next_version import after_taken
from bot.domain.outcomes import ProductFacts
from bot.domain.versions import bumped, parse_version, tag_name, type_between
from bot.domain.words import Cause, Channel, ReleaseType


@dataclass(frozen=True)
class Wanted:
    """What a person asks for with `start`: a version or a type, and a date if they named one."""

    product: str
    version_or_type: str
    planned: Planned | None
    because: str | None = None
    """Why a version lower than the changes ask for is enough."""
    dry_run: bool = False
    cause: Cause | None = None
    """Why it is a hotfix, if it is one and somebody says so."""


def override_wanted(
    wanted: Wanted, version: Version, type_: ReleaseType, facts: ProductFacts | None
) -> VersionOverridden | None:
    """What is to be kept when the version is lower than the changes of the branch ask for. Raises Refused without a reason.

    A hotfix starts from its tag and not from what the branch has gathered since; it is judged by its own commits.
    """
    if facts is None or facts.suggestion is None or facts.last_version is None or type_ is ReleaseType.HOTFIX:
        return None
    suggested = Version.parse(facts.suggestion.version)
    if version.finalize_version() >= suggested:
        return None
    if wanted.because is None:
        asked = f"{wanted.product} {version}"
        raise Refused(
            f"The changes ask for {suggested}, because {facts.suggestion.why}; {version} promises less. Start {suggested}, "
            f"or say why the lower one is enough: `/release start {asked} because <reason>`. The reason is kept."
        )
    return VersionOverridden(given(wanted.because), str(suggested))


def _known(wanted: Wanted, facts: ProductFacts | None) -> ProductFacts:
    """Raises Refused when the repository has not been read, so that nobody can tell the next version."""
    if facts is not None and facts.head is not None:
        return facts
    problem = facts.problem if facts and facts.problem else "it has not been read yet."
    raise Refused(
        f"The next version of {wanted.product} is not known: {problem} "
        f"Try again in a minute, or name the version: `/release start {wanted.product} 1.4.0`."
    )


def version_wanted(wanted: Wanted, facts: ProductFacts | None) -> tuple[Version, ReleaseType, str]:
    """The version, its type, and why it is this one. Raises NotUnderstood for no version, Refused when nobody can tell."""
    last = Version.parse(facts.last_version) if facts and facts.last_version else None
    asked = wanted.version_or_type.lower()
    if asked in set(Channel):
        known = _known(wanted, facts)
        version = after_taken(
            known.suggestion.version if known.suggestion else "0.1.0", Channel(asked), known.taken
        )
        final = version.finalize_version()
        return version, type_between(last, final), f"the next {asked} on the way to {final}"
    if asked not in set(ReleaseType):
        version = parse_version(wanted.version_or_type)
        why = "chosen by hand"
        if facts and facts.suggestion:
            suggested = facts.suggestion
            same = suggested.version == str(version)
            why = (
                f"suggested: {suggested.why}"
                if same
                else f"chosen by hand; the commits suggest {suggested.version}"
            )
        return version, type_between(last, version.finalize_version()), why
    facts = _known(wanted, facts)
    type_ = ReleaseType(asked)
    if type_ is ReleaseType.HOTFIX and last is None:
        raise Refused(
            f"{wanted.product} has no release tag yet, and a hotfix begins at the latest one. "
            f"Start the first release: `/release start {wanted.product} minor`."
        )
    version = bumped(last, type_)
    suggestion = facts.suggestion
    if suggestion and suggestion.version == str(version):
        return version, type_, f"suggested: {suggestion.why}"
    return (
        version,
        type_,
        f"asked for as {type_}" + (f"; the commits suggest {suggestion.version}" if suggestion else ""),
    )


def refuse_taken(version: Version, facts: ProductFacts, prefix: str) -> None:
    """Raises Refused for a version that has a tag, or that is not above the last release."""
    if str(version) in facts.taken:
        raise Refused(f"{version} is already tagged ({tag_name(prefix, version)}). Start a higher version.")
    last = facts.last_version
    if last and version <= Version.parse(last):
        raise Refused(
            f"{version} is not above the last release, {last}. Start {bumped(Version.parse(last), ReleaseType.PATCH)} or higher."
        )
