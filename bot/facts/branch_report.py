"""The branch report that the store keeps, so that Slack gets an answer without git."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from bot.config import Product
from bot.domain.branches import BranchesSeen, BranchRules, report_of
from bot.facts.branches import fits
from bot.ports import Repository
from bot.views.text import stripped

_LOOKS_APART = 10
"""A report is read at every tenth look at most: ten minutes with the usual look every minute."""


def read_report(
    product: Product, repository: Repository, before: BranchesSeen | None, now: datetime
) -> BranchesSeen | None:
    """The report for the store. Reading it walks all the history, so it is read when a branch has moved, and not
    at every look. Raises OutsideError."""
    heads = repository.branches()
    digest = hashlib.sha256(repr(sorted(heads.items())).encode()).hexdigest()[:16]
    if before is not None and (
        before.digest == digest or now - before.read_at < _LOOKS_APART * timedelta(seconds=product.look_every)
    ):
        return before
    seen = repository.place_branches(product.branch)
    if not seen:
        return None
    wanted = product.facts
    good = frozenset(each.name for each in seen if fits(wanted.branch_names, each.name))
    rules = BranchRules(product.branch, good, wanted.hotfix_lines, wanted.far_behind)
    harmless = [replace(each, name=stripped(each.name), owner=stripped(each.owner)) for each in seen]
    return report_of(harmless, rules, now, digest)
