"""Say the next version of a product, and the commits that decided it."""

from bot.domain.errors import NotFound, NotUnderstood
from bot.views.next_version import next_version
from bot.workflow.starting import default_product, outlook
from commands import Desk, Reply

USAGE = "version [product]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"One product at a time: `/release {USAGE}`.")
    product = words[0].lower() if words else default_product(desk.parts, desk.asked)
    if product is None:
        raise NotFound(f"Which product? There are {', '.join(sorted(desk.parts.products))}.")
    known = outlook(desk.parts, product)
    return Reply(blocks=next_version(known.product.name, known.facts, known.problem))
