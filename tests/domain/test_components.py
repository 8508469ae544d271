"""Parts of a product with versions of their own: what their changes ask for, and what their files say."""

from dataclasses import replace

import pytest

from bot.domain.components import ComponentRead, as_seen, component_next
from bot.domain.kept_facts import component_facts
from bot.domain.manifest import Component, Manifest, read_manifest, with_release, write_manifest
from bot.domain.release_tags import TagRef, release_tag
from bot.domain.settling import judge
from bot.domain.words import Sha
from storage import codec
from tests.domain.test_manifest import FIRST
from tests.domain.test_settling import history


def read(last: str | None, declared: str | None, *messages: str, problem: str = "") -> ComponentRead:
    changes = history(*((chr(ord("z") - place), message) for place, message in enumerate(messages)))
    previous = release_tag(TagRef(last, Sha("1" * 40))) if last else None
    return ComponentRead("api", previous, tuple(map(judge, changes)), declared, problem=problem)


@pytest.mark.process("PREP-1", "VER-1", "VER-2", "VER-3")
@pytest.mark.parametrize(
    ("last", "declared", "messages", "expected"),
    [
        pytest.param("1.2.0", "1.2.0", [], "1.2.0", id="nothing touched it"),
        pytest.param("1.2.0", "1.2.0", ["fix: x"], "1.2.1", id="a fix"),
        pytest.param("1.2.0", None, ["feat: x", "fix: y"], "1.3.0", id="a feature, and no file"),
        pytest.param("1.2.0", "1.2.1", ["feat: x"], "1.3.0", id="its file says less"),
        pytest.param("1.2.0", "2.0.0", ["feat: x"], "2.0.0", id="its file says more"),
        pytest.param(None, None, [], "0.1.0", id="it is new"),
        pytest.param(None, "0.7.0", ["feat: x"], "0.7.0", id="it is new, and its file says which it is"),
        pytest.param("1.2.0", "soon", ["feat: x"], None, id="its file says no version"),
    ],
)
def test_the_version_of_a_component(
    last: str | None, declared: str | None, messages: list[str], expected: str | None
) -> None:
    assert component_next(read(last, declared, *messages)).version == expected


def test_what_cannot_be_read_is_said_and_not_guessed() -> None:
    found = component_next(read("1.2.0", "1.2.0", "feat: x", problem="api.toml: it has no key version"))

    assert (found.version, found.problem) == (None, "api.toml: it has no key version")
    assert component_facts([found]) == ()


def test_the_store_keeps_components_and_loads_rows_from_before_them() -> None:
    seen = as_seen([component_next(read("1.2.0", None, "feat: x\0 <!channel>"))])[0]

    assert codec.load(type(seen), codec.dump(seen)) == seen


@pytest.mark.process("TGM-3")
def test_the_manifest_lists_them_and_keeps_what_others_wrote_about_them() -> None:
    theirs = Component("api", "1.2.0", "c" * 40, {"image": "shop/api"})
    old = Manifest((replace(FIRST, components=(theirs,)),))

    known = with_release(old, replace(FIRST, components=(Component("api", "1.3.0", "d" * 40),)))
    unknown = with_release(old, replace(FIRST, components=()))

    assert read_manifest(write_manifest(known)).releases[0].components == (
        Component("api", "1.3.0", "d" * 40, {"image": "shop/api"}),
    )
    assert unknown.releases[0].components == (theirs,)
