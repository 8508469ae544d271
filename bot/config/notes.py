"""What harbourmaster.toml says about reading commits, for the command line: it asks for no token and no role."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.config.facts import load_facts
from bot.config.load import note_settings, product_notes, read_document
from bot.config.mistakes import ConfigMistakes, Mistake, in_sentences, place_of
from bot.config.surroundings import Surroundings
from bot.config.tables import NotesTable, ProductNotesTable, ProductTable, known_keys
from bot.config.values import NoteSettings
from bot.domain.facts_wanted import ComponentWanted


class _Only(BaseModel):
    notes: NotesTable = NotesTable()


def read_note_settings(path: Path) -> NoteSettings:
    """Raises ConfigMistakes with every mistake of this table; the defaults when the file has no such table."""
    document = read_document(path)
    try:
        tables = _Only.model_validate(document.data, context=_around(path))
    except ValidationError as error:
        mistakes = [
            Mistake(document.file, place_of(at, document.lines), sentence)
            for at, sentence in in_sentences(error, known_keys)
        ]
        raise ConfigMistakes(mistakes) from None
    return note_settings(tables.notes)


@dataclass(frozen=True)
class Reading:
    """How the commits of a product are read."""

    notes: NoteSettings
    prefix: str | None
    """None: the file has no product, so the tags say it themselves."""
    components: tuple[ComponentWanted, ...] = ()


def read_reading(path: Path, product: str | None) -> Reading:
    """How commits are read for a product; without a name, for the only one of the file. Where there are none, or several
    and no name, only [notes] counts. Raises ConfigMistakes."""
    notes = read_note_settings(path)
    products = read_document(path).data.get("products", {})
    if product is None and not (isinstance(products, dict) and len(products) == 1):
        return Reading(notes, None)
    facts = load_facts(path, product)
    name = product or next(iter(products))
    table = products[name]
    prefix = table.get("tag_prefix", ProductTable.model_fields["tag_prefix"].default)
    own = _own_notes(path, name, table.get("notes"))
    return Reading(product_notes(notes, own), str(prefix), facts.components)


def _own_notes(path: Path, product: str, table: Any) -> ProductNotesTable | None:
    if table is None:
        return None
    try:
        return ProductNotesTable.model_validate(table, context=_around(path))
    except ValidationError as error:
        document = read_document(path)
        mistakes = [
            Mistake(document.file, place_of(at, document.lines), sentence)
            for at, sentence in in_sentences(error, known_keys, ("products", product, "notes"))
        ]
        raise ConfigMistakes(mistakes) from None


def _around(path: Path) -> Surroundings:
    return Surroundings({}, path.parent.absolute(), frozenset(), {})
