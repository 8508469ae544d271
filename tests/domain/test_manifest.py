"""The manifest of releases: the same text for the same releases, nothing lost, and what its schema says."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import course
from bot.domain.components import ComponentNext
from bot.domain.errors import NotUnderstood
from bot.domain.events import WorkEnded
from bot.domain.kept_facts import component_facts, version_facts
from bot.domain.manifest import (
    Component,
    Manifest,
    ManifestRelease,
    ReleaseState,
    read_manifest,
    with_release,
    write_manifest,
)
from bot.domain.manifest_entries import with_all
from bot.domain.named_versions import Known, Unreadable, VersionRow
from bot.domain.outcomes import TagProved
from bot.domain.people import HARBOURMASTER
from bot.domain.records import Work
from bot.domain.words import ItemId, Sha, Verdict
from tests.domain.builders import C1, MARA, NOON, ROLES, moved, process, started, tag_ordered

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


def test_the_releases_of_the_bot_are_in_it_once_they_have_a_tag_or_were_cancelled_with_a_commit() -> None:
    tagging, order = tag_ordered()
    proved = TagProved(Sha("9" * 40), "release@shop.example")
    tagged = course.tag_result(tagging, order, proved, NOON, process()).release
    cancelled = course.cancel(moved(started(), C1), "not now", MARA, ROLES, NOON, process()).release

    assert with_all(Manifest(), [started(), moved(started(), C1)]) == Manifest()
    (entry,) = with_all(Manifest(), [tagged]).releases
    assert (entry.tag, entry.commit, entry.state, entry.released_at) == (
        "v2.4.0", C1, ReleaseState.RELEASED, "2026-12-01T12:00:00Z",
    )  # fmt: skip
    (entry,) = with_all(Manifest(), [cancelled]).releases
    assert (entry.state, entry.reason, entry.commit) == (ReleaseState.CANCELLED, "not now", C1)
    assert read_manifest(write_manifest(with_all(Manifest(), [tagged]))).releases[0].tag == "v2.4.0"


def test_a_release_that_somebody_has_withdrawn_stays_withdrawn() -> None:
    tagging, order = tag_ordered()
    proved = TagProved(Sha("9" * 40), "release@shop.example")
    tagged = course.tag_result(tagging, order, proved, NOON, process()).release
    (entry,) = with_all(Manifest(), [tagged]).releases
    withdrawn = Manifest((replace(entry, state=ReleaseState.WITHDRAWN, reason="it burns"),))

    assert with_all(withdrawn, [tagged]) == withdrawn


def test_the_named_versions_and_components_that_were_read_stand_in_the_entry() -> None:
    tagging, order = tag_ordered()
    tagged = course.tag_result(
        tagging, order, TagProved(Sha("9" * 40), "release@shop.example"), NOON, process()
    ).release
    facts = version_facts(
        [
            VersionRow("shop.version", Known("2.4.0", "pyproject.toml", C1), None),
            VersionRow("shop.api", Unreadable("there is no such file.", "api.yaml"), None),
        ],
        [],
    )
    components = component_facts([ComponentNext("api", "1.2.0", "1.3.0")])
    ended = WorkEnded(ItemId("PREP-VA"), "one", Verdict.PASSED, "2 versions", (), (*facts, *components))
    read = replace(
        tagged, works=(Work(ended.item, "one", "alignment", C1, HARBOURMASTER, NOON, ended, NOON),)
    )

    (entry,) = with_all(Manifest(), [read]).releases

    assert entry.versions == {"shop.version": "2.4.0"}
    assert entry.components == (Component("api", "1.3.0", C1),)
