"""One file per `/release` sub-command, found by looking in this folder. Here: what every command gets, and the way to it.

A command file has a docstring (its help), `USAGE`, and `typed`; `clicked` if it has buttons, `submitted` if it has a modal.
A button's action_id is the command's name, with `:` and anything behind it; a modal's callback_id is the command's name.
"""

import difflib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any, assert_never

import structlog
from slack_sdk.models.blocks import Block

from bot.domain.errors import NotUnderstood, OutOfDate, OutsideError, OutsideRefusal, UserError
from bot.domain.orders import ReadGroup, ShowHome
from bot.parts import Parts
from bot.slack.incoming import (
    Answer,
    ChannelRenamed,
    Clicked,
    Closed,
    GroupChanged,
    HomeOpened,
    Incoming,
    PersonChanged,
    Submitted,
    Typed,
    Values,
)
from bot.views.answers import notice
from bot.views.parts import as_json
from bot.views.text import plain, sentence, stripped
from bot.workflow.asking import Asked, answered_before
from bot.workflow.reminding import person_changed
from bot.workflow.renamed_channels import channel_renamed
from bot.workflow.results import look_again

log = structlog.get_logger()

COMMAND = "/release"


@dataclass(frozen=True)
class Desk:
    """What a command works with: the parts of the bot, who asks, and the other commands."""

    parts: Parts
    asked: Asked
    commands: Mapping[str, ModuleType]


@dataclass(frozen=True)
class Reply:
    """What a command answers. `text` is a sentence of ours, still unescaped; `blocks` are shown instead of it where there are
    any. `modal` is opened, `update` replaces the modal in which something was chosen, `errors` stand at its fields."""

    text: str = ""
    blocks: Sequence[Block] = ()
    modal: Mapping[str, Any] | None = None
    update: Mapping[str, Any] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def find_commands() -> dict[str, ModuleType]:
    """All commands by name, in the order of the alphabet. A `_` in a file's name is typed as `-`."""
    files = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {file.replace("_", "-"): import_module(f"commands.{file}") for file in files}


def help_of(command: ModuleType) -> str:
    """The first paragraph of a command's docstring, on one line."""
    return " ".join((command.__doc__ or "").split("\n\n")[0].split())


