"""Recipes and environments: a sound table becomes a value, and every mistake is named with its line."""

from collections.abc import Callable

from bot.config import Config
from bot.domain.health import CommandProbe, EnvironmentWanted, HttpProbe
from bot.domain.measurements import Fixed, Relative
from bot.domain.recipes import CommandRecipe, HttpRecipe
from tests.config.conftest import ENVIRON, SOUND

Read = Callable[..., Config]
Mistakes = Callable[..., list[str]]
ENVIRON_HERE = {**ENVIRON, "DEPLOY_TOKEN": "made-up-deploy-token", "HOOK_KEY": "made-up-hook-key"}
FIRST = SOUND.count("\n") + 1
"""The line on which text behind the sound file begins."""


def test_a_command_and_a_request_become_recipes(read: Read) -> None:
    config = read(
        SOUND
        + """
[products.shop.recipes.deploy]
command = ["./deploy.sh", "{environment}"]
timeout = 60
secrets = ["DEPLOY_TOKEN"]

[products.shop.recipes.load]
http = "https://ci.example.com/load"
secret_env = "HOOK_KEY"
poll = "https://ci.example.com/load/{operation}"
limits = ["p95_ms at most 200", "p95_ms at most 10 % above the previous release"]
""",
        ENVIRON_HERE,
    )

    shop = config.products["shop"]
    assert shop.recipes == {
        "deploy": CommandRecipe("deploy", ("./deploy.sh", "{environment}"), 60, ("DEPLOY_TOKEN",)),
        "load": HttpRecipe(
            "load",
            "https://ci.example.com/load",
            "HOOK_KEY",
            "https://ci.example.com/load/{operation}",
            limits=(
                Fixed("p95_ms", 200, True, "p95_ms at most 200"),
                Relative("p95_ms", 10, True, "p95_ms at most 10 % above the previous release"),
            ),
        ),
    }
    assert {name: value.get_secret_value() for name, value in shop.secrets.items()} == {
        "DEPLOY_TOKEN": "made-up-deploy-token",
        "HOOK_KEY": "made-up-hook-key",
    }
    assert "made-up" not in repr(config)
    assert config.warnings == ()


def test_an_environment_says_how_it_shows_that_it_is_well(read: Read) -> None:
    config = read(
        SOUND
        + """
[products.shop.environments.staging]
times = 2
within = 30
every = 1
health = [
    { http = "https://staging.example.com/health", json = "status.ok", equals = true, version = "version" },
    { command = ["./smoke.sh", "{version}"] },
]
"""
    )

    assert config.products["shop"].environments == {
        "staging": EnvironmentWanted(
            "staging",
            (
                HttpProbe("https://staging.example.com/health", 200, "status.ok", True, "version"),
                CommandProbe(("./smoke.sh", "{version}")),
            ),
            times=2,
            within=30,
            every=1,
        )
    }


