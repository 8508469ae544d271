"""Show the branches of a product that break the naming rule or are far behind, with their owners."""

from bot.domain.errors import Refused
from bot.views.reports import branch_report
from bot.workflow.starting import outlook, product_meant
from commands import Desk, Reply

USAGE = "branches [product]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    known = outlook(desk.parts, product_meant(desk.parts, desk.asked, words))
    if known.facts is None or known.facts.branches is None:
        why = known.problem or "they have not been read yet."
        raise Refused(f"The branches of {known.product.name} are not known: {why} Try again in a minute.")
    return Reply(blocks=branch_report(known.product.name, known.facts.branches))