class FrontDesk:
    """Takes what comes in from Slack and answers at once. Opening a modal and answering a click happen just behind the
    acknowledgement, in `later`: losing one to a crash loses no state, and the person asks again."""

    def __init__(self, parts: Parts, later: Executor) -> None:
        self._parts, self._later, self._commands = parts, later, find_commands()

    def deliver(self, incoming: Incoming) -> Answer:
        """What the acknowledgement carries. No network and no git on this path."""
        with self._parts.rush:
            return self._deliver(incoming)

    def _deliver(self, incoming: Incoming) -> Answer:
        match incoming:
            case Typed() as typed:
                return self._typed(typed)
            case Clicked() as clicked:
                return self._clicked(clicked)
            case Submitted() as submitted:
                return self._submitted(submitted)
            case HomeOpened(user=user):
                self._show_home(user)
            case GroupChanged(group=group):
                if any(named.group == group for named in self._parts.role_members.values()):
                    look_again(self._parts, ReadGroup(group), self._parts.clock())
            case PersonChanged(user=user, zone=zone):
                person_changed(self._parts, user, zone, self._parts.clock())
            case ChannelRenamed() as renamed:
                channel_renamed(self._parts, renamed.channel, renamed.name, renamed.key, self._parts.clock())
            case Closed():
                pass
            case unknown:
                assert_never(unknown)
        return Answer()

    def _show_home(self, user: str) -> None:
        with self._parts.store.transaction() as tx:
            tx.order(ShowHome(user), self._parts.clock())  # type: ignore[arg-type]  # a user id
        self._parts.wake()

    def _typed(self, typed: Typed) -> Answer:
        words = tuple(stripped(word) for word in typed.words)
        desk = self._desk(typed.key, typed.user, typed.channel)
        before = answered_before(self._parts, desk.asked)
        if before is not None:
            return Answer(text=sentence(before))
        name, rest = (words[0].lower(), words[1:]) if words else ("mine", ())
        reply = _answered(lambda: self._find(name).typed(desk, rest))
        if reply.modal is not None:
            self._after(lambda: self._parts.slack.open_view(typed.trigger_id, reply.modal or {}))
            return Answer()
        return Answer(text=_text(reply), blocks=as_json(reply.blocks))

    def _clicked(self, clicked: Clicked) -> Answer:
        desk = self._desk(clicked.key, clicked.user, clicked.channel)
        command = self._commands.get(clicked.action_id.split(":")[0])
        value = clicked.selected[0] if clicked.selected else clicked.value or ""

        def answer() -> Reply:
            if command is None or not hasattr(command, "clicked"):
                raise OutOfDate("This button is from an older version. Use the buttons on the present card.")
            reply: Reply = command.clicked(desk, clicked.action_id, value)
            return reply

        reply = _answered(answer)
        self._after(lambda: self._answer_click(clicked, reply))
        return Answer()

    def _answer_click(self, clicked: Clicked, reply: Reply) -> None:
        slack = self._parts.slack
        if reply.update is not None and clicked.view_id is not None:
            slack.update_view(clicked.view_id, reply.update)
        elif reply.modal is not None:
            slack.open_view(clicked.trigger_id, reply.modal)
        elif clicked.response_url is not None and (reply.text or reply.blocks):
            slack.respond(clicked.response_url, _text(reply), as_json(reply.blocks))
        elif clicked.response_url is None:
            self._show_home(clicked.user)
            if reply.text or reply.blocks:
                slack.open_view(clicked.trigger_id, notice(_text(reply), reply.blocks))

    def _submitted(self, submitted: Submitted) -> Answer:
        desk = self._desk(submitted.key, submitted.user, None)
        values: Values = {key: _clean(value) for key, value in submitted.values.items()}
        try:
            reply: Reply = self._find(submitted.callback_id).submitted(
                desk, submitted.private_metadata, values
            )
        except UserError as problem:
            return Answer(view=notice(sentence(str(problem))))
        if reply.errors:
            return Answer(errors={key: plain(said)[:2900] for key, said in reply.errors.items()})
        return Answer(view=reply.update) if reply.update is not None else Answer(closes_all=True)

    def _desk(self, key: str, user: Any, channel: Any) -> Desk:
        return Desk(self._parts, Asked(key[:120], user, channel, self._parts.clock()), self._commands)

    def _find(self, name: str) -> ModuleType:
        command = self._commands.get(name)
        if command is not None:
            return command
        near = difflib.get_close_matches(name, self._commands, n=1)
        hint = f" Did you mean `{COMMAND} {near[0]}`?" if near else f" `{COMMAND} help` shows what there is."
        raise NotUnderstood(f"There is no command “{name[:40]}”.{hint}")

    def _after(self, step: Callable[[], object]) -> None:
        self._later.submit(_tried, step)


def _answered(answer: Callable[[], Reply]) -> Reply:
    """A command's reply; a mistake of the person is a reply as well."""
    try:
        return answer()
    except UserError as problem:
        return Reply(text=str(problem))


def _text(reply: Reply) -> str:
    """The reply's sentence as Slack takes it; blocks need one too, for notifications and screen readers."""
    return sentence(reply.text) if reply.text else "Harbourmaster answers." if reply.blocks else ""


def _tried(step: Callable[[], object]) -> None:
    try:
        step()
    except (OutsideError, OutsideRefusal) as problem:
        log.warning("slack.answer_lost", why=str(problem))
    except Exception as problem:  # a thread of a pool: whatever is not logged here is never seen
        log.error("slack.answer_broke", exc_info=problem)


def _clean(value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    match value:
        case None:
            return None
        case str():
            return stripped(value)
        case tuple():
            return tuple(stripped(one) for one in value)
