"""The message of a tag: what is in it, who signed it off, and the digests that tie it to the bot's history."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from bot.domain.changes import Weight, weight_of
from bot.domain.note_text import bounded
from bot.domain.orders import MakeTag
from bot.domain.policy import Policy
from bot.domain.records import SignOff
from bot.domain.release import Release
from bot.domain.settling import Entry
from bot.domain.suggesting import clean
from storage.history import HistoryLine

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_NOTES = 20_000
"""Characters of the notes in a tag: forges show it, and every clone carries it."""


@cache
def _words() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined  # here, because a start that makes no tag need not wait for Jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )


@dataclass(frozen=True)
class Contents:
    """What is in a release: all of its settled changes, newest first, what its notes put first, and the notes themselves."""

    entries: Sequence[Entry]
    highlights: Sequence[str]
    notes: Sequence[str] = ()
    """As people signed them, line by line; none where the bot keeps no notes."""


def tag_message(
    release: Release, contents: Contents, history: Sequence[HistoryLine], policy: Policy, order: MakeTag
) -> str:
    """Plain text for git, from templates/tag.txt.j2.

    `history` is the release's, up to now; its last hash ties the tag to it.
    """
    template = _words().from_string(resources.files("templates").joinpath("tag.txt.j2").read_text("utf-8"))
    sign_offs = [
        {
            "item": s.item,
            "role": s.role,
            "by": _signer(s),
            "at": f"{s.at:%Y-%m-%d %H:%M}Z",
            "commit": s.commit,
        }
        for item in policy.of(release.way)
        for s in release.valid_sign_offs(policy, item)
    ]
    last = history[-1]
    return template.render(
        product=release.product, version=release.version, type=str(release.type),
        cause=release.cause.in_words if release.cause else "",
        commit=order.commit,
        previous_tag=release.previous_tag, total=len(contents.entries), counts=_counts(contents.entries),
        highlights=contents.highlights, notes=_no_signature(bounded(contents.notes, LONGEST_NOTES)),
        sign_offs=sign_offs, evidence=order.evidence, fast_track=_fast_track(release),
        release=release.id, history=last.hash, rows=last.seq,
    )  # fmt: skip


def _no_signature(lines: Sequence[str]) -> list[str]:
    """Git takes a line that begins so for the signature of the tag."""
    return [f" {line}" if line.startswith("-----BEGIN ") else line for line in lines]


def _signer(given: SignOff) -> str:
    return f"{given.by} (for {', '.join(given.stands_in_for)})" if given.stands_in_for else given.by


def _fast_track(release: Release) -> dict[str, str] | None:
    """What a patch has skipped, who wanted it and who confirmed it; None on the usual way."""
    track = release.fast_track
    if track is None or track.confirmed is None:
        return None
    return {
        "by": track.by,
        "confirmed_by": track.confirmed_by or "",
        "skips": ", ".join(track.confirmed.skips),
        "why": clean(track.asked.reason)[:300],
    }


def _counts(entries: Sequence[Entry]) -> dict[str, int]:
    weights = [weight_of(entry) for entry in entries]
    return {
        "breaking": weights.count(Weight.BREAKING),
        "features": weights.count(Weight.FEATURE),
        "fixes": weights.count(Weight.FIX),
        "other": weights.count(Weight.OTHER),
    }
