"""Changes as JSON, the same for every command."""

import json
from typing import Any

from bot.domain.settling import Entry


def facts_of(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "sha": change.sha,
        "type": change.type or None,
        "scope": change.scope or None,
        "subject": change.subject,
        "breaking": change.breaking,
        "deprecated": change.deprecated,
        "issues": list(change.issues),
        "authors": list(change.authors),
        "listed": entry.listed,
        "left_out": str(entry.left_out) if entry.left_out else None,
        "kind": str(entry.kind),
        "pull_request": change.pull_request or None,
        "breaking_notes": list(change.footers.breaking),
        "deprecation_notes": list(change.footers.deprecated),
    }


def as_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
