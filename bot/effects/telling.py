"""Posting what an audience is told: the text, and a mark by which a post is found again whose outcome nobody knows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from slack_sdk.models.blocks import Block

from bot.domain.errors import NotUnderstood, Unsayable
from bot.domain.highlights import Highlights, of_commits, of_notes
from bot.domain.notices import AudiencePlan, Notice
from bot.domain.posts import Post
from bot.domain.release import Release
from bot.domain.settling import CONVENTIONAL
from bot.parts import Parts
from bot.views.announcements import Telling, announcement, in_own_words, late_post, message
from bot.views.parts import as_json
from storage.queue import Claim

CLOCKS_DIFFER = timedelta(hours=3)
"""How far Slack's clock and ours may differ when a message is looked up by its time. Ours may have jumped an hour, and what was
posted then must be found all the same."""


def post_once(
    parts: Parts, claim: Claim, channel: str, mark: str, message: tuple[str, Sequence[Block]]
) -> str:
    """Post it, unless it stands there already. Returns its ts."""
    there = posted_before(parts, claim, channel, mark)
    if there is not None:
        return there
    line, blocks = message
    return parts.slack.post(channel, line, as_json(blocks), mark=mark)


def posted_before(parts: Parts, claim: Claim, channel: str, mark: str) -> str | None:
    """The ts of the post, if an earlier attempt has made it."""
    oldest = (claim.due_at - CLOCKS_DIFFER).timestamp()
    return parts.slack.find(channel, mark, oldest=oldest) if claim.may_be_done else None


def notice_text(parts: Parts, release: Release, notice: Notice, late: bool) -> str:
    """What a notice says: people's own words where they wrote some, else ours."""
    due = notice.at if late else None
    if notice.text:
        said = in_own_words(notice.text)
        return f"{said}\n_This notice is late._" if late else said
    return announcement(notice.kind, _about(parts, release, notice.plan, due), parts.templates)


@contextmanager
def sayable(channel: str) -> Iterator[None]:
    """A template that has had a mistake since the last `harbourmaster check` is mended by people, who are told: Unsayable."""
    try:
        yield
    except NotUnderstood as problem:
        raise Unsayable(str(problem), channel) from None


def preview(parts: Parts, release: Release, notice: Notice) -> tuple[str, list[Block]]:
    """A notice exactly as it will look, if nothing changes until then."""
    return message(notice_text(parts, release, notice, late=False))


def post_text(
    parts: Parts, release: Release, post: Post, plan: AudiencePlan, late_since: datetime | None
) -> str:
    """What a post about something that happened says; with `late_since` also that it goes out late, and when that was."""
    said = announcement(post, _about(parts, release, plan, None), parts.templates)
    return f"{said}\n\n{late_post(late_since, plan.zone)}" if late_since else said


def _about(parts: Parts, release: Release, plan: AudiencePlan, due: datetime | None) -> Telling:
    told = [sent for sent in release.book.told if sent.audience is plan.audience]
    was = told[-1].planned_at if told else None
    return Telling(
        release=release, audience=plan.audience, zone=plan.zone,
        rollback_roles=parts.policy_of(release.product).rollback_roles, was=was, due_at=due,
        reason=_reason(release), brings=_brings(parts, release), migrations=release.book.migrations,
    )  # fmt: skip


def _brings(parts: Parts, release: Release) -> Highlights:
    """What the notes of the release put first, as they stand now; without notes what its commits say."""
    with parts.store.reading() as tx:
        notes = tx.notes(release.id)
    if notes is not None:
        return of_notes(notes.book)
    lines = {line.sha: line for move in reversed(release.moves) for line in move.lines}
    product = parts.products.get(release.product)
    return of_commits(lines.values(), product.notes.convention if product else CONVENTIONAL)


def _reason(release: Release) -> str:
    if release.withdrawn is not None:
        return release.withdrawn.asked.cause
    if release.ended is not None:
        return release.ended.reason or ""
    return release.holds[-1].reason if release.holds else ""
