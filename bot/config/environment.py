"""The environment variables: Slack's tokens, and where the file, the data and the database are."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.mistakes import ConfigMistakes, Mistake, in_sentences

_HERE = "environment"


def _token(*prefixes: str) -> Callable[[SecretStr], SecretStr]:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(prefixes):
            raise ValueError(f"must hold a token that begins with `{prefixes[0]}`.")
        return secret

    return check


def _one_or_two(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    secrets = [part.strip() for part in value.split(",")]
    if len(secrets) > 2 or not all(secrets):
        raise ValueError("must hold one secret, or two separated by a comma while you change it.")
    return secrets


def _api_url(value: str) -> str:
    try:
        address = urlsplit(value)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in ("https", "http") or not address.hostname:
        raise ValueError("must be an address that begins with `https://`; leave it out for Slack itself.")
    return value if value.endswith("/") else f"{value}/"


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("must be an address to listen on, as `127.0.0.1:9090` or `0.0.0.0:9090`.")
    return value


def _database_url(secret: SecretStr) -> SecretStr:
    url = secret.get_secret_value()
    if not (_is_sqlite_file(url) or _is_postgresql(url)):
        raise ValueError(
            "must be `sqlite:///` and the path of a file, or "
            "`postgresql+psycopg://user:password@host/database` with `@`, `/` and `:` of a password written "
            "as %40, %2F and %3A."
        )
    return secret


def _is_sqlite_file(url: str) -> bool:
    # A database in memory would forget every release at the next start, so it does not count as one.
    start = "sqlite:///"
    return url.startswith(start) and url.removeprefix(start) not in ("", ":memory:")


def _is_postgresql(url: str) -> bool:
    try:
        address = urlsplit(url)
        address.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return False
    return address.scheme == "postgresql+psycopg" and address.path.strip("/") != ""


class Environment(BaseSettings):
    """The variables by name. The environment is an argument, as the clock is: only what is given is read."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    bot_token: Annotated[SecretStr, AfterValidator(_token("xoxb-", "xoxe.xoxb-"))] = Field(
        validation_alias="SLACK_BOT_TOKEN"
    )
    app_token: Annotated[SecretStr, AfterValidator(_token("xapp-"))] | None = Field(
        default=None, validation_alias="SLACK_APP_TOKEN"
    )
    """For Socket Mode."""
    signing_secrets: Annotated[tuple[SecretStr, ...], BeforeValidator(_one_or_two)] = Field(
        default=(), validation_alias="SLACK_SIGNING_SECRET"
    )
    """For requests over HTTP; two while the secret is being changed."""
    api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        default="https://slack.com/api/", validation_alias="SLACK_API_URL"
    )
    config_file: Path = Field(default=Path("harbourmaster.toml"), validation_alias="HARBOURMASTER_CONFIG")
    data_directory: Path = Field(default=Path("var"), validation_alias="HARBOURMASTER_DATA")
    """For the mirrors of the repositories and the SQLite file. It need not be there yet."""
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        validation_alias="HARBOURMASTER_DATABASE_URL"
    )
    """As SQLAlchemy writes it. `read_environment` fills in the SQLite file of the data directory."""

    operators_door: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None, validation_alias="HARBOURMASTER_HTTP"
    )
    """Where /healthz, /readyz and /metrics are served, as `host:port`."""

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        return (sources["init_settings"],)


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read the variables from `environ`; white space around a value and empty values do not count.

    Raises ConfigMistakes with every mistake. No sentence repeats a value, since most of them are secrets.
    """
    given = {name: environ.get(name, "").strip() for name in variables()}
    given["HARBOURMASTER_DATABASE_URL"] = _database_in(given)
    mistakes = _no_way_in(given)
    try:
        environment = Environment.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        sentences = in_sentences(error, lambda _table: ())
        mistakes = [Mistake(_HERE, None, sentence) for _path, sentence in sentences] + mistakes
        raise ConfigMistakes(mistakes) from None  # pydantic's own text would carry the values
    if mistakes:
        raise ConfigMistakes(mistakes)
    return environment


def database_url(environ: Mapping[str, str]) -> str:
    """The database alone, for commands that need nothing of Slack. Raises ConfigMistakes when it is no database."""
    url = _database_in({name: environ.get(name, "").strip() for name in variables()})
    try:
        return _database_url(SecretStr(url)).get_secret_value()
    except ValueError as error:
        raise ConfigMistakes([Mistake(_HERE, None, f"HARBOURMASTER_DATABASE_URL {error}")]) from None


def _database_in(given: Mapping[str, str]) -> str:
    data_directory = given["HARBOURMASTER_DATA"] or Environment.model_fields["data_directory"].default
    return given["HARBOURMASTER_DATABASE_URL"] or f"sqlite:///{data_directory}/harbourmaster.sqlite"


def variables() -> tuple[str, ...]:
    """The names of all variables that are read, apart from those that `token_env` names."""
    return tuple(str(field.validation_alias) for field in Environment.model_fields.values())


def _no_way_in(given: Mapping[str, str]) -> list[Mistake]:
    if given["SLACK_APP_TOKEN"] or given["SLACK_SIGNING_SECRET"]:
        return []
    sentence = (
        "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so nothing from Slack could come in. "
        "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests over HTTP."
    )
    return [Mistake(_HERE, None, sentence)]
