"""The process as data: which items a release of a type has, who answers for them, and what comes after what."""

import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.ways import mistakes_in_ways, rows_of_ways
from bot.domain.words import ItemId, ItemKind, Phase, ReleaseType, RoleName

_PLACE = {phase: n for n, phase in enumerate(Phase)}


TAG = "tag"
"""What the item does whose work is the signed tag, which has rules of its own."""

MERGE_BACK = "merge-back"
"""What the item does that writes to the main branch after the tag. Where a team leaves it out, the bot writes nothing there."""


@dataclass(frozen=True)
class Item:
    """One line of a phase."""

    id: ItemId
    phase: Phase
    kind: ItemKind
    title: str
    role: RoleName
    types: frozenset[str]
    """The ways of releases that have it: their types, and the fast track."""
    after: tuple[ItemId, ...] = ()
    """Items that must be done before this one opens. Those of other phases come before by the order of the phases."""
    quorum: int = 1
    """How many people of the role must sign; 1 for everything that is not a sign-off."""
    does: str | None = None
    """What the bot does for this item (`tag`, or a name of bot/gates or bot/actions). None: a person does it and ticks it."""
    asked: bool = False
    """The bot begins when somebody asks it to, not by itself when everything before it is done."""
    of_commit: bool = False
    """Its result belongs to the commit: when the branch moves it has to be done again."""
    covers: str | None = None
    """What of the release it is about, when that is less than the commit (`migrations`): a word for it stands as long as
    that stays the same, and nobody is asked when there is none. It is a fact that the bot's work of this name leaves."""
    points: tuple[str, ...] = ()
    """What the signer has to answer for, each by itself."""
    roles: tuple[RoleName, ...] = ()
    """A sign-off by people of different roles: one word a role, from any of these. Empty: all of them are of `role`."""

    soak: timedelta = timedelta()
    """How long the release stands on one commit, where the bot sees to it."""
    alarm: bool = False
    """What it finds wrong is told in the channel at once, with the way back."""
    owed: bool = False
    """It was skipped on a shorter way, and is asked for after the release until it is done or waived."""

    @property
    def signers(self) -> tuple[RoleName, ...]:
        """The roles whose word counts for this sign-off."""
        return self.roles or (self.role,)

    @property
    def is_by_hand(self) -> bool:
        """A check or an action that has no body yet, so that a person does it; the card says so."""
        return self.does is None and self.kind in (ItemKind.CHECK, ItemKind.ACTION)

    @property
    def is_work(self) -> bool:
        """Carried out by the bot, and by the one way that there is for everything but the tag."""
        return self.does not in (None, TAG)

    @property
    def is_ticked(self) -> bool:
        """Done by `/release done`, as against signed or carried out by the bot."""
        return self.kind is not ItemKind.SIGN_OFF and self.does is None


class PolicyMistake(ValueError):
    """The process does not hold together; the sentence says where."""


@dataclass(frozen=True)
class Policy:
    """All items in the order of the file, and the phases that stay closed when the branch moves."""

    items: tuple[Item, ...]
    stays_closed: frozenset[Phase]
    version: str
    """A digest of everything above: a sign-off given under another version does not count."""
    rollback_quorum: int = 2
    """How many people have to want a rollback."""
    rollback_roles: tuple[RoleName, ...] = (RoleName("operations"), RoleName("release-manager"))
    fast_track_roles: tuple[RoleName, ...] = ()
    """Who confirms that a patch takes the fast track."""
    _by_id: Mapping[ItemId, Item] = field(repr=False, default_factory=dict, compare=False)
    _of: dict[tuple[str, Phase | None], tuple[Item, ...]] = field(
        init=False, repr=False, default_factory=dict, compare=False
    )

    def item(self, item_id: str) -> Item | None:
        return self._by_id.get(ItemId(item_id.upper()))

    def of(self, way: str, phase: Phase | None = None) -> tuple[Item, ...]:
        """The items of a release on this way, of one phase or of all, in order. Its way is its type, or the fast track."""
        found = self._of.get((way, phase))
        if found is None:  # asked hundreds of times for every card
            found = tuple(i for i in self.items if way in i.types and phase in (None, i.phase))
            self._of[way, phase] = found
        return found

    def sign_off(self, way: str, phase: Phase, role: str) -> Item | None:
        """The sign-off that this role gives in this phase: there is at most one."""
        signed = (i for i in self.of(way, phase) if i.kind is ItemKind.SIGN_OFF and role in i.signers)
        return next(signed, None)

    def before(self, way: str, item: Item) -> tuple[Item, ...]:
        """Everything that a release on this way has to have done before this item: all of the earlier phases, and
        in its own phase what it comes after, directly or not."""
        earlier, mine = [], set(item.after)
        for one in reversed(self.of(way)):
            if one.phase is item.phase and one.id in mine:
                mine.update(one.after)
                earlier.append(one)
            elif _PLACE[one.phase] < _PLACE[item.phase]:
                earlier.append(one)
        return tuple(reversed(earlier))

    def source(self, way: str, item: Item) -> Item | None:
        """The bot's work that says what this item covers: the last one before it. None: it covers the commit."""
        if item.covers is None:
            return None
        return next((i for i in reversed(self.before(way, item)) if i.does == item.covers), None)

    @property
    def roles(self) -> frozenset[RoleName]:
        return frozenset(role for item in self.items for role in (item.role, *item.roles))

    @property
    def roles_of_some(self) -> Mapping[RoleName, tuple[ReleaseType, ...]]:
        """The roles that not every type of release needs, with those that do. A team may go without, and without these types."""
        needed = {
            role: tuple(t for t in ReleaseType if any(role in (i.role, *i.roles) for i in self.of(t)))
            for role in sorted(self.roles)
        }
        return {role: types for role, types in needed.items() if len(types) < len(ReleaseType)}


