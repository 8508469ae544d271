"""The table [notes] of harbourmaster.toml by itself, for the command line: it asks for no token and no other table."""

from pathlib import Path

from pydantic import ValidationError

from bot.config.load import note_settings, read_document
from bot.config.mistakes import ConfigMistakes, Mistake, in_sentences, place_of
from bot.config.tables import NotesTable, Surroundings, known_keys
from bot.config.values import NoteSettings


def read_note_settings(path: Path) -> NoteSettings:
    """Raises ConfigMistakes with every mistake of this table; the defaults when the file has no such table."""
    document = read_document(path)
    around = Surroundings({}, path.parent.absolute(), frozenset(), {})
    try:
        table = NotesTable.model_validate(document.data.get("notes", {}), context=around)
    except ValidationError as error:
        found = in_sentences(error, lambda inside: known_keys(("notes", *inside)))
        raise ConfigMistakes(
            [
                Mistake(document.file, place_of(("notes", *at), document.lines), sentence)
                for at, sentence in found
            ]
        ) from None
    return note_settings(table)
