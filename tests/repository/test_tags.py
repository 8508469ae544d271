"""Release tags: born once, signed, proven; and every way in which a push can end, told apart."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.keys import make_signing_key
from bot.demo.remote import Fault
from bot.domain.errors import OutsideError, OutsideRefusal, UnknownOutcome
from bot.domain.words import Sha
from bot.ports import TagSeen
from bot.repository import Signing
from bot.repository.answers import Place, push_failure
from bot.repository.git import Ran
from tests.git_fixtures import SHORT, TOKEN, Shop, as_pusher, environment, git, land

NOTES = "shop 1.0.0\n\n# New\n- pay by card\n--force\n"


def test_a_new_tag_is_on_the_remote_signed_and_exactly_what_was_asked_for(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, NOTES)

    seen = shop.repository.ask_for_tag("v1.0.0")
    proof = shop.repository.prove_tag("v1.0.0")

    assert seen == TagSeen("v1.0.0", proof.object, shop.head)
    assert (proof.name, proof.named_inside, proof.target) == ("v1.0.0", "v1.0.0", shop.head)
    assert (proof.signer, proof.problem) == ("release@shop.example", None)


def test_the_message_is_kept_word_for_word_with_its_headings(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, NOTES)

    message = git(shop.bare, "for-each-ref", "--format=%(contents)", "refs/tags/v1.0.0")

    assert message.startswith(NOTES + "-----BEGIN SSH SIGNATURE-----")


@pytest.mark.parametrize("message", ["", "\x00\x1b[31m\x07 größer 🚢 \ud800\n-F /etc/passwd", "x" * 500_000])
def test_any_message_makes_a_tag(shop: Shop, message: str) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, message)

    assert shop.repository.prove_tag("v1.0.0").signer == "release@shop.example"


def test_a_message_that_holds_a_signature_does_not_stand_for_one(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    signature = git(shop.bare, "for-each-ref", "--format=%(contents:signature)", "refs/tags/v1.0.0")

    shop.repository.push_new_tag("v1.0.1", shop.head, f"1.0.1\n\n{signature}")

    assert shop.repository.prove_tag("v1.0.1").signer == "release@shop.example"


def test_making_a_tag_leaves_none_in_the_mirror_and_no_scratch_behind(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    shop.repository.prove_tag("v1.0.0")

    assert sorted(path.name for path in (shop.home / "data").iterdir()) == ["mirror.git", "mirror.lock"]
    assert git(shop.home / "data" / "mirror.git", "for-each-ref", "refs/tags", "refs/remote-tags") == ""


def test_a_second_push_of_a_tag_is_refused_and_changes_nothing(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    first = shop.repository.ask_for_tag("v1.0.0")
    other = land(shop.bare, "feat: more")
    shop.repository.refresh()

    with pytest.raises(OutsideRefusal, match=r"already has a tag v1\.0\.0\. A release tag is never moved"):
        shop.repository.push_new_tag("v1.0.0", other, "1.0.0 again")

    assert shop.repository.ask_for_tag("v1.0.0") == first


def test_of_two_bots_that_push_one_tag_at_once_one_wins(shop: Shop) -> None:
    other = land(shop.bare, "feat: more")
    shop.repository.refresh()
    ends: list[str] = []

    def push(commit: Sha) -> None:
        try:
            shop.seen_with().push_new_tag("v1.0.0", commit, "1.0.0")
            ends.append("made")
        except (OutsideRefusal, OutsideError) as error:
            ends.append(type(error).__name__)

    bots = [threading.Thread(target=push, args=(commit,)) for commit in (shop.head, other, other, shop.head)]
    for bot in bots:
        bot.start()
    for bot in bots:
        bot.join()

    assert "made" in ends
    assert (
        ends.count("made") <= 2
    )  # two made of the same commit within one second are one and the same object
    assert shop.repository.prove_tag("v1.0.0").signer == "release@shop.example"


def test_the_remotes_hook_refuses_to_move_or_delete_a_release_tag(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    other = land(shop.bare, "feat: more")

    moved = _push(shop, "--force", f"{other}:refs/tags/v1.0.0")
    deleted = _push(shop, ":refs/tags/v1.0.0")

    sentence = "Release tags are never moved or deleted: v1.0.0 stays where it is."
    assert moved.returncode != 0
    assert sentence in moved.stderr
    assert deleted.returncode != 0
    assert sentence in deleted.stderr
    assert shop.repository.prove_tag("v1.0.0").target == shop.head


def test_a_tag_object_replayed_under_another_name_still_names_itself(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    tag = git(shop.bare, "rev-parse", "refs/tags/v1.0.0")
    git(shop.bare, "update-ref", "refs/tags/v9.9.9", tag)

    proof = shop.repository.prove_tag("v9.9.9")

    assert (proof.name, proof.named_inside) == ("v9.9.9", "v1.0.0")
    assert proof.signer == "release@shop.example"


def test_a_signature_by_an_unknown_key_proves_nothing_although_git_calls_it_good(shop: Shop) -> None:
    stranger = make_signing_key(shop.home / "stranger")
    shop.seen_with(signing=stranger).push_new_tag("v1.0.0", shop.head, "1.0.0")

    proof = shop.repository.prove_tag("v1.0.0")

    assert proof.signer is None
    assert proof.problem is not None
    assert "No principal matched" in proof.problem


def test_without_a_list_of_allowed_signers_nothing_is_proven_and_nothing_pushed(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    trusting = shop.seen_with(signing=replace(shop.signing, allowed_signers=None))

    proof = trusting.prove_tag("v1.0.0")
    with pytest.raises(OutsideRefusal, match="allowedSignersFile needs to be configured"):
        trusting.push_new_tag("v1.0.1", shop.head, "1.0.1")

    assert proof.signer is None
    assert "allowedSignersFile" in (proof.problem or "")
    assert shop.repository.ask_for_tag("v1.0.1") is None


def test_a_tag_object_that_was_tampered_with_is_not_proven(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    other = land(shop.bare, "feat: more")
    text = git(shop.bare, "cat-file", "tag", "v1.0.0").replace(shop.head, other)
    tag = git(shop.bare, "hash-object", "-t", "tag", "-w", "--stdin", stdin=f"{text}\n".encode())
    git(shop.bare, "update-ref", "refs/tags/v1.0.0", tag)

    proof = shop.repository.prove_tag("v1.0.0")

    assert (proof.signer, proof.target) == (None, other)
    assert proof.problem


@pytest.mark.parametrize(
    "how", [("tag",), ("-c", "user.name=A", "-c", "user.email=a@x", "tag", "-a", "-m", "x")]
)
def test_an_unsigned_tag_is_told_as_such(shop: Shop, how: tuple[str, ...]) -> None:
    git(shop.bare, *how, "v1.0.0", shop.head)

    proof = shop.repository.prove_tag("v1.0.0")

    assert (proof.signer, proof.target) == (None, shop.head)
    assert "no signature" in (proof.problem or "")


def test_a_tag_that_is_not_there_cannot_be_proven(shop: Shop) -> None:
    with pytest.raises(OutsideRefusal, match=r"has no tag v1\.0\.0"):
        shop.repository.prove_tag("v1.0.0")


def test_a_tag_of_no_commit_cannot_be_proven(shop: Shop) -> None:
    git(shop.bare, "tag", "v1.0.0", "main:f0")

    with pytest.raises(OutsideRefusal, match="leads to no commit"):
        shop.repository.prove_tag("v1.0.0")


def test_a_longer_name_that_ends_alike_is_another_tag(shop: Shop) -> None:
    git(shop.bare, "update-ref", "refs/tags/old/refs/tags/v1.0.0", shop.head)

    assert shop.repository.ask_for_tag("v1.0.0") is None


def test_a_push_cut_after_it_was_accepted_has_an_unknown_outcome_and_is_found_by_looking(shop: Shop) -> None:
    with (
        shop.remote.misbehave(Fault.CUT_AFTER_ACCEPT),
        pytest.raises(UnknownOutcome, match="may be there all the same"),
    ):
        shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")

    seen = shop.repository.ask_for_tag("v1.0.0")

    assert seen is not None
    assert seen.target == shop.head
    assert shop.repository.prove_tag("v1.0.0").signer == "release@shop.example"


def test_a_push_that_is_never_answered_has_an_unknown_outcome_in_time(shop: Shop) -> None:
    with shop.remote.misbehave(Fault.HANG), pytest.raises(UnknownOutcome):
        shop.seen_with(patience=SHORT).push_new_tag("v1.0.0", shop.head, "1.0.0")


def test_a_hooks_refusal_is_repeated_in_its_own_words(shop: Shop) -> None:
    with shop.remote.misbehave(Fault.REFUSE), pytest.raises(OutsideRefusal) as caught:
        shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")

    assert str(caught.value) == (
        f"{shop.remote.url} refused the tag v1.0.0: The shop is closed for stocktaking until Monday. "
        "(pre-receive hook declined). Ask those who keep the repository's rules, then try again."
    )


def test_without_a_connection_nothing_was_sent_and_that_is_said(shop: Shop) -> None:
    with shop.remote.down(), pytest.raises(OutsideError) as caught:
        shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")

    assert not isinstance(caught.value, UnknownOutcome)


def test_without_a_token_the_push_is_refused_and_the_setting_named(shop: Shop) -> None:
    with pytest.raises(OutsideRefusal, match="Check the product's token"):
        shop.seen_with(token=None).push_new_tag("v1.0.0", shop.head, "1.0.0")


def test_a_tag_can_be_pushed_although_the_remotes_branches_moved_away(shop: Shop) -> None:
    elsewhere = land(shop.bare, "feat: a new beginning", branch="new")
    git(shop.bare, "update-ref", "refs/heads/main", elsewhere)

    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")

    assert shop.repository.prove_tag("v1.0.0").target == shop.head


def test_a_commit_that_the_mirror_does_not_have_is_not_tagged(shop: Shop) -> None:
    unseen = land(shop.bare, "feat: unseen")

    with pytest.raises(OutsideError, match=f"no commit {unseen[:7]}. Refresh it"):
        shop.repository.push_new_tag("v1.0.0", unseen, "1.0.0")


@pytest.mark.parametrize("name", ["-x", "--delete", "v1.0.0^{}", "", "v 1", "v*"])
def test_a_hostile_name_gets_no_further_than_its_check(shop: Shop, name: str) -> None:
    with pytest.raises(OutsideRefusal, match="cannot be the name"):
        shop.repository.push_new_tag(name, shop.head, "x")
    with pytest.raises(OutsideRefusal, match="cannot be the name"):
        shop.repository.ask_for_tag(name)
    with pytest.raises(OutsideRefusal, match="cannot be the name"):
        shop.repository.prove_tag(name)


def test_a_key_that_is_missing_is_named_as_the_setting_to_check(shop: Shop) -> None:
    lost = shop.seen_with(signing=replace(shop.signing, key=shop.home / "no-such-key"))

    with pytest.raises(
        OutsideRefusal, match=r"could not be signed: .*no-such-key.* Check the signing key setting"
    ):
        lost.push_new_tag("v1.0.0", shop.head, "1.0.0")

    assert shop.repository.ask_for_tag("v1.0.0") is None


def test_a_key_with_a_passphrase_cannot_sign_and_nobody_is_asked_for_it(shop: Shop) -> None:
    key = shop.home / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", key], check=True)
    locked = shop.seen_with(signing=replace(shop.signing, key=key))

    with pytest.raises(OutsideRefusal, match=r"Check the signing key setting: .* need no passphrase"):
        locked.push_new_tag("v1.0.0", shop.head, "1.0.0")


def test_a_key_that_others_may_read_cannot_sign(shop: Shop) -> None:
    Path(shop.signing.key).chmod(0o644)

    with pytest.raises(OutsideRefusal, match=r"UNPROTECTED PRIVATE KEY FILE.* Check the signing key setting"):
        shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")


@pytest.mark.parametrize(
    ("flag", "summary", "kind", "said"),
    [
        ("!", "[rejected] (stale info)", OutsideRefusal, "already has a tag v1"),
        ("!", "[remote rejected] (reference already exists)", OutsideRefusal, "already has a tag v1"),
        ("!", "[remote rejected] (protected tag)", OutsideRefusal, "refused the tag v1: protected tag"),
        ("!", "[remote rejected] (failed to update ref)", OutsideError, "could not take the tag v1 just now"),
        ("!", "[remote rejected] (cannot lock ref)", OutsideError, "could not take the tag v1 just now"),
        ("!", "[remote failure] (remote failed to report status)", UnknownOutcome, "may be there"),
        ("*", "[new tag]", UnknownOutcome, "may be there"),
    ],
)
def test_what_git_reports_of_a_push_is_told_apart(flag: str, summary: str, kind: type, said: str) -> None:
    report = f"To https://x\n{flag}\t{'a' * 40}:refs/tags/v1\t{summary}\n"

    failure = push_failure(Ran(1, report.encode(), ""), "v1", Place("shop", "https://x"))

    assert type(failure) is kind
    assert said in str(failure)


@pytest.mark.parametrize(
    ("err", "kind"),
    [
        ("error: RPC failed; HTTP 413 curl 22", OutsideRefusal),
        ("error: RPC failed; HTTP 403 curl 22", OutsideRefusal),
        ("error: RPC failed; HTTP 429 curl 22", UnknownOutcome),
        ("error: RPC failed; HTTP 504 curl 22\nfatal: the remote end hung up unexpectedly", UnknownOutcome),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", OutsideError),
        (
            "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.",
            OutsideRefusal,
        ),
        ("something new", UnknownOutcome),
    ],
)
def test_a_push_without_a_report_is_unknown_unless_git_says_that_nothing_was_sent(
    err: str, kind: type
) -> None:
    failure = push_failure(Ran(128, b"", err), "v1", Place("shop", "https://x"))

    assert type(failure) is kind


@pytest.fixture
def pgp_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of a fresh key in a keyring of its own, whose agent is stopped at the end."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    # Not tmp_path: the agent's socket has to fit into 107 characters.
    with tempfile.TemporaryDirectory(prefix="gpg") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        made = ["--quick-generate-key", "Release <r@shop.example>", "ed25519", "sign", "never"]
        _gpg(*made)
        yield _fingerprints()[0]
        subprocess.run(["gpgconf", "--kill", "all"], check=True)


def test_an_openpgp_key_signs_and_is_recognised_by_its_id_alone(shop: Shop, pgp_key: str) -> None:
    bot = shop.seen_with(signing=Signing("openpgp", pgp_key))
    bot.push_new_tag("v1.0.0", shop.head, NOTES)
    _gpg("--quick-generate-key", "Other <o@shop.example>", "ed25519", "sign", "never")
    (other,) = [found for found in _fingerprints() if found != pgp_key]

    proof = bot.prove_tag("v1.0.0")
    by_another = shop.seen_with(signing=Signing("openpgp", other)).prove_tag("v1.0.0")

    assert (proof.signer, proof.problem, proof.named_inside) == (pgp_key, None, "v1.0.0")
    assert by_another.signer is None
    assert "not with the configured key" in (by_another.problem or "")


def _gpg(*arguments: str) -> str:
    command = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _fingerprints() -> list[str]:
    listed = _gpg("--list-secret-keys", "--with-colons").split("\n")
    return [line.split(":")[9] for line in listed if line.startswith("fpr:")]


def _push(shop: Shop, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ["git", *as_pusher(TOKEN), "push", shop.remote.url, *arguments]
    return subprocess.run(
        command, cwd=shop.bare, check=False, capture_output=True, text=True, env=environment()
    )
