"""Draft the notes of a release from the changes in the bot's copy of the repository. It changes nothing outside."""

from datetime import UTC, datetime

from bot.domain.note_book import drafted
from bot.domain.notes import Heading, draft
from bot.domain.noting import wants_draft
from bot.domain.orders import DraftNotes
from bot.domain.outcomes import NotesDrafted, Nothing, Outcome
from bot.facts.changes import changes_since
from bot.parts import Parts

_LATEST = 253_402_300_799
"""The last second of the year 9999."""


def carry_out(parts: Parts, order: DraftNotes) -> Outcome:
    """Read the range and settle it. Raises OutsideError when git does not answer."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    if release is None or release.commit is None or not wants_draft(release):
        return Nothing()
    product = parts.product(release.product)
    found = changes_since(product, parts.repository(product.name), release.previous_tag, release.commit)
    day = datetime.fromtimestamp(min(found.date, _LATEST), UTC)
    heading = Heading(release.product, release.version, release.previous_tag, f"{day:%Y-%m-%d}")
    return NotesDrafted(release.id, release.commit, drafted(draft(heading, found.inside)))
