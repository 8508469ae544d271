"""The notes of a release: drafts kept, sections edited, versions looked at and brought back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import noting
from bot.domain.errors import NotFound, Refused
from bot.domain.findings import Finding
from bot.domain.kept_facts import extras_of
from bot.domain.note_book import as_notes
from bot.domain.notes import Extra, Notes
from bot.domain.noting import Edit, NoteVersion, VersionLine, Written
from bot.domain.outcomes import NotesDrafted
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.trackers import NOWHERE, Trackers, trackers_of
from bot.domain.words import ChannelId
from bot.parts import Parts
from bot.workflow.asking import Asked, by_id, change, named_or_any, save
from storage.store import Tx


@dataclass(frozen=True)
class Reading:
    """The notes of a release as they are now, and what is missing in them."""

    release: Release
    version: NoteVersion
    missing: tuple[Finding, ...]
    extras: tuple[Extra, ...] = ()
    """What the bot's checks know besides: migrations, differences of the API and of settings."""
    trackers: Trackers = NOWHERE
    """Where the issues are looked up."""

    @property
    def notes(self) -> Notes:
        """As the views take them."""
        return as_notes(self.version.book, self.extras, self.trackers)


def drafts_notes(parts: Parts, product: str) -> bool:
    """Does the bot draft the notes of this product?"""
    return any(item.does == noting.DOES for item in parts.policy_of(product).items)


def keep_draft(parts: Parts, tx: Tx, drafted: NotesDrafted, key: str, now: datetime) -> None:
    release = tx.release(drafted.release)
    if release is None:
        return
    policy, present = parts.policy_of(release.product), tx.notes(release.id)
    written = noting.draft_done(release, present, drafted.commit, drafted.book, policy, now)
    save(parts, tx, written.step, key, now)
    if written.version is not None:
        tx.save_notes(release.id, written.version)


def notes_of(parts: Parts, name: str | None, channel: ChannelId | None) -> Reading:
    """Raises NotFound when there are none, with the reason."""
    with parts.store.reading() as tx:
        release = named_or_any(name, channel)(tx)
        version = tx.notes(release.id)
    if version is None:
        raise NotFound(_why_none(parts, release))
    extras = extras_of(release, parts.policy_of(release.product))
    product = parts.products.get(release.product)
    trackers = trackers_of(product.repository, product.notes.issues) if product else NOWHERE
    return Reading(release, version, noting.missing(version.book), extras, trackers)


def _why_none(parts: Parts, release: Release) -> str:
    if not drafts_notes(parts, release.product):
        return (
            f"The bot does not draft the notes of {release.product}: `notes` is not among what harbourmaster.toml lets it "
            "automate."
        )
    return f"The notes of {release.id} are not drafted yet. Try again in a moment."


def versions_of(parts: Parts, release_id: str) -> tuple[Release, Sequence[VersionLine]]:
    with parts.store.reading() as tx:
        return by_id(release_id)(tx), tx.note_versions(release_id)


def version_of(parts: Parts, release_id: str, number: int) -> NoteVersion:
    """Raises NotFound."""
    with parts.store.reading() as tx:
        found = tx.notes(release_id, number)
    if found is None:
        raise NotFound(f"The notes of {release_id} have no version {number}.")
    return found


def edit(parts: Parts, asked: Asked, release_id: str, wanted: Edit) -> str:
    """Raises OutOfDate when somebody else wrote the section meanwhile, Refused for whom it is not."""

    def write(release: Release, present: NoteVersion | None, roles: Roles, policy: Policy) -> Written:
        return noting.edit(release, present, wanted, asked.who, roles, policy, asked.now)

    return _write(
        parts, asked, release_id, write, lambda n: f"“{wanted.topic}” is written: version {n} of the notes."
    )


def restore(parts: Parts, asked: Asked, release_id: str, number: int) -> str:
    old = version_of(parts, release_id, number)

    def write(release: Release, present: NoteVersion | None, roles: Roles, policy: Policy) -> Written:
        return noting.restore(release, present, old, asked.who, roles, policy, asked.now)

    return _write(
        parts, asked, release_id, write, lambda n: f"Version {number} is back, as version {n} of the notes."
    )


_Write = Callable[[Release, NoteVersion | None, Roles, Policy], Written]


def _write(parts: Parts, asked: Asked, release_id: str, write: _Write, said: Callable[[int], str]) -> str:
    """One change of the notes: the event and the body in one transaction."""
    in_hand: list[Tx] = []

    def find(tx: Tx) -> Release:
        in_hand.append(tx)
        return by_id(release_id)(tx)

    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        tx = in_hand[-1]
        written = write(release, tx.notes(release.id), roles, policy)
        if written.version is None:
            raise Refused("Nothing is different.")
        tx.save_notes(release.id, written.version)
        return written.step

    return change(
        parts, asked, find, decide, lambda release: said(release.notes.version if release.notes else 0)
    )
