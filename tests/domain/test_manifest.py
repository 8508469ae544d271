"""The manifest of releases: the same text for the same releases, nothing lost, and what its schema says."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NotUnderstood
from bot.domain.manifest import (
    Component,
    Manifest,
    ManifestRelease,
    ReleaseState,
    read_manifest,
    with_release,
    write_manifest,
)

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/releases.schema.json").read_text())
FIRST = ManifestRelease(
    product="shop", version="1.0.0", tag="v1.0.0", commit="1" * 40, state=ReleaseState.RELEASED, type="major",
    released_at="2026-01-01T10:00:00Z", components=(Component("web", "5.0.0", "2" * 40), Component("api", "3.2.0", "1" * 40)),
    versions={"backend.api": "3.2.0"},
)  # fmt: skip
SECOND = ManifestRelease(
    product="shop", version="1.0.1", tag="v1.0.1", commit="3" * 40, state=ReleaseState.WITHDRAWN, type="hotfix",
    released_at="2026-01-02T10:00:00Z", reason="It lost orders.",
)  # fmt: skip


@pytest.mark.process("TGM-3")
def test_a_manifest_is_what_its_schema_says_and_comes_back_as_it_was() -> None:
    manifest = with_release(with_release(Manifest(), FIRST), SECOND)

    text = write_manifest(manifest)

    jsonschema.validate(json.loads(text), SCHEMA)
    assert write_manifest(read_manifest(text)) == text
    assert [r["state"] for r in json.loads(text)["releases"]] == ["withdrawn", "released"]
    assert {r.tag: r.versions for r in read_manifest(text).releases}["v1.0.0"] == {"backend.api": "3.2.0"}


def test_the_order_in_which_releases_came_does_not_show() -> None:
    one = with_release(with_release(Manifest(), FIRST), SECOND)
    other = with_release(with_release(Manifest(), SECOND), FIRST)

    assert write_manifest(one) == write_manifest(other)


def test_what_others_have_added_is_kept_when_a_release_changes() -> None:
    whole = json.loads(write_manifest(with_release(Manifest(), FIRST)))
    whole["team"] = "Shop"
    whole["releases"][0]["ticket"] = {"id": 7}
    whole["releases"][0]["components"][0]["image"] = "sha256:1"

    text = write_manifest(read_manifest(json.dumps(whole)))
    kept = json.loads(text)
    withdrawn = json.loads(write_manifest(with_release(read_manifest(text), FIRST)))

    jsonschema.validate(kept, SCHEMA)
    assert kept == whole
    assert withdrawn["releases"][0]["ticket"] == {"id": 7}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"format": 1, "releases": [], "x": NaN}', "it is not JSON"),
        ("[]", "it has no list `releases`"),
        ('{"format": 2, "releases": []}', "its `format` is not 1"),
        ('{"format": true, "releases": []}', "its `format` is not 1"),
        ('{"format": 1, "releases": [1]}', "entry 1 is no release"),
        (
            '{"format": 1, "releases": [{}]}',
            "entry 1 lacks product, version, tag, commit, state, type, released_at",
        ),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why.replace("[", r"\[")):
        read_manifest(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_anything_that_is_json_is_a_manifest_or_refused(added: object) -> None:
    whole = json.loads(write_manifest(with_release(Manifest(), FIRST)))
    whole["releases"][0]["added"] = added

    text = write_manifest(read_manifest(json.dumps(whole)))

    assert json.loads(text) == whole
    with pytest.raises(NotUnderstood):
        read_manifest(json.dumps(added))
