"""The stage of the demo: a local workspace, a product behind a real git remote, a fresh key, and the bot between them.

Everything real but Slack, and everything in one folder that can be thrown away.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Bot, assemble, read_config
from bot.config import Config
from bot.demo.cast import CHANNEL, PEOPLE, QA, ROLES, TALK, Role
from bot.demo.keys import make_signing_key
from bot.demo.product import make_demo_product, scratch_copy
from bot.demo.remote import GitRemote
from bot.domain.errors import OutsideRefusal
from bot.repository import Signing
from bot.repository.git import Git
from bot.slack.manifest import manifest
from bot.workspace import Workspace, WorkspaceSetup

PUSH_TOKEN = "only-the-bot-may-push"  # noqa: S105 - guards a scratch copy on the loopback address, in one process


@dataclass(frozen=True)
class Plan:
    """How the stage is set up. Tests change what they are about; the demo takes it as it is."""

    repository: Path | None = None
    """Any git repository on disk; None: the made-up shop."""
    database_url: str | None = None
    roles: Sequence[Role] = ROLES
    quorums: dict[str, int] = field(default_factory=dict)
    look_every: int = 2
    port: int = 0
    rate_limits: bool = True
    rate_scale: float = 1.0
    over_http: bool = False
    withheld_scopes: Sequence[str] = ()
    automates: Sequence[str] | None = None
    """What the bot does by itself; None: everything it can."""
    settings: str = ""
    """More lines of the product's table."""
    sweep: timedelta = timedelta(seconds=2)
    lease: timedelta = timedelta(seconds=60)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass
class Stage:
    """The parts on stage. `bot` is stopped and started again by `restart`."""

    folder: Path
    plan: Plan
    workspace: Workspace
    remote: GitRemote
    signing: Signing
    config: Config
    bot: Bot
    product: str
    branch: str

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
        self.bot = assemble(self.config, clock=self.plan.clock, sweep=self.plan.sweep, lease=self.plan.lease)
        self.start_bot()


@contextmanager
def set_stage(folder: Path, plan: Plan | None = None) -> Iterator[Stage]:
    """Build everything in `folder` and run the bot until the block ends. Raises OutsideError with what is missing."""
    plan = plan or Plan()
    bare, product, branch = _product(folder, plan)
    signing = make_signing_key(folder / "keys")
    setup = WorkspaceSetup(
        people=PEOPLE, channels=[CHANNEL, TALK], groups=[QA], manifest=manifest(None),
        withheld_scopes=plan.withheld_scopes, rate_limits=plan.rate_limits, rate_scale=plan.rate_scale,
    )  # fmt: skip
    with (
        GitRemote.serve(bare, token=PUSH_TOKEN) as remote,
        Workspace.serve(setup, port=plan.port) as workspace,
    ):
        config = _config(folder, plan, workspace, remote, signing, product, branch)
        bot = assemble(config, clock=plan.clock, sweep=plan.sweep, lease=plan.lease)
        stage = Stage(folder, plan, workspace, remote, signing, config, bot, product, branch)
        stage.start_bot()
        try:
            yield stage
        finally:
            stage.bot.stop()


def _product(folder: Path, plan: Plan) -> tuple[Path, str, str]:
    if plan.repository is None:
        bare = folder / "remote" / "shop.git"
        bare.parent.mkdir(parents=True)
        return bare, "shop", make_demo_product(bare).branch
    name = _product_name(plan.repository)
    bare = folder / "remote" / f"{name}.git"
    bare.parent.mkdir(parents=True)
    scratch_copy(plan.repository, bare)
    head = Git(bare).run("symbolic-ref", "--short", "HEAD").text.strip()
    if not head:
        raise OutsideRefusal(
            f"{plan.repository} has no branch checked out, so the demo does not know what to release."
        )
    return bare, name, head


def _product_name(repository: Path) -> str:
    stem = repository.resolve().name.removesuffix(".git").lower()
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in stem).strip("-")
    return kept[:40].strip("-") or "product"


def _config(
    folder: Path,
    plan: Plan,
    workspace: Workspace,
    remote: GitRemote,
    signing: Signing,
    product: str,
    branch: str,
) -> Config:
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
{_automates(plan)}{plan.settings}

{roles}
[policy]
quorum = {{ {quorums} }}
"""
    )
    environ = {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": workspace.api_url,
        "HARBOURMASTER_DATA": str(folder / "data"),
        "HARBOURMASTER_DATABASE_URL": plan.database_url or f"sqlite:///{folder}/data/harbourmaster.sqlite",
        "DEMO_GIT_TOKEN": PUSH_TOKEN,
    }
    return read_config(file, environ)


def _automates(plan: Plan) -> str:
    if plan.automates is None:
        return ""
    named = ", ".join(f'"{name}"' for name in plan.automates)
    return f"automates = [{named}]\n"


def _role(role: Role) -> str:
    group = f'group = "{role.group}"\n' if role.group else ""
    members = ", ".join(f'"{member}"' for member in role.members)
    return f"[roles.{role.name}]\n{group}" + (f"members = [{members}]\n" if members else "")
