"""The stage of the demo: a local workspace, a product behind a real git remote, a fresh key, and the bot between them.

Everything real but Slack, and everything in one folder that can be thrown away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Bot, assemble
from bot.config import Config
from bot.configured import read_config
from bot.demo.cast import CHANNEL, PEOPLE, QA, ROLES, TALK, Role
from bot.demo.keys import make_signing_key
from bot.demo.product import make_demo_product, scratch_copy
from bot.demo.remote import GitRemote
from bot.domain.errors import OutsideRefusal
from bot.parts import CARD_PACE
from bot.repository import Signing
from bot.repository.git import Git
from bot.slack.manifest import manifest
from bot.workspace import Workspace, WorkspaceSetup

PUSH_TOKEN = "only-the-bot-may-push"  # noqa: S105 - guards a scratch copy on the loopback address, in one process

SHOP = "shop"
"""The made-up product."""


@dataclass(frozen=True)
class Plan:
    """How the stage is set up. Tests change what they are about; the demo takes it as it is."""

    repository: Path | None = None
    """Any git repository on disk; None: the made-up shop."""
    database_url: str | None = None
    roles: Sequence[Role] = ROLES
    quorums: dict[str, int] = field(default_factory=dict)
    look_every: int = 2
    recipes: str = ""
    """More of harbourmaster.toml: the tables of the product's recipes and environments."""
    automates: Sequence[str] | None = ()
    """What the bot does by itself, as `automates` of the product. By hand is the default; None: all that it can do."""
    product_settings: str = ""
    """More lines for the product's table, as they stand in harbourmaster.toml."""
    port: int = 0
    rate_limits: bool = True
    rate_scale: float = 1.0
    ack_seconds: float = 3.0
    """How long Slack waits for an acknowledgement; three seconds are its own."""
    over_http: bool = False
    withheld_scopes: Sequence[str] = ()
    sweep: timedelta = timedelta(seconds=2)
    lease: timedelta = timedelta(seconds=60)
    card_pace: timedelta = CARD_PACE
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    settings: str = ""
    """More tables for harbourmaster.toml."""
    process: str | None = None
    """The text of a process in place of the one that is shipped."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """More variables of the environment, which those tables name."""

    def bot(self, config: Config) -> Bot:
        """A bot at this plan's pace, which calls the workspace as fast as its limits allow; not started yet."""
        pace = self.rate_scale if self.rate_limits else 0.0
        return assemble(
            config, process=self.process, clock=self.clock, sweep=self.sweep, lease=self.lease, pace=pace,
            card_pace=self.card_pace,
        )  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """What stands around the bot: Slack's stand-in, the product's remote, and the configuration that names both."""

    folder: Path
    plan: Plan
    workspace: Workspace
    remote: GitRemote
    signing: Signing
    file: Path
    """harbourmaster.toml"""
    environ: Mapping[str, str]
    product: str
    branch: str

    def config(self) -> Config:
        return read_config(self.file, self.environ)


@dataclass
class Stage:
    """The scene with a bot on it, which is stopped and started again by `restart`."""

    scene: Scene
    config: Config
    bot: Bot

    def __post_init__(self) -> None:
        self.folder, self.plan, self.workspace = self.scene.folder, self.scene.plan, self.scene.workspace
        self.remote, self.signing = self.scene.remote, self.scene.signing
        self.product, self.branch = self.scene.product, self.scene.branch

    def start_bot(self) -> None:
        """Start the bot and let it listen."""
        self.bot.start()
        environment = self.config.environment
        if self.plan.over_http:
            port = self.bot.listen_http([self.workspace.signing_secret], "127.0.0.1", 0)
            self.workspace.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        elif environment.app_token is not None:
            self.bot.listen_socket(environment.app_token.get_secret_value(), environment.api_url)
            self.workspace.wait_for(
                lambda: self.workspace.socket_mode.connections >= 1, 10, "the bot connects"
            )

    def restart(self) -> None:
        """Stop the bot and start another one on the same database, as after a deploy."""
        self.bot.stop()
        self.bot = self.plan.bot(self.config)
        self.start_bot()


