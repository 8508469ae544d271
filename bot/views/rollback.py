"""A rollback on the card, and its forms."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollback import Rollback, Stands, StepTaken
from bot.domain.words import Verdict
from bot.domain.working import alarming
from bot.views.correctives import corrective_lines
from bot.views.items import Progress, names
from bot.views.parts import actions, button, context, quoted, section, sure
from bot.views.plans import State, Task, plan
from bot.views.rollback_log import consequences
from bot.views.text import counted, escape, foreign

_STATE = {
    Verdict.PASSED: State.DONE,
    Verdict.FAILED: State.FAILED,
    Verdict.INCONCLUSIVE: State.FAILED,
    None: State.RUNNING,
}


def rollback_blocks(release: Release, policy: Policy, progress: Progress) -> list[Block]:
    """Where the latest rollback stands, and what can be done about it; nothing when there was none."""
    if not release.rollbacks:
        return []
    mine = release.rollbacks[-1]
    if mine.stands is Stands.DROPPED:
        return []
    blocks: list[Block] = [section(_stands(release, mine, policy)[:2900], "rollback")]
    blocks.append(quoted("Cause: ", mine.asked.cause, "rollback-cause"))
    if mine.steps:
        blocks.append(plan("Going back", _tasks(mine, progress), "rollback-steps"))
    blocks += corrective_lines(release)
    row = ways_on(release, mine)
    return [*blocks, actions(row, "rollback-ways")] if row else blocks


def _stands(release: Release, mine: Rollback, policy: Policy) -> str:
    tag = f"`{escape(mine.target.tag)}`"
    match mine.stands:
        case Stands.PROVING:
            return f"⏪ *Rollback to {tag}*: looking at its tag and at what lies between."
        case Stands.UNUSABLE:
            return f"🚨 *Rollback to {tag}*: {foreign(mine.refused or '', 600)} Choose another target."
        case Stands.DECIDING:
            said = consequences(mine.proved) if mine.proved else ""
            return (
                f"⏪ *Rollback to {tag}*: {len(set(mine.agreed))} of {policy.rollback_quorum} agree "
                f"({names(mine.agreed) or 'nobody yet'}). {said}"
            )
        case Stands.RUNNING:
            return f"⏪ *Rolling back to {tag}*."
        case Stands.STUCK:
            return f"🚨 *The rollback to {tag} is stuck.* Try the step again, skip it with a reason, or choose another target."
        case Stands.DONE if release.dry_run:
            return f"⏪ *{tag} would serve again now.* Nothing outside was changed."
        case Stands.DONE:
            owed = "" if mine.report else " Its report is still to be completed."
            file = f" `{escape(mine.recorded.file)}` says so." if mine.recorded else ""
            return f"⏪ *Rolled back to {tag}.* `{escape(release.tag)}` is withdrawn; both tags stay.{file}{owed}"
        case Stands.DROPPED:
            return "The rollback was dropped."


def _latest(mine: Rollback) -> list[StepTaken]:
    """The last attempt at each step."""
    return list({step.way: step for step in mine.steps}.values())


def _tasks(mine: Rollback, progress: Progress) -> list[Task]:
    """The steps that were taken, and those that are still to come."""
    taken = _latest(mine)
    to_come = [way for way in mine.ways if way not in [step.way for step in taken]]
    return [*(_task(step, progress) for step in taken), *(Task(way, State.PENDING) for way in to_come)]


def _task(step: StepTaken, progress: Progress) -> Task:
    if step.skipped_by is not None:
        return Task(f"{step.way} (skipped)", State.DONE, step.skipped_because)
    said = step.summary or progress.get(step.way, "")  # type: ignore[call-overload]  # a step stands where an item does
    return Task(step.way, _STATE[step.verdict], said)


def ways_on(release: Release, mine: Rollback) -> list[ButtonElement]:
    """How people may go on with it, as it stands."""
    drop = [] if mine.has_begun else [button("Drop it…", "rollback:drop", release.id)]
    target = button("Other target…", "rollback:target", release.id)
    match mine.stands:
        case Stands.DECIDING:
            text = f"{mine.target.tag} will serve again instead of {release.tag}, as soon as enough people agree."
            ask = sure("Go back?", text, "Agree")
            agree = button("Agree to go back", "rollback:agree", release.id, style="danger", confirm=ask)
            return [agree, target, *drop]
        case Stands.UNUSABLE:
            return [target, *drop]
        case Stands.STUCK:
            again = button("Try the step again", "rollback:retry", release.id, style="primary")
            return [again, button("Skip the step…", "rollback:skip", release.id), target]
        case Stands.DONE:
            learn = button("Add a corrective action…", "rollback:action", release.id)
            return [button("Complete the report…", "rollback:report", release.id), learn]
        case _:
            return []


def ask_form(release: Release, policy: Policy) -> Mapping[str, Any]:
    """The form that asks for a rollback, with what the bot itself sees wrong in production as its evidence."""
    evidence = "\n".join(finding.sentence for finding in alarming(release, policy))
    blocks = [
        context(
            f"Going back from `{escape(release.tag)}`. The tag of the target is verified, and what cannot be undone is said, "
            "before anybody decides.",
            "lead",
        ),
        _field("target", "Go back to", release.previous_tag or "", one_line=True),
        _field("cause", "What is wrong?"),
        _field("evidence", "What shows it?", evidence, optional=True),
        _field("impact", "Who is affected, and how?", optional=True),
    ]
    return _form("ask", release, "Roll back", "Ask for it", blocks)


def target_form(release: Release) -> Mapping[str, Any]:
    blocks: list[Block] = [
        _field("target", "Go back to", "", one_line=True),
        _field("reason", "Why this one?"),
    ]
    return _form("target", release, "Another target", "Choose it", blocks)


def reason_form(act: str, release: Release) -> Mapping[str, Any]:
    """Why a step is skipped, or the rollback dropped."""
    title = {"skip": "Skip the step", "drop": "Drop the rollback"}[act]
    label = {"skip": "How was it done, or why is it left out?", "drop": "Why not?"}[act]
    return _form(act, release, title, title, [_field("reason", label)])


def report_form(release: Release) -> Mapping[str, Any]:
    """The report, drafted from what is known."""
    mine = release.rollbacks[-1]
    told, done = mine.report, mine.ended_at
    took = f"Rolled back to {mine.target.tag}" + (f" at {done:%Y-%m-%d %H:%M} UTC." if done else ".")
    skipped = [step.way for step in mine.steps if step.skipped_by]
    left_out = f" {counted(len(skipped), 'step')} skipped: {', '.join(skipped)}." if skipped else ""
    blocks = [
        _field("reason", "Reason", told.reason if told else f"{mine.asked.cause} {took}{left_out}"),
        _field("impact", "Impact", told.impact if told else mine.asked.impact or "not known yet"),
        _field("plan", "When and how is it released again?", told.plan if told else ""),
    ]
    return _form("report", release, "Rollback report", "Keep it", blocks)


def _field(
    name: str, label: str, value: str = "", *, optional: bool = False, one_line: bool = False
) -> InputBlock:
    element = PlainTextInputElement(
        action_id=name, multiline=not one_line, initial_value=value[:2900] or None, max_length=3000
    )
    return InputBlock(label=label, block_id=name, element=element, optional=optional)


def _form(act: str, release: Release, title: str, submit: str, blocks: "list[Any]") -> Mapping[str, Any]:
    view = View(
        type="modal", callback_id="rollback", title=title, submit=submit, close="Back", blocks=blocks,
        private_metadata=f"{act} {release.id}",
    )  # fmt: skip
    return dict(view.to_dict())
