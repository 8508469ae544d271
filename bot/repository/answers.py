"""What git and the remote answered, judged: unreachable, refused, or unknown. Pure; runs nothing."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from bot.domain.errors import OutsideError, OutsideRefusal, UnknownOutcome
from bot.repository.git import Ran, remote_words_of, words_of

_NO_CREDENTIALS = re.compile(
    r"Authentication failed|could not read (?:Username|Password)|Permission denied|Access denied|"
    r"returned error: 40[13]|HTTP 40[13]|Host key verification failed"
)
# Git says these while it opens the connection; by then nothing of a push has been sent.
_NOTHING_SENT = re.compile(
    r"unable to access|Could not resolve host|Could not read from remote repository|"
    r"does not appear to be a git repository|[Rr]epository .*not found|transport '.*' not allowed|not a git repository"
)
_REFUSED_BY_HTTP = re.compile(r"HTTP 4(?!08|29)\d\d")
# Reasons behind `[remote rejected]` that are about the server's moment, not about our tag.
_PASSING = re.compile(
    r"unpacker error|failed to (?:update|write|lock)|cannot lock|internal|temporar|time(?:d )?out", re.I
)


@dataclass(frozen=True)
class Place:
    """A product's remote as people may see it: the product's name and the address without any password."""

    name: str
    shown: str


def place(name: str, url: str) -> Place:
    """How the remote of product `name` is called in a sentence."""
    parts = urlsplit(url)
    if parts.scheme and parts.netloc:
        url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return Place(name, url)


def read_failure(ran: Ran, where: Place) -> Exception:
    """The error to raise after a read from the remote that failed."""
    if _NO_CREDENTIALS.search(ran.err):
        return _no_credentials(ran, where)
    return OutsideError(
        f"The repository of {where.name} ({where.shown}) cannot be read: {words_of(ran.err)}. "
        "Look whether the address is right and its server is up; it will be tried again."
    )


def push_failure(ran: Ran, tag: str, where: Place) -> Exception | None:
    """The error to raise after `git push --porcelain` of one new tag; None when the remote took it."""
    exists = OutsideRefusal(
        f"{where.shown} already has a tag {tag}. A release tag is never moved; "
        "compare that tag with this release, or start the next version."
    )
    return _failure(ran, _Pushed(f"refs/tags/{tag}", f"the tag {tag}", exists), where)


def branch_failure(ran: Ran, branch: str, where: Place) -> Exception | None:
    """The error to raise after `git push --porcelain` of one branch with a lease; None when the remote took it.

    OutsideError when the branch is no longer where it was looked at: look again.
    """
    moved = OutsideError(
        f"{branch} moved on {where.shown} in the meantime, so nothing was pushed. It is looked at again."
    )
    if remote := re.search(r"'refs/heads/([^']+)' exists; cannot create", ran.err):
        return OutsideRefusal(
            f"{where.shown} cannot have a branch {branch} beside its branch {remote[1]}: "
            "one name would be a folder of the other. Rename that branch, then try again."
        )
    return _failure(ran, _Pushed(f"refs/heads/{branch}", f"the push to the branch {branch}", moved), where)


@dataclass(frozen=True)
class _Pushed:
    """What was pushed: its ref, its name in a sentence, and the error when the remote's ref was not as expected."""

    ref: str
    named: str
    unexpected: Exception


def _failure(ran: Ran, what: _Pushed, where: Place) -> Exception | None:
    verdict = _verdict(ran.text, what.ref)
    if verdict is None:
        return _no_verdict(ran, what, where)
    flag, summary = verdict
    if flag in " *=":
        return None if ran.code == 0 else _unknown(what, where, words_of(ran.err))
    if summary.startswith("[rejected]") or "already exists" in summary:
        return what.unexpected
    if summary.startswith("[remote rejected]"):
        return _rejected(ran, what, where, summary.removeprefix("[remote rejected]").strip(" ()"))
    return _unknown(what, where, words_of(summary))


def _verdict(porcelain: str, ref: str) -> tuple[str, str] | None:
    """The flag and the summary of the line about `ref`: `!<TAB>from:to<TAB>[remote rejected] (reason)`."""
    for line in porcelain.split("\n"):
        fields = line.split("\t")
        if len(fields) == 3 and fields[1].endswith(f":{ref}"):
            return fields[0], fields[2]
    return None


def _rejected(ran: Ran, what: _Pushed, where: Place, reason: str) -> Exception:
    said = remote_words_of(ran.err) or words_of(reason)
    if _PASSING.search(reason):
        return OutsideError(
            f"{where.shown} could not take {what.named} just now: {said}. It will be tried again."
        )
    return OutsideRefusal(
        f"{where.shown} refused {what.named}: {said} ({words_of(reason)}). "
        "Ask those who keep the repository's rules, then try again."
    )


def _no_verdict(ran: Ran, what: _Pushed, where: Place) -> Exception:
    if _NO_CREDENTIALS.search(ran.err):
        return _no_credentials(ran, where)
    if _REFUSED_BY_HTTP.search(ran.err):
        said = words_of(ran.err)
        return OutsideRefusal(f"{where.shown} refused {what.named}: {said}. Ask those who keep it.")
    if _NOTHING_SENT.search(ran.err):
        return read_failure(ran, where)
    return _unknown(what, where, words_of(ran.err))


def _no_credentials(ran: Ran, where: Place) -> OutsideRefusal:
    return OutsideRefusal(
        f"The repository of {where.name} ({where.shown}) does not let us in: {words_of(ran.err)}. "
        "Check the product's token and what it is allowed to do."
    )


def _unknown(what: _Pushed, where: Place, said: str) -> UnknownOutcome:
    return UnknownOutcome(
        f"The connection to {where.shown} broke while {what.named} was on its way: {said}. "
        "It may be there all the same; the remote is asked before anything is tried again."
    )
