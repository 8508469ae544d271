"""Show the manifest of a product's releases: versions, tags, commits and states."""

from bot.views.reports import manifest_list
from bot.workflow.looking import releases_of
from bot.workflow.starting import product_meant
from commands import Desk, Reply

USAGE = "manifest [product]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name = product_meant(desk.parts, desk.asked, words)
    file = desk.parts.product(name).facts.manifest
    return Reply(blocks=manifest_list(name, file, releases_of(desk.parts, name)))
