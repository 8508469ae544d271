"""Drafts the migration guide from the plan, with templates/migration-guide.md.j2. What is missing stands in it by name."""

import re
from collections.abc import Sequence
from importlib import resources

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain.findings import Finding
from bot.domain.migrations import Migration, verification_steps

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~])")


def migration_guide(migrations: Sequence[Migration], findings: Sequence[Finding], version: str) -> str:
    """Markdown for people to correct; `version` may be empty."""
    words = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        keep_trailing_newline=True,
    )
    words.filters["plain"] = plain
    text = resources.files("templates").joinpath("migration-guide.md.j2").read_text("utf-8")
    return words.from_string(text).render(
        migrations=migrations, findings=findings, version=plain(version), steps=verification_steps
    )


def plain(text: str) -> str:
    """Foreign text inside Markdown: one line, nothing that formats, links or mentions."""
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return _SIGNS.sub(r"\\\1", "".join(letter for letter in line if letter.isprintable()))
