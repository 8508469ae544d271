"""The tables of harbourmaster.toml, as pydantic reads them: which keys there are, their types and their defaults.

The rules of a single value are in `rules`; what the rest of the program gets to see is in `values`.
"""

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.config import rules
from bot.config.announcements import AnnouncementsTable, Audiences, known_audience_keys
from bot.config.calendar import CalendarTable, country, known_calendar_keys
from bot.config.facts import FactKeys, RepositoryPath, known_fact_keys
from bot.config.lines import KeyPath
from bot.config.mistakes import did_you_mean
from bot.config.recipes import RecipeKeys, known_recipe_keys
from bot.config.surroundings import around
from bot.config.values import SigningFormat
from bot.domain.reminders import Manners
from bot.domain.words import UserId


def _sign_off(item: str, info: ValidationInfo) -> str:
    known = around(info).items_known
    if item not in known:
        raise ValueError(f"is no sign-off of the process.{did_you_mean(item, known)}")
    return item


def _work(name: str, info: ValidationInfo) -> str:
    known = around(info).works_known
    if name not in known:
        there = ", ".join(sorted(known)) or "nothing yet"
        raise ValueError(
            f"is nothing that the bot does by itself; there is: {there}.{did_you_mean(name, known)}"
        )
    return name


class _Table(BaseModel):
    # Strict: "60" is not a number and 1 is not yes. The input stays out of errors, for it may be a secret.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class SigningTable(_Table):
    """[signing]"""

    format: SigningFormat
    key: str
    allowed_signers: str | None = Field(default=None, validate_default=True)

    @field_validator("key")
    @classmethod
    def _key(cls, value: str, info: ValidationInfo) -> str:
        # Without a readable format nobody can say what the key should be, and the format is reported already.
        match info.data.get("format"):
            case "ssh":
                return str(rules.ssh_key(value, around(info).folder))
            case "openpgp":
                return rules.openpgp_key(value)
            case _:
                return value

    @field_validator("allowed_signers")
    @classmethod
    def _signers(cls, value: str | None, info: ValidationInfo) -> str | None:
        match info.data.get("format"), value:
            case "ssh", None:
                raise ValueError(
                    'is missing. With format = "ssh" it names the file of the keys that count for your tags; '
                    "without it no tag could be verified."
                )
            case "ssh", str(name):
                return str(rules.readable_file(name, around(info).folder))
            case "openpgp", str():
                raise ValueError(
                    'belongs to format = "ssh"; with "openpgp" the keyring says whose keys count.'
                )
            case _:
                return value


class ProductNotesTable(_Table):
    """[products.<name>.notes]"""

    templates: str | None = None
    paths: list[RepositoryPath] = []
    issues: Annotated[str, AfterValidator(rules.issue_address)] = ""

    @field_validator("templates")
    @classmethod
    def _folder(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value is None else str(rules.folder(value, around(info).folder))


class ProductTable(FactKeys, RecipeKeys):
    """[products.<name>]"""

    repository: Annotated[str, AfterValidator(rules.repository)]
    token_env: str | None = None
    branch: Annotated[str, AfterValidator(rules.branch)] = "main"
    channel: Annotated[str, AfterValidator(rules.channel_id)]
    tag_prefix: Annotated[str, AfterValidator(rules.tag_prefix)] = "v"
    timezone: Annotated[str, AfterValidator(rules.time_zone)] = "UTC"
    automates: list[Annotated[str, AfterValidator(_work)]] | None = None
    look_every: Annotated[int, AfterValidator(rules.seconds_between_looks)] = 60
    notes: ProductNotesTable | None = None
    audiences: Audiences = Field(default={})

    @field_validator("token_env")
    @classmethod
    def _token(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value is None else rules.token_env(value, around(info).environ)


class RoleTable(_Table):
    """[roles.<name>]"""

    members: list[Annotated[str, AfterValidator(rules.user_id)]] = []
    group: Annotated[str, AfterValidator(rules.group_id)] | None = None

    @model_validator(mode="after")
    def _someone(self) -> Self:
        if not self.members and self.group is None:
            raise ValueError("must have `members`, a `group`, or both; nobody could act for this role.")
        return self


class PolicyTable(_Table):
    """[policy]"""

    quorum: dict[Annotated[str, AfterValidator(_sign_off)], Annotated[int, AfterValidator(rules.quorum)]] = {}


class NotesTable(_Table):
    """[notes]"""

    templates: str | None = None
    unconventional: Annotated[str, AfterValidator(rules.unconventional)] = "leave-out"
    issues: Annotated[str, AfterValidator(rules.issue_address)] = ""
    labels: dict[Annotated[str, AfterValidator(rules.commit_type)], list[str]] = {}

    @field_validator("templates")
    @classmethod
    def _folder(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value is None else str(rules.folder(value, around(info).folder))


class RemindersTable(_Table):
    """[reminders]; all durations in hours"""

    after: Annotated[int, AfterValidator(rules.hours)] = 4
    every: Annotated[int, AfterValidator(rules.hours)] = 24
    most: Annotated[int, AfterValidator(rules.reminders)] = 3
    escalate_after: Annotated[int, AfterValidator(rules.hours)] = 48
    working_hours: Annotated[str, AfterValidator(rules.working_hours)] = "09:00-17:00"
    countries: dict[
        Annotated[str, AfterValidator(rules.user_id)], Annotated[str, AfterValidator(country)]
    ] = {}

    def manners(self) -> Manners:
        opens, closes = (time.fromisoformat(part) for part in self.working_hours.split("-"))
        after, every, escalate = (timedelta(hours=n) for n in (self.after, self.every, self.escalate_after))
        people = {UserId(user): code for user, code in self.countries.items()}
        return Manners(after, every, self.most, escalate, opens, closes, people)


class FileTables(_Table):
    """The whole file."""

    signing: SigningTable
    products: dict[Annotated[str, AfterValidator(rules.product_name)], ProductTable]
    roles: dict[Annotated[str, AfterValidator(rules.role_name)], RoleTable] = {}
    policy: PolicyTable = PolicyTable()
    notes: NotesTable = NotesTable()
    reminders: RemindersTable = RemindersTable()
    calendar: CalendarTable = CalendarTable()
    announcements: AnnouncementsTable = AnnouncementsTable()

    @field_validator("products")
    @classmethod
    def _one(cls, value: dict[str, ProductTable]) -> dict[str, ProductTable]:
        if not value:
            raise ValueError("must hold at least one product, as [products.shop].")
        return value


def known_keys(table: KeyPath) -> Iterable[str]:
    """The keys that may stand in the table at this path; none where the names are the team's own."""
    match table:
        case ():
            return FileTables.model_fields
        case ("signing",):
            return SigningTable.model_fields
        case ("products", _):
            # The product's own keys first: they are the ones everybody needs.
            return sorted(
                ProductTable.model_fields,
                key=lambda key: key in FactKeys.model_fields or key in RecipeKeys.model_fields,
            )
        case ("products", _, "notes"):
            return ProductNotesTable.model_fields
        case ("roles", _):
            return RoleTable.model_fields
        case ("policy",):
            return PolicyTable.model_fields
        case ("notes",):
            return NotesTable.model_fields
        case ("reminders",):
            return RemindersTable.model_fields
        case _:
            return [
                *known_fact_keys(table),
                *known_recipe_keys(table),
                *known_calendar_keys(table),
                *known_audience_keys(table),
            ]
