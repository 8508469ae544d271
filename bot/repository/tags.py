"""Release tags: made and signed in a throw-away repository, pushed create-only, read back and proven.

Nothing here can move or delete a tag: there is no force, no deletion, and the lease says "there must be none".
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.domain.errors import OutsideRefusal, UnknownOutcome
from bot.domain.words import Sha
from bot.ports import TagProof
from bot.repository.answers import Place, push_failure, read_failure
from bot.repository.git import Git, Ran, TimedOut, words_of

_SIGN_PATIENCE = 30.0
_GOOD_SSH = re.compile(r'^Good "git" signature for (.+) with \S+ key (\S+)$', re.M)
_VALID_PGP = re.compile(r"^\[GNUPG:\] VALIDSIG ([0-9A-F]{40,64})(?: .*?)?(?: ([0-9A-F]{40,64}))?$", re.M)
_KEY_ID = re.compile(r"(?:0x)?([0-9A-Fa-f]{16,64})!?")


@dataclass(frozen=True)
class Signing:
    """The key that signs release tags, and by what its signatures are recognised.

    `key` is a private key file (ssh; without a passphrase, or held by an agent) or a key id of at least 16 hex
    digits (openpgp). `allowed_signers` is the ssh list of `ssh-keygen(1)`, with that key in it; without it no ssh
    signature can be proven, and so no tag is pushed.
    `name` and `email` become the tagger; forges call a tag "verified" when they know the address.
    """

    format: Literal["ssh", "openpgp"]
    key: Path | str
    allowed_signers: Path | None = None
    name: str = "Harbourmaster"
    email: str = "harbourmaster@localhost"

    def settings(self) -> tuple[tuple[str, str], ...]:
        """The same as git settings."""
        key = str(self.key.expanduser().absolute()) if isinstance(self.key, Path) else self.key
        settings = [
            ("gpg.format", self.format),
            ("user.signingKey", key),
            ("user.name", self.name),
            ("user.email", self.email),
        ]
        if self.allowed_signers is not None:
            allowed = str(self.allowed_signers.expanduser().absolute())
            settings.append(("gpg.ssh.allowedSignersFile", allowed))
        return tuple(settings)


def sign_tag(scratch: Git, signing: Signing, name: str, commit: Sha, message: str) -> Sha:
    """Make the signed tag object in the throw-away repository, prove it there, and return its id.

    A tag that could not be proven once it is on the remote could never be taken back, so it does not leave.
    Raises OutsideRefusal.
    """
    # Not git's own clean-up: it takes every line that begins with `#` for a comment, and notes have headings.
    text = "".join(letter for letter in message if letter in "\n\t" or letter >= " ").strip() or name
    try:
        ran = scratch.run(
            "tag", "--sign", "--cleanup=verbatim", "--file=-", "--end-of-options", name, commit,
            stdin=f"{text}\n".encode(errors="replace"),
            seconds=_SIGN_PATIENCE,
        )  # fmt: skip
    except TimedOut as error:
        raise _cannot_sign(name, f"it gave no answer within {_SIGN_PATIENCE:g} seconds") from error
    if ran.code != 0:
        raise _cannot_sign(name, words_of(ran.err))
    tag = Sha(scratch.run("rev-parse", "--verify", "--end-of-options", f"refs/tags/{name}").text)
    proof = prove(scratch, signing, name, tag)
    if proof.signer is None:
        # Git 2.39 ends with 0 and an unsigned tag when an ssh key is missing or locked; its words alone say so.
        raise _cannot_sign(
            name, words_of(ran.err) if ran.err.strip() else proof.problem or "it is not signed"
        )
    return tag


def push_tag(scratch: Git, where: Place, name: str, tag: Sha, seconds: float) -> None:
    """Push one tag object as a tag that must be new.

    The empty lease makes git ask for "there is none" twice: here against what the remote lists, and there, under
    the remote's own lock, as the old value that the update expects.
    Raises OutsideRefusal, OutsideError (nothing was sent) or UnknownOutcome.
    """
    ref = f"refs/tags/{name}"
    try:
        ran = scratch.run(
            "push", "--porcelain", f"--force-with-lease={ref}:", "--no-follow-tags", "--recurse-submodules=no",
            "--", "origin", f"{tag}:{ref}",
            seconds=seconds,
        )  # fmt: skip
    except TimedOut as error:
        raise UnknownOutcome(
            f"{where.shown} gave no answer within {seconds:g} seconds after the tag {name} was pushed. "
            "The tag may be there all the same; the remote is asked before anything is tried again."
        ) from error
    failure = push_failure(ran, name, where)
    if failure is not None:
        raise failure


def fetch_tag(scratch: Git, where: Place, name: str, seconds: float) -> Sha:
    """Fetch one tag from the remote into the throw-away repository and return the id it has there.

    Raises OutsideRefusal when the remote has no such tag, OutsideError when it cannot be read.
    """
    ref = f"refs/tags/{name}"
    ran = scratch.run(
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--update-shallow",
        "--recurse-submodules=no", "origin", f"+{ref}:{ref}",
        seconds=seconds,
    )  # fmt: skip
    if f"couldn't find remote ref {ref}" in ran.err:
        raise OutsideRefusal(f"{where.shown} has no tag {name}. It was deleted, or never arrived.")
    if ran.code != 0:
        raise read_failure(ran, where)
    return Sha(scratch.run("rev-parse", "--verify", "--end-of-options", ref).text)


def prove(scratch: Git, signing: Signing, name: str, tag: Sha) -> TagProof:
    """Read the fetched tag object and verify its signature. Judges nothing but the signature: comparing
    `named_inside` with the name and `target` with the release's commit is the reader's work.

    Raises OutsideRefusal when the tag leads to no commit.
    """
    target = commit_behind(scratch, tag)
    if target is None:
        raise OutsideRefusal(
            f"The tag {name} leads to no commit. It is no tag of a release; look who made it."
        )
    inside = _named_inside(scratch, tag)
    if inside is None:
        unsigned = f"{name} is a lightweight tag, which carries no signature"
        return TagProof(name, tag, named_inside="", target=target, signer=None, problem=unsigned)
    ran = scratch.run("verify-tag", "--raw", "--end-of-options", tag)
    signer = signer_of(signing, ran)
    problem = None if signer is not None else _why_not(ran)
    return TagProof(name, tag, named_inside=inside, target=target, signer=signer, problem=problem)


def commit_behind(git: Git, tag: Sha) -> Sha | None:
    """The commit that a tag, or a tag of a tag, leads to; None when it leads to something else."""
    ran = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{tag}^{{commit}}")
    return Sha(ran.text) if ran.code == 0 else None


def commits_among(git: Git, objects: set[Sha]) -> set[Sha]:
    """Those of the objects that are commits. An object that is missing is none: a mirror without blobs lacks what
    a tag of a blob leads to, and this command says so where others stop."""
    wanted = "".join(f"{sha}\n" for sha in objects).encode()
    ran = git.run("cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=wanted, seconds=120.0)
    return {Sha(line.removeprefix("commit ")) for line in ran.text.split("\n") if line.startswith("commit ")}


def _named_inside(scratch: Git, tag: Sha) -> str | None:
    """The name in the object's header, None for anything that is not a tag object."""
    ran = scratch.run("cat-file", "tag", tag)
    if ran.code != 0:
        return None
    header, _, _ = ran.out.decode(errors="replace").partition("\n\n")
    names = [line.removeprefix("tag ") for line in header.split("\n") if line.startswith("tag ")]
    return names[0] if names else ""


