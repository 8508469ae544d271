"""The message of a tag: what is in it, who signed it off, and the digests that tie it to the bot's history."""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from bot.domain.changes import Weight, weigh
from bot.domain.orders import MakeTag
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.words import CommitLine, CommitRange
from bot.views.text import stripped
from storage.history import HistoryLine

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


@cache
def _words() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined  # here, because a start that makes no tag need not wait for Jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )


def tag_message(
    release: Release, commits: CommitRange, history: Sequence[HistoryLine], policy: Policy, order: MakeTag
) -> str:
    """Plain text for git, from templates/tag.txt.j2.

    `history` is the release's, up to now; its last hash ties the tag to it. `commits` may be cut, and says so.
    """
    template = _words().from_string(resources.files("templates").joinpath("tag.txt.j2").read_text("utf-8"))
    sign_offs = [
        {"item": s.item, "role": s.role, "by": s.by, "at": f"{s.at:%Y-%m-%d %H:%M}Z", "commit": s.commit}
        for item in policy.of(release.type)
        for s in release.valid_sign_offs(policy, item)
    ]
    last = history[-1]
    return template.render(
        product=release.product, version=release.version, type=str(release.type), commit=order.commit,
        previous_tag=release.previous_tag, total=commits.total, read=len(commits.lines), counts=_counts(commits.lines),
        highlights=_highlights(commits.lines), sign_offs=sign_offs, evidence=order.evidence, release=release.id,
        history=last.hash, rows=last.seq,
    )  # fmt: skip


def _counts(lines: Sequence[CommitLine]) -> dict[str, int]:
    weights = [found for found, _ in weigh(lines)]
    return {
        "breaking": weights.count(Weight.BREAKING),
        "features": weights.count(Weight.FEATURE),
        "fixes": weights.count(Weight.FIX),
        "other": weights.count(Weight.OTHER),
    }


def _highlights(lines: Sequence[CommitLine]) -> list[str]:
    """The subjects of the weightiest commits, at most ten, on one line each."""
    weighed = sorted(weigh(lines), key=lambda found: found[0], reverse=True)
    return [
        " ".join(stripped(line.subject).split())[:100] for found, line in weighed if found > Weight.OTHER
    ][:10]
