"""The Web API door against the local workspace: what it does, and what it says when Slack does not."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from bot.domain.errors import OutsideError, OutsideRefusal, UnknownOutcome
from bot.ports import Slack
from bot.slack import surface
from bot.slack.incoming import Answer, Incoming, Typed
from bot.slack.socket import SocketIntake
from bot.slack.web import SlackDoor
from bot.workspace import Workspace
from tests.slack.setting import Bot, workspace_setup

BLOCKS = ({"type": "section", "text": {"type": "mrkdwn", "text": "*shop 1.4.0*"}},)
MODAL = {
    "type": "modal",
    "callback_id": "notes",
    "title": {"type": "plain_text", "text": "Notes"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "text",
            "label": {"type": "plain_text", "text": "Text"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}

Call = Callable[[SlackDoor], object]
READS: dict[str, Call] = {
    "auth.test": lambda door: door.granted_scopes(),
    "conversations.history": lambda door: door.find("C0REL", "m", oldest=0),
    "usergroups.users.list": lambda door: door.members("S0QA"),
}
WRITES: dict[str, Call] = {
    "chat.postMessage": lambda door: door.post("C0REL", "hi", BLOCKS, mark="m"),
    "chat.update": lambda door: door.update("C0REL", "1.2", "hi", BLOCKS),
    "views.publish": lambda door: door.publish_home("U0ALICE", BLOCKS),
}


def commanded(slack: Workspace, act: Callable[[Typed], object]) -> None:
    """Let alice type a command, and do something with what the bot receives of it."""
    received: list[Typed] = []

    def deliver(incoming: Incoming) -> Answer:
        assert isinstance(incoming, Typed)
        received.append(incoming)
        return Answer()

    bot = Bot()
    bot.deliver = deliver  # type: ignore[method-assign]
    intake = SocketIntake(slack.app_token, bot.app(), slack.api_url, connections=1)
    intake.start()
    try:
        slack.wait_for(lambda: slack.socket_mode.connections == 1)
        slack.person("alice").types("#releases", "/release status")
        act(received[0])
    finally:
        intake.stop()


@contextmanager
def listener(answer: bytes | None) -> Iterator[str]:
    """A server that takes one request and answers these bytes; with None it stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                if answer is not None:
                    connection.sendall(answer)
                while answer is None and connection.recv(65536):
                    pass

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api/"
        thread.join(5)


def test_the_door_is_the_one_the_use_cases_know(old_door: SlackDoor) -> None:
    known: Slack = old_door

    assert known is old_door


def test_a_message_is_posted_with_its_mark_and_without_previews(slack: Workspace, door: SlackDoor) -> None:
    ts = door.post("C0REL", "shop 1.4.0", BLOCKS, mark="card shop-1.4.0")

    [message] = slack.messages("#releases")
    assert message.ts == ts
    assert message.from_bot
    assert message.plain == "*shop 1.4.0*"
    assert message.metadata == {"event_type": "harbourmaster", "event_payload": {"mark": "card shop-1.4.0"}}


def test_a_reply_goes_into_the_thread(slack: Workspace, door: SlackDoor) -> None:
    root = door.post("C0REL", "root", BLOCKS, mark="root")

    ts = door.post("C0REL", "reply", (), thread=root, mark="reply")

    [reply] = [message for message in slack.messages("#releases") if message.ts == ts]
    assert reply.thread_ts == root


def test_our_message_is_found_again_in_the_channel_and_in_the_thread(
    old_slack: Workspace, old_door: SlackDoor
) -> None:
    began = time.time()
    root = old_door.post("C0REL", "root", BLOCKS, mark="root")
    reply = old_door.post("C0REL", "reply", (), thread=root, mark="reply")

    assert old_door.find("C0REL", "root", oldest=began) == root
    assert old_door.find("C0REL", "reply", oldest=began, thread=root) == reply
    assert old_door.find("C0REL", "reply", oldest=began) is None
    assert old_door.find("C0REL", "never", oldest=began) is None


def test_a_message_is_found_among_many_pages_and_with_a_clock_that_is_off(
    slack: Workspace, door: SlackDoor
) -> None:
    ts = door.post("C0REL", "the one", (), mark="the one")
    for number in range(450):
        slack.person("alice").types("#releases", f"chatter {number}")

    found = door.find("C0REL", "the one", oldest=time.time() + 200)

    assert found == ts
    pages = [line for line in slack.log if line.kind == "request" and line.name == "conversations.history"]
    assert len(pages) == 3


