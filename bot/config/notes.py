"""What harbourmaster.toml says about reading commits, for the command line: it asks for no token and no role."""

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.config.facts import load_facts
from bot.config.load import note_settings, read_document
from bot.config.mistakes import ConfigMistakes, Mistake, in_sentences, place_of
from bot.config.surroundings import Surroundings
from bot.config.tables import NotesTable, ProductTable, known_keys
from bot.config.values import NoteSettings
from bot.domain.facts_wanted import ComponentWanted


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
    table = products[product or next(iter(products))]
    own = table.get("notes", {})
    paths = own.get("paths", []) if isinstance(own, dict) else []
    prefix = table.get("tag_prefix", ProductTable.model_fields["tag_prefix"].default)
    return Reading(replace(notes, paths=tuple(map(str, paths))), str(prefix), facts.components)