def test_every_mistake_of_a_recipe_is_named_with_its_line(mistakes: Mistakes) -> None:
    found = mistakes(
        SOUND
        + """
[products.shop.recipes.deploy]
command = ["./deploy.sh", "{enviroment}"]
timeout = 0
secrets = ["DEPLOY_TOKEN", "ghp_hunter2"]

[products.shop.recipes.both]
command = ["a"]
http = "https://ci.example.com"

[products.shop.recipes.load]
http = "https://{environment}.example.com/"
limit = []
limits = ["p95_ms below 200"]
"""
    )

    at = FIRST
    assert found == [
        f"harbourmaster.toml:{at + 2}: Entry 2 of `products.shop.recipes.deploy.command` has `{{enviroment}}`, which is no "
        "placeholder. Did you mean `environment`? The text itself is written `{{enviroment}}`.",
        f"harbourmaster.toml:{at + 3}: `products.shop.recipes.deploy.timeout` must be a number of seconds from 1 to 86400.",
        f"harbourmaster.toml:{at + 4}: Entry 1 of `products.shop.recipes.deploy.secrets` names the environment variable "
        "DEPLOY_TOKEN, which is not set. Set it to the secret.",
        f"harbourmaster.toml:{at + 4}: Entry 2 of `products.shop.recipes.deploy.secrets` must be the name of an environment "
        "variable in capitals, as SHOP_GIT_TOKEN, never the token itself.",
        f"harbourmaster.toml:{at + 6}: `products.shop.recipes.both` must have either `command` or `http`.",
        f"harbourmaster.toml:{at + 11}: `products.shop.recipes.load.http` must be an address that begins with `https://` and "
        "a host; placeholders stand behind the host.",
        f"harbourmaster.toml:{at + 12}: `products.shop.recipes.load.limit` is not a setting. Did you mean `limits`?",
        f"harbourmaster.toml:{at + 13}: Entry 1 of `products.shop.recipes.load.limits` must be a limit, as `p95_ms at most "
        "200`, `requests_per_s at least 500`, `p95_ms at most 10 % above the previous release` or `requests_per_s at most "
        "5 % below the baseline`.",
    ]


def test_every_mistake_of_an_environment_is_named_with_its_line(mistakes: Mistakes) -> None:
    found = mistakes(
        SOUND
        + """
[products.shop.environments.staging]
health = [
    { http = "ftp://staging.example.com" },
    { command = [] },
    { http = "https://staging.example.com", equals = "ok" },
    { command = ["./smoke.sh"], version = "version" },
]
[products.shop.environments.slow]
times = 10
every = 60
"""
    )

    at = FIRST
    where = "`products.shop.environments.staging.health"
    assert found == [
        f"harbourmaster.toml:{at + 3}: {where}.0.http` must be an address that begins with `https://` and a host; "
        "placeholders stand behind the host.",
        f"harbourmaster.toml:{at + 4}: {where}.1.command` must not be empty.",
        f"harbourmaster.toml:{at + 5}: Entry 3 of {where}` has `equals` and no `json`, which says where the value stands.",
        f"harbourmaster.toml:{at + 6}: Entry 4 of {where}` must have nothing beside `command` and `timeout`; the rest "
        "belongs to `http`.",
        f"harbourmaster.toml:{at + 8}: `products.shop.environments.slow` must leave enough time: 10 rounds, one every 60 "
        "seconds, do not fit into 120 seconds.",
    ]


def test_a_secret_too_short_to_be_masked_is_a_mistake(mistakes: Mistakes) -> None:
    text = SOUND + '[products.shop.recipes.deploy]\ncommand = ["a"]\nsecrets = ["DEPLOY_TOKEN"]\n'

    assert mistakes(text, {**ENVIRON, "DEPLOY_TOKEN": "abc"}) == [
        f"harbourmaster.toml:{FIRST + 2}: Entry 1 of `products.shop.recipes.deploy.secrets` names the environment variable "
        "DEPLOY_TOKEN, whose value is too short to be masked in logs. Use a secret of 6 characters or more."
    ]


def test_stages_rise_to_everywhere_and_the_soak_is_a_span_of_time(read: Read, mistakes: Mistakes) -> None:
    table = SOUND + "\n[products.shop.environments.production]\n"
    probe = 'health = [{ command = ["./smoke.sh"] }]\n'
    config = read(f'{table}{probe}stages = [5, 25, 100]\nsoak = "1h30m"\n')
    found = config.products["shop"].environments["production"]
    assert (found.stages, found.soak) == ((5, 25, 100), 5400)

    said = " ".join(
        sentence
        for wrong in (
            f"{probe}stages = [25, 5, 100]",
            f"{probe}stages = [5, 50]",
            'soak = "soon"',
            "stages = [100]",
        )
        for sentence in mistakes(table + wrong)
    )
    assert said.count("must rise, in per cent, to 100") == 2
    assert "a span of time of seven days at most" in said
    assert "has `stages` and no `health`" in said
