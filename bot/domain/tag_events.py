"""What can happen to the tag of a release; part of the events of the release, and kept for ever like all of them."""

from dataclasses import dataclass

from bot.domain.words import ItemId, Sha


@dataclass(frozen=True)
class TagOrdered:
    """All sign-offs are there: the tag is on its way. What it rests on is sealed until it is made, withheld or failed."""

    item: ItemId
    tag: str
    commit: Sha
    evidence: str
    """The content digest the release was signed under; it goes into the tag's message."""
    seals: tuple[ItemId, ...]


@dataclass(frozen=True)
class TagMade:
    item: ItemId
    tag: str
    commit: Sha
    object: Sha
    signer: str


@dataclass(frozen=True)
class TagRehearsed:
    """In a dry run: everything was there for the tag, the last looks said nothing against it, and it was not made."""

    item: ItemId
    tag: str
    commit: Sha


@dataclass(frozen=True)
class TagWithheld:
    """The tag was not made, because at the last look it was no longer wanted; it is ordered again once it is."""

    item: ItemId
    why: str


@dataclass(frozen=True)
class TagFailed:
    """The tag cannot be made or proved until somebody mends something; `retry` orders it again."""

    item: ItemId
    why: str


@dataclass(frozen=True)
class Retried:
    item: ItemId


@dataclass(frozen=True)
class TagTampered:
    """Somebody moved or deleted the release's tag on the remote after it was proved. `made` is the object that history
    proved, signed by `maker`; `found` is what stands there now (None: nothing), with its commit and signer if it has them."""

    tag: str
    made: Sha
    maker: str
    found: Sha | None
    target: Sha | None = None
    signer: str | None = None


@dataclass(frozen=True)
class TagRestored:
    """The release's tag is again the object that history proved. The bot did not do it."""

    tag: str
    object: Sha


TagEvent = TagOrdered | TagMade | TagRehearsed | TagWithheld | TagFailed | Retried | TagTampered | TagRestored
