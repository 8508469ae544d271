"""Make the signed tag of a release, push it create-only, and prove it: signature, name and target read from the remote."""

from bot.days import days_now
from bot.domain.course import why_not_to_tag
from bot.domain.errors import OutsideRefusal
from bot.domain.highlights import Highlights, of_changes, of_notes
from bot.domain.note_text import page
from bot.domain.orders import MakeTag
from bot.domain.outcomes import Outcome, TagImpossible, TagNotWanted, TagProved, TagTried
from bot.domain.planning import why_frozen
from bot.domain.release import Release
from bot.domain.words import short
from bot.effects.tag_message import Contents, tag_message
from bot.facts.changes import changes_since
from bot.facts.heads import head_of
from bot.parts import Parts
from bot.ports import Repository, TagProof


def carry_out(parts: Parts, order: MakeTag) -> Outcome:
    """Look first: a tag that is there already is only proved, whoever pushed it, and never touched."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    if release is None:
        return TagNotWanted(f"{order.release} is not there any more.")
    repository = parts.repository(release.product)
    try:
        if repository.ask_for_tag(order.tag) is not None and not release.dry_run:
            return prove(repository, order)
        against = look(parts, release, order, repository)
        if against is not None:
            return against
        message = _message(parts, release, order, repository)
        # Fetching takes its time; somebody may have pulled the cord meanwhile.
        with parts.store.reading() as tx:
            why = why_not_to_tag(tx.release(order.release) or release, order)
        if why is not None:
            return TagNotWanted(why)
        if release.dry_run:
            return TagTried()
        repository.push_new_tag(order.tag, order.commit, message)
        return prove(repository, order)
    except OutsideRefusal as refusal:
        return TagImpossible(str(refusal))


def look(parts: Parts, release: Release, order: MakeTag, repository: Repository) -> TagNotWanted | None:
    """The last look before a tag is made, at our own facts and at the branch; None when it is still wanted."""
    why = why_not_to_tag(release, order)
    if why is not None:
        return TagNotWanted(why)
    refuse_in_freeze(parts, release)
    repository.refresh()
    head = head_of(release, parts.product(release.product), repository)
    if head is None:
        raise OutsideRefusal(
            f"The branch {release.branch} is gone from the remote. Restore it, then try the tag again."
        )
    if head.commit == order.commit:
        return None
    return TagNotWanted(
        f"the branch has moved from {short(order.commit)} to {short(head.commit)} since it was signed.", head
    )


def refuse_in_freeze(parts: Parts, release: Release) -> None:
    """A freeze that began after the last sign-off. Raises OutsideRefusal: whoever tries the tag again does so on purpose."""
    now = parts.clock()
    with parts.store.reading() as tx:
        why = why_frozen(release, now, days_now(parts, tx, release.product, now))
    if why is not None:
        raise OutsideRefusal(f"Nothing is tagged now: {why} Then try the tag again.")


def _message(parts: Parts, release: Release, order: MakeTag, repository: Repository) -> str:
    product = parts.product(release.product)
    entries = changes_since(product, repository, release.previous_tag, order.commit).inside
    with parts.store.reading() as tx:
        notes = tx.notes(release.id) if release.notes and release.notes.commit == order.commit else None
        brings = of_notes(notes.book) if notes else Highlights()
        written = page(notes.book) if notes else []
        contents = Contents(entries, brings.first or of_changes(entries).first, written)
        return tag_message(release, contents, tx.history(release.id), parts.policy_of(release.product), order)


def prove(repository: Repository, order: MakeTag) -> TagProved | TagImpossible:
    """Read the tag back from the remote and judge it."""
    proof = repository.prove_tag(order.tag)
    wrong = what_is_wrong(proof, order)
    if wrong is not None or proof.signer is None:
        return TagImpossible(
            f"{order.tag} is on the remote, and {wrong} A tag is never moved: find out who pushed it."
        )
    return TagProved(proof.object, proof.signer)


def what_is_wrong(proof: TagProof, order: MakeTag) -> str | None:
    """What does not fit, as the rest of a sentence; None when name, target and signature are all right."""
    if proof.target != order.commit:
        return f"it leads to {short(proof.target)}, not to the signed-off {short(order.commit)}."
    if proof.named_inside != order.tag:
        return f"the tag object inside is called {proof.named_inside}: it was made for another name."
    if proof.signer is None:
        return f"its signature does not verify: {proof.problem or 'there is none'}."
    return None
