"""What Slack checks in an app's manifest, as declarations for the engine of the Block Kit check.

Facts: schemas/manifest.schema.2.0.0.json of github.com/slackapi/manifest-schema, and for what depends on several fields
https://docs.slack.dev/reference/methods/apps.manifest.validate. Workflows, functions, datastores and types are not read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.blockkit.rules import (
    Anything,
    Bool,
    Finding,
    Items,
    Place,
    Record,
    Rule,
    Shape,
    Str,
    Surface,
)

HTTPS = r"https://\S+"
URL = Str(3000, like=HTTPS)
SCOPES = Items(Str(like=r"[a-z_.]+(:[a-z_.]+)*"), 255, least=0)
UNREAD = (
    "functions",
    "workflows",
    "datastores",
    "types",
    "external_auth_providers",
    "outgoing_domains",
    "mcp_servers",
)


def _record(name: str, fields: Mapping[str, Rule], *needs: str) -> Shape:
    return Shape(name, fields, needs=needs, typed=False)


SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        _record(
            "manifest",
            {
                "_metadata": Anything(),
                "display_information": Record("display_information"),
                "features": Record("features"),
                "oauth_config": Record("oauth_config"),
                "settings": Record("settings"),
                "app_directory": Anything(),
                **{name: Anything() for name in UNREAD},
            },
            "display_information",
        ),
        _record(
            "display_information",
            {
                "name": Str(35),
                "description": Str(140),
                "long_description": Str(4000, least=175),
                "background_color": Str(like=r"#([0-9a-fA-F]{3}){1,2}"),
            },
            "name",
        ),
        _record(
            "features",
            {
                "app_home": Record("app_home"),
                "bot_user": Record("bot_user"),
                "shortcuts": Items(Record("shortcut"), 10),
                "slash_commands": Items(Record("slash_command"), 50),
                "unfurl_domains": Items(Str(), 5),
                "agent_view": Anything(),
                "assistant_view": Anything(),
                "functions": Anything(),
                "workflow_steps": Anything(),
                "rich_previews": Anything(),
            },
        ),
        _record(
            "app_home",
            {name: Bool() for name in ("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled")},
        ),
        _record("bot_user", {"display_name": Str(80), "always_online": Bool()}, "display_name"),
        _record(
            "shortcut",
            {
                "name": Str(24),
                "callback_id": Str(255),
                "description": Str(150),
                "type": Str(among=("message", "global")),
            },
            "name", "callback_id", "description", "type",
        ),
        _record(
            "slash_command",
            {
                "command": Str(32, like=r"/\S+"),
                "url": URL,
                "description": Str(2000),
                "usage_hint": Str(1000),
                "should_escape": Bool(),
            },
            "command", "description",
        ),
        _record(
            "oauth_config",
            {
                "redirect_urls": Items(Str(3000), 1000),
                "scopes": Record("scopes"),
                "token_management_enabled": Bool(),
                "pkce_enabled": Bool(),
            },
        ),
        _record("scopes", dict.fromkeys(("bot", "user", "bot_optional", "user_optional"), SCOPES)),
        _record(
            "settings",
            {
                "allowed_ip_address_ranges": Items(Str(), 10),
                "event_subscriptions": Record("event_subscriptions"),
                "interactivity": Record("interactivity"),
                "incoming_webhooks": Anything(),
                "siws_links": Anything(),
                "org_deploy_enabled": Bool(),
                "socket_mode_enabled": Bool(),
                "token_rotation_enabled": Bool(),
                "is_mcp_enabled": Bool(),
                "is_hosted": Bool(),
                "hermes_app_type": Anything(),
                "function_runtime": Anything(),
                "experience_type": Anything(),
            },
        ),
        _record(
            "event_subscriptions",
            {
                "request_url": URL,
                "bot_events": Items(Str(), 100),
                "user_events": Items(Str(), 100),
                "metadata_subscriptions": Items(Anything(), 20),
            },
        ),
        _record(
            "interactivity",
            {"is_enabled": Bool(), "request_url": URL, "message_menu_options_url": URL},
            "is_enabled",
        ),
    )
}  # fmt: skip


def check_manifest(manifest: Any) -> list[Finding]:
    """Every mistake, each with its pointer from the top of the manifest."""
    place = Place("", Surface.HOME, SHAPES)
    found = list(SHAPES["manifest"].findings(manifest, place))
    return found or list(_needs_an_address(manifest, place))


def _needs_an_address(manifest: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """What is sent to the app needs somewhere to go: Socket Mode, or an address."""
    settings = manifest.get("settings", {})
    if settings.get("socket_mode_enabled"):
        return
    here, events, clicks = (
        place.at("settings"),
        settings.get("event_subscriptions"),
        settings.get("interactivity"),
    )
    if events and (events.get("bot_events") or events.get("user_events")) and "request_url" not in events:
        words = "Event Subscription requires either Request URL or Socket Mode Enabled"
        yield here.at("event_subscriptions").says(words, "required", ["request_url"])
    if clicks and clicks["is_enabled"] and "request_url" not in clicks:
        yield here.at("interactivity").says(
            "Interactivity requires a Request URL", "required", ["request_url"]
        )
        yield here.at("interactivity").says(
            "Interactivity requires Socket Mode enabled", "required", ["request_url"]
        )
    for index, command in enumerate(manifest.get("features", {}).get("slash_commands", ())):
        if "url" not in command:
            yield (
                place.at("features")
                .at("slash_commands")
                .at(index)
                .says("Slash command requires a URL", "required", ["url"])
            )
