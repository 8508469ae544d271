"""To which tags nobody can go back: what reading them from the remote has shown."""

import pytest

from bot.domain.words import Sha
from bot.effects.prove_target import why_not
from bot.ports import TagProof

TAG, MADE_AT, ELSEWHERE = "v1.3.2", Sha("a" * 40), Sha("b" * 40)


def proof(named: str = TAG, target: Sha = MADE_AT, signer: str | None = "release@shop.example") -> TagProof:
    return TagProof(TAG, Sha("c" * 40), named, target, signer, None if signer else "bad signature")


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (proof(target=ELSEWHERE), "it leads to bbbbbbb, and was made at aaaaaaa: somebody has replaced it."),
        (proof(named="v1.3.1"), "the tag object inside is called v1.3.1: it was made for another name."),
        (proof(signer=None), "its signature does not verify: bad signature."),
    ],
)
def test_a_tag_that_is_not_what_was_made_is_no_target(read: TagProof, said: str) -> None:
    assert why_not(read, TAG, MADE_AT) == said


def test_a_tag_that_is_what_was_made_or_that_others_made_and_signed_is_one() -> None:
    assert why_not(proof(), TAG, MADE_AT) is None
    assert why_not(proof(target=ELSEWHERE), TAG, None) is None
