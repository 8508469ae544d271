"""The ways Slack says no, and the way a pretended person says that something cannot be done."""

from collections.abc import Mapping, Sequence
from typing import Any


class SlackError(Exception):
    """An API answer with `ok: false`. `error` is Slack's word; `more` are further fields of the answer."""

    def __init__(
        self, error: str, *, messages: Sequence[str] = (), more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = tuple(messages)
        self.more = dict(more or {})

    def body(self) -> dict[str, Any]:
        """The answer as Slack writes it."""
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer


class RateLimited(Exception):
    """HTTP 429: the caller is to wait `seconds` (whole seconds, as in Retry-After)."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many calls; wait {seconds} s.")
        self.seconds = seconds


class CannotDo(Exception):
    """A person in the workspace cannot do this, as no such button is there; the sentence says what is there instead."""


def missing(*fields: str) -> SlackError:
    """The answer for arguments that are not there."""
    return SlackError("invalid_arguments", messages=[f"missing required field: {name}" for name in fields])
