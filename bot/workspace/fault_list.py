"""The declared list of everything that can go wrong on request, with its arguments: tests call by name, the page builds
its panel from it. What each one does stands in `faults` and, for deeds that need the running workspace, in `server`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ArgumentKind(StrEnum):
    """How a page should ask for an argument."""

    METHOD = "method"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    WORD = "word"


@dataclass(frozen=True)
class Argument:
    """One argument of a fault. `choices` are offered, and binding for a CHOICE."""

    name: str
    kind: ArgumentKind
    default: str | float | bool
    label: str
    choices: tuple[str, ...] = ()

    def read(self, value: Any) -> str | float | bool:
        """The value as the fault takes it; a page may send numbers and switches as text. Raises ValueError."""
        match self.kind:
            case ArgumentKind.NUMBER:
                number = float(value)
                if number < 0:
                    raise ValueError(f"{self.label} must not be negative.")
                return int(number) if number.is_integer() else number
            case ArgumentKind.SWITCH:
                return value if isinstance(value, bool) else str(value).lower() in ("1", "true", "on")
            case ArgumentKind.CHOICE if str(value) not in self.choices:
                raise ValueError(f"{self.label} is one of {', '.join(self.choices)}, not {value!r}.")
            case ArgumentKind.METHOD | ArgumentKind.CHOICE | ArgumentKind.WORD:
                return str(value)


@dataclass(frozen=True)
class DeclaredFault:
    """One thing that can go wrong. `is_deed` is true when it happens at once and leaves no state behind."""

    name: str
    group: str
    sentence: str
    arguments: tuple[Argument, ...] = ()
    is_deed: bool = False

    def read(self, given: Mapping[str, Any]) -> dict[str, str | float | bool]:
        """All arguments, with defaults for those not given. Raises ValueError for one that does not exist."""
        known = {argument.name for argument in self.arguments}
        strangers = sorted(set(given) - known)
        if strangers:
            raise ValueError(
                f"{self.name} takes no {', '.join(strangers)}; it takes {', '.join(sorted(known)) or 'nothing'}."
            )
        return {item.name: item.read(given.get(item.name, item.default)) for item in self.arguments}


METHOD = Argument("method", ArgumentKind.METHOD, "chat.postMessage", "Method, or * for all")
TIMES = Argument("times", ArgumentKind.NUMBER, 1, "How many times")
MINUTES = Argument("minutes", ArgumentKind.NUMBER, 0, "Minutes of the workspace's clock, 0 to count times")
ON = Argument("on", ArgumentKind.SWITCH, True, "On")
SECONDS = Argument("seconds", ArgumentKind.NUMBER, 2, "Seconds")

ANSWERS = "Answers of the Web API"
DELIVERY = "Delivery to the app"
SOCKETS = "Socket Mode"
WORKSPACE = "Workspace"

FAULTS = (
    DeclaredFault(
        "outage", ANSWERS, "Slack is down: every call and response URL fails.",
        (
            ON, Argument("minutes", ArgumentKind.NUMBER, 0, "Minutes, 0 until switched off"),
            Argument("how", ArgumentKind.CHOICE, "503", "How", ("503", "silence")),
        ),
    ),
    DeclaredFault("slow", ANSWERS, "Every call takes longer; 0 seconds ends it.", (SECONDS, MINUTES)),
    DeclaredFault("stall", ANSWERS, "A call is taken in and never answered; nothing is carried out.", (METHOD, TIMES)),
    DeclaredFault(
        "status", ANSWERS, "A call answers this HTTP status; nothing is carried out.",
        (METHOD, Argument("status", ArgumentKind.NUMBER, 500, "HTTP status"), TIMES, MINUTES),
    ),
    DeclaredFault("empty_answer", ANSWERS, "A call is carried out and answers an empty body.", (METHOD, TIMES, MINUTES)),
    DeclaredFault("html_answer", ANSWERS, "A call answers an HTML page; nothing is carried out.", (METHOD, TIMES, MINUTES)),
    DeclaredFault("drop_after_write", ANSWERS, "A call is carried out, then its connection is cut.", (METHOD, TIMES)),
    DeclaredFault("rate_limit", ANSWERS, "A call is refused with 429.", (METHOD, SECONDS, TIMES)),
    DeclaredFault(
        "error", ANSWERS, "A call answers ok: false with this word; nothing is carried out.",
        (
            METHOD,
            Argument(
                "error", ArgumentKind.WORD, "internal_error", "Slack's word",
                ("internal_error", "fatal_error", "service_unavailable", "team_added_to_org", "restricted_action"),
            ),
            TIMES, MINUTES,
        ),
    ),
    DeclaredFault("deliver_again", DELIVERY, "Events come once more after a good acknowledgement.", (TIMES,)),
    DeclaredFault("double_deliveries", DELIVERY, "Deliveries of every kind are sent twice at the same time.", (TIMES,)),
    DeclaredFault("lose_deliveries", DELIVERY, "Deliveries of every kind never reach the app.", (TIMES,)),
    DeclaredFault(
        "shuffle_events", DELIVERY, "So many events are held back, then delivered in reverse order.",
        (Argument("times", ArgumentKind.NUMBER, 2, "How many events"),),
    ),
    DeclaredFault("too_many_events", DELIVERY, "Send app_rate_limited, which has no inner event.", is_deed=True),
    DeclaredFault("deliver_on_all_connections", SOCKETS, "An envelope goes to every open connection.", (TIMES,)),
    DeclaredFault("leave_closes_unanswered", SOCKETS, "The app's close frames are not answered.", (ON,)),
    DeclaredFault("warn_connections", SOCKETS, "Say that connections will be refreshed in ten seconds.", is_deed=True),
    DeclaredFault("refresh_connections", SOCKETS, "Ask for new connections, then close the old ones.", is_deed=True),
    DeclaredFault("cut_connections", SOCKETS, "End every connection without a close frame.", is_deed=True),
    DeclaredFault("reset_connections", SOCKETS, "End every connection with a TCP reset.", is_deed=True),
    DeclaredFault("switch_socket_mode", SOCKETS, "Switch Socket Mode on or off in the app's settings.", (ON,), is_deed=True),
    DeclaredFault(
        "token", WORKSPACE, "The bot's token is good, was revoked, or belongs to nobody any more.",
        (
            Argument(
                "state", ArgumentKind.CHOICE, "token_revoked", "State",
                ("good", "token_revoked", "account_inactive", "token_expired"),
            ),
        ),
    ),
    DeclaredFault(
        "edit_window", WORKSPACE, "Messages older than this can no longer be edited: edit_window_closed.",
        (Argument("minutes", ArgumentKind.NUMBER, 5, "Minutes, 0 for no limit"),),
    ),
    DeclaredFault("drop_metadata", WORKSPACE, "Message metadata is accepted and thrown away.", (ON,)),
    DeclaredFault("dedupe_client_msg_ids", WORKSPACE, "A second post with the same client_msg_id is not posted.", (ON,)),
    DeclaredFault("lenient_threads", WORKSPACE, "A reply to an unknown message is taken as a new thread.", (ON,)),
    DeclaredFault(
        "rename_channel", WORKSPACE, "Somebody gives a channel another name; its id stays.",
        (
            Argument("channel", ArgumentKind.WORD, "", "Channel, or empty for the first"),
            Argument("name", ArgumentKind.WORD, "renamed", "New name"),
        ),
        is_deed=True,
    ),
    DeclaredFault(
        "move_clock", WORKSPACE, "Let time pass at once.",
        (Argument("minutes", ArgumentKind.NUMBER, 5, "Minutes"),), is_deed=True,
    ),
    DeclaredFault("clear", WORKSPACE, "Everything works again."),
)  # fmt: skip
BY_NAME: Mapping[str, DeclaredFault] = {fault.name: fault for fault in FAULTS}
