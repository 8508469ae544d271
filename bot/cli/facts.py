"""`harbourmaster versions|branches|migrations|docs`: facts from the files of any repository, for people and pipelines."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.tables import Report, Table
from bot.domain.facts_wanted import FactsWanted
from bot.domain.findings import Finding, Severity, weighed
from bot.domain.words import short
from bot.repository.files import Snapshot, open_repository
from bot.repository.git import Git
from bot.repository.local import LocalRepository
from bot.repository.ranges import release_before

_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?(?:[-+.][0-9A-Za-z.+-]+)?$")


@dataclass(frozen=True)
class Asked:
    """What the person typed. `since` empty: the release before; `until` empty: HEAD."""

    repository: Path
    since: str
    until: str
    config: Path | None
    product: str | None

    @property
    def wanted(self) -> FactsWanted:
        """The settings of the file that was named; without one, the defaults. Raises ConfigMistakes."""
        if self.config is None:
            return FactsWanted()
        from bot.config.facts import load_facts

        return load_facts(self.config, self.product)

    @property
    def prefix(self) -> str | None:
        """What stands before the version in the product's tags; None where nobody has said it."""
        if self.config is None:
            return None
        from bot.config.notes import read_reading

        return read_reading(self.config, self.product).prefix


@dataclass(frozen=True)
class _Range:
    git: Git
    since: Snapshot | None
    until: Snapshot
    since_name: str
    until_name: str


def versions(asked: Asked) -> Report:
    """The named versions and whether they fit each other."""
    from bot.domain.alignment import alignment_findings, judge_all
    from bot.domain.named_versions import RELEASED, Known, Reading, Unreadable, version_table
    from bot.facts.named_versions import conventional, read_versions

    wanted, span = asked.wanted, _range(asked)
    sources = wanted.versions or conventional(span.until)
    now = read_versions(span.until, sources)
    before = None if span.since is None else read_versions(span.since, sources)
    rows = version_table(now, before)
    found = _VERSION.search(asked.until)
    released: Reading = Known(found[0]) if found else Unreadable("name the release's tag with --to")
    judged = judge_all(wanted.aligned, {**now, RELEASED: released})

    def shown(reading: Reading | None) -> str:
        match reading:
            case Known(value=value):
                return value
            case Unreadable(why=why):
                return f"unreadable: {why}"
            case None:
                return ""

    def place(reading: Reading) -> str:
        match reading:
            case Known(file=file, commit=commit):
                return " ".join(part for part in (file, short(commit)) if part)
            case Unreadable(file=file):
                return file

    lines = [
        (r.name, shown(r.now), shown(r.before), "changed" if r.has_changed else "", place(r.now))
        for r in rows
    ]
    verdicts = [(j.verdict.value, j.sentence) for j in judged]
    facts = {
        "versions": [{**_plain(r), "has_changed": r.has_changed} for r in rows],
        "rules": [
            {"rule": str(j.rule), "item": j.rule.item, "verdict": j.verdict, "sentence": j.sentence}
            for j in judged
        ],
    }
    tables = [
        Table(
            "Versions", ("name", span.until_name, span.since_name or "(no release before)", "", "from"), lines
        ),
        Table("Rules", ("", "rule"), verdicts),
    ]
    return _report(span, tables, facts, (*_unread(now.items()), *alignment_findings(judged)), wanted)


def branches(asked: Asked, main: str | None, below: str) -> Report:
    """Every branch, its owner, its place beside main, and what the rules say."""
    from bot.facts.branches import report_branches

    wanted = asked.wanted
    git = open_repository(asked.repository)
    local = LocalRepository(git)
    tags = local.tags() if asked.since or asked.until else []
    since, until = (local.commit(name, tags) if name else None for name in (asked.since, asked.until))
    found = report_branches(git, wanted, main, below, since, until)
    rows = [
        (
            b.seen.name, b.kind.value, b.seen.owner, f"{b.seen.at:%Y-%m-%d}", f"+{b.seen.ahead} -{b.seen.behind}",
            "merged" if b.is_merged else "", "" if b.has_good_name else "name",
        )
        for b in found.branches
    ]  # fmt: skip
    facts = {
        "main": found.main,
        "branches": [
            {
                **_plain(replace(b.seen, landed=())),
                "kind": b.kind,
                "is_merged": b.is_merged,
                "has_good_name": b.has_good_name,
            }
            for b in found.branches
        ],
    }
    columns = ("branch", "kind", "owner", "last commit", f"to {found.main}", "merged", "breaks")
    return Report([Table("Branches", columns, rows)], facts, weighed(found.findings, wanted.waived))


