"""An answer as the JSON of an acknowledgement: what Slack takes depends on what came in."""

from collections.abc import Mapping
from typing import Any, assert_never

from bot.slack.incoming import (
    Answer,
    ChannelRenamed,
    Clicked,
    Closed,
    GroupChanged,
    HomeOpened,
    Incoming,
    PersonChanged,
    Submitted,
    Typed,
)

TITLE = "Harbourmaster"


def acknowledgement(incoming: Incoming, answer: Answer) -> dict[str, Any]:
    """The body to acknowledge with; an empty one only acknowledges.

    A click's answer goes to its response_url later, since Slack shows nothing from an acknowledgement of a click.
    Source: docs.slack.dev, handling user interaction and modals.
    """
    match incoming:
        case Typed():
            return _to_command(answer)
        case Submitted():
            return _to_submission(answer)
        case Clicked() | Closed() | HomeOpened() | GroupChanged() | PersonChanged() | ChannelRenamed():
            return {}
        case unknown:
            assert_never(unknown)


def apology(body: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """The acknowledgement that tells a person of a mistake of ours, as far as Slack shows one for this payload.

    A modal keeps what was typed into it: the sentence stands under its first field. One without fields is replaced.
    """
    if "command" in body:
        return _to_command(Answer(text=sentence))
    if body.get("type") != "view_submission":
        return {}
    field = next(
        (block["block_id"] for block in body["view"].get("blocks", ()) if block.get("type") == "input"), None
    )
    if field is not None:
        return _to_submission(Answer(errors={field: sentence}))
    return _to_submission(Answer(view=_notice(sentence)))


def _to_command(answer: Answer) -> dict[str, Any]:
    if not answer.text and not answer.blocks:
        return {}
    body: dict[str, Any] = {"response_type": "ephemeral", "text": answer.text}
    if answer.blocks:
        body["blocks"] = [dict(block) for block in answer.blocks]
    return body


def _to_submission(answer: Answer) -> dict[str, Any]:
    if answer.errors:
        return {"response_action": "errors", "errors": dict(answer.errors)}
    if answer.view is not None:
        return {"response_action": "update", "view": dict(answer.view)}
    if answer.closes_all:
        return {"response_action": "clear"}
    return {}


def _notice(sentence: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": TITLE},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": sentence}}],
    }
