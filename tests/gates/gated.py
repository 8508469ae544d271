"""A release of a real repository, seen through the mirror as in the running bot, and the gates asked about it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.config import Product
from bot.config.facts import load_facts
from bot.configured import process_text
from bot.domain import course
from bot.domain.facts_wanted import FactsWanted
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, HeadSeen, Judged, Passed, ProductFacts, Running
from bot.domain.policy import TAG, read_policy, works_of
from bot.domain.release import Release
from bot.domain.words import ChannelId, ItemId, ReleaseType, Sha, UserId
from bot.effects.do_work import body_of
from bot.parts import Parts
from bot.repository import GitRepository, Signing

POLICY = read_policy(process_text(), {}, {TAG, *works_of(process_text())})
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass
class Gated:
    """What stands around the gates: a bare repository and the product's settings."""

    bare: Path
    home: Path
    settings: str = ""

    def wanted(self) -> FactsWanted:
        file = self.home / "harbourmaster.toml"
        file.write_text(f"[products.shop]\n{self.settings}")
        return load_facts(file, "shop")

    def parts(self) -> Parts:
        nobody = cast(Any, None)
        product = Product(
            "shop", str(self.bare), None, "main", ChannelId("C0SHOP"), "v", ZoneInfo("UTC"), 60, frozenset(), self.wanted()
        )  # fmt: skip
        repository = GitRepository(
            name="shop", url=str(self.bare), directory=self.home / "mirror", signing=Signing("ssh", "none")
        )
        return Parts(
            store=nobody, queue=nobody, policy=POLICY, products={"shop": product}, role_members={},
            repositories={"shop": repository}, slack=nobody, prober=nobody, runner=nobody, clock=lambda: NOON,
        )  # fmt: skip

    def asks(self, does: str, commit: Sha, *, previous: str | None = "v1.0.0") -> Judged | Running:
        """What the gate says about a minor release of this commit."""
        body = body_of(does)
        assert body is not None
        order = DoWork(self.release(commit, previous).id, ItemId("PREP-X"), does, commit, "op")
        judged: Judged | Running = body.carry_out(self.parts(), self.release(commit, previous), order)
        return judged

    def release(self, commit: Sha, previous: str | None) -> Release:
        facts = ProductFacts("shop", NOON, "main", commit, "1.0.0", ("1.0.0",), 1, None)
        step = course.start(
            course.Wanted("shop", ReleaseType.MINOR, None), UserId("U0MARA"), NOON, facts=facts, open_versions={}, attempts={},
            channel=ChannelId("C0SHOP"), tag_prefix="v", policy=POLICY,
        )  # fmt: skip
        head = HeadSeen(step.release.id, "main", commit, previous, (), 1, 1)
        return course.read_head(step.release, head, NOON, POLICY).release


def passed(outcome: Judged | Running) -> Passed:
    assert isinstance(outcome, Passed), outcome
    return outcome


def failed(outcome: Judged | Running) -> Failed:
    assert isinstance(outcome, Failed), outcome
    return outcome


def fact(outcome: Passed | Failed, name: str) -> str:
    return dict(outcome.facts)[name]


def with_settings(gated: Gated, text: str) -> Gated:
    return replace(gated, settings=text)
