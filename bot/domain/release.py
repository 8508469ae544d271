"""A release as the facts its history has left. Nothing here decides; everything that can be computed is computed."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from bot.domain.calendar import Planned, as_rules_are_now
from bot.domain.events import BranchRead, ChannelLost, NotesWritten
from bot.domain.fast_track import FastTrack
from bot.domain.notice_book import NoticeBook
from bot.domain.policy import TAG, Item, Policy
from bot.domain.records import Ended, Hold, Override, Rejection, Result, SignOff, Work, last_fact
from bot.domain.rollback import Rollback
from bot.domain.rollout import Rollout
from bot.domain.tag_events import TagFailed, TagMade, TagOrdered, TagRehearsed, TagTampered
from bot.domain.ways import FAST_TRACK
from bot.domain.words import Cause, ChannelId, ItemId, ItemKind, Phase, ReleaseId, ReleaseType, Sha, UserId

_T = TypeVar("_T")


@dataclass(frozen=True)
class Release:
    """One version of a product on its way. Fields are facts; the methods below derive."""

    id: ReleaseId
    product: str
    version: str
    type: ReleaseType
    tag: str
    channel: ChannelId
    starter: UserId
    started_at: datetime
    why: str
    planned: Planned | None = None
    branch: str | None = None
    commit: Sha | None = None
    stands_for: Sha | None = None
    """The commit whose sign-offs count here too, because only the bot's own files changed since; None: they do not."""
    previous_tag: str | None = None
    total: int = 0
    moves: tuple[BranchRead, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    lapsed: tuple[SignOff, ...] = ()
    """Sign-offs that were void once: they never count again, even if what they covered should come back."""
    rejections: tuple[Rejection, ...] = ()
    results: tuple[Result, ...] = ()
    works: tuple[Work, ...] = ()
    """What the bot has begun for items, the oldest first; the latest of an item is the one that counts."""
    holds: tuple[Hold, ...] = ()
    closed: frozenset[Phase] = frozenset()
    kept: frozenset[ItemId] = frozenset()
    """Items sealed for good."""
    tagging: TagOrdered | None = None
    dry_run: bool = False
    cause: Cause | None = None
    """Why it is a hotfix; None: nobody has said so, or it is none."""
    tagged: TagMade | None = None
    rehearsed: TagRehearsed | None = None
    """In place of the tag, in a dry run."""
    tagged_at: datetime | None = None
    tag_failed: TagFailed | None = None
    ended: Ended | None = None
    override: Override | None = None
    notes: NotesWritten | None = None
    """Which version of its notes is the present one."""
    rollbacks: tuple[Rollback, ...] = ()
    """The oldest first; at most the last of them is on."""
    rollouts: tuple[Rollout, ...] = ()
    """Deployments in stages, the oldest first."""
    book: NoticeBook = field(default_factory=NoticeBook)
    """What was decided about its date and its notices."""
    channel_lost: ChannelLost | None = None
    """The bot cannot write in the release's channel."""
    fast_track: FastTrack | None = None
    """The last that was asked for."""
    tampered: TagTampered | None = None
    """The tag on the remote is not the one that was made."""
    events: int = field(default=1, compare=False)
    _derived: dict[tuple[object, ...], object] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """What was computed from these facts already. A release never changes, so it stays true; a changed copy begins anew."""

    @property
    def sealed(self) -> frozenset[ItemId]:
        """Items that count as done whatever moves: nobody can undo or withdraw them."""
        return self.kept | frozenset(self.tagging.seals if self.tagging else ())

    @property
    def is_pinned(self) -> bool:
        """From the order of the tag on, the release stands on its commit and no longer follows the branch."""
        return self.tagging is not None or self.is_out

    @property
    def is_out(self) -> bool:
        """There is a tag to go back from; in a dry run, there would be one."""
        return self.tagged is not None or self.rehearsed is not None

    @property
    def planned_at(self) -> datetime | None:
        """The instant of the planned date, as today's zone data has it; `planned` keeps the one of the day it was set."""
        return as_rules_are_now(self.planned).at if self.planned else None

    @property
    def rollback(self) -> Rollback | None:
        """The one that is on."""
        last = self.rollbacks[-1] if self.rollbacks else None
        return last if last is not None and last.is_open else None

    @property
    def withdrawn(self) -> Rollback | None:
        """The rollback that has withdrawn this version; None while it counts as good."""
        last = self.rollbacks[-1] if self.rollbacks else None
        return last if last is not None and last.ended_at is not None else None

    @property
    def way(self) -> str:
        """Which items it has: those of its type, or those of the fast track."""
        return FAST_TRACK if self.fast_track and self.fast_track.confirmed else self.type

    @property
    def signed_as(self) -> Sha | None:
        """The commit that sign-offs name: the present one, or the one that it stands for."""
        return self.stands_for or self.commit

    @property
    def kind(self) -> str:
        """What sort of release it is, in words that go on a sentence."""
        return f"{self.type} release" + (f" because of {self.cause.in_words}" if self.cause else "")

    @property
    def is_open(self) -> bool:
        return self.ended is None

    def content_digest(self, policy: Policy, item: Item) -> str:
        """What a sign-off for this item covers: release, phase, role, exact commit, previous tag, the process it is
        given under, and the results of all items before it. A sign-off counts as long as this stays the same."""
        return self._once(("digest", policy.version, item.id), lambda: self._content_digest(policy, item))

    def _once(self, key: tuple[object, ...], compute: Callable[[], _T]) -> _T:
        # One look at a release asks the same few questions hundreds of times.
        if key not in self._derived:
            self._derived[key] = compute()
        return cast(_T, self._derived[key])

    def _content_digest(self, policy: Policy, item: Item) -> str:
        content: dict[str, object] = {
            "release": self.id,
            "tag": self.tag,
            "phase": item.phase,
            "role": item.role,
            "previous_tag": self.previous_tag,
            "policy": policy.version,
        }
        covered = self.covered(policy, item)
        if covered is not None:
            content |= {"covers": [item.covers, covered]}
        else:
            earlier = policy.before(self.way, item)
            content |= {"commit": self.signed_as, "rests_on": [self._evidence(policy, i) for i in earlier]}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def covered(self, policy: Policy, item: Item) -> str | None:
        """What a word for this item is about, when that is less than the commit; None: it is about the commit."""
        source = policy.source(self.way, item)
        return None if source is None else last_fact(self.works, source.id, item.covers or "")

    def is_needless(self, policy: Policy, item: Item) -> bool:
        """Has the bot seen at this very commit that there is nothing of what the item is about?"""
        source = policy.source(self.way, item)
        work = self.work(source) if source and self.is_done(policy, source) else None
        return work is not None and work.fact(item.covers or "") == ""

    def _evidence(self, policy: Policy, item: Item) -> list[str]:
        return self._once(("evidence", policy.version, item.id), lambda: self._read_evidence(policy, item))

    def _read_evidence(self, policy: Policy, item: Item) -> list[str]:
        signers = sorted(" for ".join((s.by, *s.stands_in_for)) for s in self.valid_sign_offs(policy, item))
        made = [self.tagged.object] if item.does == TAG and self.tagged else []
        result = self.result(item.id)
        done = [result.by, result.at.isoformat(), result.note] if result else []
        work = self.work(item)
        worked = [work.operation, work.verdict or "", *(w.finding for w in work.waived)] if work else []
        return [item.id, *done, *made, *worked, *signers]

    def result(self, item: ItemId) -> Result | None:
        return next((r for r in reversed(self.results) if r.item == item), None)

    def work(self, item: Item) -> Work | None:
        """The bot's latest work for this item, as long as it is about what is there now."""
        last = next((w for w in reversed(self.works) if w.item == item.id), None)
        return None if last is None or (item.of_commit and last.commit != self.commit) else last

    def valid_sign_offs(self, policy: Policy, item: Item) -> tuple[SignOff, ...]:
        """The sign-offs of this item that cover exactly what is there now (all of them once the item is sealed)."""
        return self._once(("valid", policy.version, item.id), lambda: self._valid_sign_offs(policy, item))

    def _valid_sign_offs(self, policy: Policy, item: Item) -> tuple[SignOff, ...]:
        given = tuple(s for s in self.sign_offs if s.item == item.id)
        if not given or item.id in self.sealed:
            return given
        digest = self.content_digest(policy, item)
        return tuple(s for s in given if s.digest == digest)

    def words_given(self, policy: Policy, item: Item) -> int:
        """How many of the words that a sign-off asks for are there: of people, or of roles where they have to differ."""
        given = self.valid_sign_offs(policy, item)
        return len({s.role for s in given}) if item.roles else len(given)

    def counts(self, policy: Policy, sign_off: SignOff) -> bool:
        """Does this sign-off cover what is there now, or does something final rest on it?"""
        item = policy.item(sign_off.item)
        return sign_off.item in self.sealed or (
            item is not None and sign_off in self.valid_sign_offs(policy, item)
        )

    def is_done(self, policy: Policy, item: Item) -> bool:
        """Is this item fulfilled, for what is there now?"""
        return self._once(("done", policy.version, item.id), lambda: self._is_done(policy, item))

    def _is_done(self, policy: Policy, item: Item) -> bool:
        if item.id in self.sealed:
            return True
        if item.covers and self.is_needless(policy, item):
            return True
        if item.kind is ItemKind.SIGN_OFF:
            return self.words_given(policy, item) >= item.quorum
        if item.does == TAG:
            return self.tagged is not None or self.rehearsed is not None
        result = self.result(item.id)
        if result and self._still_stands(policy, item, result):
            return True
        work = self.work(item) if item.is_work else None
        return work is not None and work.is_good

    def _still_stands(self, policy: Policy, item: Item, result: Result) -> bool:
        covered = self.covered(policy, item)
        if covered is not None and result.covers != covered:
            return False
        return not item.of_commit or (result.commit is not None and result.commit == self.commit)

    def waits_for(self, policy: Policy, item: Item) -> tuple[ItemId, ...]:
        """The items of its phase that must be done before this one opens, and are not."""
        mine = {i.id: i for i in policy.of(self.way, item.phase)}
        return tuple(i for i in item.after if i in mine and not self.is_done(policy, mine[i]))

    def open_items(self, policy: Policy, phase: Phase) -> tuple[Item, ...]:
        return tuple(i for i in policy.of(self.way, phase) if not self.is_done(policy, i))

    def phase(self, policy: Policy) -> Phase | None:
        """The first phase with something left to do or with a standing rejection; None when all are passed."""
        return self._once(
            ("phase", policy.version), lambda: next((p for p in Phase if not self.is_passed(policy, p)), None)
        )

    def is_passed(self, policy: Policy, phase: Phase) -> bool:
        return not self.open_items(policy, phase) and not self.rejections_of(phase)

    def rejections_of(self, phase: Phase) -> tuple[Rejection, ...]:
        return tuple(r for r in self.rejections if r.phase is phase)

    def lines_since(self, commit: str) -> tuple[BranchRead, ...]:
        """The moves of the branch after the head was `commit`; all of them when it never was."""
        heads = [move.commit for move in self.moves]
        if commit not in heads:
            return self.moves
        last = len(heads) - 1 - heads[::-1].index(Sha(commit))
        return self.moves[last + 1 :]
