"""What the other rooms get to see of the configuration: frozen values, already checked. No parsing here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.config.environment import Environment
from bot.config.mistakes import Mistake
from bot.domain.calendar_days import WORKDAYS
from bot.domain.convention import Convention
from bot.domain.facts_wanted import FactsWanted
from bot.domain.health import EnvironmentWanted
from bot.domain.notices import NoticeRules
from bot.domain.recipes import Recipe
from bot.domain.reminders import Manners
from bot.domain.words import ChannelId, ItemId, RoleName, UserId

SigningFormat = Literal["ssh", "openpgp"]
"""The values of git's `gpg.format` that are supported."""


@dataclass(frozen=True)
class Signing:
    """How tags are signed."""

    format: SigningFormat
    key: Path | str
    """ssh: the file of the private key. openpgp: the fingerprint of a key in the keyring, or its last 16 hex digits or more."""
    allowed_signers: Path | None
    """ssh: the file that says whose keys count when a tag is verified. openpgp: None, the keyring says it."""


@dataclass(frozen=True)
class NoteSettings:
    """How commits are read for notes, and with which templates they are written."""

    convention: Convention = field(default_factory=Convention)
    templates: Path | None = None
    """The folder of the team's own templates; None: ours."""
    paths: tuple[str, ...] = ()
    """Files and folders of the product: only commits that touch one of them count. None named: the whole repository."""
    issues: str = ""
    """The address of an issue named like SHOP-12, with `{issue}` in its place; empty: nobody knows it."""


@dataclass(frozen=True)
class Product:
    """A product as the team has described it. Defaults are filled in."""

    name: str
    repository: str
    """An address git understands, without any secret in it."""
    token: SecretStr | None
    """The value of the environment variable that `token_env` names; None when the repository asks for none."""
    branch: str
    channel: ChannelId
    tag_prefix: str
    timezone: ZoneInfo
    look_every: int
    """Seconds between two looks at the branch."""
    automates: frozenset[str] = frozenset()
    """What the bot does by itself for this product's releases; the rest of the process is done by hand."""
    facts: FactsWanted = field(default_factory=FactsWanted)
    """What is read from the repository."""
    notes: NoteSettings = field(default_factory=NoteSettings)
    """How its commits are read for versions and notes."""
    notices: NoticeRules = field(default_factory=NoticeRules)
    """Who is told of a release, where, and how long before."""
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    environments: Mapping[str, EnvironmentWanted] = field(default_factory=dict)
    deploy_order: tuple[str, ...] = ()
    """The components that are deployed one after the other; a rollback goes the other way round."""
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    """The values of the environment variables that recipes and probes name."""


@dataclass(frozen=True)
class RoleMembers:
    """Who may act for a role: the members listed here and those of the Slack user group, together."""

    members: frozenset[UserId]
    group: str | None
    """The id of a Slack user group, `S…`."""


@dataclass(frozen=True)
class FreezeSetting:
    """A freeze as it is configured, in wall times of the calendar's zone."""

    name: str
    starts: datetime
    ends: datetime
    products: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CalendarSettings:
    """The team's days, and where more of them are read from: files, or addresses that begin with http."""

    zone: str = "UTC"
    countries: tuple[str, ...] = ()
    """Countries whose public holidays count, as `DE` or, with a region, `DE-BY`."""
    workdays: frozenset[int] = WORKDAYS
    hours: tuple[time, time] | None = None
    holidays: Mapping[date, str] = field(default_factory=dict)
    holiday_calendars: tuple[str, ...] = ()
    freezes: tuple[FreezeSetting, ...] = ()
    freeze_calendars: tuple[str, ...] = ()
    feed_token: SecretStr | None = None
    """Stands in the address of the calendar that is served; None: none is served."""

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.holiday_calendars, *self.freeze_calendars)))


@dataclass(frozen=True)
class Config:
    """Everything that was configured, in the order of the file."""

    environment: Environment
    signing: Signing
    products: Mapping[str, Product]
    roles: Mapping[RoleName, RoleMembers]
    quorums: Mapping[ItemId, int]
    """The quorums that differ from bot/process.toml."""
    notes: NoteSettings
    reminders: Manners
    warnings: tuple[Mistake, ...]
    """What works and yet looks wrong; to be shown at the start, never a reason not to start."""
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    announcement_templates: Path | None = None
    """The folder of the team's own announcements; None: ours."""
