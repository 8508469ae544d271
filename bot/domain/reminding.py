"""Reminders: who is still missing, when it is polite to say so, who stands in, and when a whole role is told. All pure."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood, Refused
from bot.domain.people import Roles
from bot.domain.reminders import WHOLE_ROLE, Away, Desk, Manners, Nudge, Plan, Reminded
from bot.domain.turn import Need
from bot.domain.words import UserId, person

_FURTHEST_AHEAD = 366
_LONGEST_AWAY = timedelta(days=366)
_LONGEST_SNOOZE = timedelta(days=14)


def plan(
    needs: Sequence[Need], remembered: Iterable[Reminded], away: Mapping[UserId, Away], desks: Mapping[UserId, Desk],
    now: datetime, manners: Manners,
) -> Plan:  # fmt: skip
    """Who is to be reminded now. Whatever is no longer needed of somebody is forgotten, so it begins anew if it comes back."""
    before = {(r.item, r.user): r for r in remembered}
    due: list[Nudge] = []
    kept: list[Reminded] = []
    later: list[datetime] = []
    for need in needs:
        asks = _how_to_ask(need, manners)
        for user in (*sorted(_addressed(need, away, now)), WHOLE_ROLE):
            known = before.get((need.item.id, user)) or Reminded(need.item.id, user, now)
            desk = desks.get(user, Desk())
            at = _next(known, desk, asks)
            if at is not None and at <= now:
                known = replace(known, times=known.times + 1, last=now)
                due.append(Nudge(need.item.id, user, known.times))
                at = _next(known, desk, asks)
            kept.append(known)
            later += [at] if at is not None else []
    returns = [gone.until for gone in away.values() if gone.until > now]
    return Plan(tuple(due), tuple(kept), min([*later, *returns], default=None))


def _how_to_ask(need: Need, manners: Manners) -> Manners:
    """Nothing else waits for what a release owes, so people are reminded of it until it is done."""
    return replace(manners, most=sys.maxsize) if need.item.owed and manners.most else manners


def _addressed(need: Need, away: Mapping[UserId, Away], now: datetime) -> set[UserId]:
    """Exactly those who are missing; for whoever is away, the one who stands in, if they may do it themselves."""
    found = set()
    for user in need.who:
        gone = away.get(user)
        if gone is None or gone.is_back(now):
            found.add(user)
        elif gone.stands_in in need.who:
            found.add(gone.stands_in)
    return {user for user in found if user not in away or away[user].is_back(now)}


def places_taken(need: Need, away: Mapping[UserId, Away], user: UserId, now: datetime) -> tuple[Away, ...]:
    """Those who are away and in whose place this person is asked."""
    return tuple(
        g for g in away.values() if g.stands_in == user and g.user in need.who and not g.is_back(now)
    )


def _next(known: Reminded, desk: Desk, manners: Manners) -> datetime | None:
    """When this reminder falls due; None when there is none to come."""
    if known.user == WHOLE_ROLE:
        if known.times or not manners.most:
            return None
        return working_time(known.since + manners.escalate_after, desk, manners)
    if known.times >= manners.most:
        return None
    at = known.last + manners.every if known.last else known.since + manners.after
    return working_time(max(at, known.snoozed_until or at), desk, manners)


def working_time(at: datetime, desk: Desk, manners: Manners) -> datetime:
    """The first moment from `at` on that lies within somebody's working hours, on a day of work of theirs. In a calendar that
    leaves no such day within a year it is the working hours a year ahead: it will have been corrected by then."""
    zone = ZoneInfo(desk.zone)
    local = at.astimezone(zone)
    works = desk.calendar.is_day_of_work
    if works(local.date()) and manners.opens <= local.time() < manners.closes:
        return at
    first = local.date() if local.time() < manners.opens else local.date() + timedelta(days=1)
    ahead = (first + timedelta(days=n) for n in range(_FURTHEST_AHEAD))
    return opening(
        next((day for day in ahead if works(day)), first + timedelta(days=_FURTHEST_AHEAD)), desk, manners
    )


def opening(day: date, desk: Desk, manners: Manners) -> datetime:
    """When somebody's working hours begin on this day."""
    return datetime.combine(day, manners.opens, ZoneInfo(desk.zone)).astimezone(UTC)


def snooze_until(hours: str, now: datetime) -> datetime:
    """Read how long nothing shall be said. Raises NotUnderstood."""
    number = hours.lower().removesuffix("h")
    if (
        not number.isascii()
        or not number.isdecimal()
        or not 0 < int(number) <= _LONGEST_SNOOZE // timedelta(hours=1)
    ):
        raise NotUnderstood(
            f"“{hours[:20]}” is no number of hours from 1 to {_LONGEST_SNOOZE // timedelta(hours=1)}. "
            "Write `/release snooze 4`."
        )
    return now + timedelta(hours=int(number))


def go_away(user: UserId, until: datetime, stands_in: UserId | None, roles: Roles, now: datetime) -> Away:
    """Somebody is away. Whoever stands in gains nothing by it: they sign what they could sign anyway, so they must fill
    one of the same roles. Raises Refused with every reason."""
    reasons = []
    if until <= now:
        reasons.append("That moment has passed. Name a day in the future.")
    if until > now + _LONGEST_AWAY:
        reasons.append("That is more than a year away. Leave the role instead.")
    if stands_in == user:
        reasons.append("You cannot stand in for yourself. Name somebody else, or nobody.")
    elif stands_in is not None and not set(roles.filled_by(user)) & set(roles.filled_by(stands_in)):
        mine = ", ".join(roles.filled_by(user)) or "none"
        reasons.append(
            f"{person(stands_in)} fills none of your roles ({mine}), so they could sign nothing for you. "
            "Name somebody who does, or let them be added to the role."
        )
    if reasons:
        raise Refused(*reasons)
    return Away(user, until, stands_in)