def test_a_message_that_was_posted_twice_is_found_as_the_first(
    old_slack: Workspace, old_door: SlackDoor
) -> None:
    first = old_door.post("C0REL", "twice", (), mark="twice")
    old_door.post("C0REL", "twice", (), mark="twice")

    assert old_door.find("C0REL", "twice", oldest=time.time()) == first


def test_a_channel_with_a_new_name_tells_the_old_one(slack: Workspace, door: SlackDoor) -> None:
    slack.rename("C0REL", "ships")
    slack.rename("C0REL", "boats")
    slack.person("alice").types("#boats", "nice")

    assert door.former_name("C0REL", "ships") == "releases"
    assert door.former_name("C0REL", "boats") == "ships"
    assert door.former_name("C0REL", "releases") is None


def test_a_message_is_updated_and_keeps_its_mark(slack: Workspace, door: SlackDoor) -> None:
    ts = door.post("C0REL", "before", BLOCKS, mark="card")

    door.update("C0REL", ts, "after <!channel>", ({"type": "divider"},))

    [message] = slack.messages("#releases")
    assert [block["type"] for block in message.blocks] == ["divider"]
    assert door.find("C0REL", "card", oldest=0) == ts


def test_a_message_is_pinned_once_or_twice(slack: Workspace, door: SlackDoor) -> None:
    ts = door.post("C0REL", "card", BLOCKS, mark="card")

    door.pin("C0REL", ts)
    door.pin("C0REL", ts)

    assert slack.messages("#releases")[0].pinned


def test_a_pin_without_its_optional_scope_is_left_out(slack: Workspace, door: SlackDoor) -> None:
    ts = door.post("C0REL", "card", BLOCKS, mark="card")
    slack.faults.error("pins.add", "missing_scope")

    door.pin("C0REL", ts)

    assert not slack.messages("#releases")[0].pinned


def test_the_members_of_a_group_are_read(old_door: SlackDoor) -> None:
    assert old_door.members("S0QA") == ("U0ALICE",)


def test_the_home_tab_is_shown(old_slack: Workspace, old_door: SlackDoor) -> None:
    old_door.publish_home("U0ALICE", BLOCKS)

    assert old_slack.person("alice").home[0]["text"]["text"] == "*shop 1.4.0*"


def test_a_dialog_is_opened_once_and_filled_later(slack: Workspace, door: SlackDoor) -> None:
    def act(typed: Typed) -> None:
        view_id = door.open_view(typed.trigger_id, MODAL)
        door.update_view(view_id, MODAL | {"title": {"type": "plain_text", "text": "Notes, read"}})

        with pytest.raises(OutsideRefusal, match="This click has opened a dialog already"):
            door.open_view(typed.trigger_id, MODAL)

    commanded(slack, act)

    modal = slack.person("alice").modal
    assert modal is not None
    assert modal.title == "Notes, read"


def test_a_dialog_opened_too_late_says_so(slack: Workspace, door: SlackDoor) -> None:
    def act(typed: Typed) -> None:
        slack.clock.advance(4)

        with pytest.raises(OutsideRefusal, match="within three seconds of the click"):
            door.open_view(typed.trigger_id, MODAL)

    commanded(slack, act)


def test_a_response_url_answers_the_person_alone_five_times(slack: Workspace, door: SlackDoor) -> None:
    def act(typed: Typed) -> None:
        for number in range(5):
            door.respond(typed.response_url, f"answer {number}", BLOCKS)

        with pytest.raises(OutsideRefusal, match="it takes five, within 30 minutes"):
            door.respond(typed.response_url, "one too many", ())

    commanded(slack, act)

    seen = slack.person("alice").sees("#releases")
    assert [message.text for message in seen] == [f"answer {number}" for number in range(5)]
    assert {message.ephemeral_to for message in seen} == {"U0ALICE"}
    assert slack.person("bob").sees("#releases") == []


def test_it_knows_who_it_is_and_what_it_may_do(old_slack: Workspace, old_door: SlackDoor) -> None:
    assert old_door.who_am_i() == old_slack.bot_user_id
    assert old_door.granted_scopes() == {*surface.required_scopes(), *surface.optional_scopes()}