def signer_of(signing: Signing, ran: Ran) -> str | None:
    """Who signed what `verify-tag --raw` or `verify-commit --raw` has looked at, when git says yes by its exit code. Its
    words alone mean nothing: for an unknown ssh key it prints `Good "git" signature` too."""
    if ran.code != 0:
        return None
    said = ran.err + "\n" + ran.text
    if signing.format == "ssh":
        good = _GOOD_SSH.search(said)
        return good[1] if good else None
    valid, key = _VALID_PGP.search(said), _KEY_ID.fullmatch(str(signing.key))
    if valid is None or key is None:
        return None
    # Any key in the keyring verifies; only the one that was configured counts, or its primary key.
    fingerprints = [found for found in valid.groups() if found]
    return next((found for found in fingerprints if found.endswith(key[1].upper())), None)


def _why_not(ran: Ran) -> str:
    words = "\n".join(line for line in ran.err.split("\n") if not line.startswith("[GNUPG:]"))
    if ran.code != 0:
        return words_of(words) if words.strip() else words_of(ran.err)
    return f"it is signed, but not with the configured key: {words_of(ran.err)}"


def _cannot_sign(name: str, said: str) -> OutsideRefusal:
    return OutsideRefusal(
        f"The tag {name} could not be signed: {said}. Nothing was pushed. Check the signing key setting: "
        "the key must be there, readable by the bot alone, need no passphrase, and be an allowed signer."
    )
