"""Reminders: what follows from a look at who is missing, and what people say about when they want to hear something."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.orders import ReadPerson, Remind, SendReminder
from bot.domain.outcomes import RemindersPlanned
from bot.domain.reminders import Away
from bot.domain.reminding import go_away, snooze_until
from bot.domain.words import UserId, people, person
from bot.parts import Parts, roles_now
from bot.views.text import counted
from bot.workflow.asking import Asked
from storage.store import Tx

PEOPLE_AGAIN = timedelta(days=7)
"""A move arrives as an event; this look only catches those that were lost, or that Slack was not allowed to tell."""


def reminders_planned(tx: Tx, planned: RemindersPlanned, now: datetime) -> None:
    tx.reminders.save(planned.release, planned.plan.remembered)
    for nudge in planned.plan.due:
        tx.order(SendReminder(planned.release, nudge.item, nudge.user, nudge.number), now)
    for user in planned.unknown:
        tx.order(ReadPerson(user), now)
    if planned.plan.again_at is not None:
        tx.order(Remind(planned.release), planned.plan.again_at)


def person_seen(parts: Parts, tx: Tx, user: UserId, zone: str, now: datetime) -> None:
    """Where somebody is. Who has moved is reminded on the clocks of the new place from the next reminder on."""
    moved = tx.reminders.zones().get(user) != zone
    tx.reminders.save_zone(user, zone, now)
    if moved:
        look_who_is_missing(tx, now)
    if roles_now(parts, tx).filled_by(user):
        tx.order(ReadPerson(user), now + PEOPLE_AGAIN)


def person_changed(parts: Parts, user: UserId, zone: str | None, now: datetime) -> None:
    """Slack says that something about a person has changed, which it does for everybody and every status: nothing is written
    unless it is the zone of somebody who is reminded. The event only says that a look is worth it."""
    with parts.store.reading() as tx:
        known = tx.reminders.zones().get(user)
    if known is None or zone is None or known == zone:
        return
    with parts.store.transaction() as tx:
        tx.order(ReadPerson(user), now)
    parts.wake()


def look_at_people(tx: Tx) -> None:
    """At the start: everybody whose zone is known is looked at a week after the last time."""
    for user, read_at in tx.reminders.people_read().items():
        tx.order(ReadPerson(user), read_at + PEOPLE_AGAIN)


def away(parts: Parts, asked: Asked, until: datetime, shown: str, stands_in: UserId | None) -> str:
    """Leave a person alone until then. Raises Refused."""
    with parts.store.transaction() as tx:
        gone = go_away(asked.who, until, stands_in, roles_now(parts, tx), asked.now)
        tx.reminders.save_away(gone)
        look_who_is_missing(tx, asked.now)
        who = (
            f"{person(stands_in)} is asked in your place where they may"
            if stands_in
            else "nobody stands in for you"
        )
        text = " ".join(
            [f"You are away until {shown}; {who}. `/release back` ends it.", *_gaps(tx, gone, asked.now)]
        )
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text


def _gaps(tx: Tx, gone: Away, now: datetime) -> list[str]:
    """In whose place nobody is asked now, because whoever stands in is away as well."""
    others = {user: one for user, one in tx.reminders.away().items() if not one.is_back(now)}
    said = []
    if gone.stands_in in others:
        zone = tx.reminders.zones().get(gone.user, "UTC")
        until = f"{others[gone.stands_in].until.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
        said.append(
            f"Mind that {person(gone.stands_in)} is away too, until {until}: before that nobody is asked in your place."
        )
    if left := [user for user, one in others.items() if one.stands_in == gone.user]:
        said.append(f"Mind that you stand in for {people(left)}: meanwhile nobody is asked there.")
    return said


def absences(parts: Parts, asked: Asked) -> str:
    """What a person has to know of absences: their own, and whose places they take. Empty when there are none."""
    with parts.store.reading() as tx:
        away, zone = tx.reminders.away(), tx.reminders.zones().get(asked.who, "UTC")
    said = []
    for gone in sorted(away.values(), key=lambda gone: gone.until):
        until = f"{gone.until.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
        if gone.is_back(asked.now):
            continue
        if gone.user == asked.who:
            who = (
                f"{person(gone.stands_in)} is asked in your place"
                if gone.stands_in
                else "nobody stands in for you"
            )
            said.append(f"You are away until {until}; {who}. `/release back` ends it.")
        elif gone.stands_in == asked.who:
            said.append(f"You are asked in the place of {person(gone.user)}, who is away until {until}.")
    return "\n".join(said)


def zone_of(parts: Parts, user: UserId) -> str:
    """The zone that a person's own dates are meant in: theirs as Slack last named it; UTC until it is known."""
    with parts.store.reading() as tx:
        return tx.reminders.zones().get(user, "UTC")


def back(parts: Parts, asked: Asked) -> str:
    with parts.store.transaction() as tx:
        was_away = tx.reminders.forget_away(asked.who)
        look_who_is_missing(tx, asked.now)
        text = "Welcome back." if was_away else "You were not away."
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text


def snooze(parts: Parts, asked: Asked, hours: str) -> str:
    """Nothing more for this person for some hours. Raises NotUnderstood."""
    until = snooze_until(hours, asked.now)
    with parts.store.transaction() as tx:
        tx.reminders.snooze(asked.who, until)
        span = counted(int(hours.lower().removesuffix("h")), "hour")
        text = f"You will not be reminded for {span}. `/release mine` shows what waits for you."
        tx.remember_answer(asked.key, text, asked.now)
    return text


def look_who_is_missing(tx: Tx, now: datetime) -> None:
    """Whatever the next reminders were reckoned from has changed, so they are reckoned anew."""
    for release in tx.open_releases():
        tx.order(Remind(release.id), now)