@contextmanager
def set_stage(folder: Path, plan: Plan | None = None) -> Iterator[Stage]:
    """Build everything in `folder` and run the bot until the block ends. Raises OutsideError with what is missing."""
    with set_scene(folder, plan or Plan()) as scene:
        config, plan = scene.config(), scene.plan
        stage = Stage(scene, config, plan.bot(config))
        stage.start_bot()
        try:
            yield stage
        finally:
            stage.bot.stop()


@contextmanager
def set_scene(folder: Path, plan: Plan) -> Iterator[Scene]:
    """Build everything in `folder` but the bot."""
    bare, product, branch = _product(folder, plan)
    signing = make_signing_key(folder / "keys")
    setup = WorkspaceSetup(
        people=PEOPLE, channels=[CHANNEL, TALK], groups=[QA], manifest=manifest(None),
        withheld_scopes=plan.withheld_scopes, rate_limits=plan.rate_limits, rate_scale=plan.rate_scale,
        ack_seconds=plan.ack_seconds,
    )  # fmt: skip
    with (
        GitRemote.serve(bare, token=PUSH_TOKEN) as remote,
        Workspace.serve(setup, port=plan.port) as workspace,
    ):
        file = _write_config(folder, plan, remote, signing, product, branch)
        yield Scene(
            folder, plan, workspace, remote, signing, file, _environ(folder, plan, workspace), product, branch
        )


def _product(folder: Path, plan: Plan) -> tuple[Path, str, str]:
    if plan.repository is None:
        bare = folder / "remote" / "shop.git"
        bare.parent.mkdir(parents=True)
        return bare, SHOP, make_demo_product(bare).branch
    name = product_name(plan.repository)
    bare = folder / "remote" / f"{name}.git"
    bare.parent.mkdir(parents=True)
    scratch_copy(plan.repository, bare)
    head = Git(bare).run("symbolic-ref", "--short", "HEAD").text.strip()
    if not head:
        raise OutsideRefusal(
            f"{plan.repository} has no branch checked out, so the demo does not know what to release."
        )
    return bare, name, head


def product_name(repository: Path) -> str:
    """The name of the product that the demo makes of somebody's repository."""
    stem = repository.resolve().name.removesuffix(".git").lower()
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in stem).strip("-")
    return kept[:40].strip("-") or "product"


def _write_config(
    folder: Path, plan: Plan, remote: GitRemote, signing: Signing, product: str, branch: str
) -> Path:
    roles = "\n".join(_role(role) for role in plan.roles)
    quorums = ", ".join(f"{item} = {n}" for item, n in plan.quorums.items())
    file = folder / "harbourmaster.toml"
    file.write_text(
        f"""[signing]
format = "{signing.format}"
key = "{signing.key}"
allowed_signers = "{signing.allowed_signers}"

[products.{product}]
repository = "{remote.url}"
token_env = "DEMO_GIT_TOKEN"
branch = "{branch}"
channel = "{CHANNEL.id}"
timezone = "Europe/Berlin"
look_every = {plan.look_every}
{_automates(plan.automates)}{plan.product_settings}
{roles}
[policy]
quorum = {{ {quorums} }}

{plan.recipes}
{plan.settings}
"""
    )
    return file


def _environ(folder: Path, plan: Plan, workspace: Workspace) -> Mapping[str, str]:
    return {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": workspace.api_url,
        "HARBOURMASTER_DATA": str(folder / "data"),
        "HARBOURMASTER_DATABASE_URL": plan.database_url or f"sqlite:///{folder}/data/harbourmaster.sqlite",
        "DEMO_GIT_TOKEN": PUSH_TOKEN,
        **plan.environ,
    }


def _automates(names: Sequence[str] | None) -> str:
    if names is None:
        return ""
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"automates = [{quoted}]\n"


def _role(role: Role) -> str:
    group = f'group = "{role.group}"\n' if role.group else ""
    members = ", ".join(f'"{member}"' for member in role.members)
    return f"[roles.{role.name}]\n{group}" + (f"members = [{members}]\n" if members else "")
