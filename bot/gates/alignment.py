"""PREP-VA: do the named versions of the product's parts fit each other, and the version that is released?"""

from bot.domain.alignment import Judged, Verdict, alignment_findings, judge_all
from bot.domain.findings import Finding, Severity, weighed
from bot.domain.kept_facts import kept, version_facts
from bot.domain.named_versions import RELEASED, Known, Readings, Unreadable, version_table
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Passed
from bot.domain.release import Release
from bot.facts.named_versions import conventional, read_versions
from bot.facts.spans import span_of
from bot.parts import Parts
from bot.views.text import counted


def carry_out(parts: Parts, release: Release, order: DoWork) -> Passed | Failed:
    """Read every version at the commit and at the release before. What cannot be read is inconclusive, and no pass."""
    wanted = parts.product(release.product).facts
    span = span_of(parts.repository(release.product), release, order)
    sources = wanted.versions or conventional(span.until)
    now = read_versions(span.until, sources)
    before = None if span.since is None else read_versions(span.since, sources)
    judged = judge_all(wanted.aligned, {**now, RELEASED: Known(release.version)})
    facts = version_facts(version_table(now, before), judged)
    unread = _unread(now) if wanted.versions else ()
    found = weighed((*unread, *alignment_findings(judged)), wanted.waived).open
    if found:
        return Failed(_summary(judged, len(unread)), kept(found, order.item), facts)
    if not wanted.aligned:
        return Passed(
            f"{counted(len(now), 'version')} read; no rule between them is configured, so there is nothing to compare",
            facts,
        )
    return Passed(f"{counted(len(now), 'version')} read, {counted(len(judged), 'rule')} kept", facts)


def _summary(judged: tuple[Judged, ...], unread: int) -> str:
    broken = sum(j.verdict is Verdict.BROKEN for j in judged)
    open_ = sum(j.verdict is Verdict.INCONCLUSIVE for j in judged)
    rules = f"of {counted(len(judged), 'rule')} {broken} broken and {open_} not to be judged"
    return f"{rules}; {counted(unread, 'version')} unreadable"


def _unread(readings: Readings) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            f"version:{name}", "VA-1", Severity.INCONCLUSIVE, f"The version {name} cannot be read: {reading.why}.", reading.file
        )
        for name, reading in readings.items()
        if isinstance(reading, Unreadable)
    )  # fmt: skip
