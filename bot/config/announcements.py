"""The tables about telling people: [announcements] and [products.<name>.audiences.<audience>], and their values."""

import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator

from bot.config import rules
from bot.config.calendar import CalendarTable, time_of_day
from bot.config.lines import KeyPath
from bot.config.mistakes import did_you_mean, shown
from bot.domain.notices import AudiencePlan, Lead, NoticeRules
from bot.domain.posts import Post
from bot.domain.words import Audience, ChannelId, RoleName

_LEAD = re.compile(r"([1-9]\d{0,2}) (business day|hour|minute)s?")


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def _lead(value: str) -> str:
    if not _LEAD.fullmatch(value):
        raise ValueError(
            f"must be a time before the release, as `5 business days`, `1 hour` or `30 minutes`; {shown(value)} is none."
        )
    return value


def _audience(value: str) -> str:
    if value not in set(Audience):
        raise ValueError(f"must be one of {', '.join(Audience)}.{did_you_mean(value, Audience)}")
    return value


def _post(value: str) -> str:
    if value not in set(Post):
        raise ValueError(f"must be one of {', '.join(Post)}.{did_you_mean(value, Post)}")
    return value


class AnnouncementsTable(_Table):
    """[announcements]"""

    templates: str | None = None
    late_after: int = 60

    @field_validator("templates")
    @classmethod
    def _folder(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value is None else str(rules.folder(value, cast(Any, info.context).folder))

    @field_validator("late_after")
    @classmethod
    def _minutes(cls, value: int) -> int:
        if not 1 <= value <= 10_080:
            raise ValueError("must be a number of minutes from 1 to 10080, a week.")
        return value


class AudienceTable(_Table):
    """[products.<name>.audiences.<audience>]"""

    channel: Annotated[str, AfterValidator(rules.channel_id)] | None = None
    timezone: Annotated[str, AfterValidator(rules.time_zone)] | None = None
    before: list[Annotated[str, AfterValidator(_lead)]] = ["5 business days", "1 business day", "1 hour"]
    at: Annotated[str, AfterValidator(time_of_day)] = "10:00"
    posts: list[Annotated[str, AfterValidator(_post)]] = []


Audiences = dict[Annotated[str, AfterValidator(_audience)], AudienceTable]


def notice_rules(
    tables: Mapping[str, AudienceTable], channel: str, zone: str, calendar: CalendarTable, late_after: int
) -> NoticeRules:  # fmt: skip
    """The rules of one product. Without any audience its own channel gets the notices for users, and no posts."""
    plans = tuple(
        AudiencePlan(
            Audience(name),
            ChannelId(table.channel or channel),
            table.timezone or zone,
            time.fromisoformat(table.at),
            tuple(_read_lead(text) for text in table.before),
            frozenset(Post(post) for post in table.posts),
        )
        for name, table in (tables or {"users": AudienceTable()}).items()
    )
    roles = tuple(RoleName(role) for role in calendar.exception_roles)
    return NoticeRules(plans, timedelta(minutes=late_after), calendar.exception_quorum, roles)


def _read_lead(text: str) -> Lead:
    match = _LEAD.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} was let through by the check of the settings.")
    count = int(match[1])
    units: Mapping[str, Callable[[int], Lead]] = {
        "business day": lambda n: Lead(days=n),
        "hour": lambda n: Lead(span=timedelta(hours=n)),
        "minute": lambda n: Lead(span=timedelta(minutes=n)),
    }
    return units[match[2]](count)


def known_audience_keys(table: KeyPath) -> list[str]:
    match table:
        case ("announcements",):
            return list(AnnouncementsTable.model_fields)
        case ("products", _, "audiences", _):
            return list(AudienceTable.model_fields)
        case _:
            return []


def templates_folder(table: AnnouncementsTable) -> Path | None:
    return Path(table.templates) if table.templates else None
