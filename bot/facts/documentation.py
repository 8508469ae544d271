"""Compares two commits for the documentation checks: OpenAPI files, settings, and the team's own rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.documentation import RuleSeen, lost_files, rule_findings, setting_findings
from bot.domain.facts_wanted import FactsWanted
from bot.domain.findings import Finding, Severity
from bot.domain.interfaces import (
    Changed,
    Difference,
    Endpoint,
    Setting,
    api_difference,
    settings_difference,
    undocumented,
)
from bot.facts.api import openapi_files
from bot.readers.globs import matching
from bot.readers.keyed import NotReadable
from bot.readers.openapi import read_openapi
from bot.readers.settings import IN_CODE, read_settings, settings_called_for
from bot.repository.files import Snapshot, TooLarge, changed_between

_SETTINGS = re.compile(
    r"(?:.*/)?\.env\.(?:example|sample|dist|template)|(?:.*/)?[\w-]+\.env\.(?:example|sample)"
)
_CODE = re.compile(r".*\.(?:py|js|jsx|ts|tsx|mjs|cjs|rb|rs|go|php)")
_NO_CODE_OF_OURS = re.compile(r"(?:.*/)?(?:node_modules|vendor|third_party|tests?|__tests__|spec)/.*")
_PAGE = re.compile(r"(?:.*/)?(?:docs?/.*|README[^/]*|INSTALL[^/]*|[A-Z]+)\.(?:md|rst|txt|adoc)")
_HISTORY = re.compile(r"(?:.*/)?(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES?)[^/]*", re.I)
_MOST_CODE_FILES = 5_000


@dataclass
class _Notes:
    findings: list[Finding] = field(default_factory=list)

    def cannot_read(self, item: str, path: str, why: str) -> None:
        sentence = f"{path} cannot be compared: {why}."
        self.findings.append(Finding(f"{item}:{path}", item, Severity.INCONCLUSIVE, sentence, path))


@dataclass(frozen=True)
class DocumentationReport:
    """The differences, to be told in notes and in the operators' guide, and the findings."""

    api: tuple[Changed, ...]
    settings: tuple[Changed, ...]
    findings: tuple[Finding, ...]


def compare_documentation(since: Snapshot, until: Snapshot, wanted: FactsWanted) -> DocumentationReport:
    """The documentation checks for `since..until`. What cannot be read is an inconclusive finding. Raises OutsideError."""
    notes = _Notes()
    touched = tuple(t.path for t in changed_between(until.git, since.commit, until.commit))
    api, bare = _api(since, until, wanted, notes)
    settings = settings_difference(
        _settings(since, wanted, touched, _Notes()), _settings(until, wanted, touched, notes)
    )
    settings = tuple(change for change in settings if not _is_elsewhere(change, since, until, wanted))
    pages = _pages(until)
    rules = [_rule_seen(rule.item, rule.paths, rule.docs, touched) for rule in wanted.docs]
    findings = (
        *rule_findings(rules, until.commit),
        *bare,
        *setting_findings(settings, pages, until.commit),
        *lost_files(pages, since.entries.keys(), until.entries.keys(), until.commit),
        *notes.findings,
    )
    return DocumentationReport(api, settings, findings)


def _api(
    since: Snapshot, until: Snapshot, wanted: FactsWanted, notes: _Notes
) -> tuple[tuple[Changed, ...], tuple[Finding, ...]]:
    changes: list[Changed] = []
    bare: list[Finding] = []
    for path in sorted(
        {*openapi_files(since.entries, wanted.openapi), *openapi_files(until.entries, wanted.openapi)}
    ):
        old, new = since.entries.get(path), until.entries.get(path)
        if old is not None and new is not None and old.blob == new.blob:
            continue
        try:
            before, now = _endpoints(since, path), _endpoints(until, path)
        except NotReadable as problem:
            notes.cannot_read("DA-1", path, str(problem))
            continue
        here = api_difference(before, now, path)
        changes += here
        bare += undocumented(now, here)
    return tuple(changes), tuple(bare)


def _endpoints(snapshot: Snapshot, path: str) -> Mapping[str, Endpoint]:
    match snapshot.read(path):
        case None:
            return {}
        case TooLarge(size):
            raise NotReadable(f"it has {size} bytes, more than is read")
        case content:
            return read_openapi(path, content)


def _settings(
    snapshot: Snapshot, wanted: FactsWanted, touched: Sequence[str], notes: _Notes
) -> dict[str, Setting]:
    """Only files that differ are read: a setting that is the same on both sides makes no difference."""
    among = set(touched)
    declared = [path for path in _fitting(snapshot, wanted.settings, _SETTINGS) if path in among]
    code = [path for path in _code(snapshot) if path in among][:_MOST_CODE_FILES]
    contents = snapshot.read_all([*declared, *code])
    patterns = wanted.settings_in_code or IN_CODE
    found: dict[str, Setting] = {}
    for path in code:
        content = contents[path]
        if isinstance(content, bytes):
            found |= settings_called_for(path, content, patterns)
    for path in declared:
        content = contents[path]
        try:
            if isinstance(content, TooLarge):
                raise NotReadable(f"it has {content.size} bytes, more than is read")
            found |= read_settings(path, content)
        except NotReadable as problem:
            notes.cannot_read("DC-1", path, str(problem))
    return found


def _is_elsewhere(change: Changed, since: Snapshot, until: Snapshot, wanted: FactsWanted) -> bool:
    """Whether a setting only moved: one that left a file lives on in another, or one that came to a file was there."""
    match change.difference:
        case Difference.ADDED:
            other = since
        case Difference.REMOVED:
            other = until
        case _:
            return False
    files = [*_fitting(other, wanted.settings, _SETTINGS), *_code(other)[:_MOST_CODE_FILES]]
    word = re.compile(rb"(?<![A-Za-z0-9_])" + re.escape(change.what.encode()) + rb"(?![A-Za-z0-9_])")
    return any(isinstance(c, bytes) and word.search(c) for c in other.read_all(files).values())


def _code(snapshot: Snapshot) -> list[str]:
    return [p for p in snapshot.entries if _CODE.fullmatch(p) and not _NO_CODE_OF_OURS.fullmatch(p)]


def _pages(snapshot: Snapshot) -> dict[str, str]:
    paths = [p for p in snapshot.entries if _PAGE.fullmatch(p) and not _HISTORY.fullmatch(p)]
    contents = snapshot.read_all(paths)
    return {path: c.decode("utf-8", "replace") for path, c in contents.items() if isinstance(c, bytes)}


def _rule_seen(item: str, paths: tuple[str, ...], docs: tuple[str, ...], touched: Sequence[str]) -> RuleSeen:
    def fits(globs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for glob in globs for path in matching(glob, touched)))

    pages = fits(docs)
    return RuleSeen(item, docs, tuple(path for path in fits(paths) if path not in pages), pages)


def _fitting(snapshot: Snapshot, globs: tuple[str, ...], usual: re.Pattern[str]) -> list[str]:
    if globs:
        return list(dict.fromkeys(path for glob in globs for path in matching(glob, snapshot.entries)))
    return [path for path in snapshot.entries if usual.fullmatch(path)]
