"""Reports for one person: the branches of a product, and the manifest of its releases."""

from slack_sdk.models.blocks import Block

from bot.domain.branches import BranchesSeen
from bot.domain.manifest import Manifest, ManifestRelease
from bot.domain.words import short
from bot.views.parts import bullets, context, section
from bot.views.text import counted, escape, foreign, mention, moment

_BRANCHES_SHOWN = 15
_RELEASES_SHOWN = 20


def branch_report(product: str, seen: BranchesSeen) -> list[Block]:
    """What the rules say about the branches, the ones worked on last first."""
    sentences = [sentence for line in seen.lines for sentence in line.says]
    lead = f"*{escape(product)}* has {counted(seen.total, 'branch', 'branches')}"
    if not sentences:
        return [section(f"{lead}, and there is nothing to say about them.", "branches"), _read_at(seen)]
    shown = sentences[:_BRANCHES_SHOWN]
    rest = len(sentences) - len(shown) + seen.more
    more = (
        [context(f"… and {rest} more. `harbourmaster branches` lists them all.", "branches-more")]
        if rest
        else []
    )
    return [section(f"{lead}; about {counted(len(seen.lines) + seen.more, 'of them', 'of them')}:", "branches"),
            bullets(shown, "branches-list"), *more, _read_at(seen)]  # fmt: skip


def manifest_list(product: str, file: str, manifest: Manifest) -> list[Block]:
    """The releases the bot knows of, the latest first."""
    where = f"The whole of it is `{escape(file)}` on the main branch; `harbourmaster releases {escape(product)}` prints it."
    newest = sorted(manifest.releases, key=lambda r: r.released_at, reverse=True)
    if not newest:
        return [
            section(f"No release of *{escape(product)}* has a tag yet.", "releases"),
            context(where, "manifest"),
        ]
    lines = [_release(release) for release in newest[:_RELEASES_SHOWN]]
    rest = len(newest) - len(lines)
    more = [context(f"… and {counted(rest, 'earlier release')}.", "releases-more")] if rest else []
    return [section("\n".join(lines), "releases"), *more, context(where, "manifest")]


def _release(release: ManifestRelease) -> str:
    mark = {"released": "🏷️", "withdrawn": "⛔", "cancelled": "▫️"}[release.state]
    state = f"{release.type} · {release.state} {(release.withdrawn_at or release.released_at)[:10]}"
    who = ", ".join(mention(one) for one in release.withdrawn_by)
    why = f" · {who}: {foreign(release.reason, 150)}" if who else ""
    return f"{mark} `{escape(release.tag)}` {state} · `{short(release.commit)}`{why}"


def _read_at(seen: BranchesSeen) -> Block:
    return context(f"As of {moment(seen.read_at)}, beside `{escape(seen.main)}`.", "branches-read")
