"""The Block Kit check: what passes, what does not, and where each finding points."""

# ruff: noqa: E501  # a table reads best with one row to a line

from typing import Any

import pytest

from bot.workspace.blockkit import Surface, check_blocks, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 1) -> Json:
    return {"text": plain(f"Option {number}"), "value": str(number)}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


CONFIRM = {
    "title": plain("Roll back?"),
    "text": plain("Back to 1.3.9"),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
TASK = {"type": "task_card", "task_id": "build", "title": "Build", "status": "complete"}

GOOD_IN_MESSAGES: dict[str, Json] = {
    "section with text": {"type": "section", "text": mrkdwn("*1.4.0*")},
    "section with fields": {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    "section with accessory": {"type": "section", "text": mrkdwn("a"), "accessory": button()},
    "header at its limit": {"type": "header", "text": plain("x" * 150)},
    "context": {
        "type": "context",
        "elements": [mrkdwn("a"), {"type": "image", "image_url": "https://a/b.png", "alt_text": "b"}],
    },
    "divider": {"type": "divider", "block_id": "d"},
    "danger button with confirm": actions(
        button(style="danger", value="x" * 2000, confirm={**CONFIRM, "style": "danger"})
    ),
    "button seen by some": actions(button(visible_to_user_ids=["U1"])),
    "select with initial option": actions(select(initial_option=option())),
    "overflow": actions({"type": "overflow", "action_id": "o", "options": [option()]}),
    "datepicker": actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-23"}),
    "rich text": rich(
        {"type": "text", "text": "<!channel>", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}
    ),
    "image": {"type": "image", "image_url": "https://a/b.png", "alt_text": "b"},
    "markdown": {"type": "markdown", "text": "# Notes\n- one"},
    "table": {
        "type": "table",
        "rows": [[cell("Service"), cell("Version")]],
        "column_settings": [{"align": "right"}],
    },
    "data table": {
        "type": "data_table",
        "caption": "Releases",
        "rows": [[cell("V")], [{"type": "raw_number", "value": 3, "text": "3"}]],
    },
    "plan": {"type": "plan", "title": "Release", "tasks": [TASK]},
    "card": {"type": "card", "title": mrkdwn("*1.4.0*"), "actions": [button()]},
    "container": {
        "type": "container",
        "title": plain("Changes"),
        "is_collapsible": True,
        "child_blocks": [{"type": "divider"}],
    },
    "context actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete")}],
    },
    "input": {
        "type": "input",
        "label": plain("Why"),
        "element": {"type": "plain_text_input", "max_length": 3000},
        "dispatch_action": True,
    },
}

