"""PLAN-3: has the documentation followed the changes? The team's rules, and how the API and the settings differ."""

from bot.domain.findings import Severity, weighed
from bot.domain.kept_facts import documentation_facts, kept
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Passed
from bot.domain.release import Release
from bot.facts.documentation import compare_documentation
from bot.facts.spans import span_of
from bot.parts import Parts
from bot.views.text import counted


def carry_out(parts: Parts, release: Release, order: DoWork) -> Passed | Failed:
    """Compare the release with the one before it. What cannot be read is a finding as well."""
    wanted = parts.product(release.product).facts
    span = span_of(parts.repository(release.product), release, order)
    if span.since is None:
        return Passed("a first release: there is nothing to compare with")
    report = compare_documentation(span.since, span.until, wanted)
    found = weighed(report.findings, wanted.waived)
    advice = tuple(f for f in found.open if f.severity is Severity.ADVICE)
    blocking = tuple(f for f in found.open if f.severity is not Severity.ADVICE)
    facts = documentation_facts(report.api, report.settings, advice)
    if blocking:
        return Failed(
            f"{counted(len(blocking), 'finding')} since {span.since_name}", kept(blocking, order.item), facts
        )
    seen = [
        f"{counted(len(report.api), 'change')} of the API",
        f"{counted(len(report.settings), 'setting')} changed",
        f"{counted(len(wanted.docs), 'rule')} kept" if wanted.docs else "no rules are configured",
        *([f"{len(found.waived)} waived in the configuration"] if found.waived else []),
    ]
    return Passed(f"nothing lacks documentation since {span.since_name}: {', '.join(seen)}", facts)