PolicyOf = Callable[[str], Policy]
"""The process of a product: what the bot can do for it depends on what the team has configured."""


def read_policy(text: str, quorums: Mapping[ItemId, int], can: Collection[str] = (TAG,)) -> Policy:
    """Read the text of process.toml, with the team's own quorums laid over it. What the bot cannot do (its name is not
    in `can`) is left to people: those items are ticked by hand.

    Raises PolicyMistake when an item names what does not exist, when two sign-offs of one phase have the same
    role (a ballot could not tell them apart), or when the order of the items runs in a circle.
    """
    data = tomllib.loads(text)
    for mistake in mistakes_in_ways(data):
        raise PolicyMistake(mistake)
    written = rows_of_ways(data)
    rows = [row for row in written if row.get("by_hand", True) or row.get("does") in can]
    rows = [row for row in rows if row.get("with", TAG) in {TAG, *can}]
    left_out = {row["id"] for row in written} - {row["id"] for row in rows}
    done_by_people = {row["id"] for row in rows if row.get("does") not in can} | left_out
    items = tuple(_item(row | {"after": _after(row, left_out, done_by_people)}, quorums, can) for row in rows)
    by_id = {item.id: item for item in items}
    stays_closed = frozenset(Phase(name) for name in data.get("stays_closed", []))
    for mistake in _mistakes(items, by_id):
        raise PolicyMistake(mistake)
    fingerprint = repr((items_as_text(items), sorted(stays_closed)))
    version = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    back = data.get("rollback", {})
    return Policy(
        items, stays_closed, version, back.get("quorum", Policy.rollback_quorum),
        tuple(RoleName(name) for name in back.get("roles", Policy.rollback_roles)),
        tuple(RoleName(name) for name in data.get("fast_track", {}).get("roles", [])), by_id,
    )  # fmt: skip


def works_of(text: str) -> frozenset[str]:
    """What the process lets the bot do by itself, besides the tag. Recipes are the team's own, and named by the team."""
    named = {row.get("does") for row in tomllib.loads(text)["items"]}
    return frozenset(name for name in named if name and name != TAG and ":" not in name)


def items_as_text(items: tuple[Item, ...]) -> list[str]:
    """One line an item with all that a signer relies on: who, how many, in what order, for which types."""
    return [
        "|".join([i.id, i.phase, i.kind, i.role, str(i.quorum), ",".join(i.after), ",".join(sorted(i.types)),
                  i.does or "", str(i.asked), str(i.of_commit), i.covers or "", ",".join(i.points), ",".join(i.roles),
                  str(i.soak)])
        for i in items
    ]  # fmt: skip


def _after(
    row: Mapping[str, Any], left_out: Collection[str], done_by_people: Collection[str]
) -> tuple[ItemId, ...]:
    """What an item comes after: what there is of `after`, and of `after_bot` what the bot does."""
    always = [ItemId(name) for name in row.get("after", []) if name not in left_out]
    return (*always, *(ItemId(name) for name in row.get("after_bot", []) if name not in done_by_people))


def _item(row: Mapping[str, Any], quorums: Mapping[ItemId, int], can: Collection[str]) -> Item:
    item_id = ItemId(row["id"])
    does = row.get("does")
    of_commit = row.get("of_commit", False)
    return Item(
        id=item_id,
        phase=Phase(row["phase"]),
        kind=ItemKind(row["kind"]),
        title=row["title"],
        role=RoleName(row["role"]),
        types=frozenset(row["types"]),
        after=row["after"],
        quorum=quorums.get(item_id, row.get("quorum", 1)),
        does=does if does in can else None,
        asked=row.get("starts") == "asked",
        of_commit=does in can if of_commit == "by-bot" else of_commit,
        covers=row.get("covers"),
        points=tuple(row.get("points", [])),
        roles=tuple(RoleName(name) for name in row.get("roles", [])),
        soak=timedelta(hours=row.get("soak_hours", 0)),
        alarm=row.get("alarm", False),
        owed=row.get("owed", False),
    )


def _mistakes(items: tuple[Item, ...], by_id: Mapping[ItemId, Item]) -> Iterator[str]:
    if len(by_id) != len(items):
        yield "An item id stands twice in process.toml."
    place = {item.id: n for n, item in enumerate(items)}
    for item in items:
        if item.quorum < 1:
            yield f"{item.id} asks for {item.quorum} people; a sign-off needs at least one."
        if item.roles and not 2 <= item.quorum <= len(set(item.roles)):
            yield (
                f"{item.id} is signed by people of different roles, so it asks for 2 to {len(set(item.roles))} of them, "
                f"and not for {item.quorum}."
            )
        for earlier in item.after:
            if earlier not in by_id:
                yield f"{item.id} comes after {earlier}, and there is no such item."
            elif place[earlier] >= place[item.id]:
                yield f"{item.id} comes after {earlier}, so {earlier} must stand above it in process.toml."
            elif by_id[earlier].phase is not item.phase:
                yield f"{item.id} names {earlier} of another phase; the order of the phases covers that already."
    for type_ in ReleaseType:
        yield from _roles_that_sign_twice(item for item in items if type_ in item.types)


def _roles_that_sign_twice(items: Iterable[Item]) -> Iterator[str]:
    seen: set[tuple[Phase, RoleName]] = set()
    for item in items:
        if item.kind is not ItemKind.SIGN_OFF:
            continue
        for role in item.signers:
            if (item.phase, role) in seen:
                yield f"{item.id}: a second sign-off of {role} in {item.phase}; one role signs once a phase."
            seen.add((item.phase, role))
