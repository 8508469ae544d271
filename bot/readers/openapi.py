"""Reads the operations of an OpenAPI document (2.0 or 3.x, JSON or YAML). References are followed inside the file only."""

import json
from collections.abc import Iterator
from typing import Any

from bot.domain.interfaces import Endpoint, Parameter
from bot.readers.keyed import NotReadable, document

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MOST_REFERENCES = 20


def read_openapi(path: str, content: bytes) -> dict[str, Endpoint]:
    """The operations by `GET /orders`. Raises NotReadable for anything that is no OpenAPI document."""
    whole = document(path, content)
    if not isinstance(whole, dict) or not ({"openapi", "swagger"} & whole.keys()):
        raise NotReadable("it is no OpenAPI document")
    found = {}
    for place, item in _items(whole.get("paths")):
        item = _followed(whole, item)
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, dict):
                endpoint = _endpoint(whole, method.upper(), place, item, operation)
                found[endpoint.name] = endpoint
    return found


def _endpoint(
    whole: Any, method: str, path: str, item: dict[Any, Any], operation: dict[Any, Any]
) -> Endpoint:
    listed = {(p.where, p.name): p for p in _parameters(whole, item.get("parameters"))}
    listed |= {(p.where, p.name): p for p in _parameters(whole, operation.get("parameters"))}
    listed |= {(p.where, p.name): p for p in _body(whole, operation.get("requestBody"))}
    described = bool(operation.get("summary") or operation.get("description"))
    return Endpoint(method, path, operation.get("deprecated") is True, described, tuple(listed.values()))


def _parameters(whole: Any, listed: Any) -> Iterator[Parameter]:
    for each in listed if isinstance(listed, list) else []:
        one = _followed(whole, each)
        if not isinstance(one.get("name"), str):
            continue
        schema = _followed(whole, one.get("schema")) or one
        yield Parameter(
            name=one["name"],
            where=str(one.get("in", "query")),
            is_required=one.get("required") is True,
            is_deprecated=one.get("deprecated") is True,
            shape=_shape(schema),
            has_description=bool(one.get("description")),
        )


def _body(whole: Any, body: Any) -> Iterator[Parameter]:
    """The properties at the top of the first media type's schema, which is where a caller looks first."""
    content = _followed(whole, body).get("content")
    media = next((value for _, value in _items(content)), {})
    schema = _followed(whole, media.get("schema"))
    required = schema.get("required")
    for name, each in _items(schema.get("properties")):
        one = _followed(whole, each)
        is_required = isinstance(required, list) and name in required
        yield Parameter(
            name,
            "body",
            is_required,
            one.get("deprecated") is True,
            _shape(one),
            bool(one.get("description")),
        )


def _shape(schema: dict[Any, Any]) -> str:
    kept = {key: schema[key] for key in ("type", "format", "enum") if key in schema}
    if set(kept) == {"type"} and isinstance(kept["type"], str):
        return kept["type"]
    return json.dumps(kept, sort_keys=True, default=str)[:200] if kept else "any"


def _items(value: Any) -> list[tuple[str, dict[Any, Any]]]:
    return [(str(k), v) for k, v in value.items() if isinstance(v, dict)] if isinstance(value, dict) else []


def _followed(whole: Any, node: Any) -> dict[Any, Any]:
    """The node behind `$ref: "#/…"`, through at most some references; empty for one that leads elsewhere or in a circle."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(node, dict):
            return {}
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        if not reference.startswith("#/"):
            return {}
        node = whole
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            node = node.get(name) if isinstance(node, dict) else None
    return {}
