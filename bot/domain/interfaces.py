"""What an API offers and what settings a product reads, as values; and the difference of two such lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.findings import Finding, Severity


class Difference(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    DEPRECATED = "deprecated"


@dataclass(frozen=True)
class Parameter:
    """`where` is `query`, `path`, `header`, `cookie` or `body`. `shape` is a text that differs when its type does."""

    name: str
    where: str
    is_required: bool
    is_deprecated: bool
    shape: str
    has_description: bool


@dataclass(frozen=True)
class Endpoint:
    """One operation of an API."""

    method: str
    path: str
    is_deprecated: bool
    has_description: bool
    parameters: tuple[Parameter, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Setting:
    """A setting by its name. `default` is empty where none is declared; `file` is where it was seen."""

    name: str
    default: str
    file: str


@dataclass(frozen=True)
class Changed:
    """One line of the difference: `item` is the statement of the process it belongs to; `is_breaking` for callers."""

    difference: Difference
    what: str
    detail: str
    item: str
    file: str
    is_breaking: bool = False


_SECURITY = re.compile(
    r"SECRET|PASSWORD|PASSWD|TOKEN|(?:^|_)(?:API_?)?KEY|AUTH|TLS|SSL|CERT|CORS|CSRF|CRYPT|COOKIE|SESSION|ALLOWED_HOSTS|PERMISSION",
    re.I,
)


def is_about_security(name: str) -> bool:
    return _SECURITY.search(name) is not None


def api_difference(
    before: Mapping[str, Endpoint], now: Mapping[str, Endpoint], file: str
) -> tuple[Changed, ...]:
    """What callers of the API notice, in the order of its operations."""
    changes: list[Changed] = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old is None:
            changes.append(Changed(Difference.ADDED, name, "new endpoint", "DA-1", file))
        elif new is None:
            detail = "endpoint removed" + ("" if old.is_deprecated else " without having been deprecated")
            changes.append(Changed(Difference.REMOVED, name, detail, "DA-4", file, is_breaking=True))
        else:
            if new.is_deprecated and not old.is_deprecated:
                changes.append(Changed(Difference.DEPRECATED, name, "endpoint deprecated", "DA-3", file))
            changes += _parameter_changes(old, new, file)
    return tuple(changes)


def settings_difference(before: Mapping[str, Setting], now: Mapping[str, Setting]) -> tuple[Changed, ...]:
    """Added and removed settings and changed defaults, by name; those about security belong to DC-4, and what they
    hold is not repeated."""
    changes: list[Changed] = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        secure = is_about_security(name)
        if old is None and new is not None:
            detail = (
                f"new setting, by default {_told(new)}" if new.default else "new setting without a default"
            )
            changes.append(Changed(Difference.ADDED, name, detail, "DC-4" if secure else "DC-1", new.file))
        elif new is None and old is not None:
            changes.append(Changed(Difference.REMOVED, name, "setting removed", "DC-3", old.file, True))
        elif old is not None and new is not None and old.default != new.default:
            detail = f"default changed from {_told(old)} to {_told(new)}"
            changes.append(Changed(Difference.CHANGED, name, detail, "DC-4" if secure else "DC-2", new.file))
    return tuple(changes)


def undocumented(endpoints: Mapping[str, Endpoint], changes: tuple[Changed, ...]) -> tuple[Finding, ...]:
    """New endpoints and parameters that have no description in the OpenAPI file itself (DA-1, DA-2)."""
    findings = []
    for change in changes:
        endpoint = endpoints.get(change.what)
        if endpoint is None:
            continue
        if change.item == "DA-1" and not endpoint.has_description:
            sentence = f"{change.what} is new and has neither a summary nor a description in {change.file}."
            findings.append(Finding(f"DA-1:{change.what}", "DA-1", Severity.ADVICE, sentence, change.file))
        for parameter in endpoint.parameters if change.item in ("DA-1", "DA-2") else ():
            if not parameter.has_description and (
                change.item == "DA-1" or f" {parameter.name} " in change.detail
            ):
                name = f"DA-2:{change.what}:{parameter.name}"
                sentence = (
                    f"The parameter {parameter.name} of {change.what} has no description in {change.file}."
                )
                findings.append(Finding(name, "DA-2", Severity.ADVICE, sentence, change.file))
    return tuple(dict.fromkeys(findings))


def _parameter_changes(old: Endpoint, new: Endpoint, file: str) -> list[Changed]:
    before = {(p.where, p.name): p for p in old.parameters}
    now = {(p.where, p.name): p for p in new.parameters}
    changes = []
    for key in sorted({*before, *now}):
        was, is_ = before.get(key), now.get(key)
        called = f"{key[0]} parameter {key[1]}"
        if was is None and is_ is not None:
            must = " (required)" if is_.is_required else " (optional)"
            detail = f"{called} added{must}"
            changes.append(Changed(Difference.ADDED, new.name, detail, "DA-2", file, is_.is_required))
        elif is_ is None:
            changes.append(Changed(Difference.REMOVED, new.name, f"{called} removed", "DA-2", file, True))
        elif was is not None:
            changes += _changed_parameter(was, is_, new.name, file)
    return changes


def _changed_parameter(was: Parameter, is_: Parameter, endpoint: str, file: str) -> list[Changed]:
    called = f"{is_.where} parameter {is_.name}"
    changes = []
    if was.shape != is_.shape:
        detail = f"{called} changed from {was.shape} to {is_.shape}"
        changes.append(Changed(Difference.CHANGED, endpoint, detail, "DA-2", file, True))
    if was.is_required != is_.is_required:
        detail = f"{called} became {'required' if is_.is_required else 'optional'}"
        changes.append(Changed(Difference.CHANGED, endpoint, detail, "DA-2", file, is_.is_required))
    if is_.is_deprecated and not was.is_deprecated:
        changes.append(Changed(Difference.DEPRECATED, endpoint, f"{called} deprecated", "DA-3", file))
    return changes


def _told(setting: Setting) -> str:
    if is_about_security(setting.name):
        return "a value that is not repeated here"
    return f"`{setting.default[:60]}`" if setting.default else "none"
