"""What there is to say about a release's own branch: commits that are no repairs, and a hotfix that is no small one."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.events import BranchRead, HotfixBegan
from bot.domain.freezing import flagged, too_large
from bot.domain.release import Release
from bot.domain.words import CommitLine
from bot.views.parts import commit_list, context, section
from bot.views.text import counted, escape

_FLAGGED_SHOWN = 3


def branch_troubles(release: Release) -> list[Block]:
    """The lines for the card; none for a release whose branch is as it should be."""
    blocks: list[Block] = []
    if release.is_open and (lines := flagged(release.moves)):
        lead = (
            f"⚠️ {counted(len(lines), 'commit')} came onto `{escape(release.branch or '')}` after it was cut, and "
            f"{'is no repair' if len(lines) == 1 else 'are no repairs'}:"
        )
        blocks += [section(lead, "flagged-lead"), commit_list(lines[:_FLAGGED_SHOWN], "flagged")]
        if len(lines) > _FLAGGED_SHOWN:
            blocks.append(
                context(f"… and {counted(len(lines) - _FLAGGED_SHOWN, 'more commit')}.", "flagged-more")
            )
    if release.moves and (said := too_large(release.moves[-1])):
        blocks.append(section(f"⚠️ {said}", "too-large"))
    return blocks


def branch_remarks(read: BranchRead) -> str:
    """The same for the thread, at once when it happens; and which sign-offs stayed, and why."""
    said = ""
    named = [line for line in read.lines if line.sha in read.flagged]
    if named:
        said += f"\n⚠️ No {'repair' if len(named) == 1 else 'repairs'}, and the branch was cut already: {_subjects(named)}."
    if text := too_large(read):
        said += f"\n⚠️ {text}"
    if read.carried:
        files = ", ".join(f"`{escape(path)}`" for path in read.carried[:10])
        said += f"\nSign-offs stay: by commits of the bot alone, and only in {files}."
    return said


def hotfix_remark(who: str, began: HotfixBegan) -> str:
    """For the thread of a release that is being tested: what a hotfix beside it means, and what to do after it."""
    merges = (
        f"the bot merges `{escape(began.tag)}` into this release's branch"
        if began.by_bot
        else f"merge `{escape(began.tag)}` into this release's branch by hand"
    )
    return (
        f"{who} started the hotfix {escape(began.hotfix)}. Both go on, but the base of this release will move: once the "
        f"hotfix is tagged, {merges}. What was tested and signed for the commit before is then asked for again, so test with the "
        "repair in it."
    )


def _subjects(lines: Sequence[CommitLine]) -> str:
    shown = [f"`{line.sha[:7]}` {escape(line.subject[:120])}" for line in lines[:_FLAGGED_SHOWN]]
    rest = len(lines) - len(shown)
    return "; ".join(shown) + (f" and {rest} more" if rest else "")
