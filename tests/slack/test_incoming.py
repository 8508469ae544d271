"""Payloads become values; a person's words survive Slack's escaping."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.answers import acknowledgement, apology
from bot.slack.incoming import (
    Answer,
    ChannelRenamed,
    Clicked,
    GroupChanged,
    HomeOpened,
    PersonChanged,
    Submitted,
    Typed,
    chosen_in,
    clicked,
    closed,
    happened,
    submitted,
    typed,
    user_in,
    words_of,
)

COMMAND = Typed("t1", "U1", "C1", "start shop", "t1", "https://hooks.example/1")
SUBMITTED = Submitted("V1:h", "U1", "notes", "", {}, "V1", "t1")
CLICK = Clicked("t1", "U1", "C1", "sign", "v", "1.2", "t1", None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("   ", ()),
        ("start shop 1.4.0", ("start", "shop", "1.4.0")),
        ("start\u00a0shop", ("start", "shop")),
        ("hold shop payload-svc broke", ("hold", "shop", "payload-svc", "broke")),
        ('hold shop "waiting for QA"', ("hold", "shop", "waiting for QA")),
        ("hold shop “waiting for QA”", ("hold", "shop", "waiting for QA")),
        ('hold ""', ("hold", "")),
        ('5" pipe', ('5"', "pipe")),
        ('open "quote', ("open", '"quote')),
        ("sign &lt;b&gt; a&amp;b", ("sign", "<b>", "a&b")),
        ("&amp;lt;", ("&lt;",)),
        ("sign for <@U0123ABC|ann>", ("sign", "for", "<@U0123ABC|ann>")),
        ("sign for <@U0123ABC|Ann of Cleves>", ("sign", "for", "<@U0123ABC|Ann of Cleves>")),
        ("to<@U0123ABC>now", ("to", "<@U0123ABC>", "now")),
        (
            "in <#C1|releases> see <https://x.example|a page>",
            ("in", "<#C1|releases>", "see", "<https://x.example|a page>"),
        ),
        ("a < b > c", ("a", "< b >", "c")),
        ("<@U1", ("<@U1",)),
    ],
)
def test_a_text_is_split_as_a_person_means_it(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("word", "user"),
    [
        ("<@U0123ABC>", "U0123ABC"),
        ("<@W0123ABC>", "W0123ABC"),
        ("<@U0123ABC|ann>", "U0123ABC"),
        ("<@U0123ABC|>", "U0123ABC"),
        ("<@U0123ABC|Ann of Cleves>", "U0123ABC"),
        ("@ann", None),
        ("U0123ABC", None),
        ("<#C0123ABC|releases>", None),
        ("<!subteam^S012>", None),
        ("<@U0123ABC> and more", None),
        ("<@u1>", None),
        ("", None),
    ],
)
def test_a_mention_names_a_person(word: str, user: str | None) -> None:
    assert user_in(word) == user


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters='"“”„'), min_size=1)))
def test_words_without_spaces_and_quotes_come_back_as_they_were_typed(words: list[str]) -> None:
    sent = " ".join(escape(word, quote=False) for word in words)

    assert words_of(sent) == tuple(words)


@given(st.text())
def test_no_text_breaks_the_splitting(text: str) -> None:
    assert all(isinstance(word, str) for word in words_of(text))


def test_a_command_becomes_typed() -> None:
    body = {
        "command": "/release",
        "text": "status shop",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "13.37.abc",
        "response_url": "https://hooks.example/1",
    }

    assert typed(body) == Typed(
        "13.37.abc", "U1", "C1", "status shop", "13.37.abc", "https://hooks.example/1"
    )


def test_a_button_in_a_message_becomes_clicked() -> None:
    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "13.37.abc",
        "response_url": "https://hooks.example/1",
        "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C1"},
        "channel": {"id": "C1", "name": "releases"},
        "actions": [
            {"type": "button", "action_id": "sign", "value": '{"release":"shop-1.4.0"}', "action_ts": "1.2"}
        ],
    }

    assert clicked(body) == Clicked(
        key="13.37.abc",
        user="U1",
        channel="C1",
        action_id="sign",
        value='{"release":"shop-1.4.0"}',
        message_ts="1700000000.000100",
        trigger_id="13.37.abc",
        response_url="https://hooks.example/1",
    )


def test_a_menu_on_the_home_tab_becomes_clicked_without_a_message() -> None:
    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "t",
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": "home"},
        "actions": [
            {
                "type": "static_select",
                "action_id": "product",
                "selected_option": {"text": {}, "value": "shop"},
            },
        ],
    }

    assert clicked(body) == Clicked(
        key="t",
        user="U1",
        channel=None,
        action_id="product",
        value=None,
        message_ts=None,
        trigger_id="t",
        response_url=None,
        selected=("shop",),
        view_id="V1",
    )


def test_a_modal_becomes_submitted_with_its_values_by_block() -> None:
    body = {
        "type": "view_submission",
        "user": {"id": "U1"},
        "trigger_id": "t",
        "view": {
            "id": "V1",
            "hash": "156.abc",
            "callback_id": "notes",
            "private_metadata": "shop-1.4.0",
            "state": {
                "values": {
                    "text": {"a": {"type": "plain_text_input", "value": "hello"}},
                    "empty": {"a": {"type": "plain_text_input", "value": None}},
                    "people": {"a": {"type": "multi_users_select", "selected_users": ["U2", "U3"]}},
                    "row": {
                        "x": {"type": "datepicker", "selected_date": "2026-11-23"},
                        "y": {"type": "users_select"},
                    },
                }
            },
        },
    }

    assert submitted(body) == Submitted(
        key="V1:156.abc",
        user="U1",
        callback_id="notes",
        private_metadata="shop-1.4.0",
        values={
            "text": "hello",
            "empty": None,
            "people": ("U2", "U3"),
            "row/x": "2026-11-23",
            "row/y": None,
        },
        view_id="V1",
        trigger_id="t",
    )


@pytest.mark.parametrize(
    ("element", "chosen"),
    [
        ({"type": "timepicker", "selected_time": "10:30"}, "10:30"),
        ({"type": "datetimepicker", "selected_date_time": 1700000000}, "1700000000"),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
        ({"type": "multi_channels_select", "selected_channels": ["C1"]}, ("C1",)),
        ({"type": "radio_buttons", "selected_option": {"value": "a"}}, "a"),
        ({"type": "radio_buttons", "selected_option": None}, None),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b")),
        ({"type": "checkboxes", "selected_options": []}, ()),
        ({"type": "rich_text_input", "rich_text_value": {}}, None),
    ],
)
def test_every_kind_of_field_has_its_value(element: dict[str, object], chosen: object) -> None:
    assert chosen_in(element) == chosen


def test_a_closed_modal_is_told_once() -> None:
    body = {"type": "view_closed", "user": {"id": "U1"}, "view": {"id": "V1", "callback_id": "notes"}}

    assert closed(body) == closed(body)
    assert closed(body).key == "V1:closed"


@pytest.mark.parametrize(
    ("event", "incoming"),
    [
        ({"type": "app_home_opened", "user": "U1", "tab": "home"}, HomeOpened("Ev1", "U1")),
        ({"type": "app_home_opened", "user": "U1", "tab": "messages"}, None),
        ({"type": "subteam_members_changed", "subteam_id": "S1"}, GroupChanged("Ev1", "S1")),
        ({"type": "subteam_updated", "subteam": {"id": "S1"}}, GroupChanged("Ev1", "S1")),
        ({"type": "subteam_created", "subteam": {"id": "S1"}}, GroupChanged("Ev1", "S1")),
        (
            {"type": "channel_rename", "channel": {"id": "C1", "name": "new", "created": 1}},
            ChannelRenamed("Ev1", "C1", "new"),
        ),
        (
            {"type": "group_rename", "channel": {"id": "C1", "name": "new", "created": 1}},
            ChannelRenamed("Ev1", "C1", "new"),
        ),
        (
            {"type": "user_change", "user": {"id": "U1", "tz": "Asia/Tokyo"}},
            PersonChanged("Ev1", "U1", "Asia/Tokyo"),
        ),
        ({"type": "user_change", "user": {"id": "U1"}}, PersonChanged("Ev1", "U1", None)),
        ({"type": "message", "text": "hi"}, None),
    ],
)
def test_an_event_becomes_what_happened(event: dict[str, object], incoming: object) -> None:
    assert happened({"type": "event_callback", "event_id": "Ev1", "event": event}) == incoming


@pytest.mark.parametrize(
    ("incoming", "answer", "body"),
    [
        (COMMAND, Answer(), {}),
        (COMMAND, Answer(text="Done."), {"response_type": "ephemeral", "text": "Done."}),
        (
            COMMAND,
            Answer(text="Done.", blocks=({"type": "divider"},)),
            {"response_type": "ephemeral", "text": "Done.", "blocks": [{"type": "divider"}]},
        ),
        (SUBMITTED, Answer(), {}),
        (
            SUBMITTED,
            Answer(errors={"version": "No."}),
            {"response_action": "errors", "errors": {"version": "No."}},
        ),
        (SUBMITTED, Answer(view={"type": "modal"}), {"response_action": "update", "view": {"type": "modal"}}),
        (SUBMITTED, Answer(closes_all=True), {"response_action": "clear"}),
        (SUBMITTED, Answer(text="Slack shows no text here."), {}),
        (CLICK, Answer(text="Goes to the response_url later."), {}),
        (HomeOpened("Ev1", "U1"), Answer(), {}),
    ],
)
def test_an_acknowledgement_carries_what_slack_takes(incoming: object, answer: Answer, body: object) -> None:
    assert acknowledgement(incoming, answer) == body


def test_an_apology_keeps_what_was_typed_into_a_modal() -> None:
    view = {"blocks": [{"type": "section", "block_id": "a"}, {"type": "input", "block_id": "b"}]}

    assert apology({"type": "view_submission", "view": view}, "Sorry.") == {
        "response_action": "errors",
        "errors": {"b": "Sorry."},
    }


def test_an_apology_replaces_a_modal_without_fields() -> None:
    answer = apology({"type": "view_submission", "view": {"blocks": []}}, "Sorry.")

    assert answer["response_action"] == "update"
    assert answer["view"]["blocks"][0]["text"] == {"type": "plain_text", "text": "Sorry."}
