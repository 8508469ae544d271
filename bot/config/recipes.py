"""The keys of [products.<name>] that say how the team does things: recipes, and how an environment shows that it is well."""

import re
from collections.abc import Iterable
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from bot.config import rules
from bot.config.lines import KeyPath
from bot.config.mistakes import did_you_mean, shown
from bot.config.surroundings import around
from bot.domain.health import CommandProbe, EnvironmentWanted, HttpProbe, Probe
from bot.domain.measurements import Limit, parse_limit
from bot.domain.recipes import (
    PLACEHOLDERS,
    CommandRecipe,
    Context,
    HttpRecipe,
    Recipe,
    filled,
    unknown_placeholders,
)
from bot.domain.words import Sha

_DAY = 86_400
_MOST_STAGES = 9
_MOST_SAMPLES = 300
_SOMETHING = Context("x", "x", Sha("x"), "x", "x", "x", "x", "x", "x")
"""Fills in placeholders where only the shape of the whole matters."""


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", value):
        raise ValueError("must be named in small letters, digits, `_` and hyphens, at most 40 of them.")
    return value


def _filled_in(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not hold a NUL character.")
    for name in unknown_placeholders(value):
        hint = did_you_mean(name, PLACEHOLDERS) or f" Known here: {', '.join(PLACEHOLDERS)}."
        raise ValueError(
            f"has {shown('{' + name + '}')}, which is no placeholder.{hint} The text itself is written `{{{{{name}}}}}`."
        )
    return value


def _address(value: str) -> str:
    _filled_in(value)
    try:
        address = urlsplit(filled(value, _SOMETHING))
        address.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        address = urlsplit("")
    if address.username is not None or address.password is not None:
        raise ValueError(
            "must not hold a name or password: this file is read by many, and this one was written down."
        )
    host = value.partition("://")[2].partition("/")[0]
    good = address.scheme in ("https", "http") and address.hostname and re.fullmatch(r"[!-~]+", value)
    if not good or "{" in host:
        raise ValueError(
            "must be an address that begins with `https://` and a host; placeholders stand behind the host."
        )
    return value


def _seconds(value: int) -> int:
    if not 1 <= value <= _DAY:
        raise ValueError(f"must be a number of seconds from 1 to {_DAY}.")
    return value


def _times(value: int) -> int:
    if not 1 <= value <= 100:
        raise ValueError("must be a number from 1 to 100.")
    return value


def _status(value: int) -> int:
    if not 200 <= value <= 599:
        raise ValueError("must be a status of HTTP from 200 to 599.")
    return value


def _limit(value: str) -> str:
    parse_limit(value)
    return value


def _secret(value: str, info: ValidationInfo) -> str:
    return rules.secret_env(value, around(info).environ)


def _path(value: str) -> str:
    if not value or any(not part for part in value.split(".")):
        raise ValueError("must be a path to a value, its parts joined by dots, as `build.version`.")
    return value


def _stages(value: list[int]) -> list[int]:
    rising = all(1 <= one <= 100 for one in value) and value == sorted(set(value))
    if value and not (rising and value[-1] == 100 and len(value) <= _MOST_STAGES):
        raise ValueError(
            f"must rise, in per cent, to 100 in at most {_MOST_STAGES} stages, as `[5, 25, 100]`."
        )
    return value


def _once(value: list[str]) -> list[str]:
    if len(set(value)) < len(value):
        raise ValueError("must name each component once.")
    return value


def _span(value: str) -> str:
    if (
        not re.fullmatch(r"(?=\d)(\d{1,3}d)?(\d{1,4}h)?(\d{1,5}m)?(\d{1,6}s)?", value)
        or seconds_of(value) > 7 * _DAY
    ):
        raise ValueError("must be a span of time of seven days at most, as `30m`, `2h`, `1h30m` or `1d`.")
    return value


def seconds_of(span: str) -> int:
    """`1h30m` in seconds."""
    parts = re.findall(r"(\d+)([dhms])", span)
    return sum(int(number) * {"d": _DAY, "h": 3600, "m": 60, "s": 1}[unit] for number, unit in parts)


Name = Annotated[str, AfterValidator(_name)]
Command = Annotated[list[Annotated[str, AfterValidator(_filled_in)]], Field(min_length=1)]
Address = Annotated[str, AfterValidator(_address)]
Seconds = Annotated[int, AfterValidator(_seconds)]
SecretName = Annotated[str, AfterValidator(_secret)]
Path = Annotated[str, AfterValidator(_path)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class RecipeTable(_Strict):
    """[products.<name>.recipes.<name>]"""

    command: Command | None = None
    secrets: list[SecretName] = []
    http: Address | None = None
    secret_env: SecretName | None = None
    poll: Address | None = None
    callback: bool = False
    timeout: Seconds = 900
    limits: list[Annotated[str, AfterValidator(_limit)]] = []

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.command is None) == (self.http is None):
            raise ValueError("must have either `command` or `http`.")
        if self.http is None and (self.secret_env is not None or self.poll is not None or self.callback):
            raise ValueError(
                "has `secret_env`, `poll` or `callback`, which belong to `http`; a command has `secrets`."
            )
        if self.http is not None and self.secrets:
            raise ValueError(
                "has `secrets`, which belong to `command`; a request is signed with `secret_env`."
            )
        if self.http is not None and self.secret_env is None:
            raise ValueError(
                "must have `secret_env`, which names the variable of the key that signs the request."
            )
        return self

    def recipe(self, name: str) -> Recipe:
        limits: tuple[Limit, ...] = tuple(parse_limit(text) for text in self.limits)
        if self.command is not None:
            return CommandRecipe(name, tuple(self.command), self.timeout, tuple(self.secrets), limits)
        return HttpRecipe(
            name, str(self.http), str(self.secret_env), self.poll, self.timeout, limits, self.callback
        )


class ProbeTable(_Strict):
    """One probe of `health`."""

    http: Address | None = None
    status: Annotated[int, AfterValidator(_status)] = 200
    json_: Path | None = Field(default=None, alias="json")
    equals: str | int | float | bool | None = None
    version: Path | None = None
    command: Command | None = None
    timeout: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.command is None) == (self.http is None):
            raise ValueError("must have either `http` or `command`.")
        if self.command is not None and self.model_fields_set - {"command", "timeout"}:
            raise ValueError("must have nothing beside `command` and `timeout`; the rest belongs to `http`.")
        if self.equals is not None and self.json_ is None:
            raise ValueError("has `equals` and no `json`, which says where the value stands.")
        if self.timeout is not None and self.timeout > 60:
            raise ValueError("must have a `timeout` of 60 seconds or less.")
        return self

    def probe(self) -> Probe:
        if self.command is not None:
            return CommandProbe(tuple(self.command), self.timeout or CommandProbe.timeout)
        return HttpProbe(
            str(self.http),
            self.status,
            self.json_,
            self.equals,
            self.version,
            self.timeout or HttpProbe.timeout,
        )


