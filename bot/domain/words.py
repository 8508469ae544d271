"""The words of a release as types. ARCHITECTURE.md explains each one; use no other word for the same thing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
"""A Slack user id, `U…` or `W…`."""
ChannelId = NewType("ChannelId", str)
"""A Slack channel id, `C…`, `G…` or `D…`."""
ReleaseId = NewType("ReleaseId", str)
"""`shop-2.4.0`; a version that is started again after a cancel gets `shop-2.4.0~2`."""
ItemId = NewType("ItemId", str)
"""A line of the process, as `PLAN-1`."""
RoleName = NewType("RoleName", str)
Sha = NewType("Sha", str)
"""A full git object id in lower-case hex (40 digits, or 64 in a SHA-256 repository)."""


class Phase(StrEnum):
    """The five phases of the process, in their order. Policy chooses the items within them, never new phases."""

    PLANNING = "planning"
    PREPARATION = "preparation"
    TESTING = "testing"
    RELEASE = "release"
    POST_RELEASE = "post-release"


class ItemKind(StrEnum):
    """How an item comes to be done."""

    TASK = "task"
    SIGN_OFF = "sign-off"
    CHECK = "check"
    ACTION = "action"


class Verdict(StrEnum):
    """What the bot's work for an item came to."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    """It could not be judged. That is not a pass."""


class ReleaseType(StrEnum):
    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    HOTFIX = "hotfix"


class Cause(StrEnum):
    """What makes a release so urgent that it is a hotfix (TH-1 to TH-4 of docs/process.md)."""

    SECURITY = "security"
    DATA = "data"
    OUTAGE = "outage"
    BUG = "bug"

    @property
    def in_words(self) -> str:
        return {
            Cause.SECURITY: "a critical security issue",
            Cause.DATA: "damaged data",
            Cause.OUTAGE: "an outage",
            Cause.BUG: "an urgent bug",
        }[self]


class Channel(StrEnum):
    """How unstable a pre-release is, the least stable first; that is also how their names sort."""

    ALPHA = "alpha"
    BETA = "beta"
    RC = "rc"


class Audience(StrEnum):
    """For whom release notes are."""

    USERS = "users"
    OPERATORS = "operators"
    STAKEHOLDERS = "stakeholders"


@dataclass(frozen=True)
class CommitLine:
    """One commit as people see it in a list. `subject`, `body` and `author` are foreign text: hostile until escaped."""

    sha: Sha
    author: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True)
class CommitRange:
    """The commits after `since` (exclusive; None: from the first commit on) up to and with `until`, newest first.

    `lines` may be cut; `total` never is.
    """

    since: Sha | None
    until: Sha
    lines: tuple[CommitLine, ...]
    total: int


_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def is_user(text: str) -> bool:
    """Has it the form of a Slack user id? Only Slack knows whether somebody has it."""
    return _USER.fullmatch(text) is not None


_PERSON_OPENS, _PERSON_CLOSES = "\ue000", "\ue001"
PERSON_MARKS = (_PERSON_OPENS, _PERSON_CLOSES)


def person(user: str) -> str:
    """A person inside a sentence. The marks are private-use characters that no foreign text may carry (every door strips
    them), so only the bot's own sentences can name, and ping, somebody."""
    return f"{_PERSON_OPENS}{user}{_PERSON_CLOSES}"


def people(users: Iterable[str]) -> str:
    """Several people in a sentence: `A`, `A and B`, `A, B and C`."""
    named = [person(user) for user in sorted(users)]
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def short(sha: str) -> str:
    """The first seven digits, as git and people write a commit."""
    return sha[:7]
