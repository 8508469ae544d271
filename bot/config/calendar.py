"""The table [calendar] and its values: business days, holidays, freezes, and where more of them are read from."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Self, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.config import rules
from bot.config.lines import KeyPath
from bot.config.mistakes import did_you_mean, shown
from bot.config.values import CalendarSettings, FreezeSetting
from bot.domain.calendar import instant
from bot.domain.errors import NotUnderstood

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_FREEZE = timedelta(days=366)


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"must be a date, as 2026-12-24; {shown(value)} is none.") from None


def _wall(value: str) -> str:
    try:
        datetime.strptime(value, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a wall time; its zone stands beside it
    except ValueError:
        raise ValueError(f"must be a date and a time, as 2026-12-18 18:00; {shown(value)} is none.") from None
    return value


def time_of_day(value: str) -> str:
    try:
        time.fromisoformat(value if re.fullmatch(r"\d\d:\d\d", value) else "")
    except ValueError:
        raise ValueError(f"must be a time of day, as 10:00; {shown(value)} is none.") from None
    return value


def _hours(value: str) -> str:
    begins, _, ends = value.partition("-")
    if not (time_of_day(begins) < time_of_day(ends)):
        raise ValueError("must be two times of day, the earlier one first, as 09:00-17:00.")
    return value


def _workday(value: str) -> str:
    if value not in _DAYS:
        raise ValueError(f"must be one of {', '.join(_DAYS)}.")
    return value


def country(value: str) -> str:
    """A country, as DE, or a region of one, as DE-BY. Raises ValueError when its holidays are not known."""
    import holidays

    code, _, region = value.partition("-")
    try:
        holidays.country_holidays(code, subdiv=region or None)
    except NotImplementedError:
        raise ValueError(
            f"must be a country, as DE, or a region of one, as DE-BY, whose holidays are known; {shown(value)} is none."
        ) from None
    return value


def _source(value: str, info: ValidationInfo) -> str:
    """An address, or a file seen from the folder of harbourmaster.toml."""
    address = urlsplit(value)
    if address.scheme in ("https", "http"):
        if address.username or address.password or not address.hostname:
            raise ValueError("must be an address without a name or a password in it.")
        return value
    return str(rules.readable_file(value, cast(Any, info.context).folder))


class FreezeTable(_Table):
    """[calendar.freezes.<name>]"""

    starts: Annotated[str, AfterValidator(_wall)]
    ends: Annotated[str, AfterValidator(_wall)]
    products: list[str] = []

    @model_validator(mode="after")
    def _ends_some_day(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("must end after it starts.")
        if _parsed(self.ends) - _parsed(self.starts) > _LONGEST_FREEZE:
            raise ValueError(
                "must end within a year: a freeze that never ends is forgotten. Prolong it when it is time."
            )
        return self


def _parsed(wall: str) -> datetime:
    return datetime.strptime(wall, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - as above


class CalendarTable(_Table):
    """[calendar]"""

    timezone: Annotated[str, AfterValidator(rules.time_zone)] = "UTC"
    countries: list[Annotated[str, AfterValidator(country)]] = []
    workdays: list[Annotated[str, AfterValidator(_workday)]] = ["mon", "tue", "wed", "thu", "fri"]
    hours: Annotated[str, AfterValidator(_hours)] | None = None
    holidays: dict[Annotated[str, AfterValidator(_day)], str] = {}
    holiday_calendars: list[Annotated[str, AfterValidator(_source)]] = []
    freezes: dict[str, FreezeTable] = {}
    freeze_calendars: list[Annotated[str, AfterValidator(_source)]] = []
    exception_quorum: Annotated[int, AfterValidator(rules.quorum)] = 2
    exception_roles: list[str] = ["release-manager", "operations"]
    feed_token_env: str | None = None

    @field_validator("workdays")
    @classmethod
    def _some(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("must hold at least one day; no notice could be counted back.")
        return value

    @field_validator("feed_token_env")
    @classmethod
    def _token(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        environ: Mapping[str, str] = cast(Any, info.context).environ
        token = rules.token_env(value, environ)
        if not re.fullmatch(r"[A-Za-z0-9_-]{20,200}", environ[token].strip()):
            raise ValueError(
                f"names the environment variable {value}, which must hold 20 to 200 letters, digits, - or _: whoever "
                "guesses it reads the calendar."
            )
        return value

    @model_validator(mode="after")
    def _freezes_exist(self) -> Self:
        for name, freeze in self.freezes.items():
            for wall in (freeze.starts, freeze.ends):
                try:
                    instant(_parsed(wall), self.timezone)
                except NotUnderstood as problem:
                    raise ValueError(f"has the freeze {name} with a time that cannot be: {problem}") from None
        return self

    def settings(self, environ: Mapping[str, str]) -> CalendarSettings:
        begins, _, ends = (self.hours or "").partition("-")
        token = self.feed_token_env
        return CalendarSettings(
            zone=self.timezone,
            countries=tuple(self.countries),
            workdays=frozenset(_DAYS.index(day) for day in self.workdays),
            hours=(time.fromisoformat(begins), time.fromisoformat(ends)) if self.hours else None,
            holidays={date.fromisoformat(day): name for day, name in self.holidays.items()},
            holiday_calendars=tuple(self.holiday_calendars),
            freezes=tuple(
                FreezeSetting(name, _parsed(one.starts), _parsed(one.ends), frozenset(one.products))
                for name, one in self.freezes.items()
            ),
            freeze_calendars=tuple(self.freeze_calendars),
            feed_token=None if token is None else SecretStr(environ[token].strip()),
        )


def unknown_names(
    data: Mapping[str, Any], products: Mapping[str, Any], known_roles: Mapping[str, Any]
) -> list[tuple[KeyPath, str]]:
    """Products and roles that the calendar names and nobody has configured."""
    found: list[tuple[KeyPath, str]] = []
    calendar = data.get("calendar")
    if not isinstance(calendar, dict):
        return found
    for name, freeze in (
        (calendar.get("freezes") or {}).items() if isinstance(calendar.get("freezes"), dict) else ()
    ):
        for product in freeze.get("products") or () if isinstance(freeze, dict) else ():
            if product not in products:
                hint = did_you_mean(str(product), products)
                sentence = f"`calendar.freezes.{name}.products` names {shown(str(product))}, which is no product here.{hint}"
                found.append((("calendar", "freezes", name, "products"), sentence))
    roles = calendar.get("exception_roles")
    for role in roles if isinstance(roles, list) else ():
        if role not in known_roles:
            hint = did_you_mean(str(role), known_roles)
            sentence = f"`calendar.exception_roles` names {shown(str(role))}, which is no role here.{hint}"
            found.append((("calendar", "exception_roles"), sentence))
    return found


def known_calendar_keys(table: KeyPath) -> list[str]:
    match table:
        case ("calendar",):
            return list(CalendarTable.model_fields)
        case ("calendar", "freezes", _):
            return list(FreezeTable.model_fields)
        case _:
            return []