def migrations(asked: Asked) -> Report:
    """The migrations of the range in their order, and the draft of their guide."""
    from bot.facts.guide import migration_guide
    from bot.facts.migrations import plan_migrations

    wanted, span = asked.wanted, _range(asked)
    plan = plan_migrations(span.since, span.until, wanted)
    rows = [
        (
            m.path, m.convention.value, m.kind, "destructive" if m.is_destructive else "",
            "way back" if m.is_reversible else "no way back",
            "; ".join(f"{c.effect} {c.what}" for c in m.changes) or m.unread,
        )
        for m in plan.migrations
    ]  # fmt: skip
    facts = {
        "digest": plan.digest,
        "migrations": [
            {**_plain(m), "kind": m.kind, "is_destructive": m.is_destructive} for m in plan.migrations
        ],
    }
    columns = ("migration", "kept by", "kind", "", "", "what it does")
    tables = [Table("Migrations", columns, rows)]
    report = _report(span, tables, facts, plan.findings, wanted)
    found = _VERSION.search(asked.until)
    draft = migration_guide(plan.migrations, report.weighed.open, found[0] if found else "")
    return Report(report.tables, report.facts, report.weighed, draft)


def docs(asked: Asked) -> Report:
    """What changed for callers and operators between two commits, and what the documentation lacks."""
    from bot.domain.errors import NotFound
    from bot.facts.documentation import compare_documentation

    wanted, span = asked.wanted, _range(asked)
    if span.since is None:
        raise NotFound("There is no release before to compare with. Name a commit with --from.")
    found = compare_documentation(span.since, span.until, wanted)
    tables = [
        Table(
            title,
            ("", "what", "how", "file"),
            [(c.difference.value, c.what, c.detail, c.file) for c in changes],
        )
        for title, changes in (("API", found.api), ("Settings", found.settings))
    ]
    facts = {"api": [_plain(c) for c in found.api], "settings": [_plain(c) for c in found.settings]}
    return _report(span, tables, facts, found.findings, wanted)


def stands_in_the_way(report: Report) -> bool:
    """Whether a finding is open that blocks a release, or that nobody could judge."""
    return any(finding.severity is not Severity.ADVICE for finding in report.weighed.open)


def _range(asked: Asked) -> _Range:
    git = open_repository(asked.repository)
    local = LocalRepository(git)
    tags, until_name = local.tags(), asked.until or "HEAD"
    until = Snapshot(git, local.commit(until_name, tags))
    since_name = asked.since or release_before(local, until_name, asked.prefix) or ""
    since = Snapshot(git, local.commit(since_name, tags)) if since_name else None
    return _Range(git, since, until, since_name, until_name)


def _unread(readings: Iterable[tuple[str, Any]]) -> Iterable[Finding]:
    from bot.domain.named_versions import Unreadable

    for name, reading in readings:
        if isinstance(reading, Unreadable):
            sentence = f"The version {name} cannot be read: {reading.why}."
            yield Finding(f"version:{name}", "VA-1", Severity.INCONCLUSIVE, sentence, reading.file)


def _report(
    span: _Range, tables: list[Table], facts: dict[str, Any], findings: Iterable[Finding], wanted: FactsWanted
) -> Report:
    ends = {"from": span.since.commit if span.since else None, "to": span.until.commit}
    return Report(tables, {**ends, **facts}, weighed(findings, wanted.waived))


def _plain(value: Any) -> Any:
    """A frozen dataclass as what JSON can hold; times in ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
