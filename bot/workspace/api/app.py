"""What an app asks about itself: is it heard, who is it, a Socket Mode connection, are its blocks and its manifest right."""

from bot.workspace.api.call import Answer, Call, Method, Tier, Token
from bot.workspace.blockkit import TOTAL_TEXT, Finding, Surface, check_blocks, check_view, text_size
from bot.workspace.errors import SlackError, missing
from bot.workspace.manifest_rules import check_manifest
from bot.workspace.world import APP_ID, BOT_ID, TEAM_ID


def api_test(call: Call) -> Answer:
    given = {name: value for name, value in call.args.values.items() if name != "token"}
    if call.args.has("error"):
        raise SlackError(call.args.text("error"), more={"args": given})
    return {"ok": True, "args": given}


def auth_test(call: Call) -> Answer:
    return {
        "ok": True,
        "url": call.base_url,
        "team": call.world.setup.team_name,
        "user": call.world.app.bot_name.lower(),
        "team_id": TEAM_ID,
        "user_id": call.bot,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Answer:
    ticket = call.new_ticket()
    host = call.base_url.removeprefix("http://")
    return {"ok": True, "url": f"ws://{host}link/?ticket={ticket}&app_id={APP_ID}"}


def revoke(call: Call) -> Answer:
    """The token is good for nothing afterwards; with `test` it stays."""
    if call.args.flag("test"):
        return {"ok": True, "revoked": False}
    call.faults.token("token_revoked")
    return {"ok": True, "revoked": True}


def list_emoji(call: Call) -> Answer:
    """Custom emoji; this workspace has none."""
    return {"ok": True, "emoji": {}, "cache_ts": f"{call.world.clock.now():.6f}"}


def validate(call: Call) -> Answer:
    """Exactly one of `blocks`, `message` and `view`, each as JSON; pointers start inside what was given."""
    given = [name for name in ("blocks", "message", "view") if call.args.has(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", messages=["exactly one of blocks, message, view is needed"])
    name = given[0]
    value = call.args.tree(name, f"invalid_{name}")
    if name == "view":
        kind = value.get("type") if isinstance(value, dict) else None
        found = check_view(value, Surface.HOME if kind == "home" else Surface.MODAL, "")
    else:
        at = "" if name == "blocks" else "/blocks"
        blocks = value if name == "blocks" else value.get("blocks") if isinstance(value, dict) else None
        found = check_blocks(blocks, at=at)
        found += [_too_long(blocks, at)] if text_size(blocks) > TOTAL_TEXT else []
    if found:
        raise SlackError(f"invalid_{name}", more={"errors": [finding.as_json() for finding in found]})
    return {"ok": True}


def validate_manifest(call: Call) -> Answer:
    """Like the check in the app settings: `invalid_manifest` with every mistake and its pointer."""
    if not call.args.has("manifest"):
        raise missing("manifest")
    found = check_manifest(call.args.tree("manifest", "invalid_manifest"))
    if found:
        errors = [{"message": finding.message, "pointer": finding.pointer} for finding in found]
        raise SlackError("invalid_manifest", more={"errors": errors})
    return {"ok": True, "errors": []}


def _too_long(blocks: object, at: str) -> Finding:
    words = f"must be less than {TOTAL_TEXT + 1} characters"
    return Finding(at, words, "max_length", (str(TOTAL_TEXT),), str(text_size(blocks)))


METHODS = (
    Method("api.test", api_test, Tier.FOUR, token=Token.NONE),
    Method("auth.test", auth_test, Tier.SPECIAL),
    Method("auth.revoke", revoke, Tier.THREE),
    Method("apps.connections.open", open_connection, Tier.THREE, ("connections:write",), token=Token.APP),
    Method("apps.manifest.validate", validate_manifest, Tier.THREE, token=Token.CONFIGURATION),
    Method("blocks.validate", validate, Tier.SPECIAL, token=Token.NONE),
    Method("emoji.list", list_emoji, Tier.TWO, ("emoji:read",), reads=True),
)