def test_every_method_it_calls_is_declared_and_every_declared_one_is_called(
    slack: Workspace, door: SlackDoor
) -> None:
    ts = door.post("C0REL", "card", BLOCKS, mark="card")
    door.find("C0REL", "card", oldest=0)
    door.find("C0REL", "card", oldest=0, thread=ts)
    door.update("C0REL", ts, "card", BLOCKS)
    door.pin("C0REL", ts)
    door.members("S0QA")
    door.publish_home("U0ALICE", BLOCKS)
    assert door.direct("U0ALICE") == door.direct("U0ALICE")
    assert door.zone("U0ALICE")
    commanded(slack, lambda typed: door.update_view(door.open_view(typed.trigger_id, MODAL), MODAL))

    called = {line.name for line in slack.log if line.kind == "request"} - {"apps.connections.open"}
    assert called == set(surface.METHODS)


@pytest.mark.parametrize("method", [*READS, *WRITES])
def test_a_rate_limit_says_how_long_to_wait(old_slack: Workspace, old_door: SlackDoor, method: str) -> None:
    old_slack.faults.rate_limit(method, seconds=7)

    with pytest.raises(OutsideError, match=f"no more calls of `{method}` for 7 s") as refused:
        (READS | WRITES)[method](old_door)

    assert refused.value.again_after == 7.0
    assert not isinstance(refused.value, UnknownOutcome)


def test_a_rate_limit_without_a_number_leaves_the_wait_to_us(
    old_slack: Workspace, old_door: SlackDoor
) -> None:
    old_slack.faults.error("chat.postMessage", "rate_limited")

    with pytest.raises(OutsideError, match="for a moment") as refused:
        old_door.post("C0REL", "hi", (), mark="m")

    assert refused.value.again_after is None


@pytest.mark.parametrize("bad_day", ["status", "html_answer", "empty_answer", "drop_after_write"])
@pytest.mark.parametrize("method", READS)
def test_a_read_without_a_good_answer_is_just_tried_again(
    old_slack: Workspace, old_door: SlackDoor, method: str, bad_day: str
) -> None:
    getattr(old_slack.faults, bad_day)(method)

    with pytest.raises(OutsideError, match="It is tried again") as failed:
        READS[method](old_door)

    assert not isinstance(failed.value, UnknownOutcome)


@pytest.mark.parametrize("bad_day", ["status", "html_answer", "empty_answer", "drop_after_write"])
@pytest.mark.parametrize("method", [method for method in WRITES if method != "chat.postMessage"])
def test_a_write_without_a_good_answer_is_looked_up_first(
    old_slack: Workspace, old_door: SlackDoor, method: str, bad_day: str
) -> None:
    if method == "chat.update":
        old_door.post("C0REL", "hi", BLOCKS, mark="m")
    getattr(old_slack.faults, bad_day)(method)

    with pytest.raises(UnknownOutcome, match="so it is looked up first"):
        WRITES[method](old_door)


@pytest.mark.parametrize("bad_day", ["status", "html_answer"])
def test_a_post_without_a_good_answer_that_is_not_there_may_still_come(
    old_slack: Workspace, old_door: SlackDoor, bad_day: str
) -> None:
    getattr(old_slack.faults, bad_day)("chat.postMessage")

    with pytest.raises(UnknownOutcome, match="so it is looked up first"):
        old_door.post("C0REL", "hi", BLOCKS, mark=f"late {bad_day}")


@pytest.mark.parametrize("bad_day", ["empty_answer", "drop_after_write"])
@pytest.mark.parametrize("in_thread", [False, True])
def test_a_post_whose_answer_was_lost_is_found_at_once(
    slack: Workspace, door: SlackDoor, bad_day: str, in_thread: bool
) -> None:
    thread = door.post("C0REL", "the card", BLOCKS, mark="card") if in_thread else None
    getattr(slack.faults, bad_day)("chat.postMessage")

    ts = door.post("C0REL", "hi", BLOCKS, thread=thread, mark="m")

    assert [message.ts for message in slack.messages("#releases") if message.text == "hi"] == [ts]


def test_a_post_that_cannot_be_looked_for_stays_unknown(slack: Workspace, door: SlackDoor) -> None:
    slack.faults.drop_after_write("chat.postMessage")
    slack.faults.status("conversations.history", 500)
    began = time.time()

    with pytest.raises(UnknownOutcome):
        door.post("C0REL", "hi", BLOCKS, mark="card")

    [message] = slack.messages("#releases")
    assert door.find("C0REL", "card", oldest=began) == message.ts


@pytest.mark.parametrize(("word", "unclear"), [("fatal_error", True), ("service_unavailable", False)])
def test_some_of_slacks_own_errors_leave_the_outcome_open(
    old_slack: Workspace, old_door: SlackDoor, word: str, unclear: bool
) -> None:
    old_slack.faults.error("chat.postMessage", word)

    with pytest.raises(OutsideError, match=word) as failed:
        old_door.post("C0REL", "hi", BLOCKS, mark="card")

    assert isinstance(failed.value, UnknownOutcome) is unclear


