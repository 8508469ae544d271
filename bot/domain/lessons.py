"""POST-4: what did not go as it is written down while a release went out. Each of these the documentation takes up, or somebody
says why it does not."""

from bot.domain.findings import Finding, Severity
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.words import ItemId, Phase, Verdict


def lessons(release: Release, policy: Policy, asking: ItemId) -> tuple[Finding, ...]:
    """The bot's steps of the release phase that did not pass at first, with what people have answered for."""
    steps = (item for item in policy.of(release.way, Phase.RELEASE) if item.is_work)
    return tuple(
        Finding(f"{step.id}:missed", asking, Severity.BLOCKS, sentence)
        for step in steps
        if (sentence := _missed(release, step))
    )


def _missed(release: Release, step: Item) -> str:
    missed = [
        work for work in release.works if work.item == step.id and work.verdict not in (None, Verdict.PASSED)
    ]
    if not missed:
        return ""
    last = missed[-1].ended
    said = last.summary.rstrip(".") if last else ""
    reasons = "; ".join(waiver.reason for work in missed for waiver in work.waived)
    answered = f" It was answered for: {reasons.rstrip('.')}." if reasons else ""
    return (
        f"{step.id} ({step.title}) did not pass at first: {said}.{answered} Take it up in the documentation and answer with the "
        "place, or say why nothing is to be written."
    )
