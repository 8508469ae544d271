"""Read a product's repository: what its open releases stand on, and what the next version would be."""

from dataclasses import replace
from typing import TypedDict

from bot.config import Product
from bot.domain.changes import Suggestion
from bot.domain.components import ComponentSeen, as_seen
from bot.domain.errors import NotFound, OutsideError
from bot.domain.next_version import next_version
from bot.domain.orders import ReadProduct
from bot.domain.outcomes import Outcome, ProductFacts, ProductSeen
from bot.domain.release_tags import TagRef, line_of, taken_versions
from bot.domain.suggesting import suggestion
from bot.domain.words import Sha
from bot.effects.guard_tags import look_at_tags
from bot.facts.branch_report import read_report
from bot.facts.changes import changes_since, components_since
from bot.facts.heads import head_of, is_lost, last_tag
from bot.parts import Parts
from bot.ports import Repository, TagSeen
from storage.codec import digest


def carry_out(parts: Parts, order: ReadProduct) -> Outcome:
    """Fetch, then look; there is nothing to act on. Raises OutsideError when the remote does not answer, or has taken away
    what was listed a moment before: the next look will not miss it."""
    product = parts.product(order.product)
    repository = parts.repository(product.name)
    try:
        return _seen(parts, product, repository)
    except NotFound as gone:
        raise OutsideError(
            f"The repository of {product.name} has changed while it was read. {gone} It is read again."
        ) from None


def _seen(parts: Parts, product: Product, repository: Repository) -> ProductSeen:
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
    tags = [tag.name for tag in repository.tags()]
    taken = tuple(taken_versions(tags, product.tag_prefix))
    now = parts.clock()
    if head is None:
        return ProductFacts(product.name, now, product.branch, None, None, taken, 0, None)
    last = last_tag(product, repository, head)
    line = line_of([TagRef(name, Sha("")) for name in tags], product.tag_prefix)
    version = next((tag.version for tag in line.tags if last is not None and tag.name == last.name), None)
    total = repository.commits(last.target if last else None, head, 1).total
    return ProductFacts(
        product.name,
        now,
        product.branch,
        head,
        version,
        taken,
        total,
        **_next(parts, product, head, last),
    )


class _Next(TypedDict):
    suggestion: Suggestion
    components: tuple[ComponentSeen, ...]


def _next(parts: Parts, product: Product, head: Sha, last: TagSeen | None) -> _Next:
    """The next versions by the rules of `harbourmaster version`. What was weighed before is not weighed again."""
    repository = parts.repository(product.name)
    tags = [TagRef(tag.name, tag.target or tag.object) for tag in repository.tags()]
    of = digest([head, last.name if last else None, sorted(tag.name for tag in tags), _wants(product)])
    with parts.store.reading() as tx:
        known = tx.product(product.name)
    if known is not None and known.suggestion is not None and known.suggestion.of == of:
        return {"suggestion": known.suggestion, "components": known.components}
    line = line_of(tags, product.tag_prefix)
    previous = next((tag for tag in line.tags if last is not None and tag.name == last.name), None)
    # The first release gets its number whatever is in it: no reason to read a whole history.
    found = changes_since(product, repository, previous.name, head) if previous else None
    entries = found.inside if found else ()
    line = replace(line, ahead=found.line.ahead) if found else line
    parts_of_it = components_since(product, repository, last.name if last else None, head)
    return {
        "suggestion": suggestion(next_version(previous, entries, line), line, of),
        "components": as_seen(parts_of_it),
    }


def _wants(product: Product) -> str:
    return f"{product.notes!r} {product.facts.components!r}"
