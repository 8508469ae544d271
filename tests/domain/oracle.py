"""The rules of the tag once more, read from bare history and told in another way than the domain tells them.

It keeps its own books and asks the release nothing, so that it can disagree with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.events import (
    BranchRead,
    Cancelled,
    Completed,
    Event,
    Happened,
    Held,
    ItemDone,
    ItemUndone,
    PhaseClosed,
    PhaseReopened,
    Rejected,
    Resumed,
    Signed,
    Withdrawn,
)
from bot.domain.fast_track import FastTracked
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.tag_events import TagFailed, TagMade, TagOrdered, TagWithheld
from bot.domain.ways import FAST_TRACK
from bot.domain.words import ItemId, ItemKind, Phase, RoleName, UserId

Content = tuple[str | None, str | None]
"""The commit and the previous tag."""


@dataclass
class Yes:
    by: UserId
    phase: Phase
    role: RoleName
    content: Content
    was_in_role: bool


@dataclass
class Books:
    """What an auditor would note down, row by row."""

    type: str
    """Its type, or the fast track once that is confirmed."""
    policy: Policy
    starter: UserId
    content: Content = (None, None)
    yes: dict[ItemId, list[Yes]] = field(default_factory=dict)
    no: set[tuple[UserId, Phase]] = field(default_factory=set)
    done: dict[ItemId, str | None] = field(default_factory=dict)
    """Ticked items with the commit at which they were ticked."""
    holders: list[UserId] = field(default_factory=list)
    closed: list[Phase] = field(default_factory=list)
    sealed: set[Phase] = field(default_factory=set)
    awaits_tag: bool = False
    tagged: bool = False
    over: bool = False

    def note(self, happened: Happened, roles: Roles) -> list[str]:
        """Write a row into the books; the sentences say what should not have happened."""
        wrong = [*self._after_the_end(happened.what), *self._out_of_order(happened.what)]
        self._write(happened, roles)
        return wrong

    def _after_the_end(self, what: Event) -> Sequence[str]:
        after = self.over and not isinstance(what, TagMade | TagFailed | TagWithheld)
        return [f"{type(what).__name__} after the end"] if after else []

    def _out_of_order(self, what: Event) -> Sequence[str]:
        match what:
            case PhaseClosed(phase):
                before = [p for p in Phase if self.policy.of(self.type, p)]
                if any(p not in self.closed for p in before[: before.index(phase)]):
                    return [f"{phase} closed before the ones before it"]
            case PhaseReopened(phase) if phase in self.sealed:
                return [f"{phase} was sealed and opened again"]
            case TagOrdered() as ordered:
                elsewhere = ["the tag is for another commit"] if ordered.commit != self.content[0] else []
                return [*self._why_no_tag(), *elsewhere]
            case Completed() if not self.tagged:
                return ["completed without its tag"]
            case Completed() if self.holders:
                return ["completed on hold"]
            case ItemUndone(item) if self._is_sealed(item):
                return [f"{item} was sealed and undone"]
        return []

    def _is_sealed(self, item: ItemId) -> bool:
        found = self.policy.item(item)
        if found is None:
            return False
        before_the_tag = found.phase in (Phase.PLANNING, Phase.PREPARATION, Phase.TESTING)
        return found.phase in self.sealed or (before_the_tag and (self.awaits_tag or self.tagged))

    def _why_no_tag(self) -> list[str]:
        wrong = [f"a tag against the rejection of {by}" for by, _phase in sorted(self.no)]
        wrong += [f"a tag on the hold of {by}" for by in self.holders]
        wrong += ["a second tag"] if self.tagged or self.awaits_tag else []
        wrong += ["a tag after the end"] if self.over else []
        phases = [Phase.PLANNING, Phase.PREPARATION, Phase.TESTING, Phase.RELEASE]
        for phase in phases:
            wrong += self._missing_in(phase)
        return wrong

    def _missing_in(self, phase: Phase) -> list[str]:
        wrong, seen = [], dict[UserId, RoleName]()
        for item in self.policy.of(self.type, phase):
            if item.kind is ItemKind.SIGN_OFF:
                given = self.yes.get(item.id, [])
                counting = [y for y in given if phase in self.sealed or y.content == self.content]
                if len({y.by for y in counting}) < item.quorum:
                    wrong.append(f"a tag without {item.id}")
                if item.roles and len({y.role for y in counting}) < len(counting):
                    wrong.append(f"{item.id} was signed twice by one role")
                wrong += [f"{y.by} signed {item.id} and started it" for y in counting if y.by == self.starter]
                wrong += [f"{y.by} signed {item.id} without the role" for y in counting if not y.was_in_role]
                wrong += [
                    f"{y.by} signed {phase} as {seen[y.by]} and as {item.role}"
                    for y in counting
                    if y.by in seen
                ]
                seen |= {y.by: item.role for y in counting}
            elif item.does is None and (phase is not Phase.RELEASE) and item.id not in self.done:
                wrong.append(f"a tag without {item.id}")
            elif item.of_commit and self.done.get(item.id) != self.content[0]:
                wrong.append(f"a tag with {item.id} of another commit")
        return wrong

    def _write(self, happened: Happened, roles: Roles) -> None:  # noqa: C901 - one arm an event
        by = happened.by
        match happened.what:
            case BranchRead() as read:
                self.content = (read.commit, read.previous_tag)
            case Signed() as s:
                self._take_back(by, s.phase)
                self.yes.setdefault(s.item, []).append(
                    Yes(by, s.phase, s.role, self.content, roles.has(by, s.role))
                )
            case Rejected(phase):
                self._take_back(by, phase)
                self.no.add((by, phase))
            case Withdrawn(phase, was_rejection):
                if was_rejection:
                    self.no.discard((by, phase))
                else:
                    self._take_back(by, phase)
            case ItemDone(item, commit):
                self._void_what_rests_on(item)
                self.done[item] = commit
            case ItemUndone(item):
                self._void_what_rests_on(item)
                self.done.pop(item, None)
            case FastTracked():
                self.type = FAST_TRACK
            case Held():
                self.holders.append(by)
            case Resumed(holders):
                self.holders = [h for h in self.holders if h not in holders]
            case PhaseClosed(phase, seals):
                self.closed.append(phase)
                self.sealed |= {phase} if seals else set()
            case PhaseReopened(phase):
                self.closed.remove(phase)
            case TagOrdered():
                self.awaits_tag = True
            case TagWithheld() | TagFailed():
                self.awaits_tag = False
            case TagMade():
                self.awaits_tag, self.tagged = False, True
            case Cancelled() | Completed():
                self.over = True
            case _:
                pass

    def _take_back(self, by: UserId, phase: Phase) -> None:
        for given in self.yes.values():
            given[:] = [y for y in given if not (y.by == by and y.phase is phase)]

    def _void_what_rests_on(self, item: ItemId) -> None:
        """Its evidence is gone or new: whoever signed on the strength of it has to look again."""
        for later in self.policy.of(self.type):
            if item in later.after and later.phase not in self.sealed:
                self.yes.pop(later.id, None)
