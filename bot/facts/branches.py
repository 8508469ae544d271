"""The branch report: every branch with its owner, its place beside main, and what the rules say."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Product
from bot.domain.branches import BranchesSeen, BranchJudged, BranchRules, branch_findings, judged, report_of
from bot.domain.facts_wanted import FactsWanted
from bot.domain.findings import Finding
from bot.ports import Repository
from bot.repository.branches import main_branch, read_branches, read_heads
from bot.repository.git import Git
from bot.views.text import stripped

_LOOKS_APART = 10
"""A report is read at every tenth look at most: ten minutes with the usual look every minute."""


@dataclass(frozen=True)
class BranchReport:
    main: str
    branches: tuple[BranchJudged, ...]
    findings: tuple[Finding, ...]


def report_branches(
    git: Git, wanted: FactsWanted, main: str | None, below: str = "refs/heads/"
) -> BranchReport:
    """The report on the branches below a prefix of refs. `main` names the main branch; None looks for it.

    Raises NotFound and OutsideError.
    """
    heads = read_heads(git, below)
    home = main_branch(git, heads, main)
    seen = read_branches(git, heads, home)
    names = frozenset(head.name for head in heads if _fits(wanted.branch_names, head.name))
    rules = BranchRules(home.name, names, wanted.hotfix_lines, wanted.far_behind)
    branches = tuple(judged(each, rules) for each in seen)
    return BranchReport(home.name, branches, tuple(f for b in branches for f in branch_findings(b, rules)))


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
    fits = frozenset(each.name for each in seen if _fits(wanted.branch_names, each.name))
    rules = BranchRules(product.branch, fits, wanted.hotfix_lines, wanted.far_behind)
    harmless = [replace(each, name=stripped(each.name), owner=stripped(each.owner)) for each in seen]
    return report_of(harmless, rules, now, digest)


def _fits(pattern: str, name: str) -> bool:
    import re2

    return re2.fullmatch(pattern, name) is not None
