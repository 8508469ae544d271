"""The manifest is what Slack accepts, what the code uses, and what stands in manifest.yml."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.slack import surface
from bot.slack.manifest import manifest, to_yaml

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT.parent / "shared" / "slack-manifest.schema.json"
ADDRESS = "https://bot.example.com"


def urls_in(part: Any) -> list[str]:
    match part:
        case dict():
            return [url for value in part.values() for url in urls_in(value)]
        case list():
            return [url for value in part for url in urls_in(value)]
        case str() if "://" in part:
            return [part]
        case _:
            return []


def test_manifest_yml_is_the_socket_mode_form() -> None:
    written = (PROJECT / "manifest.yml").read_text()

    assert written == to_yaml(manifest())
    assert yaml.safe_load(written) == manifest()


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not part of the project")
@pytest.mark.parametrize("http_url", [None, ADDRESS])
def test_slacks_schema_accepts_it(http_url: str | None) -> None:
    schema = json.loads(SCHEMA.read_text())

    jsonschema.validate(manifest(http_url), schema)


def test_in_socket_mode_there_is_no_address_anywhere() -> None:
    document = manifest()

    assert urls_in(document) == []
    assert document["settings"]["socket_mode_enabled"] is True


def test_over_http_commands_events_and_interactions_go_to_one_address() -> None:
    document = manifest(ADDRESS + "/")

    assert urls_in(document) == [ADDRESS + surface.EVENTS_PATH] * 3
    assert document["settings"]["socket_mode_enabled"] is False


def test_an_address_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="only to https addresses"):
        manifest("http://bot.example.com")


def test_the_command_resolves_mentions_and_buttons_work() -> None:
    document = manifest()

    [command] = document["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/release", True)
    assert document["settings"]["interactivity"]["is_enabled"] is True
    assert document["features"]["app_home"]["home_tab_enabled"] is True


def test_every_scope_is_needed_by_a_command_a_method_or_an_event() -> None:
    scopes = manifest()["oauth_config"]["scopes"]

    needed = {surface.COMMAND_SCOPE}
    needed.update(scope for method in surface.METHODS.values() for scope in method.scopes)
    needed.update(scope for event in surface.EVENTS for scope in event.scopes)
    assert needed == {*scopes["bot"], *scopes["bot_optional"]}
    assert not {*scopes["bot"]} & {*scopes["bot_optional"]}


def test_the_scopes_are_the_ones_an_admin_was_told_of() -> None:
    assert manifest()["oauth_config"]["scopes"] == {
        "bot": [
            "channels:history",
            "chat:write",
            "commands",
            "groups:history",
            "im:history",
            "im:write",
            "usergroups:read",
        ],
        "bot_optional": ["channels:read", "groups:read", "pins:write", "users:read"],
    }
