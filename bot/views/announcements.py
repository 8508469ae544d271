"""Announcements from Jinja2 templates that a team can replace: they get plain, escaped text and nothing else, and what they make
fits into one message."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block

from bot.domain.candidates import tried
from bot.domain.errors import NotUnderstood
from bot.domain.highlights import Highlights
from bot.domain.notices import Kind
from bot.domain.posts import Post
from bot.domain.release import Release
from bot.domain.words import Audience, ReleaseType
from bot.views.parts import MOST_BLOCKS, MOST_CHARACTERS, section
from bot.views.text import escape, foreign, moment, stripped

if TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 200_000
"""Characters. What is longer comes from a template that never ends."""
_IN_A_SECTION = 2_900
_HIGHLIGHTS = 8
_LONGEST_LINE = 150
_CUT = "… shortened here. The whole of it is in the release notes."
Name = Post | Kind
TEMPLATES: Mapping[Name, str] = {
    Kind.ADVANCE: "notice.md.j2",
    Kind.MOVED: "moved.md.j2",
    Kind.CALLED_OFF: "called-off.md.j2",
    Post.STARTED: "started.md.j2",
    Post.FROZEN: "frozen.md.j2",
    Post.CANDIDATE: "candidate.md.j2",
    Post.TAGGED: "tagged.md.j2",
    Post.DEPLOYED: "deployed.md.j2",
    Post.HEALTHY: "healthy.md.j2",
    Post.COMPLETED: "completed.md.j2",
    Post.ON_HOLD: "on-hold.md.j2",
    Post.CANCELLED: "cancelled.md.j2",
    Post.ROLLED_BACK: "rolled-back.md.j2",
    Post.WITHDRAWN: "withdrawn.md.j2",
}


@dataclass(frozen=True)
class Telling:
    """What an announcement is about, beyond the release itself."""

    release: Release
    audience: Audience
    zone: str
    """On whose clocks times are told."""
    rollback_roles: tuple[str, ...]
    """Who may begin a rollback."""
    was: datetime | None = None
    """The date that the audience was told before."""
    due_at: datetime | None = None
    """When it should have gone out, if it goes out late."""
    reason: str = ""
    brings: Highlights = field(default=Highlights())
    migrations: tuple[str, ...] = field(default=())
    """What operators have to do about the database, one line each."""


def announcement(name: Name, telling: Telling, folder: Path | None = None) -> str:
    """The text in mrkdwn. Raises NotUnderstood, naming the template and the line, when one cannot be used."""
    from jinja2 import TemplateError, TemplateNotFound  # a start does not need templates

    file = TEMPLATES[name]
    words = _words(folder)
    pieces: list[str] = []
    length = 0
    try:
        for piece in words.get_template(file).generate(
            {**_facts(telling), **_candidate(name, telling.release)}
        ):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST:
                raise NotUnderstood(
                    f"The template {file} makes more than {LONGEST:,} characters. Look for a loop in it."
                )
    except TemplateNotFound as problem:
        raise NotUnderstood(f"The template {problem} does not exist. It belongs beside {file}.") from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as problem:
        line = getattr(problem, "lineno", None)
        where = f", line {line}" if line else ""
        raise NotUnderstood(
            f"The template {file}{where} cannot be used: {str(problem).rstrip('.')}. Correct it."
        ) from None
    text = "\n\n".join(part.strip() for part in "".join(pieces).split("\n\n") if part.strip())
    if not text:
        raise NotUnderstood(f"The template {file} makes no text at all.")
    return text


@cache
def _words(folder: Path | None) -> "ImmutableSandboxedEnvironment":
    """Templates stay compiled until their file changes."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=_loader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )  # fmt: skip


def _loader(folder: Path | None) -> "BaseLoader":
    """The team's own templates first, then ours. Jinja lets no name lead out of either folder."""
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader

    ours = PackageLoader("templates", "announce")
    return ours if folder is None else ChoiceLoader([FileSystemLoader(folder), ours])


def message(text: str) -> tuple[str, list[Block]]:
    """The text as Slack takes it: a line for notifications, and sections that stay within what a message may carry."""
    blocks: list[Block] = []
    left = MOST_CHARACTERS - len(_CUT) - 100
    for part in _parts(text):
        if len(part) > left or len(blocks) >= MOST_BLOCKS - 1:
            blocks.append(section(_CUT, "shortened"))
            break
        left -= len(part)
        blocks.append(section(part, f"part-{len(blocks)}"))
    return text.split("\n")[0][:300], blocks


