"""What a button carries: read back as it was written, and refused in every other shape."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ballots import UNREADABLE, Ballot, ballot_for
from bot.domain.errors import OutOfDate
from bot.domain.words import Phase, ReleaseId, RoleName, Sha
from tests.domain.builders import C1, ballot, brought_to, process, started, the

A_BALLOT = Ballot(ReleaseId("shop-2.4.0"), Phase.TESTING, RoleName("qa"), C1, "d" * 64)
ROW = asdict(A_BALLOT)


def changed(**fields: object) -> str:
    return json.dumps({**ROW, **fields}, separators=(",", ":"))


def test_what_is_written_is_read_back() -> None:
    release = brought_to(Phase.TESTING)
    written = ballot(release, "TEST-GO")

    assert Ballot.load(written.dump()) == written


def test_a_ballot_fits_into_a_button() -> None:
    release, role = ReleaseId("s" * 40 + "-" + "9" * 64 + "~12"), RoleName("r" * 40)
    longest = Ballot(release, Phase.POST_RELEASE, role, Sha("a" * 64), "d" * 64)

    assert len(longest.dump()) < 2000


def test_there_is_no_ballot_before_the_commit_is_known() -> None:
    assert ballot_for(started(), process(), the("PLAN-GO")) is None


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("shop-2.4.0", id="a release's id, as older buttons carried it"),
        pytest.param("shop-2.4.0|testing|qa", id="words with bars between"),
        pytest.param("{", id="half a ballot"),
        pytest.param("null", id="null"),
        pytest.param("5", id="a number"),
        pytest.param('"release"', id="a text"),
        pytest.param('["release","phase","role","commit","digest"]', id="a list"),
        pytest.param("[" * 1999, id="a list without end"),
        pytest.param("9" * 1999, id="a number of two thousand digits"),
        pytest.param(changed(extra="x"), id="a field too many"),
        pytest.param(json.dumps({k: v for k, v in ROW.items() if k != "digest"}), id="a field too few"),
        pytest.param(changed(phase="deployment"), id="a phase that does not exist"),
        pytest.param(changed(phase=None), id="a phase of null"),
        pytest.param(changed(commit=1), id="a commit that is a number"),
        pytest.param(changed(role=["qa"]), id="a role that is a list"),
        pytest.param(changed(release="shop-2.4.0\x00"), id="a null character"),
        pytest.param(changed(release="\ud83d"), id="half an emoji"),
        pytest.param(changed(release="s" * 2000), id="more than a button holds"),
        pytest.param(json.dumps(ROW), id="spaces that were not written"),
        pytest.param(changed()[:-1] + ',"role":"product"}', id="the role twice"),
        pytest.param(A_BALLOT.dump() + " ", id="a space after it"),
        pytest.param(A_BALLOT.dump().replace('"', "”"), id="typographic quotes"),
        pytest.param(A_BALLOT.dump().replace('"', "&quot;"), id="quotes escaped on the way"),
    ],
)
def test_anything_else_is_out_of_date_and_says_where_to_click(value: str) -> None:
    with pytest.raises(OutOfDate) as refusal:
        Ballot.load(value)

    assert str(refusal.value) == UNREADABLE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(sorted(ROW)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(sorted(ROW)) | st.text(max_size=3), inner),
    max_leaves=12,
)  # fmt: skip
any_value = st.one_of(
    st.text(),
    json_values.map(json.dumps),
    st.fixed_dictionaries({name: st.text(max_size=20) | st.just(value) for name, value in ROW.items()}).map(
        lambda row: json.dumps(row, separators=(",", ":"))
    ),
)


@given(any_value)
def test_any_text_is_exactly_what_a_ballot_writes_or_out_of_date(value: str) -> None:
    try:
        read = Ballot.load(value)
    except OutOfDate:
        return

    assert read.dump() == value
