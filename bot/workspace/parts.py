"""The parts of a running workspace that people and the page work with, held together."""

from dataclasses import dataclass

from bot.workspace.answers import Answers
from bot.workspace.delivery.courier import Courier
from bot.workspace.faults import Faults
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
    faults: Faults

    def reset(self) -> None:
        """Back to the beginning: everything said, opened, planned and gone wrong is forgotten; the app stays connected."""
        self.world.clock.forget()
        self.faults.clear()
        self.windows.reset()
        self.world.reset()
