"""The table [notes] of harbourmaster.toml by itself, for the command line: it asks for no token and no other table."""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.config.load import note_settings, read_document
from bot.config.mistakes import ConfigMistakes, Mistake, in_sentences, place_of
from bot.config.surroundings import Surroundings
from bot.config.tables import NotesTable, known_keys
from bot.config.values import NoteSettings


class _Only(BaseModel):
    notes: NotesTable = NotesTable()


def read_note_settings(path: Path) -> NoteSettings:
    """Raises ConfigMistakes with every mistake of this table; the defaults when the file has no such table."""
    document = read_document(path)
    around = Surroundings({}, path.parent.absolute(), frozenset(), {})
    try:
        tables = _Only.model_validate(document.data, context=around)
    except ValidationError as error:
        mistakes = [
            Mistake(document.file, place_of(at, document.lines), sentence)
            for at, sentence in in_sentences(error, known_keys)
        ]
        raise ConfigMistakes(mistakes) from None
    return note_settings(tables.notes)
