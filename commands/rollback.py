"""Go back to an earlier version: ask for it, agree, and find the way on when a step fails."""

from collections.abc import Mapping
from typing import Any

from bot.domain.correctives import LONGEST, mistakes, open_ones
from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.domain.rollback_events import Corrective, RollbackAsked, RollbackReported, TargetChosen
from bot.domain.rolling_back import refuse_untagged
from bot.domain.words import UserId, person
from bot.slack.incoming import Values, user_in
from bot.views import correctives as learning
from bot.views import rollback as forms
from bot.views.text import counted
from bot.workflow import rolling_back
from bot.workflow.asking import split_name
from commands import Desk, Reply

USAGE = (
    "rollback [release] [agree | retry | skip <reason> | drop <reason> | target | report | action [<date> <@owner> <what>] "
    "| done <action> <what>]"
)

_AFTERWARDS = ("report", "action", "done")
"""What is written about a rollback that is over."""


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    acts = ("agree", "retry", "skip", "drop", "target", "report", "action", "done")
    name, rest = (None, words) if words and words[0] in acts else split_name(desk.parts, words)
    act, reason = (rest[0], " ".join(rest[1:])) if rest else ("ask", "")
    if act not in (*acts, "ask"):
        raise NotUnderstood(f"Write `/release {USAGE}`.")
    return _do(desk, act, name, reason)


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    act, name, (release, _, action) = action_id.partition(":")[2], value, value.partition(" ")
    if act == "done" and action:
        return Reply(modal=learning.done_form(_meant(desk, release), action))
    return _do(desk, act, name, "")


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    act, _, name = metadata.partition(" ")
    said = {key: str(value or "").strip() for key, value in values.items()}
    match act:
        case "ask":
            target = rolling_back.target_of(desk.parts, name, said["target"])
            wanted = RollbackAsked(
                target, said["cause"][:3000], said.get("evidence", ""), said.get("impact", "")
            )
            return Reply(rolling_back.ask(desk.parts, desk.asked, name, wanted, _asked))
        case "target":
            target = rolling_back.target_of(desk.parts, name, said["target"])
            chosen = TargetChosen(target, said["reason"])
            return Reply(rolling_back.retarget(desk.parts, desk.asked, name, chosen, _asked))
        case "report":
            told = RollbackReported(said["reason"], said["impact"], (), said["plan"])
            return Reply(rolling_back.report(desk.parts, desk.asked, name, told, _reported))
        case "action":
            return _agreed_on(desk, name, Corrective(said["action"], UserId(said["owner"]), said["due"]))
        case "done":
            name, _, action = name.partition(" ")
            return Reply(rolling_back.finish(desk.parts, desk.asked, name, action, said["reason"], _finished))
        case _:
            return _do(desk, act, name, said["reason"])


def _agreed_on(desk: Desk, name: str, wanted: Corrective) -> Reply:
    """What cannot be kept is said at its field, and what was typed stays."""
    release = _meant(desk, name)
    if wrong := mistakes(release, wanted, rolling_back.today_of(desk.parts, release, desk.asked.now)):
        return Reply(errors=wrong)
    return Reply(rolling_back.agree_on(desk.parts, desk.asked, name, wanted, _learned))


def _corrective(words: str) -> Corrective:
    """`2026-12-24 @ada alert on lost orders`. Raises NotUnderstood."""
    due, _, rest = words.partition(" ")
    owner, _, action = rest.partition(" ")
    if not action:
        raise NotUnderstood("Write day, owner and action: `action 2026-12-24 @ada alert on lost orders`.")
    return Corrective(action[:LONGEST], user_in(owner) or UserId(""), due)


def _do(desk: Desk, act: str, name: str | None, reason: str) -> Reply:
    match act:
        case "agree":
            return Reply(rolling_back.agree(desk.parts, desk.asked, name, _agreed))
        case "retry":
            return Reply(rolling_back.retry(desk.parts, desk.asked, name, _goes_on))
        case "skip" if reason:
            return Reply(rolling_back.skip(desk.parts, desk.asked, name, reason, _goes_on))
        case "done" if reason:
            action, _, note = reason.partition(" ")
            return Reply(rolling_back.finish(desk.parts, desk.asked, name, action, note, _finished))
        case "action" if reason:
            wanted = _corrective(reason)
            return Reply(rolling_back.agree_on(desk.parts, desk.asked, name, wanted, _learned))
        case "drop" if reason:
            return Reply(rolling_back.drop(desk.parts, desk.asked, name, reason, _dropped))
    return Reply(modal=_form(desk, act, _meant(desk, name, act)))


def _meant(desk: Desk, name: str | None, act: str = "ask") -> Release:
    with desk.parts.store.reading() as tx:
        if act in _AFTERWARDS:
            return rolling_back.named_or_taken_back(name, desk.asked.channel, lock=False)(tx)
        return rolling_back.named_or_last(name, desk.asked.channel, lock=False)(tx)


def _form(desk: Desk, act: str, release: Release) -> Mapping[str, Any]:
    """What asks for the words that an act still needs."""
    match act:
        case "skip" | "drop":
            return forms.reason_form(act, release)
        case "action":
            today = rolling_back.today_of(desk.parts, release, desk.asked.now)
            return learning.corrective_form(release, today)
        case "done":
            raise NotUnderstood(
                "Say which corrective action is done, and what was done: `done alert-on-errors <what>`."
            )
        case "target":
            return forms.target_form(release)
        case "report":
            if not release.rollbacks:
                raise NotUnderstood(f"{release.id} was not rolled back, so there is nothing to report.")
            return forms.report_form(release)
        case _:
            refuse_untagged(release)
            policy = desk.parts.policy_of(release.product)
            return forms.ask_form(release, policy)


def _asked(release: Release) -> str:
    return f"You ask to go back from {release.tag}. Its card says what that means, as soon as the target is verified."


def _agreed(release: Release) -> str:
    begins = release.rollbacks[-1].decided_at is not None
    return f"You agree to go back from {release.tag}." + (" It begins." if begins else "")


def _goes_on(release: Release) -> str:
    return f"The rollback of {release.id} goes on."


def _dropped(release: Release) -> str:
    return f"The rollback of {release.id} is dropped."


def _reported(release: Release) -> str:
    return (
        f"The report about {release.id} is kept. What is to be done so that it does not happen again is added on its card, "
        "one by one."
    )


def _learned(release: Release) -> str:
    one = release.rollbacks[-1].correctives[-1]
    return f"{person(one.owner)} does it until {one.due}, and is told so. The next release asks for it (`{one.name}`)."


def _finished(release: Release) -> str:
    left = len(open_ones(release))
    if left == 0:
        return "It is done, as the last one."
    return f"It is done. {counted(left, 'corrective action')} of {release.id} left."
