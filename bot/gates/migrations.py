"""PLAN-MIG and PREP-MIG: which migrations the release brings, in order. What is signed for them is bound to their digest."""

from bot.domain.findings import Severity, weighed
from bot.domain.kept_facts import advice_facts, kept, migration_facts
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Passed
from bot.domain.release import Release
from bot.facts.guide import migration_guide
from bot.facts.migrations import plan_migrations
from bot.facts.spans import span_of
from bot.parts import Parts
from bot.views.text import counted


def carry_out(parts: Parts, release: Release, order: DoWork) -> Passed | Failed:
    """List them, and draft their guide. Gaps, duplicates and what cannot be read stand in the way."""
    wanted = parts.product(release.product).facts
    span = span_of(parts.repository(release.product), release, order)
    plan = plan_migrations(span.since, span.until, wanted)
    found = weighed(plan.findings, wanted.waived).open
    guide = migration_guide(plan.migrations, found, release.version)
    advice = tuple(f for f in found if f.severity is Severity.ADVICE)
    blocking = tuple(f for f in found if f.severity is not Severity.ADVICE)
    facts = (*migration_facts(plan.migrations, plan.digest, guide), *advice_facts(advice))
    number = len(plan.migrations)
    summary = f"{counted(number, 'migration')} since {span.since_name}"
    if not number:
        summary = f"no migrations since {span.since_name}"
    elif lost := sum(m.is_destructive for m in plan.migrations):
        summary += f", {lost} of them destructive"
    if advice:
        summary += f"; the guide lacks {counted(len(advice), 'thing')}"
    return Failed(summary, kept(blocking, order.item), facts) if blocking else Passed(summary, facts)