def _parts(text: str) -> list[str]:
    """The lines joined to sections; one that is longer than a section goes on in the next."""
    parts: list[str] = []
    for piece in (piece for line in text.split("\n") for piece in _pieces(line)):
        if parts and len(parts[-1]) + len(piece) + 1 <= _IN_A_SECTION:
            parts[-1] += "\n" + piece
        else:
            parts.append(piece)
    return [part for part in (part.strip("\n") for part in parts) if part]


def _pieces(line: str) -> Iterator[str]:
    """A line in pieces that fit into a section, cut between words where there are some, and never inside of an entity or a
    reference."""
    while len(line) > _IN_A_SECTION:
        cut = line.rfind(" ", _IN_A_SECTION // 2, _IN_A_SECTION) + 1 or _IN_A_SECTION
        for opens, closes in ("&;", "<>"):
            begun = line.rfind(opens, 1, cut)
            if begun > line.rfind(closes, 0, cut):
                cut = begun
        yield line[:cut]
        line = line[cut:]
    yield line


def in_own_words(text: str) -> str:
    """What people wrote in place of a notice: their lines and their emphasis, with nothing in them that pings or links."""
    return "\n".join(escape(stripped(line)) for line in text.splitlines())


def late_post(since: datetime, zone: str) -> str:
    """Stands under a post that had to wait."""
    return f"_This comes late: it happened {_wall(since, zone)}._"


def to_edit(text: str) -> str:
    """A notice of ours as people can go on writing it: dates and channels in plain words."""
    shown = re.sub(r"<!date[^|<>]*\|([^<>]*)>", r"\1", text)
    shown = re.sub(r"<#[A-Z0-9]+>", "the channel of the release", shown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _facts(telling: Telling) -> Mapping[str, Any]:
    """What a template sees; docs/announcements.md lists it."""
    release = telling.release
    planned_at = release.planned_at
    return {
        "product": escape(release.product),
        "version": escape(release.version),
        "release": escape(release.id),
        "type": str(release.type),
        "cause": release.cause.in_words if release.cause else "",
        "is_major": release.type is ReleaseType.MAJOR,
        "tag": escape(release.tag),
        "previous": escape(release.previous_tag) if release.previous_tag else None,
        "audience": str(telling.audience),
        "when": _when(planned_at, telling.zone) if planned_at else None,
        "was": _when(telling.was, telling.zone) if telling.was else None,
        "late_since": _wall(telling.due_at, telling.zone) if telling.due_at else None,
        "reason": foreign(telling.reason, 500),
        "highlights": [foreign(line, _LONGEST_LINE) for line in telling.brings.first[:_HIGHLIGHTS]],
        "breaking": [foreign(line, _LONGEST_LINE) for line in telling.brings.breaking],
        "changes": release.total,
        "back": _back(release),
        "migrations": [foreign(line, 300) for line in telling.migrations],
        "rollback_roles": [escape(role) for role in telling.rollback_roles],
        "channel": f"<#{escape(release.channel)}>",
    }


def _candidate(name: Name, release: Release) -> Mapping[str, str]:
    """A release that is a pre-release is its own candidate; any other has them cut for its tests."""
    cut = tried(release.works)
    if name is not Post.CANDIDATE or not cut:
        return {}
    prefix = release.tag.removesuffix(release.version)
    return {"tag": escape(cut[-1]), "version": escape(cut[-1].removeprefix(prefix))}


def _back(release: Release) -> Mapping[str, Any]:
    """What is known of the rollback that has withdrawn the release; `to` is empty when there was none."""
    mine = release.withdrawn
    if mine is None:
        return {"to": "", "impact": "", "database": "unknown", "irreversible": []}
    proved = mine.proved
    return {
        "to": escape(mine.target.tag),
        "impact": foreign(mine.asked.impact, 500),
        "database": proved.database if proved else "unknown",
        "irreversible": [foreign(line, 300) for line in proved.irreversible] if proved else [],
    }


def _when(at: datetime, zone: str) -> str:
    return f"{_wall(at, zone)}, {moment(at)} on your clock"


def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%A %Y-%m-%d %H:%M} ({zone})"
