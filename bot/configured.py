"""What a configuration comes to: the process of each product, with what the bot does in it, and the door to its repository."""

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from bot.config import Config, Product, load
from bot.domain.policy import TAG, Policy, read_policy, works_of
from bot.domain.words import ItemId, ItemKind, RoleName
from bot.environments import PRODUCTION, STAGING
from bot.repository import GitRepository
from bot.repository import Signing as RepositorySigning


def policies(config: Config, text: str) -> Mapping[str, Policy]:
    """Each product's process: what the team wants the bot to do, and has told it how to do, is the bot's."""
    return {
        product.name: read_policy(text, config.quorums, {TAG, *_works(product), *_recipes(product)})
        for product in config.products.values()
    }


def _works(product: Product) -> frozenset[str]:
    """What the team wants the bot to do, without what it has not told it how to do."""
    deploys = "deploy" in product.recipes
    staging, production = (product.environments.get(name) for name in (STAGING, PRODUCTION))
    possible = {
        "staging": deploys and staging is not None,
        "rehearsal": deploys and bool(staging and staging.health),
        "deploy": deploys and production is not None,
        "health": bool(production and production.health),
        "watch": bool(production and production.health),
    }
    works = frozenset(name for name in product.automates if possible.get(name, True))
    return works | {"way-back"} if "rehearsal" in works else works - {"way-back"}


def _recipes(product: Product) -> Iterator[str]:
    """What the process may call upon: `recipe:docs`, `recipe:deploy@staging` for an environment, and the same again and again
    or once before the deployment."""
    for name in product.recipes:
        yield from (f"recipe:{name}", f"sample:{name}", f"baseline:{name}")
        yield from (f"recipe:{name}@{environment}" for environment in product.environments)


def repositories(config: Config) -> Mapping[str, GitRepository]:
    """A door to each product's repository; nothing is fetched yet."""
    signing = RepositorySigning(config.signing.format, config.signing.key, config.signing.allowed_signers)
    mirrors = config.environment.data_directory / "mirrors"
    return {
        product.name: GitRepository(
            name=product.name,
            url=product.repository,
            directory=mirrors / product.name,
            signing=signing,
            token=product.token.get_secret_value() if product.token else None,
        )
        for product in config.products.values()
    }


def process_text() -> str:
    """bot/process.toml, the customer's release process."""
    return resources.files("bot").joinpath("process.toml").read_text("utf-8")


def read_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration, checked against the process. Raises ConfigMistakes with every mistake at once."""
    policy = read_policy(process_text(), {})
    sign_offs: dict[ItemId, RoleName] = {
        i.id: i.role for i in policy.items if i.kind is ItemKind.SIGN_OFF and not i.roles
    }
    return load(
        path, environ, roles_used=policy.roles - policy.roles_of_some.keys(), items_known=sign_offs,
        works_known=works_of(process_text()), roles_of_some=policy.roles_of_some,
    )  # fmt: skip
