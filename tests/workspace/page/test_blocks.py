"""Every block and element that the validator knows is readable in the page: its texts are there, and no stand-in is."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.workspace import Workspace, WorkspaceSetup
from bot.workspace.blockkit import TOTAL_TEXT, text_size
from tests.workspace.test_blockkit_samples import VALID, unfolded

NEVER_SHOWN = (
    "confirm",
    "workflow",
    "initial_option",
    "initial_options",
    "dispatch_action_config",
    "filter",
    "slack_icon",
)
SAID_IN = (
    "text",
    "alt_text",
    "caption",
    "title",
    "label",
    "name",
    "external_id",
    "author_name",
    "fallback",
    "x_label",
    "y_label",
)
LONGEST = 200
BATCH = 12
ALL_WORDS = """node => [node.textContent, ...[...node.querySelectorAll("*")].flatMap(inner =>
    [...inner.attributes].map(one => one.value).concat(inner.value ?? []))].join(" ")"""


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a sample that a person should be able to read."""
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    if not isinstance(value, dict) or "visible_to_user_ids" in value:
        return
    if value.get("type") in ("date", "emoji"):
        return
    for name, item in value.items():
        if isinstance(item, str) and name in SAID_IN:
            yield item[:LONGEST]
        elif name not in NEVER_SHOWN:
            yield from texts_in(item)


def bare(text: str) -> str:
    """Letters and digits alone, as markup and emoji look otherwise in the page."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r":[a-z_]+:|<[^>]*>|\|?-{3,}\|?", "", text.lower()))


def missing_from(shown: str, sample: Any) -> list[str]:
    words = re.sub(r"[^a-z0-9]", "", shown.lower())
    return [text for text in texts_in(sample) if bare(text) not in words]


def blocks_of(surface: str) -> list[list[Any]]:
    found = [unfolded(json.loads(text)) for name, text in VALID if name == surface]
    return [item if isinstance(item, list) else [item] for item in found]


@pytest.fixture(scope="module")
def board(make_setup: Callable[..., WorkspaceSetup]) -> Iterator[Workspace]:
    with Workspace.serve(make_setup(rate_limits=False)) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def page(board: Workspace, open_window: Any) -> Iterator[Page]:
    with open_window(f"{board.page_url}?as=alice&room=releases") as window:
        yield window


MESSAGES = [blocks for blocks in blocks_of("message") if len(blocks) > 0 and text_size(blocks) <= TOTAL_TEXT]


@pytest.mark.parametrize("batch", [MESSAGES[at : at + BATCH] for at in range(0, len(MESSAGES), BATCH)])
def test_every_valid_message_shows_its_texts(
    board: Workspace, page: Page, caller: Any, batch: Sequence[list[Any]]
) -> None:
    board.reset()
    call = caller(board)
    sent = [call("chat.postMessage", channel="C0REL", text="t", blocks=blocks).body for blocks in batch]
    assert [answer["ok"] for answer in sent] == [True] * len(batch)

    expect(page.locator(f'[id="m-{sent[-1]["ts"]}"]')).to_be_attached()
    shown = [page.locator(f'[id="m-{answer["ts"]}"]').evaluate(ALL_WORDS) for answer in sent]

    assert [missing_from(words, blocks) for words, blocks in zip(shown, batch, strict=True)] == [[]] * len(
        batch
    )
    assert page.locator(".unknown").count() == 0
    assert [words for words in shown if "[object" in words or "undefined" in words] == []


def test_every_valid_modal_shows_its_texts(board: Workspace, page: Page, caller: Any, make_app: Any) -> None:
    title = {"type": "plain_text", "text": "A form"}
    with make_app(board) as app:
        for blocks in blocks_of("modal"):
            board.person("alice").types("#releases", "/release")
            view = {"type": "modal", "title": title, "submit": title, "blocks": blocks}
            opened = caller(board)("views.open", trigger_id=app.last()["trigger_id"], view=view).body
            assert opened["ok"]

            expect(page.locator(f'#modal[data-view="{opened["view"]["id"]}"]')).to_be_visible()
            assert missing_from(page.locator("#modal").evaluate(ALL_WORDS), blocks) == []
            assert page.locator(".unknown").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("#modal")).to_be_hidden()


def test_every_valid_home_tab_shows_its_texts(board: Workspace, page: Page, caller: Any) -> None:
    page.get_by_role("button", name="harbourmaster Home").click()

    for blocks in blocks_of("home"):
        published = caller(board)(
            "views.publish", user_id="U0ALICE", view={"type": "home", "blocks": blocks}
        ).body
        assert published["ok"]
        expect(page.locator(f'.home[data-hash="{published["view"]["hash"]}"]')).to_be_visible()
        assert missing_from(page.locator(".home").evaluate(ALL_WORDS), blocks) == []
        assert page.locator(".unknown").count() == 0
    page.get_by_role("button", name="releases").click()
