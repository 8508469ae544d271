"""A hotfix begins at the latest release tag, and at nothing else: its branch is cut there, create-only."""

from collections.abc import Iterable

from semver import Version

from bot.actions._seen import seen_now
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed
from bot.domain.release import Release
from bot.domain.release_tags import TagRef, finals, precedence
from bot.domain.versions import own_branch
from bot.domain.words import short
from bot.parts import Parts
from bot.ports import TagSeen


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    """Raises OutsideError to be tried again, OutsideRefusal when the remote says no."""
    product, repository = parts.product(release.product), parts.repository(release.product)
    branch = own_branch(release.type, release.version)
    repository.refresh()
    tag = latest_before(repository.tags(), product.tag_prefix, release.version)
    if tag is None or tag.target is None:
        return Failed(
            f"{release.product} has no release tag below {release.version}, so there is nothing to fix yet. "
            f"Cancel {order.release} and start a minor release."
        )
    there = repository.branches().get(branch)
    if there is None:
        repository.push_new_branch(branch, tag.target)
    elif not repository.contains(there, tag.target):
        return Failed(
            f"{branch} is there already, and does not contain {tag.name}. A hotfix begins at the latest release: look whose "
            f"branch it is, rename it, and run {order.item} again."
        )
    facts = (("branch", branch), ("tag", tag.name), ("commit", tag.target))
    return Passed(
        f"{branch} begins at {tag.name} ({short(tag.target)}). Push the repair there.",
        facts,
        seen_now(parts, release),
    )


def latest_before(tags: Iterable[TagSeen], prefix: str, version: str) -> TagSeen | None:
    """The highest final release tag below a version, that leads to a commit."""
    limit = precedence(Version.parse(version))
    seen = {tag.name: tag for tag in tags if tag.target}
    refs = [TagRef(tag.name, tag.target or tag.object) for tag in seen.values()]
    below = (found.name for found in finals(refs, prefix) if found.precedence < limit)
    return next((seen[name] for name in below), None)
