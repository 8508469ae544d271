"""Branches on the remote: asked for, made create-only, and moved forward under a lease on the head that was looked at.

Nothing here can rewrite or delete a branch: what is pushed always contains the head that the lease names.
"""

from bot.domain.errors import OutsideError, OutsideRefusal, UnknownOutcome
from bot.domain.words import Sha
from bot.repository.answers import Place, branch_failure, read_failure
from bot.repository.git import Git, TimedOut


def ask_for_branch(remote: Git, where: Place, name: str, seconds: float) -> Sha | None:
    """The head that the remote has for this one branch now; None when it has none. Raises OutsideError."""
    ref = f"refs/heads/{name}"
    ran = remote.run("ls-remote", "origin", ref, seconds=seconds)
    if ran.code != 0:
        raise read_failure(ran, where)
    # The argument is a pattern that also matches the end of a longer name; only the exact one is meant.
    pairs = (line.partition("\t") for line in ran.text.split("\n"))
    return next((Sha(sha) for sha, _, found in pairs if found == ref), None)


def create_branch(scratch: Git, where: Place, name: str, commit: Sha, seconds: float) -> None:
    """Push a branch that must be new; one that is there already at this commit is as good.

    Raises OutsideRefusal when it stands elsewhere, and as `push_branch` does.
    """
    if _stands_at(scratch, where, name, commit, seconds):
        return
    try:
        _push(scratch, where, f"{commit}:refs/heads/{name}", "", seconds)
    except UnknownOutcome:
        raise
    except OutsideError:
        # Somebody was faster: at the same commit that is no difference.
        if not _stands_at(scratch, where, name, commit, seconds):
            raise


def push_branch(scratch: Git, where: Place, name: str, was: Sha, commit: Sha, seconds: float) -> None:
    """Move a branch from the head that was looked at to a commit that contains it.

    Raises OutsideError when the branch is elsewhere by now (look again) or nothing was sent, OutsideRefusal when the
    remote says no, and UnknownOutcome.
    """
    ahead = scratch.run("merge-base", "--is-ancestor", was, commit, seconds=seconds)
    if ahead.code != 0:
        raise OutsideRefusal(
            f"{commit[:7]} does not contain {was[:7]}, the head of {name}: a branch is never rewritten."
        )
    _push(scratch, where, f"{commit}:refs/heads/{name}", was, seconds)


def _stands_at(scratch: Git, where: Place, name: str, commit: Sha, seconds: float) -> bool:
    there = ask_for_branch(scratch, where, name, seconds)
    if there is not None and there != commit:
        raise OutsideRefusal(
            f"{where.shown} already has a branch {name}, at {there[:7]} and not at {commit[:7]}. A branch is never moved "
            "to another place; look whose it is, then follow it or rename it."
        )
    return there == commit


def _push(scratch: Git, where: Place, refspec: str, lease: str, seconds: float) -> None:
    name = refspec.partition(":refs/heads/")[2]
    try:
        ran = scratch.run(
            "push", "--porcelain", f"--force-with-lease=refs/heads/{name}:{lease}", "--no-follow-tags",
            "--recurse-submodules=no", "--", "origin", refspec,
            seconds=seconds,
        )  # fmt: skip
    except TimedOut as error:
        raise UnknownOutcome(
            f"{where.shown} gave no answer within {seconds:g} seconds after {name} was pushed. "
            "The branch may have moved all the same; the remote is asked before anything is tried again."
        ) from error
    failure = branch_failure(ran, name, where)
    if failure is not None:
        raise failure
