"""The settings: environment variables and harbourmaster.toml, read together, with every mistake named at once.

Nothing here talks to Slack, git or a database; what the values are used for is the business of the other rooms.
"""

from bot.config.environment import Environment, database_url, read_environment
from bot.config.load import load
from bot.config.mistakes import ConfigMistakes, Mistake, report
from bot.config.values import (
    CalendarSettings,
    Config,
    FreezeSetting,
    NoteSettings,
    Product,
    RoleMembers,
    Signing,
    SigningFormat,
)

__all__ = [
    "CalendarSettings",
    "Config",
    "ConfigMistakes",
    "Environment",
    "FreezeSetting",
    "Mistake",
    "NoteSettings",
    "Product",
    "RoleMembers",
    "Signing",
    "SigningFormat",
    "database_url",
    "load",
    "read_environment",
    "report",
]
