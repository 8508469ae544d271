"""Look at the target of a rollback before anybody decides: is its tag what it was, and what can going back not undo?"""

from bot.domain.errors import OutsideRefusal
from bot.domain.migrations import Migration
from bot.domain.orders import ProveTarget
from bot.domain.outcomes import Nothing, Outcome, TargetLooked
from bot.domain.release import Release
from bot.domain.rollback import Way
from bot.domain.rollback_events import TargetProved, TargetRefused
from bot.domain.words import short
from bot.effects.target_facts import migrations_between
from bot.environments import PRODUCTION
from bot.parts import Parts
from bot.ports import TagProof

_NAMED = 8


def carry_out(parts: Parts, order: ProveTarget) -> Outcome:
    """Read the tag back from the remote, and the migrations between it and the released commit."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
        known = [r for r in (*tx.open_releases(), *tx.recent_releases(200)) if r.tag == order.tag]
    if release is None:
        return Nothing()
    repository = parts.repository(release.product)
    try:
        repository.refresh()
        proof = repository.prove_tag(order.tag)
    except OutsideRefusal as refusal:
        return TargetLooked(order.tag, TargetRefused(order.tag, str(refusal)))
    made = next((r.tagged for r in known if r.product == release.product and r.tagged), None)
    why = why_not(proof, order.tag, made.commit if made else None)
    if why is not None or proof.signer is None:
        return TargetLooked(order.tag, TargetRefused(order.tag, f"{order.tag} cannot be gone back to: {why}"))
    database, irreversible = _database(migrations_between(parts, release, proof.target))
    ways = _ways(parts, release, database)
    proved = TargetProved(order.tag, proof.target, proof.signer, database, irreversible, ways)
    return TargetLooked(order.tag, proved)


def why_not(proof: TagProof, tag: str, made_at: str | None) -> str | None:
    """What speaks against a tag, as the rest of a sentence. `made_at` is the commit at which the bot made it, if it did."""
    if proof.named_inside != tag:
        return f"the tag object inside is called {proof.named_inside}: it was made for another name."
    if proof.signer is None:
        return f"its signature does not verify: {proof.problem or 'there is none'}."
    if made_at is not None and proof.target != made_at:
        return (
            f"it leads to {short(proof.target)}, and was made at {short(made_at)}: somebody has replaced it."
        )
    return None


def _database(migrations: tuple[Migration, ...] | None) -> tuple[str, tuple[str, ...]]:
    """`restore`, `keep` or `unknown`; and what cannot be undone, as far as the migrations tell."""
    if migrations is None:
        return "unknown", ()
    if not migrations:
        return "keep", ()
    lost = [f"{m.path}: {change.what}" for m in migrations for change in m.changes if change.is_destructive]
    lost += [f"{m.path}: it has no way back" for m in migrations if not m.is_reversible]
    if any(m.unread for m in migrations) and not lost:
        return "unknown", ()
    return "restore", tuple(lost[:_NAMED])


def _ways(parts: Parts, release: Release, database: str) -> tuple[str, ...]:
    """The steps that this product needs, in their order."""
    product = parts.product(release.product)
    probes = product.environments.get(PRODUCTION)
    needed = {
        Way.SHUTDOWN: "shutdown" in product.recipes,
        Way.CODE: True,
        Way.DATABASE: database != "keep",
        Way.RESTART: "restart" in product.recipes,
        Way.HEALTH: bool(probes and probes.health),
    }
    return tuple(way for way in Way if needed[way])
