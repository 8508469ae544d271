"""How fast the workspace's page opens a channel of 1,000 messages, measured inside a real Chromium."""

import shutil
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.table import Table, Target, ms
from bot.workspace import Channel, Person, Workspace, WorkspaceSetup

MESSAGES = 1000
ROUNDS = 7
OPEN_MS = 300.0
PEOPLE = [Person(f"U{number}", f"person{number}", f"Person {number}") for number in range(4)]
MEMBERS = tuple(person.id for person in PEOPLE)
FULL, EMPTY = Channel("C0FULL", "full", MEMBERS), Channel("C0EMPTY", "empty", MEMBERS)
PAINTED = """
  const painted = async (id) => {
    const frame = () => new Promise(requestAnimationFrame);
    while (!document.getElementById(id)) await frame();
    await frame();
    await frame();
  };
"""
BY_CLICK = f"""async (id) => {{ {PAINTED}
  const began = performance.now();
  document.querySelector('[data-key="C0FULL"]').click();
  await painted(id);
  return performance.now() - began;
}}"""
BY_ADDRESS = f"async (id) => {{ {PAINTED} await painted(id); return performance.now(); }}"
TO_THE_FIRST = f"""async (id) => {{ {PAINTED}
  const began = performance.now();
  const box = document.getElementById("messages");
  while (!document.getElementById(id)) {{ box.scrollTop = 0; await new Promise(requestAnimationFrame); }}
  await painted(id);
  return performance.now() - began;
}}"""


def measure() -> Iterator[Table]:
    """One table; a note instead of figures where no Chromium is installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    title = f"Workspace: a channel of {MESSAGES:,} messages in the page"
    if chromium is None:
        yield Table(title, ("what", "p50 ms"), [["not measured", "-"]], ["Chromium is not installed."])
        return
    setup = WorkspaceSetup(PEOPLE, [EMPTY, FULL], manifest={}, rate_limits=False)
    with Workspace.serve(setup) as ws, sync_playwright() as play:
        _talk(ws)
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield _opened(ws, browser, title)
        browser.close()


def _talk(ws: Workspace) -> None:
    for number in range(MESSAGES):
        who = ws.people[number % len(PEOPLE)]
        who.types("#full", f"*{number}* is what @person{(number + 1) % 4} waits for in `main`, see #empty")


def _opened(ws: Workspace, browser: Browser, title: str) -> Table:
    first, last = (f"m-{ws.messages('#full')[at].ts}" for at in (0, -1))
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    clicks, addresses, walks = [], [], []
    for _ in range(ROUNDS):
        clicks.append(_by_click(ws, page, last))
        page.goto(f"{ws.page_url}?as=person0&room=full")
        addresses.append(float(page.evaluate(BY_ADDRESS, last)))
        walks.append(float(page.evaluate(TO_THE_FIRST, first)))
    figures = {
        "a click on the channel, until painted": clicks,
        "the page's address, until painted": addresses,
        "scrolling up to the first message, with all loaded": walks,
    }
    rows = [[name, ms(median(taken)), ms(max(taken))] for name, taken in figures.items()]
    targets = [
        Target(f"opened by {how} within {OPEN_MS:g} ms", f"{ms(median(taken))} ms", median(taken) < OPEN_MS)
        for how, taken in (("a click", clicks), ("its address", addresses))
    ]
    notes = [
        f"{ROUNDS} rounds in a window of 1280 by 800; the latest 50 come first, older ones on the way up.",
        "",
    ]
    return Table(title, ("what", "p50 ms", "slowest ms"), rows, notes, targets)


def _by_click(ws: Workspace, page: Page, last: str) -> float:
    page.goto(f"{ws.page_url}?as=person0&room=empty")
    page.locator('[data-key="C0FULL"]').wait_for()
    return float(page.evaluate(BY_CLICK, last))


if __name__ == "__main__":
    from bench.table import as_text

    for table in measure():
        print(as_text(table))
