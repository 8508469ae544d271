"""What can happen to a release. History stores these; a release is what its history folds to (`bot.domain.release`).

A field added later needs a default, because old rows are read for ever. No event is ever renamed or removed.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import Planned
from bot.domain.fast_track import FastTrackEvent
from bot.domain.findings import Finding
from bot.domain.notice_book import NoticeEvent
from bot.domain.rollback_events import RollbackEvent
from bot.domain.rollout_events import RolloutEvent
from bot.domain.tag_events import TagEvent
from bot.domain.words import (
    Cause,
    ChannelId,
    CommitLine,
    ItemId,
    Phase,
    ReleaseId,
    ReleaseType,
    RoleName,
    Sha,
    UserId,
    Verdict,
)


@dataclass(frozen=True)
class Started:
    release: ReleaseId
    product: str
    version: str
    type: ReleaseType
    tag: str
    channel: ChannelId
    why: str
    """Which words or commits chose the version."""
    planned: Planned | None = None
    dry_run: bool = False
    """Nothing outside is changed: no branch, no tag, no deployment; everything else is as it would be."""
    cause: Cause | None = None
    """Why it is a hotfix, as far as somebody has said so."""


@dataclass(frozen=True)
class Voided:
    """A sign-off that no longer counts, because what it covered has changed."""

    by: UserId
    role: RoleName
    phase: Phase


@dataclass(frozen=True)
class BranchRead:
    """The head of the followed branch is `commit`: the first time, or because the branch has moved.

    `lines` are the newest commits since the previous head (since the previous release, the first time).
    """

    branch: str
    commit: Sha
    previous_tag: str | None
    lines: tuple[CommitLine, ...]
    new: int
    """How many commits came in since the previous head; `lines` may be fewer."""
    total: int
    """How many commits the release has since the previous release."""
    voided: tuple[Voided, ...] = ()
    rewritten: bool = False
    """The previous head is not part of the branch any more: somebody pushed by force."""
    flagged: tuple[Sha, ...] = ()
    """Those of `lines` that came onto the release's own branch after it was cut, and are no repairs."""
    changed_files: int = 0
    changed_lines: int = 0
    most_lines: int | None = None
    """How many lines a hotfix should change at most; None where no limit applies."""
    carried: tuple[str, ...] = ()
    """Sign-offs were carried over to this commit, because only these files of the bot's own changed, by its own commits."""


@dataclass(frozen=True)
class Lapsed:
    """Sign-offs that no longer count, because what they rest on was done again or taken back, or the process changed."""

    voided: tuple[Voided, ...]


@dataclass(frozen=True)
class Signed:
    item: ItemId
    phase: Phase
    role: RoleName
    commit: Sha
    digest: str
    points: tuple[str, ...] = ()
    """What the signer answered for, point by point, where the item asks for it."""
    stands_in_for: tuple[UserId, ...] = ()
    """Who was away then and had named the signer to be asked in their place."""


@dataclass(frozen=True)
class Rejected:
    phase: Phase
    role: RoleName
    reason: str


@dataclass(frozen=True)
class Withdrawn:
    """The person takes back what they said in this phase, sign-off or rejection."""

    phase: Phase
    was_rejection: bool
    of: UserId | None = None
    """Whose word it was, when somebody else took it back for them: they have left the role."""


@dataclass(frozen=True)
class ItemDone:
    item: ItemId
    commit: Sha | None
    note: str = ""
    covers: str | None = None
    """What it was done for, when that is less than the commit: the digest of the migrations."""
    waived: bool = False
    """It was not done: somebody answers for leaving out what the release owed, and the note says why."""


@dataclass(frozen=True)
class ItemUndone:
    item: ItemId


@dataclass(frozen=True)
class WorkBegun:
    """The bot carries out an item. `operation` is new each time; whatever is begun outside is begun once for it."""

    item: ItemId
    operation: str
    does: str
    commit: Sha | None


@dataclass(frozen=True)
class WorkEnded:
    item: ItemId
    operation: str
    verdict: Verdict
    summary: str
    found: tuple[Finding, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """What it left to know, by name: a branch, an address, a number."""


@dataclass(frozen=True)
class Waived:
    """Somebody answers for one finding of the bot's work."""

    item: ItemId
    operation: str
    finding: str
    reason: str


@dataclass(frozen=True)
class VersionOverridden:
    """A release manager answers for a version that is lower than the changes ask for."""

    reason: str
    suggested: str
    """What the changes asked for. Should they ask for more later, this reason does not cover it."""


@dataclass(frozen=True)
class NotesWritten:
    """The notes are now version `version`, drafted for `commit`. What they say is kept beside history, under its digest."""

    version: int
    digest: str
    how: str
    """drafted, edited or restored."""
    section: str
    """Which section was edited, or which version brought back; empty for a draft."""
    commit: Sha


@dataclass(frozen=True)
class Held:
    reason: str


@dataclass(frozen=True)
class Resumed:
    holders: tuple[UserId, ...]
    """Whose holds are lifted."""


@dataclass(frozen=True)
class Cancelled:
    reason: str


@dataclass(frozen=True)
class PhaseClosed:
    phase: Phase
    seals: tuple[ItemId, ...] = ()
    """Items that from now on count as done, whatever moves: those of a phase that stays closed."""


@dataclass(frozen=True)
class PhaseReopened:
    phase: Phase


@dataclass(frozen=True)
class EnvironmentTaken:
    """Somebody took an environment away from what this release was doing there."""

    environment: str
    operation: str
    reason: str


@dataclass(frozen=True)
class HotfixBegan:
    """A hotfix of the same product was started while this release was being tested; after its tag it comes onto this branch."""

    hotfix: ReleaseId
    tag: str
    by_bot: bool
    """The bot merges it into this release's branch; otherwise people do."""


@dataclass(frozen=True)
class Completed:
    pass


@dataclass(frozen=True)
class ChannelLost:
    """The bot can no longer write in the release's channel; `why` says how to mend it. What it has to say there waits."""

    channel: ChannelId
    why: str


@dataclass(frozen=True)
class ChannelFound:
    """The bot can write in the release's channel again."""

    channel: ChannelId


@dataclass(frozen=True)
class ChannelMoved:
    """The release goes on in another channel."""

    channel: ChannelId
    was: ChannelId


WordEvent = Signed | Rejected | Withdrawn
"""What a person says to a phase."""
WorkEvent = ItemDone | ItemUndone | WorkBegun | WorkEnded | Waived
"""What becomes of an item that is no sign-off."""
CourseEvent = (
    Started | BranchRead | Lapsed | VersionOverridden | NotesWritten | Held | Resumed | Cancelled | PhaseClosed | PhaseReopened
    | Completed | ChannelLost | ChannelFound | ChannelMoved | EnvironmentTaken | HotfixBegan
)  # fmt: skip
"""What becomes of the release as a whole."""
Event = (
    CourseEvent
    | WordEvent
    | WorkEvent
    | TagEvent
    | RollbackEvent
    | RolloutEvent
    | FastTrackEvent
    | NoticeEvent
)


@dataclass(frozen=True)
class Happened:
    """One event with who did it and when. `by` is the bot's own name where no person did it."""

    by: UserId
    at: datetime
    what: Event
