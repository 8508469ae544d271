"""Posting what an audience is told: the text, and a mark by which a post is found again whose outcome nobody knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_sdk.models.blocks import Block

from bot.domain.notices import AudiencePlan, Notice, NoticeRules, Post
from bot.domain.release import Release
from bot.parts import Parts
from bot.views.announcements import Telling, announcement, in_own_words, message
from bot.views.parts import as_json
from storage.queue import Claim

_MARGIN = timedelta(minutes=2)


def post_once(
    parts: Parts, claim: Claim, channel: str, mark: str, message: tuple[str, Sequence[Block]]
) -> str:
    """Post it, unless it stands there already. Returns its ts."""
    if claim.may_be_done:
        oldest = (claim.due_at - _MARGIN).timestamp()
        there = parts.slack.find(channel, mark, oldest=oldest)
        if there is not None:
            return there
    line, blocks = message
    return parts.slack.post(channel, line, as_json(blocks), mark=mark)


def notice_text(parts: Parts, release: Release, notice: Notice, rules: NoticeRules, late: bool) -> str:
    """What a notice says: people's own words where they wrote some, else ours."""
    due = notice.at if late else None
    if notice.text:
        said = in_own_words(notice.text)
        return f"{said}\n_This notice is late._" if late else said
    return announcement(notice.kind, _about(release, notice.plan, rules, due), parts.templates)


def preview(parts: Parts, release: Release, notice: Notice, rules: NoticeRules) -> tuple[str, list[Block]]:
    """A notice exactly as it will look, if nothing changes until then."""
    return message(notice_text(parts, release, notice, rules, late=False))


def post_text(parts: Parts, release: Release, post: Post, plan: AudiencePlan, rules: NoticeRules) -> str:
    """What a post about something that happened says."""
    return announcement(post, _about(release, plan, rules, None), parts.templates)


def _about(release: Release, plan: AudiencePlan, rules: NoticeRules, due: datetime | None) -> Telling:
    told = [sent for sent in release.book.told if sent.audience is plan.audience]
    dates = [*release.book.dates, *([release.planned] if release.planned else [])]
    was = next((p for p in reversed(dates) if told and p.at == told[-1].planned_at), None)
    return Telling(
        release=release, audience=plan.audience, zone=plan.zone, rollback_roles=tuple(rules.exception_roles), was=was,
        due_at=due, reason=_reason(release), migrations=release.book.migrations,
    )  # fmt: skip


def _reason(release: Release) -> str:
    if release.ended is not None:
        return release.ended.reason or ""
    return release.holds[-1].reason if release.holds else ""
