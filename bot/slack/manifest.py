"""The app's manifest as data, in its one source. `manifest.yml` at the top of the project is its Socket Mode text."""

from typing import Any

import yaml

from bot.slack.surface import COMMAND, EVENTS, EVENTS_PATH, optional_scopes, required_scopes

HEADER = """\
# Made from bot/slack/manifest.py, change it there. Paste this at https://api.slack.com/apps, "Create New App",
# "From a manifest".
"""

DESCRIPTION = "Takes a release from plan to production, with the sign-offs your team asks for."
LONG_DESCRIPTION = (
    "Harbourmaster leads a release through its phases: planning, preparation, testing, release and after. "
    "It shows on one card what is done, what is missing and who has to sign, holds every sign-off to the exact "
    "commit that was signed, makes the signed tag, and keeps the history."
)


def manifest(http_url: str | None = None) -> dict[str, Any]:
    """The manifest as Slack reads it, version 2.0.0 of github.com/slackapi/manifest-schema.

    `http_url` is the public address of the HTTP adapter, as `https://bot.example.com`; None gives Socket Mode.
    Raises ValueError for an address that is not https.
    """
    events_url = None if http_url is None else _events_url(http_url)
    address = {} if events_url is None else {"request_url": events_url}
    return {
        "display_information": {
            "name": "Harbourmaster",
            "description": DESCRIPTION,
            "background_color": "#12344d",
            "long_description": LONG_DESCRIPTION,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Harbourmaster", "always_online": True},
            "slash_commands": [_command(events_url)],
        },
        "oauth_config": {
            "scopes": {"bot": list(required_scopes()), "bot_optional": list(optional_scopes())},
        },
        "settings": {
            "event_subscriptions": {**address, "bot_events": [event.name for event in EVENTS]},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": events_url is None,
            "token_rotation_enabled": False,
        },
    }


def to_yaml(document: dict[str, Any]) -> str:
    """The manifest as YAML, in the order it was written in, with a word on where it belongs."""
    return HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def _events_url(http_url: str) -> str:
    if not http_url.startswith("https://"):
        raise ValueError(f"Slack sends only to https addresses, and {http_url!r} is none.")
    return http_url.rstrip("/") + EVENTS_PATH


def _command(events_url: str | None) -> dict[str, Any]:
    """`should_escape` makes Slack send `<@U123|name>` for a mention; without it a name cannot be resolved."""
    command: dict[str, Any] = {"command": COMMAND}
    if events_url is not None:
        command["url"] = events_url
    return command | {
        "description": "Plan, sign, ship and watch a release",
        "usage_hint": "help, or what to do: start, status, approve …",
        "should_escape": True,
    }
