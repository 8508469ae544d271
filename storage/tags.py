"""The tags that history proved, one row a release: an index over events, written with them and never by itself."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.events import Event
from bot.domain.release import Release
from bot.domain.tag_events import TagMade, TagRestored, TagTampered
from bot.domain.words import ReleaseId, Sha
from storage.statements import upsert
from storage.tables import TAGS

_t = TAGS.c
_OF_PRODUCT = sa.select(_t.release_id, _t.name, _t.object, _t.seen).where(
    _t.product == sa.bindparam("product")
)
_SEEN = sa.update(TAGS).where(_t.release_id == sa.bindparam("release")).values(seen=sa.bindparam("now"))


@dataclass(frozen=True)
class TagMadeOnce:
    """`object` is what was proved; `seen` is what history last knew to stand on the remote, None for nothing."""

    release: ReleaseId
    name: str
    object: Sha
    seen: Sha | None


def follow(connection: sa.Connection, release: Release, event: Event) -> None:
    """Bring the row up to date with an event that is being written."""
    match event:
        case TagMade(tag=tag, object=object_):
            values = {"release_id": release.id, "product": release.product, "name": tag, "object": object_}
            upsert(connection, TAGS, "release_id", values | {"seen": object_})
        case TagTampered(found=found):
            connection.execute(_SEEN, {"release": release.id, "now": found})
        case TagRestored(object=object_):
            connection.execute(_SEEN, {"release": release.id, "now": object_})
        case _:
            pass


def made(connection: sa.Connection, product: str) -> list[TagMadeOnce]:
    rows = connection.execute(_OF_PRODUCT, {"product": product})
    return [TagMadeOnce(ReleaseId(r), name, Sha(o), Sha(s) if s else None) for r, name, o, s in rows]
