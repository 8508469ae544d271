"""The guard over tags: what stands on the remote is compared with what history proved. It alarms and never repairs."""

from datetime import datetime

from bot.domain.outcomes import TagLooked
from bot.domain.people import HARBOURMASTER
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step, no_step, take_step
from bot.domain.tag_events import TagRestored, TagTampered
from bot.domain.words import short


def guard(release: Release, seen: TagLooked, at: datetime, policy: Policy) -> Step:
    """Write down that the release's tag was moved or deleted, or that it is right again; once an incident. A release that
    is over is guarded as well: its tag is what people build from."""
    made = release.tagged
    if made is None:
        return no_step(release)
    if seen.object == made.object:
        if release.tampered is None:
            return no_step(release)
        return take_step(release, HARBOURMASTER, at, policy, TagRestored(made.tag, made.object))
    if release.tampered is not None and release.tampered.found == seen.object:
        return no_step(release)
    event = TagTampered(made.tag, made.object, made.signer, seen.object, seen.target, seen.signer)
    return take_step(release, HARBOURMASTER, at, policy, event)


def in_words(tampered: TagTampered) -> str:
    """What happened to the tag, with both objects and who made each."""
    was = f"history proved it as object {short(tampered.made)}, signed by {tampered.maker}"
    if tampered.found is None:
        return f"{tampered.tag} was deleted on the remote; {was}."
    leads = f"leading to {short(tampered.target)}" if tampered.target else "leading to no commit"
    signed = f"signed by {tampered.signer}" if tampered.signer else "with no signature that verifies"
    return (
        f"{tampered.tag} was moved on the remote to object {short(tampered.found)}, {leads}, {signed}; {was}."
    )
