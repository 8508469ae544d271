"""The local Slack workspace: a strict stand-in over real HTTP and WebSockets, for the demo, rehearsals and tests.

It knows Slack's rules from Slack's documentation alone and shares no code with the bot or the SDK.
"""

from bot.workspace.errors import CannotDo
from bot.workspace.people import PersonHandle
from bot.workspace.server import Workspace
from bot.workspace.setup import Channel, Group, Person, WorkspaceSetup
from bot.workspace.things import Delivery, DeliveryStatus, LogLine, MentionKind, Message, Notification, View

__all__ = [
    "CannotDo",
    "Channel",
    "Delivery",
    "DeliveryStatus",
    "Group",
    "LogLine",
    "MentionKind",
    "Message",
    "Notification",
    "Person",
    "PersonHandle",
    "View",
    "Workspace",
    "WorkspaceSetup",
]
