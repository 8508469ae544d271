"""Domain values to canonical JSON and back: sorted keys, no spaces, ASCII only, so that equal values are equal text."""

import hashlib
import json
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter

from bot.domain import events, orders
from bot.domain.errors import WrittenByNewer

_T = TypeVar("_T")
_EVENTS: dict[str, Any] = {cls.__name__: cls for cls in get_args(events.Event)}
_ORDERS: dict[str, Any] = {cls.__name__: cls for cls in get_args(orders.Order)}


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(cls: Any) -> TypeAdapter[Any]:
    # Made on first use: building all of them at import would cost every start 50 ms.
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def dump(value: Any) -> str:
    """The canonical JSON of a domain value (a frozen dataclass)."""
    return canonical(_adapter(type(value)).dump_python(value, mode="json"))


def load(cls: type[_T], text: str) -> _T:
    """Raises pydantic.ValidationError for text that `dump` did not write."""
    loaded: _T = _adapter(cls).validate_json(text)
    return loaded


def kinds_of_orders() -> list[str]:
    """The names under which orders are kept, sorted."""
    return sorted(_ORDERS)


def load_event(kind: str, body: str) -> events.Event:
    """Raises WrittenByNewer for a kind of event that this version of the program does not know."""
    if kind not in _EVENTS:
        raise WrittenByNewer(
            "A newer version of Harbourmaster has gone on with this release, and this replica is about to be replaced. Try again "
            "in a minute."
        )
    event: events.Event = _adapter(_EVENTS[kind]).validate_json(body)
    return event


def load_order(kind: str, body: str) -> orders.Order:
    order: orders.Order = _adapter(_ORDERS[kind]).validate_json(body)
    return order


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of plain values."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
