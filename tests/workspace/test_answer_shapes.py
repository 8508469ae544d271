"""The keys of each method's answer against those of Slack's published examples.

Sources: the example responses on docs.slack.dev/reference/methods/<method> and the object pages on
docs.slack.dev/reference/objects; where a page shows none, the response types of slackapi/node-slack-sdk. A key this
workspace does not send (thumbnails, previews, shares) is left out of the table, one that Slack does not send fails.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.workspace import Workspace
from bot.workspace.api import METHODS
from bot.workspace.api.call import Token
from tests.workspace.checks.conftest import Client, every_scope

MESSAGE = "type user text ts team bot_id app_id"
CHANNEL = (
    "id name is_channel is_group is_im is_mpim is_private created is_archived is_general unlinked name_normalized"
    " is_shared is_org_shared is_pending_ext_shared pending_shared context_team_id updated parent_conversation creator"
    " is_ext_shared shared_team_ids pending_connected_team_ids is_member topic purpose previous_names"
)
PROFILE = (
    "title phone skype real_name real_name_normalized display_name display_name_normalized status_text status_emoji"
    " status_expiration avatar_hash first_name last_name team"
)
USER = (
    "id team_id name deleted color real_name tz tz_label tz_offset profile is_admin is_owner is_primary_owner"
    " is_restricted is_ultra_restricted is_bot is_app_user is_email_confirmed who_can_share_contact_card updated"
)
GROUP = (
    "id team_id is_usergroup is_subteam name description handle is_external date_create date_update date_delete auto_type"
    " auto_provision enterprise_subteam_id created_by updated_by deleted_by prefs users user_count channel_count"
)
FILE = (
    "id created timestamp name title mimetype filetype pretty_type user user_team editable size mode is_external"
    " external_type is_public public_url_shared display_as_bot username url_private url_private_download permalink alt_txt"
    " comments_count is_starred channels groups ims has_rich_preview file_access"
)
BOOKMARK = (
    "id channel_id title link emoji icon_url type entity_id date_created date_updated rank last_updated_by_user_id"
    " last_updated_by_team_id shortcut_id app_id"
)
VIEW = (
    "id team_id type blocks private_metadata callback_id external_id state hash title close submit clear_on_close"
    " notify_on_close previous_view_id root_view_id app_id app_installed_team_id bot_id"
)
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "a"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "a"}, "blocks": []}
LATER = {"channel": "C0REL", "text": "later", "post_at": "{soon}"}
HERE = {"channel": "C0REL", "timestamp": "{ts}"}


@dataclass(frozen=True)
class Sample:
    """How a method is called, and the keys of its answer; `inside` gives those of parts, by their path."""

    arguments: Mapping[str, Any]
    keys: str
    inside: Mapping[str, str] = field(default_factory=dict)


PAGED = {"response_metadata": "next_cursor"}
SAMPLES: Mapping[str, Sample] = {
    "api.test": Sample({}, "args"),
    "auth.test": Sample({}, "url team user team_id user_id bot_id is_enterprise_install"),
    "auth.revoke": Sample({"test": "1"}, "revoked"),
    "apps.connections.open": Sample({}, "url"),
    "apps.manifest.validate": Sample({"manifest": {"display_information": {"name": "a"}}}, "errors"),
    "blocks.validate": Sample({"blocks": [SECTION]}, ""),
    "bookmarks.add": Sample(
        {"channel_id": "C0REL", "title": "a", "type": "link", "link": "https://a/"}, "bookmark", {"bookmark": BOOKMARK}
    ),
    "bookmarks.edit": Sample(
        {"channel_id": "C0REL", "bookmark_id": "{bookmark}", "title": "b"}, "bookmark", {"bookmark": BOOKMARK}
    ),
    "bookmarks.list": Sample({"channel_id": "C0REL"}, "bookmarks", {"bookmarks.0": BOOKMARK}),
    "bookmarks.remove": Sample({"channel_id": "C0REL", "bookmark_id": "{bookmark}"}, ""),
    "bots.info": Sample({}, "bot", {"bot": "id deleted name updated app_id user_id icons"}),
    "canvases.create": Sample({"title": "a"}, "canvas_id"),
    "canvases.delete": Sample({"canvas_id": "{canvas}"}, ""),
    "canvases.edit": Sample(
        {
            "canvas_id": "{canvas}",
            "changes": [{"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": "a"}}],
        },
        "",
    ),
    "canvases.sections.lookup": Sample(
        {"canvas_id": "{canvas}", "criteria": {"contains_text": "one"}}, "sections", {"sections.0": "id"}
    ),
    "chat.delete": Sample({"channel": "C0REL", "ts": "{ts}"}, "channel ts"),
    "chat.deleteScheduledMessage": Sample({"channel": "C0REL", "scheduled_message_id": "{planned}"}, ""),
    "chat.getPermalink": Sample({"channel": "C0REL", "message_ts": "{ts}"}, "channel permalink"),
    "chat.postEphemeral": Sample({"channel": "C0REL", "user": "U0ALICE", "text": "a"}, "message_ts"),
    "chat.postMessage": Sample(
        {"channel": "C0REL", "text": "a", "blocks": [SECTION]},
        "channel ts message",
        {"message": f"{MESSAGE} blocks", "message.blocks.0": "type block_id text", "message.blocks.0.text": "type text verbatim"},
    ),
    "chat.scheduleMessage": Sample(
        LATER, "channel scheduled_message_id post_at message", {"message": "text bot_id type subtype"}
    ),
    "chat.scheduledMessages.list": Sample(
        {}, "scheduled_messages response_metadata",
        {**PAGED, "scheduled_messages.0": "id channel_id post_at date_created text"},
    ),
    "chat.update": Sample(
        {"channel": "C0REL", "ts": "{ts}", "text": "b"},
        "channel ts text message",
        {"message": f"{MESSAGE} edited", "message.edited": "user ts"},
    ),
    "conversations.archive": Sample({"channel": "{room}"}, ""),
    "conversations.canvases.create": Sample({"channel_id": "C0REL"}, "canvas_id"),
    "conversations.close": Sample({"channel": "{direct}"}, ""),
    "conversations.create": Sample({"name": "new"}, "channel", {"channel": CHANNEL, "channel.topic": "value creator last_set"}),
    "conversations.history": Sample(
        {"channel": "C0REL"}, "messages has_more pin_count response_metadata", {**PAGED, "messages.0": MESSAGE}
    ),
    "conversations.info": Sample(
        {"channel": "C0REL", "include_num_members": "1"}, "channel", {"channel": f"{CHANNEL} num_members"}
    ),
    "conversations.invite": Sample({"channel": "C0REL", "users": "U0CAROL"}, "channel", {"channel": CHANNEL}),
    "conversations.join": Sample({"channel": "C0FAR"}, "channel", {"channel": CHANNEL}),
    "conversations.kick": Sample({"channel": "C0REL", "user": "U0ALICE"}, "errors"),
    "conversations.leave": Sample({"channel": "C0REL"}, ""),
    "conversations.list": Sample(
        {}, "channels response_metadata", {**PAGED, "channels.0": f"{CHANNEL} num_members"}
    ),
    "conversations.mark": Sample({"channel": "C0REL", "ts": "{ts}"}, ""),
    "conversations.members": Sample({"channel": "C0REL"}, "members response_metadata", PAGED),
    "conversations.open": Sample({"users": "U0BOB"}, "channel", {"channel": "id"}),
    "conversations.rename": Sample({"channel": "{room}", "name": "other"}, "channel", {"channel": CHANNEL}),
    "conversations.replies": Sample(
        {"channel": "C0REL", "ts": "{root}"},
        "messages has_more response_metadata",
        {
            **PAGED,
            "messages.0": f"{MESSAGE} thread_ts reply_count reply_users_count reply_users latest_reply is_locked subscribed",
            "messages.1": f"{MESSAGE} thread_ts",
        },
    ),
    "conversations.setPurpose": Sample({"channel": "C0REL", "purpose": "a"}, "purpose channel", {"channel": CHANNEL}),
    "conversations.setTopic": Sample({"channel": "C0REL", "topic": "a"}, "channel", {"channel": CHANNEL}),
    "emoji.list": Sample({}, "emoji cache_ts"),
    "files.completeUploadExternal": Sample({"files": [{"id": "{upload}"}]}, "files", {"files.0": "id title"}),
    "files.delete": Sample({"file": "{file}"}, ""),
    "files.getUploadURLExternal": Sample({"filename": "a.txt", "length": "1"}, "upload_url file_id"),
    "files.info": Sample({"file": "{file}"}, "file comments response_metadata", {**PAGED, "file": FILE}),
    "files.list": Sample({}, "files paging", {"files.0": FILE, "paging": "count total page pages"}),
    "pins.add": Sample(HERE, ""),
    "pins.list": Sample({"channel": "C0REL"}, "items", {"items.0": "type channel created created_by message"}),
    "pins.remove": Sample({"channel": "C0REL", "timestamp": "{pinned}"}, ""),
    "reactions.add": Sample({**HERE, "name": "eyes"}, ""),
    "reactions.get": Sample(HERE, "type channel message", {"message.reactions.0": "name users count"}),
    "reactions.list": Sample({}, "items response_metadata", {**PAGED, "items.0": "type channel message"}),
    "reactions.remove": Sample({**HERE, "name": "tada"}, ""),
    "team.info": Sample({}, "team", {"team": "id name domain email_domain url icon"}),
    "usergroups.create": Sample({"name": "new"}, "usergroup", {"usergroup": GROUP}),
    "usergroups.disable": Sample({"usergroup": "S0QA"}, "usergroup", {"usergroup": GROUP}),
    "usergroups.enable": Sample({"usergroup": "S0QA"}, "usergroup", {"usergroup": GROUP}),
    "usergroups.list": Sample({"include_users": "1"}, "usergroups", {"usergroups.0": GROUP}),
    "usergroups.update": Sample({"usergroup": "S0QA", "name": "b"}, "usergroup", {"usergroup": GROUP}),
    "usergroups.users.list": Sample({"usergroup": "S0QA"}, "users"),
    "usergroups.users.update": Sample({"usergroup": "S0QA", "users": "U0BOB"}, "usergroup", {"usergroup": GROUP}),
    "users.conversations": Sample({}, "channels response_metadata", {**PAGED, "channels.0": f"{CHANNEL} num_members"}),
    "users.getPresence": Sample({"user": "U0BOB"}, "presence"),
    "users.info": Sample({"user": "U0BOB"}, "user", {"user": USER, "user.profile": f"{PROFILE} email"}),
    "users.list": Sample(
        {}, "members cache_ts response_metadata", {**PAGED, "members.0": USER, "members.3": USER}
    ),
    "users.lookupByEmail": Sample({"email": "bob@harbour.example"}, "user", {"user": USER}),
    "users.profile.get": Sample({"user": "U0BOB"}, "profile", {"profile": f"{PROFILE} email"}),
    "views.open": Sample({"trigger_id": "{trigger}", "view": MODAL}, "view", {"view": VIEW, "view.state": "values"}),
    "views.publish": Sample({"user_id": "U0ALICE", "view": {"type": "home", "blocks": []}}, "view", {"view": VIEW}),
    "views.push": Sample({"trigger_id": "{trigger}", "view": MODAL}, "view", {"view": VIEW}),
    "views.update": Sample({"view_id": "{view}", "view": MODAL}, "view", {"view": VIEW}),
}  # fmt: skip
REFUSED = {"files.upload"}
"""Methods whose only answer is a refusal."""


@pytest.fixture(scope="module")
def furnished(make_setup: Any, request_raw: Any, make_app: Any) -> Iterator[tuple[Client, dict[str, str]]]:
    """A workspace in which there is one of everything, and the names of these things."""
    manifest = {**make_setup().manifest, "oauth_config": {"scopes": {"bot": every_scope()}}}
    with Workspace.serve(make_setup(manifest=manifest)) as ws, make_app(ws) as app:
        yield Client(ws, request_raw), {"app": app}


def furnish(do: Client, app: Any) -> dict[str, str]:
    """Put one of everything into the workspace; the names of these things."""
    do.ws.reset()
    do.ws.clock.advance(60)
    posts = [
        do.body("chat.postMessage", channel="C0REL", text=word)["ts"] for word in ("root", "pinned", "plain")
    ]
    do("chat.postMessage", channel="C0REL", text="reply", thread_ts=posts[0])
    do("pins.add", channel="C0REL", timestamp=posts[1])
    do("reactions.add", channel="C0REL", timestamp=posts[2], name="tada")
    soon = str(int(do.ws.clock.now()) + 3600)
    uploads = [do.read("files.getUploadURLExternal", filename="a.txt", length=1) for _ in range(2)]
    for upload in uploads:
        do.request(upload["upload_url"], b"x", {})
    do("files.completeUploadExternal", files=[{"id": uploads[0]["file_id"]}])
    do.ws.person("alice").types("#releases", "/release start")
    view = do.body("views.open", trigger_id=app.last()["trigger_id"], view=MODAL)["view"]["id"]
    do.ws.person("alice").types("#releases", "/release start")
    link = {"channel_id": "C0REL", "title": "a", "type": "link", "link": "https://a/"}
    content = {"type": "markdown", "markdown": "one"}
    return {
        "root": posts[0], "pinned": posts[1], "ts": posts[2], "soon": soon, "view": view,
        "planned": do.body("chat.scheduleMessage", channel="C0REL", text="a", post_at=soon)["scheduled_message_id"],
        "file": uploads[0]["file_id"], "upload": uploads[1]["file_id"], "trigger": app.last()["trigger_id"],
        "bookmark": do.body("bookmarks.add", **link)["bookmark"]["id"],
        "canvas": do.body("canvases.create", document_content=content)["canvas_id"],
        "room": do.body("conversations.create", name="room")["channel"]["id"],
        "direct": do.body("conversations.open", users="U0ALICE")["channel"]["id"],
    }  # fmt: skip


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """The arguments with the names of things in place of `{thing}`."""
    text = json.dumps(value)
    for name, thing in names.items():
        text = text.replace(f"{{{name}}}", thing)
    return json.loads(text)


def called(do: Client, method: str, arguments: dict[str, Any]) -> Any:
    """The answer, asked for with the method's own token; reading methods take a form."""
    tokens = {Token.APP: do.ws.app_token, Token.CONFIGURATION: do.ws.configuration_token}
    if METHODS[method].reads:
        return do.read(method, **arguments)
    body = json.dumps(arguments).encode()
    return do.send(method, body, "application/json; charset=utf-8", tokens.get(METHODS[method].token)).body


def part_of(answer: Any, path: str) -> Any:
    for step in path.split("."):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


def test_every_method_has_a_sample() -> None:
    assert set(METHODS) - set(SAMPLES) == REFUSED
    assert set(SAMPLES) <= set(METHODS)


@pytest.mark.parametrize("method", SAMPLES)
def test_an_answer_has_the_keys_of_slacks_example(
    furnished: tuple[Client, dict[str, Any]], method: str
) -> None:
    do, things = furnished
    sample = SAMPLES[method]
    names = furnish(do, things["app"])

    answer = called(do, method, filled(dict(sample.arguments), names))

    assert answer["ok"], answer
    assert set(answer) == {"ok", *sample.keys.split()}
    for path, keys in sample.inside.items():
        assert (path, set(part_of(answer, path)) - {"reactions", "pinned_to"}) == (path, set(keys.split()))