BAD_IN_MESSAGES: dict[str, tuple[Json, str, str]] = {
    "unknown block": ({"type": "sektion"}, "/blocks/0", "unsupported type: sektion"),
    "unknown field": ({"type": "divider", "colour": "red"}, "/blocks/0", "invalid additional property: colour"),
    "unknown field in a text": ({"type": "section", "text": {**mrkdwn("a"), "emoji": True}}, "/blocks/0/text", "invalid additional property: emoji"),
    "empty section": ({"type": "section"}, "/blocks/0", "missing required field: text or fields"),
    "empty text": ({"type": "section", "text": mrkdwn("")}, "/blocks/0/text/text", "must be more than 0 characters"),
    "long section": ({"type": "section", "text": mrkdwn("x" * 3001)}, "/blocks/0/text/text", "must be less than 3001 characters"),
    "eleven fields": ({"type": "section", "fields": [mrkdwn("a")] * 11}, "/blocks/0/fields", "no more than 10 items allowed"),
    "long header": ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text", "must be less than 151 characters"),
    "mrkdwn header": ({"type": "header", "text": mrkdwn("a")}, "/blocks/0/text/type", "must be a valid enum value: plain_text"),
    "text as a string": ({"type": "header", "text": "a"}, "/blocks/0/text", "must provide an object"),
    "eleven in a context": ({"type": "context", "elements": [mrkdwn("a")] * 11}, "/blocks/0/elements", "no more than 10 items allowed"),
    "button in a context": ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0", "unsupported type: button"),
    "no actions": (actions(), "/blocks/0/elements", "no fewer than 1 items allowed"),
    "too many actions": (actions(*[button(action_id=f"a{n}") for n in range(26)]), "/blocks/0/elements", "no more than 25 items allowed"),
    "long button": (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text", "must be less than 76 characters"),
    "mrkdwn button": (actions(button(text=mrkdwn("a"))), "/blocks/0/elements/0/text/type", "must be a valid enum value: plain_text"),
    "long value": (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "must be less than 2001 characters"),
    "default style": (actions(button(style="default")), "/blocks/0/elements/0/style", "must be a valid enum value: primary, danger"),
    "half a confirm": (actions(button(confirm={"title": plain("a")})), "/blocks/0/elements/0/confirm", "missing required field: text"),
    "same action twice": (actions(button(), button()), "/blocks/0/elements/1/action_id", "`action_id` go already exists"),
    "101 options": (actions(select(options=[option(n) for n in range(101)])), "/blocks/0/elements/0/options", "no more than 100 items allowed"),
    "foreign initial option": (actions(select(initial_option=option(2))), "/blocks/0/elements/0", "initial option does not match any of the provided options"),
    "long option value": (actions(select(options=[{"text": plain("a"), "value": "x" * 151}])), "/blocks/0/elements/0/options/0/value", "must be less than 151 characters"),
    "six in an overflow": (actions({"type": "overflow", "action_id": "o", "options": [option(n) for n in range(6)]}), "/blocks/0/elements/0/options", "no more than 5 items allowed"),
    "date that is none": (actions({"type": "datepicker", "initial_date": "23.11.2026"}), "/blocks/0/elements/0/initial_date", "failed to match the required format"),
    "input element in actions": (actions({"type": "plain_text_input"}), "/blocks/0/elements/0", "unsupported type: plain_text_input"),
    "image without words": ({"type": "image", "image_url": "https://a/b.png"}, "/blocks/0", "missing required field: alt_text"),
    "alert outside a modal": ({"type": "alert", "level": "warning", "text": plain("a")}, "/blocks/0", "alert is not allowed in a message"),
    "twenty-one columns": ({"type": "table", "rows": [[cell("a")] * 21]}, "/blocks/0/rows/0", "no more than 20 items allowed"),
    "full table": ({"type": "table", "rows": [[cell("x" * 5001), cell("x" * 5000)]]}, "/blocks/0/rows", "must be less than 10001 characters"),
    "short data table": ({"type": "data_table", "caption": "a", "rows": [[cell("V")]]}, "/blocks/0/rows", "no fewer than 2 items allowed"),
    "odd task status": ({"type": "plan", "title": "a", "tasks": [{**TASK, "status": "done"}]}, "/blocks/0/tasks/0/status", "must be a valid enum value: pending, in_progress, complete, error"),
    "rich text inside out": ({"type": "rich_text", "elements": [{"type": "text", "text": "a"}]}, "/blocks/0/elements/0", "unsupported type: text"),
    "rich style unknown": (rich({"type": "text", "text": "a", "style": {"blink": True}}), "/blocks/0/elements/0/elements/0/style", "invalid additional property: blink"),
    "long block id": ({"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id", "must be less than 256 characters"),
}  # fmt: skip

MODAL = {"type": "modal", "title": plain("Start"), "blocks": [{"type": "divider"}]}
INPUT = GOOD_IN_MESSAGES["input"]

BAD_VIEWS: dict[str, tuple[Json, Surface, str, str]] = {
    "long title": ({**MODAL, "title": plain("x" * 25)}, Surface.MODAL, "/view/title/text", "must be less than 25 characters"),
    "long submit": ({**MODAL, "submit": plain("x" * 25)}, Surface.MODAL, "/view/submit/text", "must be less than 25 characters"),
    "long metadata": ({**MODAL, "private_metadata": "x" * 3001}, Surface.MODAL, "/view/private_metadata", "must be less than 3001 characters"),
    "input without submit": ({**MODAL, "blocks": [INPUT]}, Surface.MODAL, "/view", "missing required field: submit"),
    "no title": ({"type": "modal", "blocks": []}, Surface.MODAL, "/view", "missing required field: title"),
    "101 blocks": ({**MODAL, "blocks": [{"type": "divider"}] * 101}, Surface.MODAL, "/view/blocks", "no more than 100 items allowed"),
    "markdown in a modal": ({**MODAL, "blocks": [{"type": "markdown", "text": "a"}]}, Surface.MODAL, "/view/blocks/0", "markdown is not allowed in a modal"),
    "home as a modal": ({"type": "home", "blocks": []}, Surface.MODAL, "/view/type", "must be a valid enum value: modal"),
    "title on the home tab": ({"type": "home", "blocks": [], "title": plain("a")}, Surface.HOME, "/view", "invalid additional property: title"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD_IN_MESSAGES)
def test_these_blocks_pass_in_a_message(name: str) -> None:
    assert check_blocks([GOOD_IN_MESSAGES[name]]) == []


@pytest.mark.parametrize("name", BAD_IN_MESSAGES)
def test_these_blocks_are_refused_with_their_place(name: str) -> None:
    block, pointer, message = BAD_IN_MESSAGES[name]

    found = check_blocks([block])

    assert (pointer, message) in [(finding.pointer, finding.message) for finding in found]


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_these_views_are_refused_with_their_place(name: str) -> None:
    view, surface, pointer, message = BAD_VIEWS[name]

    found = check_view(view, surface)

    assert [(finding.pointer, finding.message) for finding in found] == [(pointer, message)]


def test_every_mistake_is_found_at_once() -> None:
    blocks = [{"type": "header", "text": plain("x" * 151), "extra": 1}, {"type": "section"}]

    assert [finding.line for finding in check_blocks(blocks)] == [
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        "invalid additional property: extra [json-pointer:/blocks/0]",
        "missing required field: text or fields [json-pointer:/blocks/1]",
    ]


def test_the_same_block_id_twice_is_refused() -> None:
    blocks = [{"type": "divider", "block_id": "same"}, {"type": "divider", "block_id": "same"}]

    assert [finding.line for finding in check_blocks(blocks)] == [
        "`block_id` same already exists [json-pointer:/blocks/1/block_id]"
    ]


def test_what_a_markdown_block_becomes_counts_to_the_fifty() -> None:
    headings = {"type": "markdown", "text": "\n".join(f"# Heading {number}\nWords" for number in range(26))}

    assert [finding.message for finding in check_blocks([headings])] == ["no more than 50 items allowed"]


@pytest.mark.parametrize(
    "nonsense", [None, 1, "text", {}, [None], [1], [[]], [{"type": []}], [{"type": None}]]
)
def test_nonsense_is_a_finding_and_never_a_crash(nonsense: Any) -> None:
    assert check_blocks(nonsense) != []
    assert check_view(nonsense, Surface.MODAL) != []
