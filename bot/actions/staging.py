"""TEST-1: a candidate is cut at the release's commit, and the recipe for production is tried with it on staging."""

from bot.actions import recipe
from bot.domain.candidates import FACT, Candidate, candidates, next_candidate
from bot.domain.errors import OutsideRefusal
from bot.domain.orders import DoWork
from bot.domain.outcomes import Inconclusive, Judged, Passed, Running
from bot.domain.recipes import Unknown
from bot.domain.release import Release
from bot.domain.words import Sha, short
from bot.environments import STAGING, alone, context_of, leave, refused_frozen
from bot.operations import look
from bot.parts import Parts
from bot.ports import Repository


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Cut the candidate, unless it is there; deploy it, as soon as nobody else deploys to staging."""
    if order.commit is None:
        return Inconclusive("The commit of this release has not been read from the repository yet.")
    refused = refused_frozen(parts, release, order.operation)
    if refused is not None:
        leave(parts, order.operation)
        return refused
    begun = not isinstance(look(parts, release.product, order.operation), Unknown)
    tag = candidate_of(parts, release, order.commit, order.operation, begun=begun)
    version = tag.removeprefix(release.tag.removesuffix(release.version))
    context = context_of(release, STAGING, order.operation, tag, version)

    def act() -> Judged | Running:
        return recipe.run(parts, release, order, "deploy", context)

    outcome = alone(parts, release, STAGING, order.operation, act)
    if isinstance(outcome, Passed):
        return Passed(f"{tag}: {outcome.summary}", ((FACT, tag), *outcome.facts))
    return outcome


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    recipe.call_off(parts, release, order)
    leave(parts, order.operation)


def candidate_of(parts: Parts, release: Release, commit: Sha, operation: str, *, begun: bool) -> str:
    """The tag of the candidate at this commit, cut and proved if there is none. Raises OutsideRefusal when the remote or
    the key says no. One that has `begun` to be deployed was proved before, so the remote is not asked again."""
    repository = parts.repository(release.product)
    here = [one for one in _known(release, repository) if one.commit == commit]
    if begun and here:
        return here[-1].tag
    repository.refresh()
    known = _known(release, repository)
    for one in reversed(known):
        if one.commit == commit and _is_proved(repository, one.tag, commit):
            return one.tag
    tag = next_candidate(release.tag, known)
    repository.push_new_tag(tag, commit, _message(release, tag, commit, operation))
    if not _is_proved(repository, tag, commit):
        raise OutsideRefusal(
            f"{tag} is on the remote and cannot be proved: its signature does not verify. Look at `signing`."
        )
    repository.refresh()
    return tag


def _known(release: Release, repository: Repository) -> list[Candidate]:
    return candidates(release.tag, [(tag.name, tag.target) for tag in repository.tags()])


def _is_proved(repository: Repository, tag: str, commit: Sha) -> bool:
    proof = repository.prove_tag(tag)
    return proof.target == commit and proof.named_inside == tag and proof.signer is not None


def _message(release: Release, tag: str, commit: Sha, operation: str) -> str:
    return (
        f"{release.product} {tag}\n\nA candidate for {release.tag} at {short(commit)}, cut for its tests.\n"
        f"It is not released.\n\nRelease: {release.id}\nOperation: {operation}\n"
    )
