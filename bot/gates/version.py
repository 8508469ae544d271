"""PREP-1: the version promises what the changes of the release ask for."""

from bot.domain.kept_facts import component_facts
from bot.domain.next_version import next_version
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed
from bot.domain.overriding import SUGGESTED, Fits, judge_version
from bot.domain.release import Release
from bot.facts.api import broken_for_callers
from bot.facts.changes import changes_since, components_since
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    if order.commit is None:
        return Inconclusive("The commit of this release is not known yet.")
    product = parts.product(release.product)
    repository = parts.repository(product.name)
    found = changes_since(product, repository, release.previous_tag, order.commit)
    previous = next((tag for tag in found.line.tags if tag.name == release.previous_tag), None)
    broken = (
        broken_for_callers(repository, previous.commit, order.commit, product.facts.openapi)
        if previous
        else ()
    )
    named = [f"{change.what} ({change.detail})" for change in broken]
    following = next_version(previous, found.inside, found.line, broken=named)
    parts_of_it = components_since(product, repository, release.previous_tag, order.commit)
    facts = ((SUGGESTED, str(following.version)), *component_facts(parts_of_it))
    match judge_version(release, following):
        case Fits(said):
            return Passed(said, facts)
        case judged:
            return Failed(judged.finding.sentence, (judged.finding,), facts)
