"""Slack's lasting errors as sentences to a colleague: what happened, why, and what to do now."""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import ChannelShut, Gone, OutsideRefusal, Unshowable

LONGEST_DETAIL = 300
"""Characters of Slack's own explanation that a sentence quotes."""

INVITE = "Invite the bot with `/invite @Harbourmaster` in that channel."
REINSTALL = "Copy the bot token anew from the app's settings, “OAuth & Permissions”, and restart the bot."
CLICK_AGAIN = "Click the button or type the command again."
REPORT = "This is a mistake in the bot: please report it with this sentence."

GONE = frozenset({"message_not_found", "thread_not_found"})
"""Errors that say that a message of ours was deleted, so that another one can take its place."""

SHUT = frozenset({"channel_not_found", "not_in_channel", "is_archived", "restricted_action"})
"""Errors about the channel and not about what is said there."""

SENTENCES: Mapping[str, str] = {
    "channel_not_found": "Slack knows no channel {channel} that the bot may see: the id is wrong, or the channel is "
    f"private and the bot is not in it. Check the id in harbourmaster.toml. {INVITE}",
    "not_in_channel": f"The bot is not a member of the channel {{channel}}, so it may not write there. {INVITE}",
    "is_archived": "The channel {channel} is archived, and nobody can write there. Unarchive it, or name another "
    "channel in harbourmaster.toml.",
    "restricted_action": "The workspace's settings do not let the bot write to {channel}. Ask a workspace admin to "
    "allow it.",
    "missing_scope": "The app was installed without the scope `{needed}`, which {method} needs. Add it under “OAuth "
    "& Permissions” in the app's settings (or update the manifest), and reinstall the app.",
    "no_permission": "The workspace does not give the bot the right to call {method}. Ask a workspace admin to allow "
    "it.",
    "invalid_auth": f"Slack does not know the bot token (SLACK_BOT_TOKEN). {REINSTALL}",
    "not_authed": f"No bot token reached Slack (SLACK_BOT_TOKEN). {REINSTALL}",
    "token_revoked": f"The bot token was revoked. Reinstall the app. {REINSTALL}",
    "token_expired": f"The bot token has expired. {REINSTALL}",
    "account_inactive": f"The bot's user was deactivated, or the app was uninstalled. Reinstall it. {REINSTALL}",
    "not_allowed_token_type": f"{{method}} does not take this type of token: SLACK_BOT_TOKEN begins with `xoxb-`, "
    f"SLACK_APP_TOKEN with `xapp-`. {REINSTALL}",
    "org_login_required": "The workspace is being moved to an Enterprise organisation and is closed meanwhile. Wait "
    "for the end of the move.",
    "invalid_blocks": f"Slack cannot show the message{{detail}}. {REPORT}",
    "invalid_arguments": f"Slack did not accept what {{method}} sent{{detail}}. {REPORT}",
    "msg_blocks_too_long": f"The message has more text than Slack shows in one message. {REPORT}",
    "msg_too_long": f"The message has more text than {{method}} takes. {REPORT}",
    "no_text": f"The message was empty. {REPORT}",
    "metadata_too_large": f"The mark on the message is longer than Slack keeps. {REPORT}",
    "view_too_large": f"The dialog or Home tab is larger than the 250 kB Slack shows. {REPORT}",
    "message_not_found": "The message is no longer in {channel}: somebody deleted it.",
    "cant_update_message": "The message in {channel} is not the bot's own, so it may not change it.",
    "edit_window_closed": "The workspace's settings no longer let the bot change this message. Ask a workspace admin "
    "to lift the limit on editing for apps.",
    "thread_not_found": "The thread is no longer in {channel}: somebody deleted its first message.",
    "expired_trigger_id": f"Slack opens a dialog only within three seconds of the click. {CLICK_AGAIN}",
    "exchanged_trigger_id": f"This click has opened a dialog already. {CLICK_AGAIN}",
    "invalid_trigger_id": f"Slack does not know the click that should open the dialog. {CLICK_AGAIN}",
    "push_limit_reached": "Slack shows at most three dialogs on top of each other. Close one first.",
    "not_found": "The dialog is no longer open.",
    "hash_conflict": "The dialog or Home tab has changed in the meantime.",
    "no_such_subteam": "Slack knows no user group {group}. Check the id in harbourmaster.toml.",
    "subteam_disabled": "The user group {group} is disabled. Enable it, or name another in harbourmaster.toml.",
    "user_not_found": "Slack knows no person {user}.",
    "too_many_pins": "The channel {channel} holds as many pins as Slack allows. Unpin something first.",
}

ALIASES: Mapping[str, str] = {
    "invalid_blocks_format": "invalid_blocks",
    "view_not_found": "not_found",
    "subteam_not_found": "no_such_subteam",
    "usergroup_not_found": "no_such_subteam",
    "restricted_action_read_only_channel": "restricted_action",
    "restricted_action_thread_only_channel": "restricted_action",
    "restricted_action_non_threadable_channel": "restricted_action",
    "messages_tab_disabled": "restricted_action",
    "team_access_not_granted": "no_permission",
    "access_denied": "no_permission",
    "ekm_access_denied": "no_permission",
    "invalid_metadata_format": "invalid_arguments",
    "invalid_metadata_schema": "invalid_arguments",
    "duplicate_external_id": "invalid_arguments",
}


class _Blanks(dict[str, str]):
    """Fills a sentence's gaps; what is not known reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def refusal(
    method: str, code: str, answer: Mapping[str, Any], arguments: Mapping[str, Any]
) -> OutsideRefusal:
    """The exception for an answer `{"ok": false, "error": code}` to a call with these arguments.

    Codes are from the reference pages of the methods at docs.slack.dev; an unknown one is named as it is.
    """
    gaps = _Blanks(
        method=f"`{method}`",
        channel=str(arguments.get("channel", "–")),
        group=str(arguments.get("usergroup", "–")),
        user=str(arguments.get("user_id", "–")),
        needed=_printable(str(answer.get("needed", "–"))),
        detail=_detail(answer),
    )
    sentence = SENTENCES.get(ALIASES.get(code, code))
    if sentence is None:
        return OutsideRefusal(
            f"Slack refused `{method}` with `{code}`{gaps['detail']}. "
            f"https://docs.slack.dev/reference/methods/{method} explains it; trying again does not help."
        )
    said = f"{sentence.format_map(gaps)} (Slack: `{code}`)"
    if ALIASES.get(code, code) in SHUT and "channel" in arguments:
        return ChannelShut(said, str(arguments["channel"]))
    if ALIASES.get(code, code) == "invalid_blocks":
        return Unshowable(said)
    kind = Gone if code in GONE else OutsideRefusal
    return kind(said)


def _detail(answer: Mapping[str, Any]) -> str:
    """What Slack says is wrong, from either of the two places where it says it."""
    metadata = answer.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, dict) else None
    reasons = messages or answer.get("errors") or []
    if not isinstance(reasons, list) or not reasons:
        return ""
    return ": " + _printable("; ".join(str(reason) for reason in reasons))


def _printable(text: str) -> str:
    """Foreign text made fit for a message: one line, bounded, nothing that Slack would format or ping."""
    line = re.sub(r"[\x00-\x1f\x7f<>&`]+", " ", text).strip()
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"