class EnvironmentTable(_Strict):
    """[products.<name>.environments.<name>]"""

    health: list[ProbeTable] = []
    times: Annotated[int, AfterValidator(_times)] = EnvironmentWanted.times
    within: Seconds = EnvironmentWanted.within
    every: Seconds = EnvironmentWanted.every
    secrets: list[SecretName] = []
    stages: Annotated[list[int], AfterValidator(_stages)] = []
    soak: Annotated[str, AfterValidator(_span)] = "30m"
    watch: Annotated[str, AfterValidator(_span)] = "1h"
    watch_every: Annotated[str, AfterValidator(_span)] = "5m"

    @model_validator(mode="after")
    def _enough_time(self) -> Self:
        if self.stages and not self.health:
            raise ValueError("has `stages` and no `health`: nothing would show that a stage is well.")
        if (self.times - 1) * self.every > self.within:
            raise ValueError(
                f"must leave enough time: {self.times} rounds, one every {self.every} seconds, do not fit "
                f"into {self.within} seconds."
            )
        every = seconds_of(self.watch_every)
        if every == 0 or seconds_of(self.watch) > _MOST_SAMPLES * every:
            raise ValueError(
                f"must have at most {_MOST_SAMPLES} samples in `watch`: make it shorter, or `watch_every` longer."
            )
        return self

    def environment(self, name: str) -> EnvironmentWanted:
        probes = tuple(table.probe() for table in self.health)
        return EnvironmentWanted(
            name, probes, self.times, self.within, self.every, tuple(self.secrets), tuple(self.stages),
            seconds_of(self.soak), seconds_of(self.watch), seconds_of(self.watch_every),
        )  # fmt: skip


class RecipeKeys(_Strict):
    """The keys of [products.<name>] that are about doing."""

    recipes: dict[Name, RecipeTable] = {}
    environments: dict[Name, EnvironmentTable] = {}
    deploy_order: Annotated[
        list[Annotated[str, AfterValidator(rules.product_name)]], AfterValidator(_once)
    ] = []

    def secret_names(self) -> set[str]:
        """Every environment variable that a recipe or a probe names."""
        names: set[str] = set()
        for recipe in self.recipes.values():
            names.update(recipe.secrets, [recipe.secret_env] if recipe.secret_env else [])
        for environment in self.environments.values():
            names.update(environment.secrets)
        return names


def known_recipe_keys(table: KeyPath) -> Iterable[str]:
    """The keys that may stand in the tables of recipes and environments."""
    match table:
        case ("products", _, "recipes", _):
            return list(RecipeTable.model_fields)
        case ("products", _, "environments", _):
            return list(EnvironmentTable.model_fields)
        case ("products", _, "environments", _, "health", _):
            return [field.alias or name for name, field in ProbeTable.model_fields.items()]
        case _:
            return []
