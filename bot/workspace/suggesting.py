"""The options of external selects: asked of the app while somebody types, checked, and remembered for the choice."""

from dataclasses import dataclass, field
from typing import Any

from bot.workspace.blockkit import SHAPES
from bot.workspace.blockkit.rules import Finding, Items, Place, Record, Surface
from bot.workspace.forms import delivery_problem
from bot.workspace.inputs import options_of
from bot.workspace.parts import Parts
from bot.workspace.setup import Person
from bot.workspace.things import Delivery, DeliveryStatus, Json, Message, View

MOST = 100
EXTERNAL = ("external_select", "multi_external_select")


@dataclass
class Offers:
    """What the app has offered one person so far, by block and action."""

    known: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)

    def ask(
        self, parts: Parts, who: Person, place: Message | View, where: tuple[Json, Json], typed: str
    ) -> Delivery:
        """Send block_suggestion; `.options` are the options the app answered with, none if they are not as Slack wants them."""
        ack = parts.courier.deliver(parts.payloads.suggestion(who, place, where, typed))
        problem = delivery_problem(ack)
        if problem is not None:
            return problem
        body = dict(ack.body or {})
        mistakes = _mistakes(body)
        if mistakes:
            detail = "\n".join(finding.line for finding in mistakes)
            parts.world.note("refusal", "block_suggestion answer", error="invalid_options", detail=detail)
            return Delivery(DeliveryStatus.FAILED, ack.latency, "invalid_options")
        options = tuple(options_of(body))
        self.known.setdefault(_place(where), {}).update({option["value"]: option for option in options})
        return Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency, options=options)

    def with_offers(self, block: Json, element: Json) -> Json:
        """The element with every option it was offered, so that one of them can be chosen."""
        if element.get("type") not in EXTERNAL:
            return element
        chosen = (
            [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        )
        return {**element, "options": [*self.known.get(_place((block, element)), {}).values(), *chosen]}


def _place(where: tuple[Json, Json]) -> tuple[str, str]:
    return str(where[0]["block_id"]), str(where[1]["action_id"])


def _mistakes(body: dict[str, Any]) -> list[Finding]:
    place = Place("", Surface.MESSAGE, SHAPES)
    name, of = ("option_groups", "option_group") if "option_groups" in body else ("options", "option")
    return list(Items(Record(of), MOST, least=0).findings(body.get(name), place.at(name)))
