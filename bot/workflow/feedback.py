"""What people say about a release: asked for, kept and read. It is no decision about the release, so it is not in its history."""

from bot.domain.feedback import Feedback
from bot.domain.release import Release
from bot.parts import Parts
from bot.workflow.asking import Asked, by_id, named_or_any
from storage.store import Tx


def feedback_on(parts: Parts, asked: Asked, name: str | None) -> tuple[Release, list[Feedback]]:
    """The answers for one release, open or over; without a name it is the open one, or else the one that ended last.

    Raises NotFound.
    """
    with parts.store.reading() as tx:
        release = _latest(tx, asked) if name is None else named_or_any(name, asked.channel)(tx)
        return release, tx.feedback.of(release.id)


def _latest(tx: Tx, asked: Asked) -> Release:
    """People are asked when a release is out, and it is over soon afterwards."""
    over = tx.recent_releases(1)
    return over[0] if over and not tx.open_releases() else named_or_any(None, asked.channel)(tx)


def say(parts: Parts, asked: Asked, release_id: str, rating: int, words: str) -> str:
    """Keep what a person says, in place of what they said before. Raises NotFound."""
    with parts.store.transaction() as tx:
        release = by_id(release_id)(tx)
        tx.feedback.save(Feedback(release.id, asked.who, rating, words, asked.now))
    return f"Thank you! Your answer on {release.id} is kept. You can change it with the same button."
