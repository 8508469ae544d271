"""Reminders: what follows from a look at who is missing, and what people say about when they want to hear something."""

from datetime import datetime

from bot.domain.orders import ReadPerson, Remind, SendReminder
from bot.domain.outcomes import RemindersPlanned
from bot.domain.reminding import go_away, snooze_until
from bot.domain.words import UserId, person
from bot.parts import Parts, roles_now
from bot.workflow.asking import Asked
from storage.store import Tx


def reminders_planned(tx: Tx, planned: RemindersPlanned, now: datetime) -> None:
    tx.reminders.save(planned.release, planned.plan.remembered)
    for nudge in planned.plan.due:
        tx.order(SendReminder(planned.release, nudge.item, nudge.user, nudge.number), now)
    for user in planned.unknown:
        tx.order(ReadPerson(user), now)
    if planned.plan.again_at is not None:
        tx.order(Remind(planned.release), planned.plan.again_at)


def away(parts: Parts, asked: Asked, until: datetime, shown: str, stands_in: UserId | None) -> str:
    """Leave a person alone until then. Raises Refused."""
    with parts.store.transaction() as tx:
        gone = go_away(asked.who, until, stands_in, roles_now(parts, tx), asked.now)
        tx.reminders.save_away(gone)
        _look_again(tx, asked.now)
        who = (
            f"{person(stands_in)} is asked in your place where they may"
            if stands_in
            else "nobody stands in for you"
        )
        text = f"You are away until {shown}; {who}. `/release back` ends it."
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text


def zone_of(parts: Parts, user: UserId) -> str:
    """The zone that a person's own dates are meant in: theirs as Slack last named it; UTC until it is known."""
    with parts.store.reading() as tx:
        return tx.reminders.zones().get(user, "UTC")


def back(parts: Parts, asked: Asked) -> str:
    with parts.store.transaction() as tx:
        was_away = tx.reminders.forget_away(asked.who)
        _look_again(tx, asked.now)
        text = "Welcome back." if was_away else "You were not away."
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text


def snooze(parts: Parts, asked: Asked, hours: str) -> str:
    """Nothing more for this person for some hours. Raises NotUnderstood."""
    until = snooze_until(hours, asked.now)
    with parts.store.transaction() as tx:
        tx.reminders.snooze(asked.who, until)
        text = f"You will not be reminded for {hours.lower().removesuffix('h')} hours. `/release mine` shows what waits for you."
        tx.remember_answer(asked.key, text, asked.now)
    return text


def _look_again(tx: Tx, now: datetime) -> None:
    for release in tx.open_releases():
        tx.order(Remind(release.id), now)
