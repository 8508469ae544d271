"""The parts of a running bot in one value. `bot.app` puts it together; use cases and effects receive it and import no part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import CalendarSettings, Product, RoleMembers
from bot.domain.errors import NotFound
from bot.domain.orders import ReadGroup
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.reminders import Manners
from bot.domain.words import RoleName
from bot.kept_calendars import KeptCalendars
from bot.ports import Prober, Repository, Runner, Slack
from bot.rush import Rush
from storage.queue import Queue
from storage.store import Store, Tx

CARD_PACE = timedelta(seconds=1.5)
"""Slack allows about one `chat.update` in this time."""


@dataclass(frozen=True)
class Parts:
    store: Store
    queue: Queue
    policy: Policy
    """The process when everything but the tag is done by hand."""
    products: Mapping[str, Product]
    role_members: Mapping[RoleName, RoleMembers]
    repositories: Mapping[str, Repository]
    slack: Slack
    runner: Runner
    """Carries out the team's recipes."""
    prober: Prober
    """Looks whether an environment is well."""
    clock: Callable[[], datetime]
    """The present instant in UTC; read once per request or order, and handed on from there."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """The process of each product, with what the bot can do for it."""
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    kept_calendars: KeptCalendars = field(default_factory=KeptCalendars)
    """Those of `calendar` that were put together already."""
    templates: Path | None = None
    """The folder of the team's own announcements; None: ours."""
    card_pace: timedelta = CARD_PACE
    """The time between two updates of one card; changes in between are shown together."""
    manners: Manners = field(default_factory=Manners)
    """How people are reminded."""
    rush: Rush = field(default_factory=Rush)
    wake: Callable[[], None] = field(default=lambda: None)
    """Tells the workers that there are orders. Called after the commit; losing it costs at most one sweep."""

    def product(self, name: str) -> Product:
        """Raises NotFound, naming the products there are."""
        found = self.products.get(name)
        if found is None:
            known = ", ".join(sorted(self.products))
            raise NotFound(f"There is no product “{name[:40]}”. The products here are: {known}.")
        return found

    def policy_of(self, product: str) -> Policy:
        """The process of a product's releases, also when the product is no longer configured."""
        return self.policies.get(product, self.policy)

    def repository(self, product: str) -> Repository:
        """Raises NotFound, naming the products there are."""
        return self.repositories[self.product(product).name]


def roles_now(parts: Parts, tx: Tx) -> Roles:
    """Who fills which role: the members named in the configuration, and those of the Slack user groups as last read."""
    read = tx.groups()
    members = {
        role: named.members | read.get(named.group or "", frozenset())
        for role, named in parts.role_members.items()
    }
    unread = frozenset(
        role for role, named in parts.role_members.items() if named.group and named.group not in read
    )
    return Roles(members, unread)


def problems_of(parts: Parts, tx: Tx, release: Release) -> list[str]:
    """What the bot runs into outside and still tries, as far as it concerns this release; each sentence once."""
    if not release.is_open:
        return tx.problems(release.id)
    repository = tx.product_problem(release.product)
    groups = {named.group: role for role, named in parts.role_members.items() if named.group}
    unread = [
        f"who is in {role} is as last read from Slack. {problem}"
        for group, role in groups.items()
        if (problem := tx.problem_of(ReadGroup(group)))
    ]
    found = [*([repository] if repository else []), *tx.problems(release.id), *unread]
    return list(dict.fromkeys(found))
