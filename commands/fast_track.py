"""Send a patch on the fast track, with a reason; a second person confirms it on the card."""

from bot.domain.ballots import UNREADABLE
from bot.domain.errors import OutOfDate
from bot.domain.release import Release
from bot.domain.words import Sha
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import named_or_here, split_name
from bot.workflow.deciding import ask_fast_track, confirm_fast_track
from commands import Desk, Reply

USAGE = "fast-track [release] <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        with desk.parts.store.reading() as tx:
            return Reply(modal=modals.reason("fast-track", named_or_here(name, desk.asked.channel)(tx).id))
    return Reply(ask_fast_track(desk.parts, desk.asked, name, " ".join(rest)[:1000], _asked))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    return Reply(ask_fast_track(desk.parts, desk.asked, metadata, str(values.get("reason") or ""), _asked))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    release_id, _, commit = value.partition(" ")
    if not (release_id.isprintable() and commit.isalnum()):
        raise OutOfDate(UNREADABLE)
    return Reply(confirm_fast_track(desk.parts, desk.asked, release_id, Sha(commit), _confirmed))


def _asked(release: Release) -> str:
    return f"You asked for the fast track of {release.id}. Somebody else has to confirm it on its card."


def _confirmed(release: Release) -> str:
    track = release.fast_track
    left_out = ", ".join(track.confirmed.skips) if track and track.confirmed else ""
    return f"You confirmed the fast track of {release.id}: it skips {left_out}."
