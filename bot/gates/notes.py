"""CN-3 and CN-4: the notes say what to do about whatever breaks, and until when deprecated things work."""

from datetime import timedelta

from bot.domain.kept_facts import kept
from bot.domain.noting import DOES, missing
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed, Running
from bot.domain.release import Release
from bot.parts import Parts

_DRAFTED_BY = timedelta(seconds=1)


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    with parts.store.reading() as tx:
        present, version = tx.release(release.id), tx.notes(release.id)
    if version is None or present is None or present.notes is None or present.notes.commit != order.commit:
        return Running("the notes are being drafted", parts.clock() + _DRAFTED_BY)
    facts = ((DOES, version.book.digest),)
    # A finding is about one commit, whose words never change: who has answered for it need not do so again.
    known = {waiver.finding for work in release.works if work.item == order.item for waiver in work.waived}
    found = [finding for finding in missing(version.book) if finding.name not in known]
    if not found:
        return Passed(f"Version {version.number} of the notes leaves nothing open.", facts)
    return Failed(found[0].sentence, kept(found, order.item), facts)
