"""Which orders for notices and posts follow from a change. The orders are derived anew each time; one that waits is enough."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from bot.days import days_now
from bot.domain.events import BranchRead, Cancelled, Started
from bot.domain.notice_book import NoticeEvent
from bot.domain.notices import waiting
from bot.domain.orders import Announce, ReadMigrations, SendNotice
from bot.domain.posts import posts_of
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import Audience
from bot.parts import Parts
from storage.store import Tx

_CHANGE_THE_PLAN = (Started, Cancelled, *get_args(NoticeEvent))


def order_what_is_told(parts: Parts, tx: Tx, step: Step, now: datetime) -> None:
    """The posts about what has just happened, and the notices if the date, or something about them, has changed."""
    release = step.release
    product = parts.products.get(release.product)
    if release.dry_run:  # people are told of what really happens
        return
    if product is None:  # taken out of the configuration: nobody knows its audiences any more
        return
    first = release.events - len(step.happened) + 1
    for seq, happened in enumerate(step.happened, first):
        for post in posts_of(happened.what, release):
            for plan in product.notices.audiences:
                if post in plan.posts:
                    tx.order(Announce(release.id, seq, str(post), plan.audience, plan.channel), now)
    for_operators = any(plan.audience is Audience.OPERATORS for plan in product.notices.audiences)
    if for_operators and any(isinstance(happened.what, BranchRead) for happened in step.happened):
        tx.order(ReadMigrations(release.id), now)
    if any(isinstance(happened.what, _CHANGE_THE_PLAN) for happened in step.happened):
        order_notices(parts, tx, [release], now)


def order_notices(parts: Parts, tx: Tx, releases: Iterable[Release], now: datetime) -> None:
    """An order for every notice of these releases that is still to be sent; those that wait already stay as they are."""
    for release in releases:
        if release.planned is None or release.product not in parts.products:
            continue
        days = days_now(parts, tx, release.product, now)
        for notice in waiting(release, days.rules, days.calendar):
            tx.order(SendNotice(release.id, notice.id, notice.at, notice.plan.channel), notice.at)
