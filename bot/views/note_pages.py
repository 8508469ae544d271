"""Notes as Markdown, from Jinja2 templates that a team can replace. Templates get plain, escaped text and nothing else: they
can neither call, change nor reach anything, and what they make is bounded."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain.errors import NotUnderstood
from bot.domain.markdown import escaped, escaped_lines, inline
from bot.domain.notes import Extra, Line, Notes, Section, read_by
from bot.domain.trackers import Trackers
from bot.domain.words import Audience, short

_PAGES = {
    Audience.USERS: "users.md.j2",
    Audience.OPERATORS: "operators.md.j2",
    Audience.STAKEHOLDERS: "stakeholders.md.j2",
}
LONGEST_TEMPLATE = 64 * 1024
LONGEST_PAGE = 1024 * 1024
"""Characters. A page of notes is a few thousand; a longer one comes from a template that never ends."""


def markdown(notes: Notes, audience: Audience, folder: Path | None = None) -> str:
    """The notes for one audience. `folder` holds the team's own templates; those it lacks are ours.

    Raises NotUnderstood, naming the template and the line, when one cannot be used.
    """
    template_name = _PAGES[audience]
    words = ImmutableSandboxedEnvironment(
        loader=_Templates(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )  # fmt: skip
    page: list[str] = []
    length = 0
    try:
        for piece in words.get_template(template_name).generate(_facts(read_by(notes, audience))):
            page.append(piece)
            length += len(piece)
            if length > LONGEST_PAGE:
                raise NotUnderstood(
                    f"The template {template_name} makes more than {LONGEST_PAGE:,} characters. Look for a loop in it."
                )
    except TemplateNotFound as problem:
        raise NotUnderstood(
            f"The template {problem} does not exist. It belongs beside {template_name}."
        ) from None
    except (TemplateError, TypeError, ValueError, OverflowError, ArithmeticError, LookupError) as problem:
        line = getattr(problem, "lineno", None)
        where = f", line {line}" if line else ""
        raise NotUnderstood(
            f"The template {template_name}{where} cannot be used: {str(problem).rstrip('.')}. Correct it."
        ) from None
    return "".join(page).rstrip("\n") + "\n"


class _Templates(BaseLoader):
    """The team's folder first, then our own templates. A name cannot lead out of either of them."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get_source(self, environment: Any, template: str) -> tuple[str, str | None, None]:  # noqa: ARG002
        if "/" in template or "\\" in template or template.startswith("."):
            raise TemplateNotFound(template)
        own = self._folder / template if self._folder is not None else None
        if own is not None and own.is_file():
            return _bounded(own.read_text("utf-8", errors="replace"), template), str(own), None
        ours = resources.files("templates").joinpath("notes", template)
        if not ours.is_file():
            raise TemplateNotFound(template)
        return ours.read_text("utf-8"), None, None


def _bounded(text: str, name: str) -> str:
    if len(text) > LONGEST_TEMPLATE:
        raise NotUnderstood(
            f"The template {name} has more than {LONGEST_TEMPLATE:,} characters. Make it shorter."
        )
    return text


def _facts(notes: Notes) -> Mapping[str, Any]:
    """What a template sees; docs/configuration.md lists it. Every text is one line of escaped Markdown, but for
    what people wrote in place of lines: that is Markdown already."""
    heading = notes.heading
    return {
        "product": inline(heading.product),
        "version": inline(heading.version),
        "previous": inline(heading.previous) if heading.previous else None,
        "date": heading.date,
        "commits": notes.commits,
        "sections": [_section(section, notes.trackers) for section in notes.sections],
        "extras": [_extra(extra) for extra in notes.extras],
        "contributors": [inline(name) for name in notes.contributors],
        "findings": [escaped(found.sentence) for found in notes.findings],
    }


def _section(section: Section, trackers: Trackers) -> Mapping[str, Any]:
    return {
        "topic": section.topic.name.lower(),
        "title": str(section.topic),
        "text": section.text.split("\n") if section.text else [],
        "lines": [_line(line, trackers) for line in section.lines],
    }


def _line(line: Line, trackers: Trackers) -> Mapping[str, Any]:
    change = line.change
    return {
        "text": escaped(change.subject) or "(no message)",
        "scope": inline(change.scope),
        "sha": change.sha,
        "commit": short(change.sha),
        "issues": [_reference(issue, trackers) for issue in change.issues],
        "pull_request": _reference(change.pull_request, trackers),
        "authors": [inline(name) for name in change.authors],
        "details": [row for text in line.details for row in escaped_lines(text)],
    }


def _reference(named: str, trackers: Trackers) -> str:
    """An issue or a pull request, leading to its page where that is known."""
    address = trackers.address(named)
    return f"[{inline(named)}]({address})" if address else inline(named)


def _extra(extra: Extra) -> Mapping[str, Any]:
    return {"title": escaped(extra.title), "lines": [escaped(line) for line in extra.lines]}
