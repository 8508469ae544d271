"""Every announcement rendered with made-up facts, so that a mistake in a template is found before it is needed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.calendar import Planned
from bot.domain.errors import NotUnderstood
from bot.domain.highlights import Highlights
from bot.domain.release import Release
from bot.domain.rollback import Rollback
from bot.domain.rollback_events import RollbackAsked, Target, TargetProved
from bot.domain.words import Audience, ChannelId, ReleaseId, ReleaseType, Sha, UserId
from bot.views.announcements import TEMPLATES, Telling, announcement

_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
_BRINGS = Highlights(("new accounts", "empty carts"), ("new accounts",))
_DATE = Planned(_AT, "2026-12-01 10:00", "Europe/Berlin")


def samples() -> Iterator[Telling]:
    """For each audience: releases with everything there is to say, ones that were rolled back, and a first one with nothing."""
    for audience in Audience:
        for release in (_full(ReleaseType.MAJOR), _full(ReleaseType.MINOR)):
            yield Telling(
                release, audience, "Europe/Berlin", ("operations", "release-manager"), was=_AT, due_at=_AT,
                reason="The checkout was slow.", brings=_BRINGS, migrations=("Add the column carts.saved_at.",),
            )  # fmt: skip
        for database in ("restore", "keep", "unknown"):
            yield Telling(_rolled_back(database), audience, "UTC", ("operations",), reason="Orders are lost.")
        yield Telling(replace(_bare(), planned=_DATE), audience, "UTC", ("operations",))
        yield Telling(_bare(), audience, "UTC", ("operations",))


def _rolled_back(database: str) -> Release:
    asked = RollbackAsked(Target("v1.4.0", "1.4.0"), "Orders are lost.", "", "Nobody could pay.")
    proved = TargetProved(
        "v1.4.0", Sha("c" * 40), "release@example.com", database, ("Carts were merged.",), ()
    )
    gone = Rollback(
        1, asked, UserId("U0123456789"), _AT, asked.target, proved=proved, decided_at=_AT, ended_at=_AT
    )
    return replace(_full(ReleaseType.MINOR), rollbacks=(gone,))


def broken_templates(folder: Path | None) -> list[str]:
    """What is wrong with the templates, a sentence each; each template is named once."""
    found: dict[str, str] = {}
    for name, file in TEMPLATES.items():
        for telling in samples():
            try:
                announcement(name, telling, folder)
            except NotUnderstood as problem:
                found.setdefault(file, str(problem))
    return list(found.values())


def _bare() -> Release:
    return Release(
        id=ReleaseId("shop-2.0.0"), product="shop", version="2.0.0", type=ReleaseType.MINOR, tag="v2.0.0",
        channel=ChannelId("C0123456789"), starter=UserId("U0123456789"), started_at=_AT, why="a sample",
    )  # fmt: skip


def _full(type_: ReleaseType) -> Release:
    return replace(
        _bare(),
        type=type_,
        planned=_DATE,
        branch="main",
        commit=Sha("a" * 40),
        previous_tag="v1.4.0",
        total=2,
    )
