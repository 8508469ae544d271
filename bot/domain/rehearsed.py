"""Was the way back rehearsed? What was waived there is answered for once more before the deployment, by those who would have to
go back."""

from bot.domain.findings import Finding, Severity
from bot.domain.outcomes import Failed, Passed
from bot.domain.policy import Policy
from bot.domain.release import Release


def judge_way_back(release: Release, policy: Policy) -> Passed | Failed:
    item = next((i for i in policy.of(release.way) if i.does == "rehearsal"), None)
    work = release.work(item) if item else None
    if item is None or work is None or not work.waived or release.result(item.id):
        return Passed("No finding of the rehearsal was waived")
    reasons = "; ".join(waiver.reason for waiver in work.waived)
    sentence = (
        f"The rehearsal of the way back ({item.id}) did not pass and was waived: {reasons}. If this release has to be rolled "
        "back, nobody has tried it. Whoever lets it go out all the same says why."
    )
    return Failed(sentence, (Finding(f"{item.id}:waived", item.id, Severity.BLOCKS, sentence),))
