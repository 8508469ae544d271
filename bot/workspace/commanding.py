"""What people type: their own messages, and slash commands with what the app answers to them at once."""

from bot.workspace.delivery.envelope import Ack
from bot.workspace.errors import CannotDo, SlackError
from bot.workspace.forms import delivery_problem
from bot.workspace.parts import Parts
from bot.workspace.rights import ResponseRight
from bot.workspace.setup import Person
from bot.workspace.things import Delivery, DeliveryStatus, Message
from bot.workspace.world import Room, World


def own(world: World, who: Person, room: Room, typed: str) -> Message:
    """What somebody typed, as a message. Raises CannotDo when they are not in that room."""
    if who.id not in room.members:
        raise CannotDo(f"{who.name} is not in #{room.name} and cannot write there.")
    return Message(room.id, world.next_ts(), who.id, world.escape(typed))


def run(parts: Parts, who: Person, room: Room, typed: str) -> Delivery:
    """Send a slash command, and show what its acknowledgement carries."""
    world = parts.world
    name, _, words = typed.partition(" ")
    own(world, who, room, typed)
    known = world.app.commands.get(name)
    if known is None:
        return Delivery(DeliveryStatus.REFUSED, error="invalid_command")
    plain = words.strip()
    text = world.escape(plain) if known.should_escape else plain
    ack = parts.courier.deliver(parts.payloads.command(who, room, name, text))
    return _answered(parts, who, (room, typed), ack)


def _answered(parts: Parts, who: Person, where: tuple[Room, str], ack: Ack) -> Delivery:
    problem = delivery_problem(ack)
    if problem is not None or not ack.body or not ({"text", "blocks", "attachments"} & set(ack.body)):
        return problem or Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency)
    world, (room, typed) = parts.world, where
    if ack.body.get("response_type") == "in_channel":
        world.add(own(world, who, room, typed))
    right = ResponseRight(who.id, room.id, None, world.clock.now())
    try:
        body = {name: ack.body[name] for name in ack.body if not name.endswith("_original")}
        reply = parts.answers.take(right, body)
    except SlackError as refusal:
        detail = "\n".join(refusal.messages)
        world.note("refusal", "command answer", error=refusal.error, detail=detail)
        return Delivery(DeliveryStatus.FAILED, ack.latency, "invalid_command_response")
    return Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency, reply=reply)
