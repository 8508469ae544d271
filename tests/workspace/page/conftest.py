"""Real headless Chromium: one browser for all tests of a worker, and windows that may report nothing on their console."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.workspace import Workspace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = (
    "Chromium is not installed, so the page is not tested. Install it with `apt-get install chromium` "
    "(Debian, Ubuntu), `dnf install chromium` (Fedora) or `brew install --cask chromium` (macOS)."
)
Window = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots are kept: the folder that HARBOURMASTER_PICTURES names, or var/pictures."""
    folder = Path(os.environ.get("HARBOURMASTER_PICTURES", "var/pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def opened(browser: Browser, address: str, scheme: str = "light") -> Iterator[Page]:
    """A window of its own; at its end nothing may stand on its console but pictures that were not found."""
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": 1280, "height": 800},
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    with closing(context):
        page = context.new_page()
        page.set_default_timeout(10_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda line: (
                problems.append(f"{line.text} {line.location['url']}")
                if line.type in ("error", "warning")
                else None
            ),
        )
        page.goto(address)
        page.locator("#room-name:not(:empty)").wait_for()
        yield page
        assert [words for words in problems if "404" not in words] == []


@pytest.fixture
def window(ws: Workspace, browser: Browser) -> Iterator[Window]:
    """Opens a window of the usual workspace as this person, in light or dark."""
    with ExitStack() as stack:

        def open_(who: str, scheme: str = "light", room: str = "releases") -> Page:
            address = f"{ws.page_url}?as={who}&room={room}"
            return stack.enter_context(opened(browser, address, scheme))

        yield open_


@pytest.fixture
def alice(window: Window) -> Page:
    """A window in which Alice is at work."""
    return window("alice")


@pytest.fixture(scope="session")
def open_window(browser: Browser) -> Callable[..., object]:
    """Opens a window of any workspace: `with open_window(address, "dark") as page`."""
    return lambda address, scheme="light": opened(browser, address, scheme)
