"""A fresh signing key for the demo and the tests, and the proof that anybody can repeat: clone afresh, verify."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.errors import OutsideError, OutsideRefusal
from bot.repository.git import Git, safe_ref, words_of
from bot.repository.tags import Signing

_PRINCIPAL = "release@shop.example"
_PATIENCE = 600.0


def make_signing_key(directory: Path, *, program: str = "ssh-keygen") -> Signing:
    """Make an ed25519 key without a passphrase and its list of allowed signers in `directory`.

    A directory that has one already keeps it: a key that signed something is never replaced.
    Raises OutsideError when OpenSSH's `program` is absent or fails.
    """
    keygen = shutil.which(program)
    if keygen is None:
        raise OutsideError(f"{program} was not found, so no signing key can be made: install openssh-client.")
    directory.mkdir(parents=True, exist_ok=True)
    key, allowed = directory / "release-key", directory / "allowed_signers"
    if not key.exists():
        command = [keygen, "-q", "-t", "ed25519", "-N", "", "-C", _PRINCIPAL, "-f", str(key)]
        made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=30)
        if made.returncode != 0:
            said = words_of((made.stderr + made.stdout).decode(errors="replace"))
            raise OutsideError(f"{program} could not make a signing key in {directory}: {said}.")
    public = key.with_suffix(".pub").read_text().split()
    allowed.write_text(f'{_PRINCIPAL} namespaces="git" {public[0]} {public[1]}\n')
    return Signing("ssh", key, allowed, name="Harbourmaster", email=_PRINCIPAL)


def verify_fresh_clone(remote_url: str, tag: str, allowed_signers: Path, into: Path) -> str:
    """Clone the remote into the new directory `into`, as anybody could, run `git verify-tag`, return git's words.

    Raises OutsideError when the clone fails, OutsideRefusal when the tag is missing, badly signed, or was made
    under another name.
    """
    safe_ref(tag)
    clone = Git(
        into.absolute() / ".git",
        settings=(
            ("gpg.format", "ssh"),
            ("gpg.ssh.allowedSignersFile", str(allowed_signers.absolute())),
        ),
        protocols=urlsplit(remote_url).scheme or "file",
    )
    made = clone.run(
        "clone", "--quiet", "--no-checkout", "--template=", "--", remote_url, str(into.absolute()),
        seconds=_PATIENCE,
    )  # fmt: skip
    if made.code != 0:
        raise OutsideError(f"{remote_url} could not be cloned: {words_of(made.err)}. Look whether it is up.")
    inside = clone.run("for-each-ref", "--format=%(tag)", f"refs/tags/{tag}").text
    verified = clone.run("verify-tag", "--end-of-options", tag)
    if verified.code != 0:
        raise OutsideRefusal(f"A fresh clone does not verify the tag {tag}: {words_of(verified.err)}.")
    if inside != tag:
        raise OutsideRefusal(f"The tag {tag} was signed as {inside!r}: somebody put it under another name.")
    return verified.err.strip()
