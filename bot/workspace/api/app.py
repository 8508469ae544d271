"""What an app asks about itself: api.test, auth.test, a Socket Mode connection, and whether its blocks are right."""

from bot.workspace.api.call import Answer, Call, Method, Tier, Token
from bot.workspace.blockkit import TOTAL_TEXT, Finding, Surface, check_blocks, check_view, text_size
from bot.workspace.errors import SlackError
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


def validate(call: Call) -> Answer:
    """Exactly one of `blocks`, `message` and `view`, each as JSON."""
    given = [name for name in ("blocks", "message", "view") if call.args.has(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", messages=["exactly one of blocks, message, view is needed"])
    name = given[0]
    value = call.args.tree(name, f"invalid_{name}")
    if name == "view":
        kind = value.get("type") if isinstance(value, dict) else None
        found = check_view(value, Surface.HOME if kind == "home" else Surface.MODAL)
    else:
        blocks = value if name == "blocks" else value.get("blocks") if isinstance(value, dict) else None
        found = check_blocks(blocks)
        found += [_too_long(blocks)] if text_size(blocks) > TOTAL_TEXT else []
    if found:
        raise SlackError(f"invalid_{name}", more={"errors": [finding.as_json() for finding in found]})
    return {"ok": True}


def _too_long(blocks: object) -> Finding:
    words = f"must be less than {TOTAL_TEXT + 1} characters"
    return Finding("/blocks", words, "max_length", (str(TOTAL_TEXT),), str(text_size(blocks)))


METHODS = (
    Method("api.test", api_test, Tier.FOUR, token=Token.NONE),
    Method("auth.test", auth_test, Tier.SPECIAL),
    Method("apps.connections.open", open_connection, Tier.THREE, ("connections:write",), token=Token.APP),
    Method("blocks.validate", validate, Tier.SPECIAL, token=Token.NONE),
)
