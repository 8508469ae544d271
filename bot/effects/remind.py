"""Reminders: see whom it is time to remind, and remind them of what is then still open."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, available_timezones

from bot.days import calendar_now
from bot.domain.orders import ReadPerson, Remind, SendReminder
from bot.domain.outcomes import Nothing, Outcome, PersonSeen, RemindersPlanned
from bot.domain.release import Release
from bot.domain.reminders import WHOLE_ROLE, Desk
from bot.domain.reminding import places_taken, plan
from bot.domain.turn import needs
from bot.domain.words import UserId
from bot.effects.telling import CLOCKS_DIFFER
from bot.parts import Parts, roles_now
from bot.views.parts import as_json
from bot.views.reminders import to_person, to_role
from storage.queue import Claim
from storage.store import Tx


def see_who_is_missing(parts: Parts, order: Remind) -> Outcome:
    """Nothing is sent from here; nothing waits while a release is on hold or its commit unknown."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
        if release is None:
            return Nothing()
        missing = needs(release, parts.policy_of(release.product), roles_now(parts, tx))
        asked = () if release.holds or release.commit is None or release.dry_run else missing
        remembered, away, zones = tx.reminders.of(release.id), tx.reminders.away(), tx.reminders.zones()
        people = {user for need in asked for user in need.who}
        desks = _desks(parts, tx, release, {*people, WHOLE_ROLE}, zones)
    found = plan(asked, remembered, away, desks, parts.clock(), parts.manners)
    return RemindersPlanned(release.id, found, tuple(sorted(people - set(zones))))


def _desks(
    parts: Parts, tx: Tx, release: Release, users: Iterable[UserId], zones: Mapping[UserId, str]
) -> Mapping[UserId, Desk]:
    """Whose zone is not known yet is taken to be where the product is; who has no country of their own, in the team's."""
    product = parts.products.get(release.product)
    here, countries = str(product.timezone) if product else "UTC", parts.manners.countries
    return {
        user: Desk(
            zones.get(user, here),
            calendar_now(parts, tx, parts.clock(), release.product, countries.get(user)),
        )
        for user in users
    }


def send(parts: Parts, order: SendReminder, claim: Claim) -> Outcome:
    """The last look: whoever has done it meanwhile is left alone."""
    with parts.store.reading() as tx:
        release, roles = tx.release(order.release), roles_now(parts, tx)
        card = tx.card(order.release)
        away = tx.reminders.away()
        since = next((r.since for r in tx.reminders.of(order.release) if r.item == order.item), parts.clock())
    if release is None or release.holds:
        return Nothing()
    policy = parts.policy_of(release.product)
    need = next((n for n in needs(release, policy, roles) if n.item.id == order.item), None)
    if need is None or card is None or (order.user != WHOLE_ROLE and order.user not in need.who):
        return Nothing()
    if order.user == WHOLE_ROLE:
        channel, thread = card.channel, card.ts
        text, blocks = to_role(need, since)
    else:
        channel, thread = parts.slack.direct(order.user), None
        places = places_taken(need, away, order.user, parts.clock())
        text, blocks = to_person(release, policy, need, since, places)
    mark = f"reminder {order.release} {order.item} {order.user} {order.number}"
    if claim.may_be_done:
        oldest = (claim.due_at - CLOCKS_DIFFER).timestamp()
        if parts.slack.find(channel, mark, oldest=oldest, thread=thread) is not None:
            return Nothing()
    parts.slack.post(channel, text, as_json(blocks), thread=thread, mark=mark)
    return Nothing()


def read_person(parts: Parts, order: ReadPerson) -> Outcome:
    """A zone that this machine does not know counts as UTC: better a reminder at an odd hour than none."""
    zone = parts.slack.zone(order.user) or "UTC"
    return PersonSeen(order.user, str(ZoneInfo(zone)) if zone in available_timezones() else "UTC")
