"""One sentence for everything that can happen to a rollback."""

from collections.abc import Iterable
from typing import assert_never

from bot.domain.rollback_events import (
    CorrectiveAgreed,
    CorrectiveDone,
    RollbackAgreed,
    RollbackAsked,
    RollbackDropped,
    RollbackEnded,
    RollbackEvent,
    RollbackReported,
    RollbackStepBegun,
    RollbackStepEnded,
    RollbackStepSkipped,
    TargetChosen,
    TargetProved,
    TargetRefused,
    WithdrawalRecorded,
)
from bot.domain.words import Verdict, short
from bot.views.text import code, counted, escape, foreign, mention

_VERDICT = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.INCONCLUSIVE: "is inconclusive"}


def mark(event: RollbackEvent) -> str:
    match event:
        case TargetRefused():
            return "🚨"
        case RollbackStepEnded(verdict=verdict):
            return "✅" if verdict is Verdict.PASSED else "🚨"
        case RollbackAsked() | RollbackAgreed() | RollbackEnded() | TargetChosen():
            return "⏪"
        case _:
            return "•"


def said(who: str, event: RollbackEvent) -> str:  # noqa: C901 - one arm an event
    match event:
        case RollbackAsked(target, cause, evidence, impact):
            more = "".join(
                f" {name}: {foreign(text, 300)}."
                for name, text in (("Evidence", evidence.rstrip(".")), ("Impact", impact.rstrip(".")))
                if text
            )
            end = "." if more and not cause.endswith((".", "!", "?")) else ""
            return f"{who} asks to go back to `{escape(target.tag)}`: {foreign(cause, 500)}{end}{more}"
        case TargetProved() as proved:
            signed = f"signature by `{foreign(proved.signer, 80)}` verified"
            return f"`{escape(proved.tag)}` is at `{short(proved.commit)}`, {signed}. {consequences(proved)}"
        case TargetRefused(why=why):
            return foreign(why, 800)
        case TargetChosen(target, reason):
            return f"{who} chooses another target, `{escape(target.tag)}`: {foreign(reason, 500)}"
        case RollbackAgreed(decides):
            return f"{who} agrees to go back" + (": it begins." if decides else ".")
        case RollbackDropped(reason):
            return f"{who} dropped the rollback: {foreign(reason, 500)}"
        case RollbackStepBegun(way):
            return f"Rollback: *{way}* has begun."
        case RollbackStepEnded(operation, verdict, summary):
            return f"Rollback: *{_way(operation)}* {_VERDICT[verdict]}: {foreign(summary, 500)}"
        case RollbackStepSkipped(operation, reason):
            return f"{who} skips *{_way(operation)}* of the rollback: {foreign(reason, 500)}"
        case RollbackEnded(tag, withdrawn, dry_run=True):
            would = f"`{escape(tag)}` would serve again now, and `{escape(withdrawn)}` be withdrawn"
            return f"Dry run: {would}. Nothing outside was changed."
        case RollbackEnded(tag, withdrawn):
            return f"`{escape(tag)}` serves again, and `{escape(withdrawn)}` is withdrawn. Both tags stay."
        case WithdrawalRecorded(file, branch, commit):
            return f"`{escape(file)}` on {escape(branch)} says so at `{short(commit)}`."
        case RollbackReported(correctives=correctives):  # those of older reports
            added = f", with {counted(len(correctives), 'corrective action')}" if correctives else ""
            return f"{who} completed the report{added}."
        case CorrectiveAgreed(one):
            # Its owner is told directly, so nobody is pinged here.
            return f"{who} adds the corrective action {code(one.name)}, until {escape(one.due)}: {foreign(one.action, 500)}"
        case CorrectiveDone(name, note):
            return f"{who} did the corrective action `{escape(name)}`: {foreign(note, 500)}"
        case unknown:
            assert_never(unknown)


def turning_point(event: object) -> bool:
    """Does a rollback wait for people from here on?"""
    return isinstance(event, TargetProved | TargetRefused) or (
        isinstance(event, RollbackStepEnded) and event.verdict is not Verdict.PASSED
    )


def calling(who: Iterable[str]) -> str:
    """The line that calls those a rollback waits for: nobody sees a changed card at night."""
    return f"👉 This waits for {', '.join(mention(user) for user in sorted(who))}; the card has the buttons."


def consequences(proved: TargetProved) -> str:
    """What has to be known before the decision."""
    database = {
        "keep": "The database stays as it is: there are no migrations between the two.",
        "restore": "The database has to be restored: there are migrations between the two.",
    }.get(proved.database, "Nobody knows whether the database must be restored: look before you agree.")
    if not proved.irreversible:
        return database
    lost = "; ".join(foreign(one, 120) for one in proved.irreversible)
    return f"{database} Going back does not bring back: {lost}."


def _way(operation: str) -> str:
    return operation.rpartition(".")[2].rpartition("-")[0]
