"""Versions of notes: added with the event that tells of them, and read back as they were written."""

import pytest
import sqlalchemy as sa

from bot.domain.note_book import with_text
from bot.domain.notes import Topic
from bot.domain.noting import NoteVersion
from bot.domain.words import UserId
from storage.store import Store
from tests.domain.test_note_book import book
from tests.storage.builders import NOW, A, begun, later

ELI = UserId("U0ELI")


def test_versions_are_read_back_as_they_were_written(engine: sa.Engine) -> None:
    store = Store(engine)
    begun(store)
    first = NoteVersion(1, ELI, NOW, book("feat!: ünïcode \u2028 \x00 <!channel>", "fix: y\n\nDEPRECATED: y"))
    second = NoteVersion(2, ELI, later(60), with_text(first.book, Topic.FIXES, "🚢 " * 10_000, ()))
    with store.transaction() as tx:
        assert tx.notes(A) is None
        tx.save_notes(A, first)
        tx.save_notes(A, second)

    with store.reading() as tx:
        assert tx.notes(A) == second
        assert tx.notes(A, 1) == first
        assert tx.notes(A, 3) is None
        assert [(line.number, line.by, line.at) for line in tx.note_versions(A)] == [
            (2, ELI, later(60)),
            (1, ELI, NOW),
        ]


def test_a_version_is_never_written_over(engine: sa.Engine) -> None:
    store = Store(engine)
    begun(store)
    with store.transaction() as tx:
        tx.save_notes(A, NoteVersion(1, ELI, NOW, book("feat: x")))

    with pytest.raises(sa.exc.IntegrityError), store.transaction() as tx:
        tx.save_notes(A, NoteVersion(1, ELI, NOW, book("feat: y")))
