"""Read a product's repository: what its open releases stand on, and what the next version would be."""

from collections.abc import Mapping
from dataclasses import replace

from semver import Version

from bot.config import Product
from bot.domain.changes import Suggestion
from bot.domain.next_version import next_version
from bot.domain.orders import HeadSeen, Outcome, ProductFacts, ProductSeen, ReadProduct
from bot.domain.release import Release
from bot.domain.release_tags import TagRef, line_of, taken_versions
from bot.domain.suggesting import suggestion
from bot.domain.versions import branch_to_follow, version_of_tag
from bot.domain.words import CommitLine, Sha
from bot.effects.guard_tags import look_at_tags
from bot.facts.changes import changes_since
from bot.parts import Parts
from bot.ports import Repository, TagSeen
from bot.views.text import stripped
from storage.codec import digest

_COMMITS_KEPT = 50
"""How many commits one move of a branch carries into history."""


def carry_out(parts: Parts, order: ReadProduct) -> Outcome:
    """Fetch, then look; there is nothing to act on. Raises OutsideError when the remote does not answer."""
    product = parts.product(order.product)
    repository = parts.repository(product.name)
    with parts.store.reading() as tx:
        releases, made = tx.open_releases(product=product.name), tx.tags_made(product.name)
    repository.refresh()
    following = [release for release in releases if not release.is_pinned]
    heads = [head_of(release, product, repository) for release in following]
    branches = repository.branches()
    lost = tuple(f"{r.branch} ({r.id})" for r in following if is_lost(r, product, branches))
    facts = _facts(parts, product, repository)
    # The tags were listed before the fetch, so each of them was on the remote when it began.
    tags = look_at_tags(repository, made)
    return ProductSeen(facts, tuple(head for head in heads if head is not None), tags, lost)


def head_of(release: Release, product: Product, repository: Repository) -> HeadSeen | None:
    """What the release stands on; None when the branch is not there (an empty repository, or a branch that is lost)."""
    branches = repository.branches()
    if is_lost(release, product, branches):
        return None
    branch = branch_to_follow(release.type, release.version, branches, product.branch)
    if branch not in branches:
        return None
    head = branches[branch]
    previous = last_tag(product, repository, head, below=Version.parse(release.version))
    whole = repository.commits(previous.target if previous else None, head, _COMMITS_KEPT)
    was = release.commit
    rewritten = was is not None and not repository.contains(head, was)
    new = whole if was is None or rewritten else repository.commits(was, head, _COMMITS_KEPT)
    name = previous.name if previous else None
    return HeadSeen(release.id, branch, head, name, _clean(new.lines), new.total, whole.total, rewritten)


def is_lost(release: Release, product: Product, branches: Mapping[str, Sha]) -> bool:
    """Is the release's own branch gone? It must not fall back to the default branch then: that would release other things."""
    return release.branch not in (None, product.branch) and release.branch not in branches


def last_tag(
    product: Product, repository: Repository, head: Sha, below: Version | None = None
) -> TagSeen | None:
    """The highest final release tag that `head` contains: a tag of another line is not its last release."""
    by_version = _release_tags(product, repository)
    for version in sorted(by_version, reverse=True):
        tag = by_version[version]
        if (
            (below is None or version < below)
            and tag.target is not None
            and repository.contains(head, tag.target)
        ):
            return tag
    return None


def _release_tags(product: Product, repository: Repository) -> Mapping[Version, TagSeen]:
    versions = ((version_of_tag(product.tag_prefix, tag.name), tag) for tag in repository.tags())
    return {version: tag for version, tag in versions if version is not None and not version.prerelease}


def _facts(parts: Parts, product: Product, repository: Repository) -> ProductFacts:
    head = repository.branches().get(product.branch)
    tags = [tag.name for tag in repository.tags()]
    taken = tuple(taken_versions(tags, product.tag_prefix))
    now = parts.clock()
    if head is None:
        return ProductFacts(product.name, now, product.branch, None, None, taken, 0, None)
    last = last_tag(product, repository, head)
    version = version_of_tag(product.tag_prefix, last.name) if last else None
    total = repository.commits(last.target if last else None, head, 1).total
    return ProductFacts(
        product.name,
        now,
        product.branch,
        head,
        str(version) if version else None,
        taken,
        total,
        _suggestion(parts, product, head, last),
    )


def _suggestion(parts: Parts, product: Product, head: Sha, last: TagSeen | None) -> Suggestion:
    """The next version by the rules of `harbourmaster version`. What was weighed before is not weighed again."""
    repository = parts.repository(product.name)
    tags = [TagRef(tag.name, tag.target or tag.object) for tag in repository.tags()]
    of = digest([head, last.name if last else None, sorted(tag.name for tag in tags), repr(product.notes)])
    with parts.store.reading() as tx:
        known = tx.product(product.name)
    if known is not None and known.suggestion is not None and known.suggestion.of == of:
        return known.suggestion
    line = line_of(tags, product.tag_prefix)
    previous = next((tag for tag in line.tags if last is not None and tag.name == last.name), None)
    # The first release gets its number whatever is in it: no reason to read a whole history.
    entries = changes_since(product, repository, previous.name, head).inside if previous else ()
    return suggestion(next_version(previous, entries, line), line, of)


def _clean(lines: tuple[CommitLine, ...]) -> tuple[CommitLine, ...]:
    """Commits as history keeps them: foreign text without control characters, and not without end."""
    return tuple(
        replace(
            line,
            subject=stripped(line.subject)[:300],
            author=stripped(line.author)[:100],
            body=line.body[:2000],
        )
        for line in lines
    )
