"""The fast track of a patch on its card and in its thread: the request with its button, and what was skipped."""

from slack_sdk.models.blocks import Block

from bot.domain.fast_track import FastTrackAsked, FastTracked, FastTrackEvent
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.speeding import skipped, waiting
from bot.views.parts import button, quoted, section, sure
from bot.views.text import escape, foreign, mention


def fast_track_blocks(release: Release, policy: Policy) -> list[Block]:
    """What was asked for, with the button that confirms it, or what is being skipped and why; nothing on the usual way."""
    track = release.fast_track
    if track is None or not release.is_open:
        return []
    if track.confirmed is not None:
        left_out = ", ".join(track.confirmed.skips)
        lead = f"⏩ On the fast track since {mention(track.confirmed_by or '')} confirmed it. It skips {left_out}."
        return [section(lead, "fast-track"), quoted("Why: ", track.asked.reason, "fast-track-why")]
    if waiting(release) is None:
        return []
    would = ", ".join(item.id for item in skipped(release, policy))
    lead = (
        f"⏩ {mention(track.by)} asks for the fast track, which would skip {would}. Somebody else of "
        f"{' or '.join(map(escape, policy.fast_track_roles))} confirms it."
    )
    ask = sure("Skip this?", f"{release.id} goes on without {would}.", "Confirm")
    value = f"{release.id} {track.asked.commit}"
    yes = (
        None if release.holds else button("Confirm the fast track", "fast-track:confirm", value, confirm=ask)
    )
    return [section(lead[:3000], "fast-track", yes), quoted("Why: ", track.asked.reason, "fast-track-why")]


def fast_track_said(who: str, event: FastTrackEvent) -> str:
    match event:
        case FastTrackAsked(reason):
            return f"{who} asked for the fast track: {foreign(reason, 500)}"
        case FastTracked(skips=skips, owes=owes):
            later = f" Asked for after the release: {', '.join(owes)}." if owes else ""
            return f"{who} confirmed the fast track. Skipped: {', '.join(skips)}.{later}"