def test_a_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    door = SlackDoor("xoxb-x", f"http://127.0.0.1:{port}/api/")

    with pytest.raises(OutsideError, match=r"connection refused\). Nothing was sent") as failed:
        door.post("C0REL", "hi", (), mark="m")

    assert not isinstance(failed.value, UnknownOutcome)


def test_silence_is_an_unknown_outcome() -> None:
    with listener(None) as address:
        door = SlackDoor("xoxb-x", address, timeout=1)

        with pytest.raises(UnknownOutcome, match="no answer in time"):
            door.post("C0REL", "hi", (), mark="m")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 3\r\n\r\n\xff\xfe\xfd",
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
        b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}',
        b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"ok":true,"ts":null}',
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_answer_that_is_none_leaves_the_outcome_open(answer: bytes) -> None:
    with listener(answer) as address:
        door = SlackDoor("xoxb-x", address, timeout=2)

        with pytest.raises(UnknownOutcome):
            door.post("C0REL", "hi", (), mark="m")


def test_a_page_that_is_not_there_is_no_lasting_refusal_by_slack() -> None:
    with listener(b"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\n<html></html>") as address:
        door = SlackDoor("xoxb-x", address, timeout=2)

        with pytest.raises(OutsideError, match="HTTP 404") as failed:
            door.post("C0REL", "hi", (), mark="m")

    assert not isinstance(failed.value, UnknownOutcome)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda door: door.post("C0NONE", "hi", (), mark="m"),
            "Slack knows no channel C0NONE that the bot may see: the id is wrong, or the channel is private and the "
            "bot is not in it. Check the id in harbourmaster.toml. Invite the bot with `/invite @Harbourmaster` in "
            "that channel. (Slack: `channel_not_found`)",
        ),
        (
            lambda door: door.post("C0OUT", "hi", (), mark="m"),
            "The bot is not a member of the channel C0OUT, so it may not write there. Invite the bot with `/invite "
            "@Harbourmaster` in that channel. (Slack: `not_in_channel`)",
        ),
        (
            lambda door: door.post("C0OLD", "hi", (), mark="m"),
            "The channel C0OLD is archived, and nobody can write there. Unarchive it, or name another channel in "
            "harbourmaster.toml. (Slack: `is_archived`)",
        ),
        (
            lambda door: door.update("C0REL", "1700000000.000100", "hi", ()),
            "The message is no longer in C0REL: somebody deleted it. (Slack: `message_not_found`)",
        ),
        (
            lambda door: door.members("S0NONE"),
            "Slack knows no user group S0NONE. Check the id in harbourmaster.toml. (Slack: `no_such_subteam`)",
        ),
    ],
)
def test_a_lasting_no_says_what_to_do(old_door: SlackDoor, call: Call, sentence: str) -> None:
    with pytest.raises(OutsideRefusal, match=f"^{re.escape(sentence)}$"):
        call(old_door)


def test_a_block_slack_cannot_show_is_named(old_door: SlackDoor) -> None:
    with pytest.raises(OutsideRefusal, match=r"cannot show the message: .*/blocks/0.* please report it"):
        old_door.post("C0REL", "hi", ({"type": "section"},), mark="m")


def test_a_missing_scope_is_named() -> None:
    setup = workspace_setup(withheld_scopes=("usergroups:read",))

    with Workspace.serve(setup) as slack:
        door = SlackDoor(slack.bot_token, slack.api_url)
        with pytest.raises(OutsideRefusal, match="without the scope `usergroups:read`, which `usergroups"):
            door.members("S0QA")

        assert door.granted_scopes() == {*surface.required_scopes(), *surface.optional_scopes()} - {
            "usergroups:read"
        }


def test_a_wrong_token_is_never_shown(old_slack: Workspace) -> None:
    door = SlackDoor("xoxb-wrong-token", old_slack.api_url)

    with pytest.raises(OutsideRefusal, match="does not know the bot token") as refused:
        door.who_am_i()

    assert "xoxb-wrong-token" not in repr(refused.value)


def test_an_error_nobody_wrote_a_sentence_for_is_named_with_its_page(
    old_slack: Workspace, old_door: SlackDoor
) -> None:
    old_slack.faults.error("chat.postMessage", "something_new")

    with pytest.raises(
        OutsideRefusal, match=r"`something_new`.*docs\.slack\.dev/reference/methods/chat\.postMessage"
    ):
        old_door.post("C0REL", "hi", (), mark="m")
