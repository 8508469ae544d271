"""The Block Kit check against two tables of samples, and against any JSON there is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.workspace.blockkit import SHAPES as DECLARED
from bot.workspace.blockkit import Finding, Surface, check_blocks, check_view, text_size

FOLDER = Path(__file__).parent / "samples"
Json = Any


def lines(name: str) -> list[list[str]]:
    """The rows of a table, each a list of its columns."""
    text = (FOLDER / name).read_text("utf-8")
    columns = 4 if name == "invalid.txt" else 2
    return [row.split(" | ", columns - 1) for row in text.splitlines() if row and not row.startswith("#")]


def unfolded(value: Json, count: int = 0) -> Json:
    """The JSON a sample stands for; the shorthand is explained at the head of `valid.txt`."""
    if isinstance(value, list):
        return [item for part in value for item in _several(part, count)]
    if isinstance(value, dict):
        return (
            value["$raw"]
            if "$raw" in value
            else {name: unfolded(item, count) for name, item in value.items()}
        )
    return _text(value, count) if isinstance(value, str) else value


def _several(part: Json, count: int) -> list[Json]:
    if isinstance(part, dict) and "$times" in part:
        return [unfolded(part["of"], number) for number in range(part["$times"])]
    return [unfolded(part, count)]


def _text(words: str, count: int) -> Json:
    short, colon, rest = words.partition(":")
    rest = re.sub(r"×(\d+)", lambda found: "x" * int(found[1]), rest).replace(
        "#", str(count) if colon else "#"
    )
    match short if colon else "":
        case "$p":
            return {"type": "plain_text", "text": rest}
        case "$m":
            return {"type": "mrkdwn", "text": rest}
        case "$c":
            return {"type": "raw_text", "text": rest}
        case "$o":
            return {"text": {"type": "plain_text", "text": rest}, "value": rest}
        case "$r":
            section = {"type": "rich_text_section", "elements": [{"type": "text", "text": rest}]}
            return {"type": "rich_text", "elements": [section]}
        case _:
            whole = re.sub(r"×(\d+)", lambda found: "x" * int(found[1]), words)
            return re.sub(r"^([a-z])#$", lambda found: f"{found[1]}{count}", whole)


def found_in(surface: str, value: Json) -> list[Finding]:
    """What the check says of a block, of blocks or of a whole view on this surface."""
    if surface.startswith("view-"):
        return check_view(value, Surface(surface.removeprefix("view-")))
    blocks = [value] if isinstance(value, dict) else value
    if surface == "message":
        return check_blocks(blocks)
    title = {"type": "plain_text", "text": "a"}
    modal = {"title": title, "submit": title} if surface == "modal" else {}
    return check_view({"type": surface, "blocks": blocks, **modal}, Surface(surface))


def names_in(value: Json) -> set[str]:
    """Every `type` inside a sample."""
    if isinstance(value, list):
        return {name for item in value for name in names_in(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["type"]} if isinstance(value.get("type"), str) else set()
    return own | {name for item in value.values() for name in names_in(item)}


VALID, INVALID = lines("valid.txt"), lines("invalid.txt")


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert (len(INVALID) >= 150, len(VALID) >= 60) == (True, True)
    assert len({tuple(row) for row in INVALID}) == len(INVALID)


@pytest.mark.parametrize(("surface", "text"), VALID)
def test_these_pass(surface: str, text: str) -> None:
    assert found_in(surface, unfolded(json.loads(text))) == []


@pytest.mark.parametrize(("surface", "rule", "pointer", "text"), INVALID)
def test_these_are_refused_at_their_place(surface: str, rule: str, pointer: str, text: str) -> None:
    found = found_in(surface, unfolded(json.loads(text)))

    assert (rule, pointer) in [(finding.rule, finding.pointer) for finding in found]


def test_every_declared_block_and_element_has_a_valid_and_an_invalid_sample() -> None:
    shown = names_in([unfolded(json.loads(text)) for _, text in VALID])
    refused = names_in([unfolded(json.loads(row[3])) for row in INVALID])

    typed = {name for name, shape in DECLARED.items() if shape.typed} - {"image_element", "team"}
    assert typed - shown == set()
    few = {
        "divider",
        "link",
        "usergroup",
        "channel",
        "emoji",
        "color",
        "date",
        "rich_text_quote",
        "channels_select",
    }
    assert typed - refused - few - {"users_select", "multi_channels_select", "rich_text_input"} == set()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=25,
)
FIELDS = sorted({field for shape in DECLARED.values() for field in shape.fields})
NEARLY = st.recursive(
    st.sampled_from(["mrkdwn", "plain_text", "a", "", "true"])
    | st.integers()
    | st.none()
    | st.booleans()
    | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4).flatmap(
            lambda fields: st.sampled_from(sorted(DECLARED)).map(lambda kind: {"type": kind, **fields})
        )
    ),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(JSON_VALUES)
def test_any_json_is_a_list_of_findings_and_never_a_crash(value: Json) -> None:
    for found in (check_blocks(value), check_view(value, Surface.MODAL), check_view(value, Surface.HOME)):
        assert all(finding.line and json.dumps(finding.as_json()) for finding in found)
    assert text_size(value) >= 0


@settings(max_examples=250, deadline=None)
@given(st.lists(NEARLY, max_size=5))
def test_what_is_nearly_right_never_crashes_either(blocks: list[Json]) -> None:
    found = check_blocks(blocks)
    in_view = check_view({"type": "modal", "blocks": blocks}, Surface.MODAL)

    assert all(finding.pointer.startswith("/blocks") for finding in found)
    assert all(finding.pointer.startswith("/view") for finding in in_view)
