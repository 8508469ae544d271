"""Rules about documentation: which pages must change with which files, and which names in pages lead nowhere any more."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.domain.findings import Finding, Severity
from bot.domain.interfaces import Changed, Difference

_BOUNDARY = r"(?<![A-Za-z0-9_]){}(?![A-Za-z0-9_])"
_NAMED_FILE = re.compile(
    r"`(?:\./)?((?:[\w.-]+/)+[\w.-]+\.(?:sh|py|sql|ya?ml|toml|json|env|service|tf|conf))`"
)


@dataclass(frozen=True)
class RuleSeen:
    """A rule `paths → docs` against a range: which of its files have changed, and which of its pages."""

    item: str
    docs: tuple[str, ...]
    changed_files: tuple[str, ...]
    changed_docs: tuple[str, ...]


def rule_findings(rules: Iterable[RuleSeen], commit: str) -> tuple[Finding, ...]:
    """A finding for each rule whose files have changed while none of its pages has."""
    return tuple(
        Finding(
            name=f"{rule.item}:{'+'.join(rule.docs)}",
            item=rule.item,
            severity=Severity.BLOCKS,
            sentence=f"{_some(rule.changed_files)} changed, and {' or '.join(rule.docs)} did not.",
            file=rule.changed_files[0],
            commit=commit,
        )
        for rule in rules
        if rule.changed_files and not rule.changed_docs
    )


def setting_findings(
    changes: Iterable[Changed], pages: Mapping[str, str], commit: str
) -> tuple[Finding, ...]:
    """Settings that are new or changed and that no page names, and removed ones that a page still names (DC, DD-2)."""
    findings: list[Finding] = []
    for change in changes:
        naming = [path for path, text in pages.items() if _names(text, change.what)]
        if change.difference is Difference.REMOVED:
            for page in naming:
                sentence = f"{page} still names the setting {change.what}, which was removed."
                findings.append(
                    Finding(f"DC-3:{change.what}:{page}", "DC-3", Severity.BLOCKS, sentence, page, commit)
                )
        elif not naming:
            sentence = f"No page names {change.what} ({change.detail}, in {change.file})."
            name = f"{change.item}:{change.what}"
            findings.append(Finding(name, change.item, Severity.BLOCKS, sentence, change.file, commit))
    return tuple(findings)


def lost_files(
    pages: Mapping[str, str], before: Collection[str], now: Collection[str], commit: str
) -> tuple[Finding, ...]:
    """Steps in pages that name a file which was there at the last release and is gone (DD-2)."""
    findings = []
    for page, text in pages.items():
        for path in dict.fromkeys(_NAMED_FILE.findall(text)):
            if path in before and path not in now:
                sentence = f"{page} still names {path}, which does not exist any more."
                findings.append(
                    Finding(f"DD-2:{path}:{page}", "DD-2", Severity.BLOCKS, sentence, page, commit)
                )
    return tuple(findings)


def _names(text: str, setting: str) -> bool:
    """Whether a page names a setting, whole and not as a part of a longer name."""
    return setting in text and re.search(_BOUNDARY.format(re.escape(setting)), text) is not None


def _some(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - 2} more files" if len(paths) > 2 else ""
    return f"{' and '.join(paths[:2]) if not more else ', '.join(paths[:2])}{more}"
