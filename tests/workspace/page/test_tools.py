"""The inspector, the fault panel and the reset: what a person sees of the traffic, and what they can do to it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.workspace import Workspace
from bot.workspace.clock import WorkspaceClock
from bot.workspace.page_state import MOST_LINES, log_details, log_state
from bot.workspace.world import DETAILED_LINES, World


@pytest.fixture
def inspector(alice: Page) -> Page:
    alice.get_by_role("button", name="Inspector").click()
    return alice


def test_every_call_is_listed_newest_first_with_its_result_and_its_details_on_demand(
    ws: Workspace, call: Any, inspector: Page
) -> None:
    call("chat.postMessage", channel="C0REL", text="fine")
    call("chat.postMessage", channel="C0REL", text="x", blocks=[{"type": "sektion"}, {"type": "header"}])

    lines = inspector.locator(".line")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("2 findings")
    expect(lines.first).to_contain_text("error: invalid_blocks")
    expect(lines.last).to_contain_text("ok")
    expect(lines.last.locator(".ms")).to_contain_text(" ms")
    lines.first.locator("summary").click()

    expect(lines.first.locator("li").first).to_have_text(
        "[ERROR] unsupported type: sektion [json-pointer:/blocks/0]"
    )
    expect(lines.first.locator("pre").first).to_contain_text('"sektion"')
    assert ws.bot_token not in str(inspector.content())


def test_a_delivery_shows_its_payload_and_its_acknowledgement(
    ws: Workspace, app: Any, inspector: Page
) -> None:
    app.answers = [(200, {"text": "Hello from the app"})]
    ws.person("alice").types("#releases", "/release help")

    line = inspector.locator(".line").first
    expect(line).to_contain_text("slash_commands")
    line.locator("summary").click()

    expect(line.locator("pre").first).to_contain_text('"command": "/release"')
    expect(line.locator("pre").last).to_contain_text("Hello from the app")


def test_the_log_can_be_filtered(call: Any, inspector: Page) -> None:
    call("api.test")
    call("chat.postMessage", channel="C0NONE", text="x")

    inspector.get_by_label("Filter").fill("error")

    expect(inspector.locator(".line:visible")).to_have_count(1)
    expect(inspector.locator(".line:visible")).to_contain_text("channel_not_found")


def fault(page: Page, sentence: str) -> Any:
    return page.locator("form.fault", has_text=sentence)


def test_slack_goes_down_and_up_again_from_the_panel(ws: Workspace, call: Any, inspector: Page) -> None:
    inspector.get_by_role("tab", name="Faults").click()

    fault(inspector, "Slack is down").get_by_role("button").click()
    expect(inspector.locator("#trouble")).to_have_text("1 fault on")
    down = call("api.test").status
    inspector.get_by_role("button", name="Everything works again").click()
    expect(inspector.locator("#trouble")).to_be_hidden()

    assert (down, call("api.test").status) == (503, 200)


def test_every_declared_fault_can_be_set_off_from_the_panel(ws: Workspace, inspector: Page) -> None:
    inspector.get_by_role("tab", name="Faults").click()
    expect(inspector.locator("form.fault").first).to_be_visible()
    names = [declared.name for declared in ws.faults.declared if declared.name != "clear"]

    def set_off() -> list[str]:
        return [line.name for line in ws.log if line.kind == "fault"]

    forms = inspector.locator("form.fault")
    assert forms.count() == len(names)
    for number, name in enumerate(names, start=1):
        forms.nth(number - 1).get_by_role("button", name="Do it").click()
        # One after the other, as a person does: what two of them do at the same moment is not what this is about.
        ws.wait_for(lambda: len(set_off()) == number, 10, f"{name} is set off")  # noqa: B023 - waited for at once

    assert set_off() == names
    expect(inspector.locator(".now .chip").first).to_be_visible()


def test_a_wrong_argument_is_said_in_a_sentence(inspector: Page) -> None:
    inspector.get_by_role("tab", name="Faults").click()
    form = fault(inspector, "Every call takes longer")
    form.get_by_label("Seconds").evaluate("node => { node.removeAttribute('min'); node.value = '-1'; }")

    form.get_by_role("button", name="Do it").click()

    expect(inspector.get_by_role("alert")).to_contain_text("Seconds must not be negative.")


def test_the_workspace_is_reset_only_after_a_confirmation(ws: Workspace, call: Any, inspector: Page) -> None:
    call("chat.postMessage", channel="C0REL", text="soon forgotten")
    expect(inspector.get_by_text("soon forgotten")).to_be_visible()

    inspector.get_by_role("button", name="Reset…").click()
    inspector.get_by_role("button", name="Keep it").click()
    kept = len(ws.messages("#releases"))
    inspector.get_by_role("button", name="Reset…").click()
    inspector.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(inspector.get_by_text("soon forgotten")).to_have_count(0)

    assert (kept, ws.messages("#releases"), call("api.test").body["ok"]) == (1, [], True)


def test_only_the_latest_lines_keep_what_was_said_in_them(make_setup: Any) -> None:
    world = World(make_setup(), WorkspaceClock())
    for number in range(DETAILED_LINES + 5):
        world.note("request", "api.test", sent={"number": number})

    listed = log_state(world, 0)

    assert (listed["total"], len(listed["lines"])) == (DETAILED_LINES + 5, MOST_LINES)
    assert log_details(world, 4)["sent"] is None
    assert log_details(world, 5)["sent"] == {"number": 5}


def test_a_line_that_does_not_exist_is_not_found(ws: Workspace, request_raw: Any) -> None:
    assert request_raw(f"{ws.page_url}page/log/99999", None, {}).status == 404
