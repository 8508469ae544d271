"""Read a product's repository: what its open releases stand on, and what the next version would be."""

from dataclasses import replace

from bot.config import Product
from bot.domain.changes import suggest
from bot.domain.orders import ReadProduct
from bot.domain.outcomes import Outcome, ProductFacts, ProductSeen
from bot.domain.release_tags import taken_versions
from bot.domain.versions import version_of_tag
from bot.effects.guard_tags import look_at_tags
from bot.facts.branch_report import read_report
from bot.facts.heads import head_of, is_lost, last_tag, without_controls
from bot.parts import Parts
from bot.ports import Repository

COMMITS_WEIGHED = 5_000
"""How many commits decide a suggestion; a range with more says "breaking" or "feature" long before."""


def carry_out(parts: Parts, order: ReadProduct) -> Outcome:
    """Fetch, then look; there is nothing to act on. Raises OutsideError when the remote does not answer."""
    product = parts.product(order.product)
    repository = parts.repository(product.name)
    with parts.store.reading() as tx:
        releases, made = tx.open_releases(product=product.name), tx.tags_made(product.name)
        before = tx.product(product.name)
    repository.refresh()
    following = [release for release in releases if not release.is_pinned]
    heads = [head_of(release, product, repository) for release in following]
    branches = repository.branches()
    lost = tuple(f"{r.branch} ({r.id})" for r in following if is_lost(r, product, branches))
    report = read_report(product, repository, before.branches if before else None, parts.clock())
    facts = replace(_facts(parts, product, repository), branches=report)
    # The tags were listed before the fetch, so each of them was on the remote when it began.
    tags = look_at_tags(repository, made)
    return ProductSeen(facts, tuple(head for head in heads if head is not None), tags, lost)


def _facts(parts: Parts, product: Product, repository: Repository) -> ProductFacts:
    head = repository.branches().get(product.branch)
    taken = tuple(taken_versions([tag.name for tag in repository.tags()], product.tag_prefix))
    now = parts.clock()
    if head is None:
        return ProductFacts(product.name, now, product.branch, None, None, taken, 0, None)
    last = last_tag(product, repository, head)
    version = version_of_tag(product.tag_prefix, last.name) if last else None
    commits = repository.commits(last.target if last else None, head, COMMITS_WEIGHED)
    suggestion = suggest(version, commits.lines)
    suggestion = replace(suggestion, deciders=without_controls(suggestion.deciders))
    return ProductFacts(
        product.name,
        now,
        product.branch,
        head,
        str(version) if version else None,
        taken,
        commits.total,
        suggestion,
    )
