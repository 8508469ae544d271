"""The five people of the demo play a whole release through the workspace: typing, clicking, being refused, signing again.

They know nothing of the bot's insides: they read the card, and press the buttons of their roles.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.demo.cast import CHANNEL, PEOPLE, QA
from bot.demo.product import push_fix
from bot.demo.stage import PUSH_TOKEN, Stage
from bot.domain.ballots import Ballot
from bot.workflow.looking import points_of
from bot.workspace import Delivery, Message, PersonHandle

_PATIENCE = 60.0
_FOR_AN_ITEM = frozenset({"done", "run", "waive"})
_MOST_CLICKS = 200
"""Far above what a release needs; a play that goes round in circles shall end."""


@dataclass(frozen=True)
class Button:
    action_id: str
    value: str
    text: str


class Play:
    """One release, from its start to its tag and to its end."""

    def __init__(self, stage: Stage, say: Callable[[str, str], None]) -> None:
        self._stage, self._ws, self._say = stage, stage.workspace, say
        self._names = {person.id: person.name for person in PEOPLE}
        self._ws.on_message(self._heard)
        self._moved = False

    def whole_release(self) -> str:
        """Play it all; returns the name of the tag. Raises TimeoutError when the card does not get there."""
        mara = self._ws.person("mara")
        self._start(mara)
        self._refused_as_starter(mara)
        self._double_click()
        for _ in range(_MOST_CLICKS):
            card = self._settled_card()
            if "Completed" in card.plain:
                return self._tag(card)
            if "✅ Testing" in card.plain and not self._moved:
                self._a_fix_lands()
                continue
            who, button = self._next_move(card)
            self._click(who, card, button)
        raise TimeoutError("The play goes round in circles.")

    def _start(self, mara: PersonHandle) -> None:
        self._type(mara, "/release help")
        self._type(mara, f"/release start {self._stage.product}")
        self._ws.wait_for(lambda: mara.modal is not None, _PATIENCE, "the form opens")
        form = mara.modal
        if form is None or "Suggested" not in form.plain:
            mara.closes()  # the bot has only just begun to read the repository
            self._wait_until_read()
            self._type(mara, f"/release start {self._stage.product}")
            self._ws.wait_for(lambda: mara.modal is not None, _PATIENCE, "the form opens again")
        form = mara.modal
        self._say("mara", f"fills in the form\n{form.plain if form else ''}")
        done = mara.submits()
        if done.errors:
            raise AssertionError(f"The form was refused: {done.errors}")
        if mara.modal is not None:
            self._say("Harbourmaster", mara.modal.plain)
            mara.closes()
        self._settled_card()

    def _wait_until_read(self) -> None:
        store, product = self._stage.bot.parts.store, self._stage.product

        def read() -> bool:
            with store.reading() as tx:
                return tx.product(product) is not None

        for _ in range(int(_PATIENCE * 10)):
            if read():
                return
            self._pause(0.1)
        raise TimeoutError("The repository was not read in time.")

    def _pause(self, seconds: float) -> None:
        try:
            self._ws.wait_for(lambda: False, seconds, "a moment passes")
        except TimeoutError:
            return

    def _refused_as_starter(self, mara: PersonHandle) -> None:
        self._type(mara, "/release approve")

    def _double_click(self) -> None:
        card = self._settled_card()
        who, button = self._next_move(card)
        self._click(who, card, button)
        self._say(who.name, "clicks again, on the same old button")
        before = len(who.sees(f"#{CHANNEL.name}"))
        who.clicks_old(card, action_id=button.action_id, value=button.value)
        self._ws.wait_for(
            lambda: len(who.sees(f"#{CHANNEL.name}")) > before, _PATIENCE, "an answer to the second click"
        )

    def _a_fix_lands(self) -> None:
        """After everything was tested somebody pushes: the sign-offs for the old commit are void."""
        self._moved = True
        on = re.search(r"on `([^`]+)`", self._card().plain)
        branch = on[1] if on else self._stage.branch
        sha = push_fix(self._stage.remote.url, PUSH_TOKEN, branch, "fix(checkout): round tax once <!channel>")
        self._say("somebody", f"pushes {sha[:7]} to {branch}")
        # The thread keeps it; the card may by then show the changelog commit that the bot puts on top of it.
        self._ws.wait_for(lambda: self._told(sha[:7]), _PATIENCE, "the bot tells of the new commit")

    def _told(self, words: str) -> bool:
        return any(m.from_bot and words in m.plain for m in self._ws.messages(f"#{CHANNEL.name}"))

    def _next_move(self, card: Message) -> tuple[PersonHandle, Button]:
        """The first button that brings the release forward, and a person whose role it is."""
        for button in filter(_is_move, buttons(card)):
            if button.action_id in _FOR_AN_ITEM:
                item = self._stage.bot.parts.policy_of(self._stage.product).item(button.value.split()[-1])
                return self._somebody(item.role if item else ""), button
            if button.action_id.startswith("approve:"):
                return self._signer(button.action_id.removeprefix("approve:"), card), button
        raise TimeoutError(f"Nobody can do anything:\n{card.plain}")

    def _signer(self, role: str, card: Message) -> PersonHandle:
        """Somebody of the role whom the card still counts on: `missing @ben, @eli`."""
        row = next(line for line in card.plain.splitlines() if f" {role} " in line and "missing" in line)
        missing = row.split("missing")[1]
        named = [p for p in PEOPLE if f"@{p.name}" in missing or p.id in missing or p.real_name in missing]
        return self._ws.person((named or list(PEOPLE))[0].name)

    def _somebody(self, role: str) -> PersonHandle:
        found = self._stage.config.roles.get(role)  # type: ignore[call-overload]  # a role's name
        members = (found.members or QA.members) if found else [PEOPLE[0].id]
        return self._ws.person(self._names[sorted(members)[-1]])

    def _click(self, who: PersonHandle, card: Message, button: Button) -> None:
        self._say(who.name, f"clicks [{button.text}] {_item_in(button)}")
        before = card.plain
        self._delivered(who.clicks(who.now(card), action_id=button.action_id, value=button.value))
        if button.action_id.startswith("approve:"):
            self._answer_points(who, Ballot.load(button.value))
        if button.action_id == "waive":
            self._answer_for_a_finding(who)
        self._ws.wait_for(
            lambda: self._card().plain != before, _PATIENCE, f"the card changes after {button.text}"
        )

    def _answer_points(self, who: PersonHandle, ballot: Ballot) -> None:
        """Some sign-offs ask for an answer to each of several points."""
        points = points_of(self._stage.bot.parts, ballot)
        if points:
            self._ws.wait_for(lambda: who.modal is not None, _PATIENCE, "the form opens")
            self._say(who.name, f"answers for {', '.join(points)}")
            who.fills("points", list(points))
            self._delivered(who.submits())

    def _answer_for_a_finding(self, who: PersonHandle) -> None:
        """The form has chosen the first of the findings; the others are next."""
        self._ws.wait_for(lambda: who.modal is not None, _PATIENCE, "the form opens")
        who.fills("reason", "It is known, and the next release brings it.")
        self._say(who.name, f"answers for it\n{who.modal.plain if who.modal else ''}")
        self._delivered(who.submits())

    def _type(self, who: PersonHandle, text: str) -> None:
        self._say(who.name, text)
        self._delivered(who.types(f"#{CHANNEL.name}", text))

    def _delivered(self, delivery: Delivery) -> Delivery:
        if not delivery.ok:
            raise AssertionError(f"Slack would have shown an error: {delivery.error}")
        return delivery

    def _card(self) -> Message:
        cards = self._cards()
        if not cards:
            raise TimeoutError("There is no card.")
        return cards[-1]

    def _cards(self) -> list[Message]:
        return [
            m
            for m in self._ws.messages(f"#{CHANNEL.name}")
            if any(b.get("block_id") == "standing" for b in m.blocks)
        ]

    def _settled_card(self) -> Message:
        """The card as soon as it offers something to do, or is over."""

        def settled() -> bool:
            cards = self._cards()
            if not cards or "running since" in cards[-1].plain:  # what the bot does may move the branch
                return False
            return "Completed" in cards[-1].plain or any(_is_move(b) for b in buttons(cards[-1]))

        self._ws.wait_for(settled, _PATIENCE, "the card offers the next step")
        return self._card()

    def _tag(self, card: Message) -> str:
        self._say("the card", card.plain)
        with self._stage.bot.parts.store.reading() as tx:
            over = tx.recent_releases(1)
        return over[0].tag

    def _heard(self, message: Message) -> None:
        if message.from_bot:
            where = "thread" if message.thread_ts else "channel"
            to = f"to {self._names.get(message.ephemeral_to, '?')}" if message.ephemeral_to else where
            self._say(f"({to})", message.plain)


def buttons(message: Message) -> Iterator[Button]:
    """Every button of a message, top to bottom."""
    for block in message.blocks:
        for element in [block.get("accessory") or {}, *(block.get("elements") or [])]:
            if element.get("type") == "button":
                yield Button(element["action_id"], element.get("value", ""), element["text"]["text"])


def _is_move(button: Button) -> bool:
    """Does it bring the release forward? What has failed is answered for, and not run again."""
    if button.text == "Run again":
        return False
    return button.action_id in _FOR_AN_ITEM or button.action_id.startswith("approve:")


def _item_in(button: Button) -> str:
    return button.value.split()[-1] if button.action_id in _FOR_AN_ITEM else ""
