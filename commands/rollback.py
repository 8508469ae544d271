"""Go back to an earlier version: ask for it, agree, and find the way on when a step fails."""

import re
from datetime import date

from bot.domain.correctives import name_of, open_ones
from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.domain.rollback_events import Corrective, RollbackAsked, RollbackReported, TargetChosen
from bot.domain.words import UserId
from bot.slack.incoming import Values
from bot.views import rollback as forms
from bot.views.text import counted
from bot.workflow import rolling_back
from bot.workflow.asking import split_name
from commands import Desk, Reply

USAGE = "rollback [release] [agree | retry | skip <reason> | drop <reason> | target | report | done <action> <what>]"

_CORRECTIVE = re.compile(r"(\d{4}-\d\d-\d\d)\s+<?@?([A-Za-z0-9._-]+)(?:\|[^>]*)?>?\s+(\S.*)")


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    acts = ("agree", "retry", "skip", "drop", "target", "report", "done")
    name, rest = (None, words) if words and words[0] in acts else split_name(desk.parts, words)
    act, reason = (rest[0], " ".join(rest[1:])) if rest else ("ask", "")
    if act not in (*acts, "ask"):
        raise NotUnderstood(f"Write `/release {USAGE}`.")
    return _do(desk, act, name, reason)


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    return _do(desk, action_id.partition(":")[2], value, "")


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
            try:
                actions = correctives(said["correctives"])
            except NotUnderstood as problem:
                return Reply(errors={"correctives": str(problem)})
            told = RollbackReported(said["reason"], said["impact"], actions, said["plan"])
            return Reply(rolling_back.report(desk.parts, desk.asked, name, told, _reported))
        case _:
            return _do(desk, act, name, said["reason"])


def correctives(text: str) -> tuple[Corrective, ...]:
    """A line each: the day, the owner, the action. Raises NotUnderstood naming the line that is none."""
    found: list[Corrective] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        read = _CORRECTIVE.fullmatch(line)
        if read is None:
            raise NotUnderstood(
                f"“{line[:80]}” is no corrective action. Write day, owner and action: `2026-12-24 @ada alert on errors`."
            )
        try:
            date.fromisoformat(read[1])
        except ValueError:
            raise NotUnderstood(f"There is no day {read[1]}. Write it as `2026-12-24`.") from None
        one = Corrective(read[3][:500], UserId(read[2]), read[1])
        if name_of(one) in map(name_of, found):
            raise NotUnderstood(
                f"Two actions would both be called {name_of(one)}. Begin one of them with other words."
            )
        found.append(one)
    return tuple(found)


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
        case "drop" if reason:
            return Reply(rolling_back.drop(desk.parts, desk.asked, name, reason, _dropped))
    with desk.parts.store.reading() as tx:
        release = rolling_back.named_or_last(name, desk.asked.channel, lock=False)(tx)
    match act:
        case "skip" | "drop":
            return Reply(modal=forms.reason_form(act, release))
        case "done":
            raise NotUnderstood(
                "Say which corrective action is done, and what was done: `done alert-on-errors <what>`."
            )
        case "target":
            return Reply(modal=forms.target_form(release))
        case "report":
            if not release.rollbacks:
                raise NotUnderstood(f"{release.id} was not rolled back, so there is nothing to report.")
            return Reply(modal=forms.report_form(release))
        case _:
            policy = desk.parts.policy_of(release.product)
            return Reply(modal=forms.ask_form(release, policy))


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
    return f"The report about {release.id} is kept."


def _finished(release: Release) -> str:
    left = len(open_ones(release))
    if left == 0:
        return "It is done, as the last one."
    return f"It is done. {counted(left, 'corrective action')} of {release.id} left."
