"""The branch report: every branch with its owner, its place beside main, and what the rules say."""

from dataclasses import dataclass

from bot.domain.branches import BranchJudged, BranchRules, branch_findings, judged
from bot.domain.facts_wanted import FactsWanted
from bot.domain.findings import Finding
from bot.domain.words import Sha
from bot.repository.branches import heads_between, main_branch, read_branches, read_heads
from bot.repository.git import Git


@dataclass(frozen=True)
class BranchReport:
    main: str
    branches: tuple[BranchJudged, ...]
    findings: tuple[Finding, ...]


def report_branches(
    git: Git, wanted: FactsWanted, main: str | None, below: str = "refs/heads/",
    since: Sha | None = None, until: Sha | None = None,
) -> BranchReport:  # fmt: skip
    """The report on the branches below a prefix of refs. `main` names the main branch; None looks for it. Of the others only
    those are told whose head `since` does not contain and `until` does.

    Raises NotFound and OutsideError.
    """
    heads = read_heads(git, below)
    home = main_branch(git, heads, main)
    seen = read_branches(git, heads, home)
    if since or until:
        within = {home.name, *heads_between(git, below, since, until)}
        seen = [each for each in seen if each.name in within]
    names = frozenset(head.name for head in heads if fits(wanted.branch_names, head.name))
    rules = BranchRules(home.name, names, wanted.hotfix_lines, wanted.far_behind)
    branches = tuple(judged(each, rules) for each in seen)
    return BranchReport(home.name, branches, tuple(f for b in branches for f in branch_findings(b, rules)))


def fits(pattern: str, name: str) -> bool:
    import re2

    return re2.fullmatch(pattern, name) is not None
