"""The table of Web API methods. A method that is not here is `unknown_method`; adding one is one entry in its family."""

from collections.abc import Mapping

from bot.workspace.api import app, chat, conversations, marks, people, views
from bot.workspace.api.call import Method

METHODS: Mapping[str, Method] = {
    method.name: method
    for family in (app, chat, conversations, marks, people, views)
    for method in family.METHODS
}
