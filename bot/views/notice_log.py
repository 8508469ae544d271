"""The lines of the log that are about a release's date and its notices."""

from typing import assert_never

from bot.domain.notice_book import (
    Announced,
    FreezeExcepted,
    MigrationsListed,
    NoticeCancelled,
    NoticeEdited,
    NoticeEvent,
    NoticeMoved,
    NoticeSent,
    NoticeSkipped,
    PostSkipped,
    Rescheduled,
)
from bot.views.text import counted, escape, foreign, moment, sentence


def about_notices(who: str, event: NoticeEvent) -> str:
    """What happened, in one sentence of mrkdwn."""
    match event:
        case Rescheduled(planned, was):
            before = f" (it was {escape(was.wall)} {escape(was.zone)})" if was else ""
            return f"{who} planned it for {escape(planned.wall)} {escape(planned.zone)}{before}. Its notices move with it."
        case FreezeExcepted(freeze, _starts, ends, reason):
            until = moment(ends)
            return f"{who} signed an exception from the freeze “{foreign(freeze, 80)}” (until {until}): {foreign(reason, 500)}"
        case NoticeSent(notice, audience, _at, channel, _ts, late):
            how = "late, and saying so" if late else "in time"
            return f"The notice `{escape(notice)}` went to {audience} in <#{escape(channel)}>, {how}."
        case NoticeSkipped(notice, _at, why):
            return f"The notice `{escape(notice)}` was not sent: {sentence(why, 500)}."
        case NoticeEdited(notice, text):
            return f"{who} " + (
                f"wrote the notice `{escape(notice)}` anew: {foreign(text, 300)}"
                if text
                else f"took their words for the notice `{escape(notice)}` back."
            )
        case NoticeMoved(notice, at):
            return f"{who} moved the notice `{escape(notice)}` to {moment(at)}."
        case NoticeCancelled(notice):
            return f"{who} cancelled the notice `{escape(notice)}`."
        case Announced(post, audience, channel):
            return f"{audience.capitalize()} were told in <#{escape(channel)}>: {escape(post)}."
        case PostSkipped(post, audience, why):
            return f"{audience.capitalize()} were not told “{escape(post)}”: {sentence(why, 500)}."
        case MigrationsListed(_commit, lines):
            if not lines:
                return "No migration of the database is left for the operators' notices."
            return f"Read for the operators' notices: {counted(len(lines), 'line')} about migrations of the database."
        case unknown:
            assert_never(unknown)
