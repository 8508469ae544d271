"""The parts of a running workspace that people and the page work with, held together."""

from dataclasses import dataclass

from bot.workspace.answers import Answers
from bot.workspace.delivery.courier import Courier
from bot.workspace.payloads import Payloads
from bot.workspace.rights import Rights
from bot.workspace.windows import Windows
from bot.workspace.world import World


@dataclass(frozen=True)
class Parts:
    world: World
    windows: Windows
    rights: Rights
    courier: Courier
    payloads: Payloads
    answers: Answers
