"""Reads the arguments of a Web API request the way Slack does: query, form, multipart or JSON, each with its mistakes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.workspace.api.call import parsed
from bot.workspace.errors import SlackError

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Received:
    """What came with a request. `form_token` is a token in a form body; in JSON or in the query it does not count."""

    values: Mapping[str, Any]
    form_token: str = ""
    warnings: tuple[str, ...] = ()


async def receive(request: Request, *, ignore_json: bool) -> Received:
    """Raises SlackError `missing_post_type`, `invalid_post_type`, `invalid_json`, `json_not_object`, `invalid_form_data`."""
    query = dict(request.query_params)
    query.pop("token", None)
    if request.method == "GET":
        return Received(query)
    body = await request.body()
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = "charset" in parameters.lower()
    if content_type.strip() in FORMS:
        return await _form(request, query, charset=charset)
    if not body:
        return Received(query)
    if not content_type:
        raise SlackError("missing_post_type")
    if content_type.strip() != "application/json":
        raise SlackError("invalid_post_type")
    warnings = () if charset else ("missing_charset",)
    values = {} if ignore_json else _json(body)
    values.pop("token", None)
    return Received({**query, **values}, warnings=warnings)


async def _form(request: Request, query: Mapping[str, Any], *, charset: bool) -> Received:
    try:
        form = await request.form()
    except HTTPException:
        raise SlackError("invalid_form_data") from None
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    token = values.pop("token", "")
    urlencoded = request.headers["content-type"].startswith(FORMS[0])
    warnings = ("superfluous_charset",) if charset and urlencoded else ()
    return Received({**query, **values}, token, warnings)


def _json(body: bytes) -> dict[str, Any]:
    try:
        values = parsed(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(values, dict):
        raise SlackError("json_not_object")
    return values
