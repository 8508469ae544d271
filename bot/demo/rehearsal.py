"""A rehearsal: a team's own products, roles and process in the local workspace, with pushes going to scratch copies.

Nothing is written to the team's repositories and nothing is sent to their Slack: both are only read, the latter not even that.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.app import assemble
from bot.config import Config, Product, Signing, read_environment
from bot.configured import read_config
from bot.demo.keys import make_signing_key
from bot.demo.remote import GitRemote
from bot.domain.errors import OutsideError
from bot.domain.words import UserId
from bot.repository import Patience
from bot.repository.git import Git, words_of
from bot.repository.reach import reach
from bot.slack.manifest import manifest
from bot.workspace import Channel, Group, Person, Workspace, WorkspaceSetup

_TOKEN = "rehearsal"  # noqa: S105 - guards scratch copies on the loopback address
_PARTIAL = ("remote.origin.promisor", "remote.origin.partialCloneFilter")
_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_STAND_INS = 3
"""How many people a Slack user group gets in the rehearsal: its real members are known to Slack alone."""


@contextmanager
def rehearse(
    folder: Path, config_file: Path | None, environ: Mapping[str, str], port: int
) -> Iterator[Workspace]:
    """Run the bot with the team's configuration until the block ends; yields the workspace with its page.

    Raises ConfigMistakes for a configuration that is not good, OutsideError when a repository cannot be read.
    """
    # A rehearsal needs no tokens of the real Slack; whatever is set for it is not used.
    config = read_config(
        config_file, {**environ, "SLACK_BOT_TOKEN": "xoxb-rehearsal", "SLACK_APP_TOKEN": "xapp-rehearsal"}
    )
    setup = cast_of(config)
    with ExitStack() as stack:
        products = {product.name: _scratch(stack, folder, product) for product in config.products.values()}
        workspace = stack.enter_context(Workspace.serve(setup, port=port))
        key = make_signing_key(folder / "keys")
        bot = assemble(
            replace(
                config, products=products, signing=Signing("ssh", key.key, key.allowed_signers),
                environment=read_environment({
                    "SLACK_BOT_TOKEN": workspace.bot_token, "SLACK_APP_TOKEN": workspace.app_token,
                    "SLACK_API_URL": workspace.api_url, "HARBOURMASTER_DATA": str(folder / "data"),
                }),
            )
        )  # fmt: skip
        stack.callback(bot.stop)
        bot.start()
        bot.listen_socket(workspace.app_token, workspace.api_url)
        yield workspace


def cast_of(config: Config) -> WorkspaceSetup:
    """The people of the team's roles, by the ids they have in Slack and the roles they fill; their names are not known here."""
    roles: dict[UserId, list[str]] = {}
    groups: dict[str, Group] = {}
    for name, named in config.roles.items():
        for member in sorted(named.members):
            roles.setdefault(member, []).append(name)
        if named.group is not None and named.group not in groups:
            stand_ins = tuple(UserId(f"U0{named.group[1:]}{n}") for n in range(1, _STAND_INS + 1))
            groups[named.group] = Group(named.group, name, f"Group of {name}", stand_ins)
            for member in stand_ins:
                roles.setdefault(member, []).append(name)
    people = [
        Person(id_, _name(n, filled), ", ".join(filled)) for n, (id_, filled) in enumerate(roles.items(), 1)
    ]
    everybody = tuple(person.id for person in people)
    channels = [Channel(id_, name[:80], everybody) for id_, name in _rooms(config).items()]
    return WorkspaceSetup(
        people=people, channels=channels, groups=list(groups.values()), manifest=manifest(None)
    )


def _rooms(config: Config) -> dict[str, str]:
    """The channels that the configuration names, each called after whose it is."""
    rooms: dict[str, list[str]] = {}
    for product in config.products.values():
        rooms.setdefault(product.channel, []).append(product.name)
    for product in config.products.values():
        for plan in product.notices.audiences:
            if plan.channel not in {one.channel for one in config.products.values()}:
                rooms.setdefault(plan.channel, []).append(f"{product.name}-{plan.audience}")
    return {id_: "-".join(sorted(set(names))) for id_, names in rooms.items()}


def _name(number: int, roles: list[str]) -> str:
    return f"{roles[0]}-{number}"


def _scratch(stack: ExitStack, folder: Path, product: Product) -> Product:
    """Copy what the team's remote has, and serve the copy."""
    bare = folder / "remotes" / f"{product.name}.git"
    bare.parent.mkdir(parents=True, exist_ok=True)
    Git(bare).run("init", "--bare", "--quiet", "--template=", "--initial-branch=main")
    token = product.token.get_secret_value() if product.token else None
    remote = reach(bare, product.repository, token, Patience())
    # The bot's mirrors leave file contents out; a copy that is served to others must have them.
    whole = replace(remote, settings=tuple(s for s in remote.settings if not s[0].startswith(_PARTIAL)))
    ran = whole.run(
        "fetch", "--quiet", "--no-write-fetch-head", "origin", *_EVERYTHING, seconds=Patience().fetch
    )
    if ran.code != 0:
        raise OutsideError(
            f"The repository of {product.name} cannot be read for the rehearsal: {words_of(ran.err)}."
        )
    served = stack.enter_context(GitRemote.serve(bare, token=_TOKEN))
    # A rehearsal pushes to scratch copies; a recipe would deploy in earnest, so its items are done by hand here.
    return replace(
        product, repository=served.url, token=SecretStr(_TOKEN), look_every=2, recipes={}, environments={}
    )
