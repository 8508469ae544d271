"""What an open release stands on: the branch it follows, its head, the last release below it, and what came in since."""

from collections.abc import Mapping
from dataclasses import replace

from semver import Version

from bot.config import Product
from bot.domain.convention import Kind
from bot.domain.outcomes import HeadSeen
from bot.domain.release import Release
from bot.domain.release_tags import TagRef, finals, precedence
from bot.domain.versions import branch_to_follow
from bot.domain.words import CommitLine, ReleaseType, Sha
from bot.facts.changes import changes_since
from bot.ports import Repository, TagSeen
from bot.views.text import stripped

_COMMITS_KEPT = 50
"""How many commits one move of a branch carries into history."""
_COMMITS_APART = 2_000
_OWN_IN_A_ROW = 5
"""The bot makes one commit at a time; a longer row of them since the last look is for people to look at."""


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
    follows = was is not None and repository.contains(head, was)
    rewritten = was is not None and not follows and release.branch == branch
    new = repository.commits(was, head, _COMMITS_KEPT) if follows else whole
    name = previous.name if previous else None
    seen = HeadSeen(
        release.id, branch, head, name, without_controls(new.lines), new.total, whole.total, rewritten,
        carried=_carried(product, repository, was, head) if follows else (),
    )  # fmt: skip
    return seen if branch == product.branch else _on_its_own_branch(seen, release, product, repository)


def _on_its_own_branch(
    seen: HeadSeen, release: Release, product: Product, repository: Repository
) -> HeadSeen:
    """What only a branch of the release's own is asked for: what main does not have, and how large a hotfix is."""
    main = repository.branches().get(product.branch)
    apart = repository.commits(main, seen.commit, _COMMITS_APART).lines if main else seen.lines
    shown = {line.sha for line in seen.lines}
    seen = replace(
        seen,
        apart=frozenset(line.sha for line in apart) & shown,
        repairs=_repairs_by_path(seen, product, repository) & shown,
    )
    start = next((tag.target for tag in repository.tags() if tag.name == seen.previous_tag), None)
    if release.type is not ReleaseType.HOTFIX or start is None:
        return seen
    files, lines = repository.changed_lines(start, seen.commit)
    return replace(seen, changed_files=files, changed_lines=lines, most_lines=product.facts.hotfix_lines)


def _repairs_by_path(seen: HeadSeen, product: Product, repository: Repository) -> frozenset[Sha]:
    """The commits that say no type and that the team's labels by path take for something else than a feature."""
    convention = product.notes.convention
    if not convention.labels:
        return frozenset()
    found = changes_since(product, repository, seen.previous_tag, seen.commit)
    return frozenset(
        entry.change.sha
        for entry in found.entries
        if convention.wants_paths(entry.change)
        and not entry.change.breaking
        and entry.kind not in (Kind.FEATURE, Kind.UNCATEGORISED)
    )


def _carried(product: Product, repository: Repository, was: Sha | None, head: Sha) -> tuple[str, ...]:
    """The files that differ, when the team's rule lets sign-offs stay: they are all the bot's own, and so is every commit.

    A name in a commit proves nothing, so its signature is asked for; and whatever it says, the trees are compared.
    """
    if was is None or was == head or not product.facts.carry_over:
        return ()
    files = tuple(repository.changed_files(was, head))
    if not files or not product.facts.own_files.issuperset(files):
        return ()
    commits = repository.commits(was, head, _OWN_IN_A_ROW)
    is_all = commits.total == len(commits.lines)
    return files if is_all and all(repository.is_own_commit(line.sha) for line in commits.lines) else ()


def is_lost(release: Release, product: Product, branches: Mapping[str, Sha]) -> bool:
    """Is the release's own branch gone? It must not fall back to the default branch then: that would release other things."""
    return release.branch not in (None, product.branch) and release.branch not in branches


def last_tag(
    product: Product, repository: Repository, head: Sha, below: Version | None = None
) -> TagSeen | None:
    """The highest final release tag that `head` contains: a tag of another line is not its last release."""
    seen = {tag.name: tag for tag in repository.tags()}
    refs = [TagRef(tag.name, tag.target or tag.object) for tag in seen.values()]
    for release in finals(refs, product.tag_prefix):
        tag = seen[release.name]
        is_below = below is None or release.precedence < precedence(below)
        if is_below and tag.target is not None and repository.contains(head, tag.target):
            return tag
    return None


def without_controls(lines: tuple[CommitLine, ...]) -> tuple[CommitLine, ...]:
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
