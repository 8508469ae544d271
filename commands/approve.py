"""Sign the present phase, for exactly the commit that the card shows. `as <role>` chooses among several roles."""

from bot.domain.ballots import Ballot
from bot.domain.errors import NotUnderstood, UserError
from bot.domain.release import Release
from bot.domain.words import people, short
from bot.slack.incoming import Values
from bot.views import modals
from bot.views.text import counted
from bot.workflow.asking import split_name
from bot.workflow.deciding import approve_ballot, ballot_of
from bot.workflow.looking import points_of
from commands import Desk, Reply

USAGE = "approve [release] [as <role>]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if rest and (len(rest) != 2 or rest[0].lower() != "as"):
        raise NotUnderstood(f"“{' '.join(rest)[:60]}” is not understood here. Write `/release {USAGE}`.")
    ballot = ballot_of(desk.parts, desk.asked, name, rest[1].lower() if rest else None)
    return _asked_or_signed(desk, ballot)


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    return _asked_or_signed(desk, Ballot.load(value))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    ticked = values.get("points") or ()
    try:
        return _signed(desk, Ballot.load(metadata), (ticked,) if isinstance(ticked, str) else tuple(ticked))
    except UserError as problem:
        return Reply(errors={"points": str(problem)})


def _asked_or_signed(desk: Desk, ballot: Ballot) -> Reply:
    """Some sign-offs ask for an answer to each of several points first."""
    points = points_of(desk.parts, ballot)
    return Reply(modal=modals.points(ballot, points)) if points else _signed(desk, ballot)


def _signed(desk: Desk, ballot: Ballot, points: tuple[str, ...] = ()) -> Reply:
    def said(release: Release) -> str:
        commits = counted(release.total, "commit")
        since = f", {commits} since {release.previous_tag}" if release.previous_tag else ""
        others = next(s.stands_in_for for s in reversed(release.sign_offs) if s.by == desk.asked.who)
        places = f" for {people(others)}" if others else ""
        return (
            f"You signed {ballot.phase} of {release.id} as {ballot.role}{places}, at {short(ballot.commit)}{since}. "
            f"`/release withdraw {release.id}` takes it back."
        )

    return Reply(approve_ballot(desk.parts, desk.asked, ballot, said, points))
