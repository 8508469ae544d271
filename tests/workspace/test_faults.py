"""The declared list of faults: every entry can be set by name, tells what is on, and goes away again; and the reset."""

from typing import Any

import pytest

from bot.workspace import Workspace
from bot.workspace.fault_list import FAULTS, ArgumentKind


@pytest.mark.parametrize(
    "name", [fault.name for fault in FAULTS if not fault.is_deed and fault.name != "clear"]
)
def test_every_fault_can_be_set_with_its_defaults_and_cleared(ws: Workspace, name: str) -> None:
    ws.faults.set(name)
    on = ws.faults.now()
    ws.faults.set("clear")

    assert len(on) == 1
    assert ws.faults.now() == []


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS if fault.is_deed])
def test_every_deed_can_be_done_by_name(ws: Workspace, name: str) -> None:
    ws.faults.set(name)

    assert ws.faults.now() == []


def test_every_fault_is_described_for_a_page() -> None:
    assert all(fault.sentence.endswith(".") and fault.group for fault in FAULTS)
    for argument in (argument for fault in FAULTS for argument in fault.arguments):
        assert argument.label
        assert argument.kind is not ArgumentKind.CHOICE or argument.default in argument.choices


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("earthquake", {}, "There is no fault 'earthquake'; there are outage, slow,"),
        ("slow", {"method": "chat.update"}, "slow takes no method; it takes minutes, seconds."),
        ("token", {"state": "stolen"}, "State is one of good, token_revoked,"),
        ("slow", {"seconds": "fast"}, "could not convert string to float"),
        ("rate_limit", {"times": -1}, "How many times must not be negative."),
    ],
)
def test_a_wrong_fault_is_refused_with_a_sentence(
    ws: Workspace, name: str, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(")):
        ws.faults.set(name, **arguments)


def test_numbers_and_switches_may_come_as_text(ws: Workspace, call: Any) -> None:
    ws.faults.set("rate_limit", method="auth.test", seconds="7", times="2")
    ws.faults.set("drop_metadata", on="true")

    replies = [call("auth.test") for _ in range(3)]

    assert [reply.headers.get("retry-after") for reply in replies] == ["7", "7", None]
    assert ws.faults.drops_metadata


def test_a_fault_can_concern_every_method_for_some_minutes(ws: Workspace, call: Any) -> None:
    ws.faults.set("error", method="*", error="service_unavailable", minutes=2)

    during = [call("auth.test").body, call("chat.postMessage", channel="C0REL", text="x").body]
    ws.clock.advance(121)

    assert during == [{"ok": False, "error": "service_unavailable"}] * 2
    assert call("auth.test").body["ok"]


def test_a_reset_forgets_everything_said_planned_and_wrong(ws: Workspace, call: Any) -> None:
    call("chat.postMessage", channel="C0REL", text="<!channel>")
    call("chat.scheduleMessage", channel="C0REL", text="later", post_at=str(int(ws.clock.now()) + 60))
    call("conversations.create", name="new")
    ws.set_group_members("qa", ["alice"])
    ws.archive("#releases")
    ws.faults.set("slow", seconds=1)

    ws.reset()
    ws.clock.advance(120)

    assert (ws.messages("#releases"), ws.notifications, ws.faults.now()) == ([], [], [])
    assert call("chat.postMessage", channel="C0REL", text="again").body["ok"]


def test_a_channel_is_renamed_by_name(ws: Workspace) -> None:
    ws.faults.set("rename_channel", channel="far", name="near")

    assert [message.renamed for message in ws.messages("#near")] == [("far", "near")]
