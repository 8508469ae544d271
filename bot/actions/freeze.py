"""PLAN-1: cut the release's own branch at the recorded commit. From then on the release follows that branch, and its scope
is fixed."""

from bot.actions._seen import seen_now
from bot.domain.errors import Refused
from bot.domain.freezing import refuse_to_freeze, scope_of
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed
from bot.domain.release import Release
from bot.domain.versions import own_branch
from bot.domain.words import short
from bot.parts import Parts

_COMMITS_READ = 5_000


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    """Raises OutsideError to be tried again, OutsideRefusal when the remote says no."""
    try:
        refuse_to_freeze(release)
    except Refused as refusal:
        return Failed(str(refusal))
    product, repository = parts.product(release.product), parts.repository(release.product)
    branch = own_branch(release.type, release.version)
    repository.refresh()
    heads = repository.branches()
    commit = heads.get(branch)
    if commit is None:
        main = heads.get(product.branch)
        commit = order.commit
        if commit is None or main is None or not repository.contains(main, commit):
            return Failed(
                f"{product.branch} no longer contains {short(commit or '')}: its history was rewritten. Look at the card, "
                f"and run {order.item} again."
            )
        repository.push_new_branch(branch, commit)
    since = next((tag.target for tag in repository.tags() if tag.name == release.previous_tag), None)
    scope = scope_of(branch, release.previous_tag, repository.commits(since, commit, _COMMITS_READ))
    return Passed(scope.sentence, scope.facts, seen_now(parts, release))
