"""Advance notices, derived from the planned date, the team's rules and the calendar. What people decided about one is in the
release's book; nothing here is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.calendar import Planned, as_rules_are_now
from bot.domain.calendar_days import Calendar, Freeze
from bot.domain.notice_book import NoticeCancelled, NoticeEdited, NoticeMoved, NoticeSent, NoticeSkipped
from bot.domain.posts import Post
from bot.domain.release import Release
from bot.domain.words import Audience, ChannelId, RoleName


class Kind(StrEnum):
    """What a notice says. The value is the name of its template."""

    ADVANCE = "notice"
    MOVED = "moved"
    CALLED_OFF = "called-off"


@dataclass(frozen=True)
class Lead:
    """How long before the planned date: business days (then at the audience's time of day), or a span of time."""

    days: int = 0
    span: timedelta | None = None

    @property
    def id(self) -> str:
        if self.span is None:
            return f"{self.days}bd"
        minutes = int(self.span.total_seconds() // 60)
        return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}min"


LEADS = (Lead(days=5), Lead(days=1), Lead(span=timedelta(hours=1)))


@dataclass(frozen=True)
class AudiencePlan:
    """How one audience of a product is told: where, on whose clocks, how long before, and of what as it happens."""

    audience: Audience
    channel: ChannelId
    zone: str
    at: time = time(10)
    leads: tuple[Lead, ...] = LEADS
    posts: frozenset[Post] = frozenset()


@dataclass(frozen=True)
class NoticeRules:
    """The rules of a product about dates and notices."""

    audiences: tuple[AudiencePlan, ...] = ()
    late_after: timedelta = timedelta(hours=1)
    """A notice that goes out later than this after its time says so."""
    exception_quorum: int = 2
    exception_roles: tuple[RoleName, ...] = (RoleName("release-manager"), RoleName("operations"))
    """Whose signatures count under an exception from a freeze."""


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "not sent"
    CANCELLED = "cancelled"
    MISSED = "too late for it"
    """Its time had passed when the date was set."""


@dataclass(frozen=True)
class Notice:
    """One notice for one audience. The id stays the same when the date moves."""

    id: str
    kind: Kind
    plan: AudiencePlan
    at: datetime
    planned: Planned
    state: State = State.WAITING
    why: str = ""
    """Why it was not sent."""
    text: str = ""
    """What people wrote in place of ours."""
    was_moved: bool = False
    """Somebody has moved it or sent it at once, so it has had another order before, which may have posted it and died."""


def notices(release: Release, rules: NoticeRules, calendar: Calendar) -> tuple[Notice, ...]:
    """Every notice of a release, in the order of their times. None without a planned date."""
    if release.planned is None:
        return ()
    planned = as_rules_are_now(release.planned)
    made = [
        *(n for plan in rules.audiences for n in _advance(release, plan, planned, calendar)),
        *(n for plan in rules.audiences for n in _corrections(release, plan, planned)),
    ]
    return tuple(sorted((_as_decided(release, n) for n in made), key=lambda n: (n.at, n.id)))


def _advance(release: Release, plan: AudiencePlan, planned: Planned, calendar: Calendar) -> Iterator[Notice]:
    set_at = release.book.moved_at or release.started_at
    for lead in plan.leads:
        at = notice_time(planned.at, lead, plan, calendar)
        if at is None or at >= planned.at:
            continue
        state = State.MISSED if at < set_at else State.WAITING
        yield Notice(f"{plan.audience}-{lead.id}", Kind.ADVANCE, plan, at, planned, state)


def notice_time(planned_at: datetime, lead: Lead, plan: AudiencePlan, calendar: Calendar) -> datetime | None:
    """When this notice is due; None when the calendar has too few business days before the date.

    A time of day that the clocks go forward over becomes the one an hour later; of one that exists twice the first is taken.
    """
    if lead.span is not None:
        return planned_at - lead.span
    zone = ZoneInfo(plan.zone)
    day = calendar.business_days_before(planned_at.astimezone(zone).date(), lead.days)
    return None if day is None else datetime.combine(day, plan.at, zone).astimezone(UTC)


def _corrections(release: Release, plan: AudiencePlan, planned: Planned) -> Iterator[Notice]:
    """Whoever was told one instant is told the new one, because the date was moved or the clocks of its zone are, or that
    there is none any more."""
    told = [sent for sent in release.book.told if sent.audience is plan.audience]
    if not told:
        return
    set_at, last = release.book.moved_at or release.started_at, told[-1]
    moved, clocks = f"{plan.audience}-moved-{release.book.moves}", f"{plan.audience}-clocks-"
    ids = [sent.notice for sent in told if sent.notice == moved or sent.notice.startswith(clocks)]
    if last.planned_at != planned.at:
        # Told since the date was set, the date is the same: it is the rules of its zone that have changed.
        ids.append(f"{clocks}{planned.at:%Y%m%dT%H%M}" if last in release.book.decisions else moved)
    for id_ in dict.fromkeys(ids):
        yield Notice(id_, Kind.MOVED, plan, set_at, planned)
    called_off = release.ended is not None and release.ended.reason is not None
    if (
        release.ended is not None and called_off and Post.CANCELLED not in plan.posts
    ):  # that post says it already
        yield Notice(f"{plan.audience}-called-off", Kind.CALLED_OFF, plan, release.ended.at, planned)


def _as_decided(release: Release, notice: Notice) -> Notice:
    for decision in release.book.decisions:
        match decision:
            case NoticeSent(notice=id_) if id_ == notice.id:
                notice = replace(notice, state=State.SENT)
            case NoticeSkipped(notice=id_, why=why) if id_ == notice.id:
                notice = replace(notice, state=State.SKIPPED, why=why)
            case NoticeEdited(notice=id_, text=text) if id_ == notice.id:
                notice = replace(notice, text=text)
            case NoticeMoved(notice=id_, at=at) if id_ == notice.id:
                notice = replace(notice, at=at, state=State.WAITING, was_moved=True)
            case NoticeCancelled(notice=id_) if id_ == notice.id:
                notice = replace(notice, state=State.CANCELLED)
            case _:
                pass
    return notice


def waiting(release: Release, rules: NoticeRules, calendar: Calendar) -> tuple[Notice, ...]:
    """The notices that are still to be sent."""
    open_to = (Kind.CALLED_OFF,) if not release.is_open else tuple(Kind)
    return tuple(
        n for n in notices(release, rules, calendar) if n.state is State.WAITING and n.kind in open_to
    )


@dataclass(frozen=True)
class SendIt:
    late: bool = False


@dataclass(frozen=True)
class SkipIt:
    why: str


@dataclass(frozen=True)
class NotNow:
    """Somebody has moved it, or it is settled already: its own order, if any, deals with it."""


def last_look(
    release: Release, notice: Notice | None, due_at: datetime, now: datetime, rules: NoticeRules, calendar: Calendar
) -> SendIt | SkipIt | NotNow:  # fmt: skip
    """Is this notice, which was ordered for `due_at`, still true and still wanted?"""
    if notice is None or notice.state is not State.WAITING or notice.at != due_at or now < notice.at:
        return NotNow()
    if notice.kind is Kind.CALLED_OFF:
        return SendIt()
    if release.ended is not None:
        return SkipIt("the release is over")
    if release.tagged is not None:
        return SkipIt("the release has its tag already")
    if now >= notice.planned.at:
        return SkipIt("the planned date had passed by then")
    if notice.kind is Kind.MOVED:
        return SendIt()
    if release.holds:
        return SkipIt("the release was on hold")
    freeze = standing_freeze(release, notice.planned.at, rules, calendar)
    if freeze is not None:
        return SkipIt(f"the planned date lies inside the freeze “{freeze.name}”")
    return _late(release, notice, now, rules, calendar)


def _late(
    release: Release, notice: Notice, now: datetime, rules: NoticeRules, calendar: Calendar
) -> SendIt | SkipIt:
    if now - notice.at <= rules.late_after:
        return SendIt()
    newer = [
        n
        for n in notices(release, rules, calendar)
        if n.plan.audience is notice.plan.audience and n.kind is Kind.ADVANCE and notice.at < n.at <= now
    ]
    if newer:
        return SkipIt("it could not be sent in time, and a later notice has taken its place")
    return SendIt(late=True)


def standing_freeze(release: Release, at: datetime, rules: NoticeRules, calendar: Calendar) -> Freeze | None:
    """The freeze that forbids this release at this instant; None where there is none, or an exception is signed."""
    return next((f for f in calendar.freezes_at(at) if not is_excepted(release, f, rules)), None)


def is_excepted(release: Release, freeze: Freeze, rules: NoticeRules) -> bool:
    return len(exception_signers(release, freeze)) >= rules.exception_quorum


def exception_signers(release: Release, freeze: Freeze) -> frozenset[str]:
    """Who has signed that this release may go out inside this freeze."""
    signed: Sequence[str] = [
        e.by for e in release.book.exceptions if (e.freeze, e.starts) == (freeze.name, freeze.starts)
    ]
    return frozenset(signed)
