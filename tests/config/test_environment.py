"""The environment variables: what is read, what is filled in, and that no secret gets into a sentence."""

from pathlib import Path

import pytest

from bot.config import ConfigMistakes, read_environment

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-made-up", "SLACK_APP_TOKEN": "xapp-1-made-up"}


def report_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigMistakes) as caught:
        read_environment(environ)
    return str(caught.value).splitlines()


def test_two_tokens_are_enough() -> None:
    environment = read_environment(TOKENS)

    assert environment.bot_token.get_secret_value() == "xoxb-1-made-up"
    assert environment.app_token is not None
    assert environment.signing_secrets == ()
    assert environment.api_url == "https://slack.com/api/"
    assert environment.config_file == Path("harbourmaster.toml")
    assert environment.data_directory == Path("var")
    assert environment.database_url.get_secret_value() == "sqlite:///var/harbourmaster.sqlite"


def test_the_database_file_moves_with_the_data_directory() -> None:
    environment = read_environment({**TOKENS, "HARBOURMASTER_DATA": "/var/lib/harbourmaster"})

    assert (
        environment.database_url.get_secret_value() == "sqlite:////var/lib/harbourmaster/harbourmaster.sqlite"
    )


def test_a_postgresql_database_is_taken_as_it_is() -> None:
    url = "postgresql+psycopg://bot:p%40ss@db.example.com:5432/harbourmaster?sslmode=require"

    environment = read_environment({**TOKENS, "HARBOURMASTER_DATABASE_URL": url})

    assert environment.database_url.get_secret_value() == url


def test_two_signing_secrets_may_stand_side_by_side_while_one_replaces_the_other() -> None:
    environment = read_environment({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "old, new"})

    assert [secret.get_secret_value() for secret in environment.signing_secrets] == ["old", "new"]


def test_a_line_break_behind_a_token_and_an_empty_variable_do_not_count() -> None:
    environ = {**TOKENS, "SLACK_BOT_TOKEN": "xoxb-1\n", "SLACK_API_URL": "", "HARBOURMASTER_DATA": " "}

    environment = read_environment(environ)

    assert environment.bot_token.get_secret_value() == "xoxb-1"
    assert environment.api_url == "https://slack.com/api/"
    assert environment.data_directory == Path("var")


def test_a_slash_is_put_behind_the_address_of_the_api() -> None:
    environment = read_environment({**TOKENS, "SLACK_API_URL": "http://127.0.0.1:8080/api"})

    assert environment.api_url == "http://127.0.0.1:8080/api/"


def test_the_variables_of_this_process_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-this-process")

    lines = report_of({"SLACK_APP_TOKEN": "xapp-1"})

    assert lines == [
        "environment: `SLACK_BOT_TOKEN` is missing. docs/configuration.md says what belongs there."
    ]


def test_every_mistake_is_named_and_no_secret_is_repeated() -> None:
    lines = report_of(
        {
            "SLACK_BOT_TOKEN": "xapp-hunter2",
            "SLACK_APP_TOKEN": "xoxb-hunter2",
            "SLACK_SIGNING_SECRET": "hunter2,,hunter2",
            "SLACK_API_URL": "hunter2://[",
            "HARBOURMASTER_DATABASE_URL": "postgres://bot:hunter2@db/harbourmaster",
        }
    )

    assert lines == [
        "environment: `SLACK_BOT_TOKEN` must hold a token that begins with `xoxb-`.",
        "environment: `SLACK_APP_TOKEN` must hold a token that begins with `xapp-`.",
        "environment: `SLACK_SIGNING_SECRET` must hold one secret, or two separated by a comma while you change it.",
        "environment: `SLACK_API_URL` must be an address that begins with `https://`; "
        "leave it out for Slack itself.",
        "environment: `HARBOURMASTER_DATABASE_URL` must be `sqlite:///` and the path of a file, or "
        "`postgresql+psycopg://user:password@host/database` with `@`, `/` and `:` of a password written as "
        "%40, %2F and %3A.",
    ]


def test_without_a_way_in_from_slack_there_is_no_start() -> None:
    lines = report_of({"SLACK_BOT_TOKEN": "xoxb-1"})

    assert lines == [
        "environment: Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so nothing from Slack could come "
        "in. Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests over HTTP."
    ]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://bot@db/harbourmaster",
        "postgresql+psycopg://bot@db",
        "postgresql+psycopg://bot@db:port/harbourmaster",
        "postgresql+psycopg://[bot@db/harbourmaster",
        "mysql://bot@db/harbourmaster",
        "var/harbourmaster.sqlite",
    ],
)
def test_a_database_that_would_not_last_or_not_open_is_refused(url: str) -> None:
    lines = report_of({**TOKENS, "HARBOURMASTER_DATABASE_URL": url})

    assert [line.split(" must be ")[0] for line in lines] == ["environment: `HARBOURMASTER_DATABASE_URL`"]


def test_secrets_are_masked_when_the_settings_are_printed() -> None:
    environ = {**TOKENS, "SLACK_SIGNING_SECRET": "hunter2", "HARBOURMASTER_DATABASE_URL": "sqlite:///hunter2"}

    printed = repr(read_environment(environ)) + str(read_environment(environ))

    assert "made-up" not in printed
    assert "hunter2" not in printed
