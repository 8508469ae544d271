"""What was released goes back: the tag is merged into main, a hotfix also into the branches of open releases, and the
manifest of releases on main is brought up to date. Nothing is forced; what needs a person is found and named."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.actions._releases_file import written
from bot.actions._settling import settled
from bot.domain.branch_work import Conflict, Conflicted, Merged, MergeWay, OwnCommit
from bot.domain.errors import NotUnderstood, OutsideRefusal
from bot.domain.findings import Finding, Severity
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.versions import own_branch
from bot.domain.words import ReleaseType, Sha, short
from bot.parts import Parts


@dataclass(frozen=True)
class _Back:
    """What became of one target."""

    branch: str
    said: str
    found: tuple[Finding, ...] = ()


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    """Raises OutsideError to be tried again, for instance because a branch moved meanwhile."""
    if release.tagged is None:
        return Failed(f"{release.tag} is not made yet, so there is nothing to merge back.")
    work = next(w for w in release.works if w.operation == order.operation)
    done = [_into(parts, release, work, branch) for branch in _targets(parts, release)]
    if not done[0].found:
        done.append(_manifest(parts, release, work))
    found = tuple(finding for one in done for finding in one.found)
    said = " ".join(one.said for one in done)
    if found:
        return Failed(
            f"{said} Merge by hand, then run {order.item} again: it looks before it does anything.", found
        )
    return Passed(said)


def _targets(parts: Parts, release: Release) -> Iterator[str]:
    """Main, and for a hotfix the branches of the product's other open releases, which lack the repair too."""
    product = parts.product(release.product)
    yield product.branch
    if release.type is not ReleaseType.HOTFIX:
        return
    with parts.store.reading() as tx:
        others = [r for r in tx.open_releases(product=product.name) if r.id != release.id and not r.is_pinned]
    names = {own_branch(other.type, other.version) for other in others} - {
        own_branch(release.type, release.version)
    }
    yield from sorted(names & parts.repository(product.name).branches().keys())


def _into(parts: Parts, release: Release, work: Work, branch: str) -> _Back:
    repository = parts.repository(release.product)
    source = release.tagged.commit if release.tagged else Sha("")
    repository.refresh()
    head = repository.branches().get(branch)
    if head is None:
        return _Back(
            branch,
            f"{branch} is gone.",
            (_finding(work, branch, "gone", f"{branch} is gone from the remote."),),
        )
    own = OwnCommit(f"Merge {release.tag} into {branch}", f"{work.operation}.{branch}", work.begun_at)
    try:
        done = repository.merge(source, branch, head, own)
        if isinstance(done, Conflicted):
            product = parts.product(release.product)
            settles = settled(product, repository, release, (source, head), done)
            done = repository.merge(source, branch, head, replace(own, settles=settles)) if settles else done
    except OutsideRefusal as refusal:
        return _Back(branch, f"{branch} was not touched.", (_finding(work, branch, "refused", str(refusal)),))
    match done:
        case Merged(way=MergeWay.ALREADY):
            return _Back(branch, f"{branch} has {release.tag} already.")
        case Merged(commit, way):
            return _Back(branch, f"{release.tag} is in {branch} by a {way}, {short(commit)}.")
        case Conflicted(files, total):
            found = tuple(_conflict(work, release.tag, branch, each) for each in files)
            more = f" ({len(found)} of them are named here)" if total > len(found) else ""
            many = f"{total} file" + ("" if total == 1 else "s")
            return _Back(branch, f"{release.tag} and {branch} conflict in {many}{more}.", found)


def _manifest(parts: Parts, release: Release, work: Work) -> _Back:
    product = parts.product(release.product)
    path, branch = product.facts.manifest, product.branch
    own = OwnCommit(f"chore(release): {path} with {release.tag}", f"{work.operation}.manifest", work.begun_at)
    try:
        made = written(parts, release, own)
    except (OutsideRefusal, NotUnderstood) as problem:
        return _Back(branch, f"{path} was not written.", (_finding(work, branch, "manifest", str(problem)),))
    return _Back(branch, f"{path} is up to date at {short(made)}.")


def _conflict(work: Work, tag: str, branch: str, conflict: Conflict) -> Finding:
    theirs = f"by {conflict.in_source} in {tag}" if conflict.in_source else f"not at all in {tag}"
    ours = f"by {conflict.in_target} in {branch}" if conflict.in_target else f"not at all in {branch}"
    sentence = f"last changed {theirs}, and {ours}."
    return _finding(work, branch, f"conflict:{conflict.path}", sentence, conflict.path)


def _finding(work: Work, branch: str, what: str, sentence: str, file: str = "") -> Finding:
    return Finding(f"{branch}:{what}", work.item, Severity.BLOCKS, sentence, file)
