"""A whole release by clicking: four people in two windows, one light and one dark, until the tag verifies in a fresh clone."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.demo.autoplay import Button, buttons
from bot.demo.cast import CHANNEL, QA, Role
from bot.demo.keys import verify_fresh_clone
from bot.demo.stage import Plan, Stage, set_stage
from bot.parts import CARD_PACE
from bot.workspace import Message, Workspace

PATIENCE = 40.0
MOST_ROUNDS = 40
RESTARTS_AFTER = 1
LOOKS_AROUND_AFTER = 5
FOUR = (
    Role("release-manager", ("U0MARA", "U0BEN")),
    Role("product", ("U0BEN",)),
    Role("qa", group=QA.id),
    Role("docs", ("U0CHLOE",)),
    Role("database", ("U0DEVI",)),
    Role("operations", ("U0DEVI",)),
)
WHO = {
    "release-manager": "ben",
    "product": "ben",
    "qa": "chloe",
    "docs": "chloe",
    "database": "devi",
    "operations": "devi",
}
NAMES = {"mara": "Mara Lind", "ben": "Ben Okafor", "chloe": "Chloe Martin", "devi": "Devi Rao"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with set_stage(
        tmp_path_factory.mktemp("stage"),
        Plan(roles=FOUR, rate_scale=20, look_every=1, card_pace=CARD_PACE / 20),
    ) as set_:
        yield set_


@dataclass
class Team:
    """Mara and Ben sit at the light window, Chloe and Devi at the dark one."""

    stage: Stage
    light: Page
    dark: Page
    pictures: Path

    @property
    def ws(self) -> Workspace:
        return self.stage.workspace

    def sits(self, name: str) -> Page:
        """The window of this person, with them in front of it."""
        page = self.light if name in ("mara", "ben") else self.dark
        page.get_by_label("Act as").select_option(label=NAMES[name])
        expect(page).to_have_title(f"Harbour · {NAMES[name]}")
        return page

    def keeps(self, page: Page, name: str) -> None:
        page.screenshot(path=self.pictures / f"{name}.png")

    def card(self) -> Message:
        posts = [post for post in self.ws.messages(CHANNEL.id) if post.from_bot and post.thread_ts is None]
        return posts[-1]

    def next_buttons(self) -> list[tuple[str, Button]]:
        """Every button that brings the release forward, each with who presses it; none when the release is over."""
        self.ws.wait_for(lambda: self._found() or "Completed" in self.card().plain, PATIENCE, "a next step")
        return self._found()

    def _found(self) -> list[tuple[str, Button]]:
        found = []
        for button in buttons(self.card()):
            kind, _, role = button.action_id.partition(":")
            if kind == "approve":
                found.append((WHO[role], button))
            if kind == "done":
                item = self.stage.bot.parts.policy.item(button.value.split()[-1])
                found.append((WHO[str(item.role)] if item and item.role else "ben", button))
        return found

    def asks_back(self, button: Button) -> bool:
        """Does a dialog open first?"""
        elements = [
            e for b in self.card().blocks for e in (b.get("accessory") or {}, *(b.get("elements") or []))
        ]
        return any(
            "confirm" in e and (e.get("action_id"), e.get("value")) == (button.action_id, button.value)
            for e in elements
        )

    def press(self, steps: Sequence[tuple[str, Button]]) -> None:
        """Press all of these, then wait until the card offers none of them any more."""
        for name, button in steps:
            page = self.sits(name)
            key = json.dumps(f"/{button.action_id}/{button.value}")
            page.locator(f'[id="m-{self.card().ts}"] button[data-key$={key}]').click()
            if self.asks_back(button):
                page.locator("#confirm[open] footer button").last.click()
        pressed = {(button.action_id, button.value) for _, button in steps}
        self.ws.wait_for(
            lambda: not pressed & {(one.action_id, one.value) for one in buttons(self.card())},
            PATIENCE,
            f"the card takes {', '.join(button.text for _, button in steps)}",
        )


@pytest.fixture
def team(
    stage: Stage, open_window: Callable[[str, str], AbstractContextManager[Page]], pictures: Path
) -> Iterator[Team]:
    address = stage.workspace.page_url
    with (
        open_window(f"{address}?as=mara", "light") as light,
        open_window(f"{address}?as=chloe", "dark") as dark,
    ):
        yield Team(stage, light, dark, pictures)


def test_everything_said_survives_a_restart_of_the_bot(
    stage: Stage, open_window: Callable[[str], AbstractContextManager[Page]]
) -> None:
    with open_window(f"{stage.workspace.page_url}?as=mara&room=general") as page:
        page.get_by_label("Message", exact=True).fill("Said before the restart")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Said before the restart")).to_be_visible()
        before = stage.workspace.messages("#general")

        stage.restart()
        page.reload()
        page.get_by_label("Message", exact=True).fill("/release help")
        page.keyboard.press("Enter")

        expect(page.locator(".ephemeral")).to_contain_text("Only visible to you")
        expect(page.get_by_text("Said before the restart")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("live")
        assert stage.workspace.messages("#general") == before


@pytest.mark.timeout(180)
def test_four_people_in_two_windows_click_a_whole_release(team: Team, tmp_path: Path) -> None:
    mara = team.sits("mara")
    starts(team, mara)

    rounds = 0
    while steps := team.next_buttons():
        assert rounds < MOST_ROUNDS
        team.press(steps)
        rounds += 1
        if rounds == RESTARTS_AFTER:
            team.stage.restart()
        if rounds == LOOKS_AROUND_AFTER:
            team.next_buttons()
            looks_around(team)

    expect(team.light.get_by_text("Completed").first).to_be_visible()
    expect(team.dark.get_by_text("Completed").first).to_be_visible()
    team.keeps(team.light, "completed-light")
    with team.stage.bot.parts.store.reading() as tx:
        tag = tx.recent_releases(1)[0].tag
    signers = team.stage.signing.allowed_signers
    assert signers is not None
    assert "Good" in verify_fresh_clone(team.stage.remote.url, tag, signers, tmp_path / "clone")


def starts(team: Team, page: Page) -> None:
    """Mara types the command, gets the form with the suggestion, and sends it."""
    entry, form = page.get_by_label("Message", exact=True), page.locator("#modal")
    entry.press_sequentially("/rel")
    expect(page.locator("#suggestions li")).to_be_visible()
    team.keeps(page, "commands-light")
    page.keyboard.press("Tab")
    entry.press_sequentially("start shop")
    page.keyboard.press("Enter")
    expect(form).to_be_visible()
    while "Suggested" not in form.inner_text():  # the bot has only just begun to read the repository
        page.keyboard.press("Escape")
        entry.fill("/release start shop")
        page.keyboard.press("Enter")
        expect(form).to_be_visible()
    team.keeps(page, "form-light")
    form.get_by_role("button", name="Start").click()
    page.locator("#modal h2", has_text="Harbourmaster").wait_for()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    page.locator("#messages article.pinned").wait_for()


def looks_around(team: Team) -> None:
    """In the middle of the release: the card, its thread, the Home tab, the inspector and a phone-sized window."""
    light, dark = team.sits("ben"), team.sits("chloe")
    for page, name in ((light, "card-light"), (dark, "card-dark")):
        page.get_by_role("button", name="1 pinned").click()
        page.mouse.move(0, 0)
        team.keeps(page, name)
    dark.locator("button.replies").first.click()
    expect(dark.locator("#replies article").nth(1)).to_be_visible()
    team.keeps(dark, "thread-dark")
    dark.keyboard.press("Escape")
    light.get_by_role("button", name="Inspector").click()
    light.locator(".line", has_text="block_actions").first.locator("summary").click()
    expect(light.locator(".said pre").first).to_be_visible()
    team.keeps(light, "inspector-light")
    light.get_by_role("tab", name="Faults").click()
    expect(light.locator("form.fault").first).to_be_visible()
    team.keeps(light, "faults-light")
    light.get_by_role("button", name="Close the inspector").click()
    dark.get_by_role("button", name="Harbourmaster Home").click()
    expect(dark.locator(".home .block").first).to_be_visible()
    team.keeps(dark, "home-dark")
    dark.locator(".nav", has_text="shop-releases").click()
    dark.set_viewport_size({"width": 420, "height": 800})
    dark.locator("#messages article.pinned").wait_for()
    team.keeps(dark, "narrow-dark")
    dark.set_viewport_size({"width": 1280, "height": 800})
