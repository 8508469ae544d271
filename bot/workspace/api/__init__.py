"""The table of Web API methods. A method that is not here is `unknown_method`; adding one is one entry in its family."""

from collections.abc import Mapping

from bot.workspace.api import (
    app,
    bookmarks,
    canvases,
    chat,
    conversations,
    files,
    groups,
    marks,
    people,
    rooms,
    scheduled,
    views,
)
from bot.workspace.api.call import Method

FAMILIES = (
    app,
    bookmarks,
    canvases,
    chat,
    conversations,
    files,
    groups,
    marks,
    people,
    rooms,
    scheduled,
    views,
)
METHODS: Mapping[str, Method] = {method.name: method for family in FAMILIES for method in family.METHODS}
