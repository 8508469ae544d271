"""A person in the workspace, as tests and the page play them: they type, click, fill in forms and look."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace import commanding, forms
from bot.workspace.choosing import Pressed, Wish, chosen, find_button, find_element
from bot.workspace.delivery.envelope import Envelope
from bot.workspace.errors import CannotDo
from bot.workspace.inputs import Value, is_input
from bot.workspace.parts import Parts
from bot.workspace.setup import Person
from bot.workspace.suggesting import Offers
from bot.workspace.things import Delivery, DeliveryStatus, Json, Message, View
from bot.workspace.world import Room


class PersonHandle:
    """What one person does and sees. Methods block until the app has acknowledged; use them from any thread but the server's."""

    def __init__(self, parts: Parts, person: Person) -> None:
        self._parts = parts
        self.person = person
        self._offers = Offers()
        self._chosen: dict[tuple[str, str], dict[str, dict[str, Json]]] = {}

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    def types(self, where: str, text: str) -> Delivery:
        """Type into a channel (`#releases`) or to the app (`@harbourmaster`). A text that begins with `/` is a command.

        Raises CannotDo when the person is not in that channel.
        """
        room = self._room(where)
        if text.startswith("/"):
            return commanding.run(self._parts, self.person, room, text)
        self._parts.world.add(commanding.own(self._parts.world, self.person, room, text))
        return Delivery(DeliveryStatus.ACKNOWLEDGED)

    def replies(self, message: Message, text: str) -> Delivery:
        """Type into the thread of a message."""
        room = self._parts.world.rooms[message.channel]
        own = commanding.own(self._parts.world, self.person, room, text)
        self._parts.world.add(replace(own, thread_ts=message.thread_ts or message.ts))
        return Delivery(DeliveryStatus.ACKNOWLEDGED)

    def clicks(
        self,
        message: Message,
        action_id: str | None = None,
        *,
        text: str | None = None,
        value: str | None = None,
    ) -> Delivery:
        """Press a button of this message as it is now. Raises CannotDo when this person does not see such a button."""
        return self.presses(message, Wish(action_id, text, value))

    def presses(self, message: Message, wish: Wish) -> Delivery:
        """The same for a button that is described in full, as the page does it."""
        shown = self.now(message)
        return self._press(shown, find_button(shown.blocks, self.person, wish))

    def presses_in(self, view: View, wish: Wish) -> Delivery:
        """Press a button of this view."""
        button = find_button(view.blocks, self.person, wish)
        action = {
            **button.picked,
            "action_id": button.element["action_id"],
            "block_id": button.block["block_id"],
        }
        return forms.act(self._parts, self.person, view, button.block, action)

    def clicks_old(
        self,
        snapshot: Message,
        action_id: str | None = None,
        *,
        text: str | None = None,
        value: str | None = None,
    ) -> Delivery:
        """Press a button of a message as it was: what a slow client or a forger sends. Nothing is looked up."""
        return self._press(snapshot, find_button(snapshot.blocks, self.person, Wish(action_id, text, value)))

    def confirm_dialog(
        self,
        message: Message,
        action_id: str | None = None,
        *,
        text: str | None = None,
        value: str | None = None,
    ) -> Json | None:
        """What Slack asks before it sends this click; None when it asks nothing. `clicks` answers yes."""
        button = find_button(self.now(message).blocks, self.person, Wish(action_id, text, value))
        found: Json | None = button.element.get("confirm")
        return found

    def prepares(self, where: str, text: str) -> Envelope:
        """The envelope of a command, not sent: for forged and repeated requests. Raises CannotDo for an unknown one."""
        room = self._room(where)
        name, _, words = text.partition(" ")
        if name not in self._parts.world.app.commands:
            raise CannotDo(f"{name} is not a command of the app's manifest.")
        return self._parts.payloads.command(self.person, room, name, words.strip())

    def chooses(
        self, message: Message, action_id: str, value: Value, *, block_id: str | None = None
    ) -> Delivery:
        """Choose in a select, overflow, picker or the like of this message as it is now."""
        shown = self.now(message)
        block, element = self._element(shown.blocks, action_id, block_id)
        return self._send_click(shown, block, element, chosen(element, value, self._resolve))

    @property
    def modal(self) -> View | None:
        """The modal on top, None when there is none."""
        return self._parts.windows.top(self.id)

    @property
    def home(self) -> tuple[Json, ...]:
        """The blocks of the app's Home tab; empty until the app published some."""
        view = self._parts.windows.home(self.id)
        return view.blocks if view else ()

    @property
    def home_view(self) -> View | None:
        return self._parts.windows.home(self.id)

    def fills(self, block_id: str, value: Value) -> Delivery | None:
        """Enter a value into the top modal. None unless the block sends an action of its own at once."""
        return forms.fill(self._parts, self.person, self._top(), block_id, value)

    def submits(self) -> Delivery:
        """Press the modal's submit button. Missing required fields are refused by the client, with `.errors`."""
        return forms.submit(self._parts, self.person, self._top())

    def closes(self) -> Delivery:
        """Press the modal's close button: this view only."""
        return forms.close(self._parts, self.person, self._top())

    def closes_all(self) -> Delivery:
        """Press the cross: the whole stack."""
        return forms.close_all(self._parts, self.person, self._top())

    def clicks_in_modal(
        self, action_id: str | None = None, *, text: str | None = None, value: str | None = None
    ) -> Delivery:
        """Press a button inside the top modal."""
        return self.presses_in(self._top(), Wish(action_id, text, value))

    def clicks_home(
        self, action_id: str | None = None, *, text: str | None = None, value: str | None = None
    ) -> Delivery:
        """Press a button on the Home tab."""
        return self.presses_in(self._home(), Wish(action_id, text, value))

    def chooses_home(self, action_id: str, value: Value) -> Delivery:
        """Choose in a select of the Home tab."""
        done = self.chooses_in(self._home(), action_id, value)
        return done or Delivery(DeliveryStatus.ACKNOWLEDGED)

    def chooses_in(
        self, view: View, action_id: str, value: Value, *, block_id: str | None = None
    ) -> Delivery | None:
        """Choose or enter something in this view. None when nothing is sent before the form is submitted."""
        block, element = self._element(view.blocks, action_id, block_id)
        if is_input(element):
            return forms.enter(self._parts, self.person, view, (block, element), value)
        action = chosen(element, value, self._resolve)
        return forms.act(self._parts, self.person, view, block, action)

    def writes(self, view: View, action_id: str, value: Value, *, block_id: str | None = None) -> None:
        """Type into an input of this view without sending anything yet."""
        forms.write(self._parts, view, find_element(view.blocks, self.person, action_id, block_id), value)

    def searches(
        self, place: Message | View, action_id: str, typed: str, *, block_id: str | None = None
    ) -> Delivery:
        """Type into an external select, for which the app offers the options."""
        where = find_element(place.blocks, self.person, action_id, block_id)
        return self._offers.ask(self._parts, self.person, place, where, typed)

    def chosen_in(self, message: Message) -> Mapping[str, Mapping[str, Json]]:
        """What this person has chosen or entered in a message so far, as Slack's state objects by block and action."""
        return self._chosen.get((message.channel, message.ts), {})

    def opens_home(self) -> Delivery:
        """Open the app's Home tab, which sends `app_home_opened` if the app is subscribed to it."""
        return forms.open_home(self._parts, self.person)

    def sees(self, where: str) -> list[Message]:
        """The messages of a channel, oldest first, without replies in threads, with this person's ephemeral ones."""
        room = self._room(where)
        return [
            message
            for message in self._visible(room)
            if message.thread_ts in (None, message.ts) or message.broadcast
        ]

    def thread(self, message: Message) -> list[Message]:
        """The message and its replies."""
        root = message.thread_ts or message.ts
        room = self._parts.world.rooms[message.channel]
        return [item for item in self._visible(room) if root in (item.ts, item.thread_ts)]

    def direct_messages(self) -> list[Message]:
        """What the app and this person wrote to each other."""
        return self._visible(self._parts.world.direct(self.id))

    def now(self, message: Message) -> Message:
        """The message as it is now. Raises CannotDo when it was deleted or this person cannot see it."""
        room = self._parts.world.rooms[message.channel]
        for shown in self._visible(room):
            if shown.ts == message.ts:
                return shown
        raise CannotDo(f"{self.name} does not see this message any more: {message.plain[:200]!r}")

    def _visible(self, room: Room) -> list[Message]:
        world = self._parts.world
        if not world.may_see(room, self.id):
            raise CannotDo(f"{self.name} is not in #{room.name}, which is private.")
        return world.visible(room, self.id)

    def _room(self, where: str) -> Room:
        world = self._parts.world
        app = (world.app.bot_name.lower(), world.app.name.lower())
        if where.startswith("@") and where[1:].lower() in app:
            return world.direct(self.id)
        room = world.room(where)
        if room is None or (room.is_im and self.id not in room.members):
            raise CannotDo(f"There is no conversation {where} for {self.name}.")
        return room

    def _press(self, message: Message, button: Pressed) -> Delivery:
        return self._send_click(message, button.block, button.element, button.picked)

    def _send_click(
        self, message: Message, block: Json, element: Json, picked: Mapping[str, Any]
    ) -> Delivery:
        world = self._parts.world
        if not world.app.interactive:
            return Delivery(DeliveryStatus.REFUSED, error="interactivity_not_enabled")
        values = self._chosen.setdefault((message.channel, message.ts), {})
        if is_input(element):
            values.setdefault(str(block["block_id"]), {})[str(element["action_id"])] = dict(picked)
        action = {**picked, "action_id": element["action_id"], "block_id": block["block_id"]}
        ack = self._parts.courier.deliver(self._parts.payloads.click(self.person, message, action, values))
        return forms.delivery_problem(ack) or Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency)

    def _resolve(self, key: str) -> str:
        return forms.resolve(self._parts.world, key)

    def _element(self, blocks: tuple[Json, ...], action_id: str, block_id: str | None) -> tuple[Json, Json]:
        block, element = find_element(blocks, self.person, action_id, block_id)
        return block, self._offers.with_offers(block, element)

    def _top(self) -> View:
        view = self.modal
        if view is None:
            raise CannotDo(f"{self.name} has no modal open.")
        return view

    def _home(self) -> View:
        view = self.home_view
        if view is None:
            raise CannotDo(f"{self.name} has an empty Home tab; the app has published nothing.")
        return view
