"""Releases with a real history, made by the domain and written by the store, without a Slack and a repository."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Config
from bot.domain import course, items, signoffs
from bot.domain.ballots import Ballot, ballot_for
from bot.domain.events import Happened
from bot.domain.outcomes import HeadSeen
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import ChannelId, CommitLine, ItemId, ItemKind, RoleName, Sha, UserId
from storage.store import Store

STARTER = UserId("U0STARTER")
TESTERS = tuple(UserId(f"U0QA{n:02d}") for n in range(1, 13))
"""As many as must sign TEST-GO in these benches, so that one release takes twelve first signatures."""
GO = ItemId("TEST-GO")
_TOML = """[signing]
format = "ssh"
key = "{key}"
allowed_signers = "{key}"

{products}
{roles}
[policy]
quorum = {{ TEST-GO = {quorum} }}
"""


PRODUCTS: Mapping[str, str] = {"shop": "C0SHOP", "harbour": "C0HARBOUR"}
"""The channel of each product."""


def write_config(
    folder: Path, policy: Policy, products: Mapping[str, str] = PRODUCTS, settings: str = ""
) -> Path:
    """A harbourmaster.toml with these products, and more tables; nobody ever reaches their repositories."""
    key = folder / "key"
    key.write_text("none\n")
    key.chmod(0o600)
    roles = "".join(f"[roles.{role}]\nmembers = {list(_members(role))}\n\n" for role in sorted(policy.roles))
    file = folder / "harbourmaster.toml"
    tables = "".join(
        f'[products.{name}]\nrepository = "{folder}/{name}.git"\nchannel = "{channel}"\n\n'
        for name, channel in products.items()
    )
    file.write_text(
        _TOML.format(key=key, products=tables + settings, roles=roles.replace("'", '"'), quorum=len(TESTERS))
    )
    return file


def roles_of(config: Config) -> Roles:
    return Roles({role: named.members for role, named in config.roles.items()}, frozenset())


def _members(role: RoleName) -> Sequence[UserId]:
    return TESTERS if role == "qa" else (UserId(f"U0{role.replace('-', '').upper()}"),)


class Tale:
    """A release on its way, event after event, as the bot would have written it."""

    def __init__(self, product: str, version: str, policy: Policy, roles: Roles, at: datetime) -> None:
        self._policy, self._roles, self._at = policy, roles, at
        wanted, channel = course.Wanted(product, version, None), ChannelId(f"C0{product.upper()}")
        step = course.start(
            wanted, STARTER, at, facts=None, open_versions={}, attempts={}, channel=channel, tag_prefix="v", policy=policy,
        )  # fmt: skip
        self.release: Release = step.release
        self.happened: tuple[Happened, ...] = step.happened

    def take(self, step: Step) -> None:
        self.release, self.happened = step.release, (*self.happened, *step.happened)
        self._at += timedelta(seconds=30)

    def branch_moves(self, number: int, commits: int = 5) -> None:
        """The branch stands on its `number`-th head, with so many new commits."""
        lines = tuple(_line(number, n, self._at) for n in range(commits))
        new = commits if number else 40
        seen = HeadSeen(self.release.id, "main", lines[0].sha, "v0.9.0", lines, new, 40 + number * commits)
        self.take(course.read_head(self.release, seen, self._at, self._policy))

    def until_tested(self) -> Ballot:
        """Everything before TEST-GO is done and signed; the ballot of TEST-GO."""
        self.branch_moves(0, commits=20)
        for item in self._policy.of(self.release.type):
            if item.id == GO:
                return _ballot(self.release, self._policy, item)
            self._do(item)
        raise ValueError("The process has no TEST-GO.")

    def hold_and_resume(self) -> None:
        self.take(
            course.hold(self.release, "The cluster is being moved.", TESTERS[0], self._at, self._policy)
        )
        self.take(course.resume(self.release, TESTERS[0], self._roles, self._at, self._policy))

    def _do(self, item: Item) -> None:
        by = next(iter(_members(item.role)))
        if item.kind is ItemKind.SIGN_OFF:
            ballot = _ballot(self.release, self._policy, item)
            self.take(signoffs.sign(self.release, ballot, by, self._roles, self._policy, self._at))
        else:
            self.take(items.mark_done(self.release, item, "", by, self._roles, self._policy, self._at))

    def step(self) -> Step:
        """All of it as one step for the store; what it would have ordered outside is left out."""
        return Step(self.release, self.happened, ())


def save(store: Store, tales: Sequence[Tale], policy: Policy) -> None:
    with store.transaction() as tx:
        for tale in tales:
            tx.append(tale.step(), key=f"seed {tale.release.id}", policy=policy)


def _ballot(release: Release, policy: Policy, item: Item) -> Ballot:
    ballot = ballot_for(release, policy, item)
    if ballot is None:
        raise ValueError(f"{release.id} has no commit yet.")
    return ballot


def _line(head: int, n: int, at: datetime) -> CommitLine:
    sha = Sha(f"{head:08x}{n:032x}")
    return CommitLine(sha, "Chloe Martin", f"fix(checkout): round the tax of line {n} only once", "", at)
