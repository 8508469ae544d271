"""POST-3: users are asked how the release is for them. What they answer is collected for as long as there are buttons."""

from datetime import timedelta

from bot.domain.notice_book import Announced
from bot.domain.notices import ASKS_FOR_FEEDBACK
from bot.domain.orders import DoWork
from bot.domain.outcomes import Judged, Passed
from bot.domain.release import Release
from bot.domain.words import Audience, ChannelId
from bot.parts import Parts
from bot.views.feedback import question
from bot.views.parts import as_json

_MARGIN = timedelta(minutes=2)


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    """Ask in every channel of users in which no post with the button stands. Raises as Slack does."""
    channels = _of_users(parts, release)
    for channel in sorted(channels - _asked_already(parts, release)):
        _ask_once(parts, release, order, channel)
    where = ", ".join(sorted(channels))
    return Passed(
        "Users are asked for feedback; /release feedback shows it.", (("feedback.channels", where),)
    )


def _of_users(parts: Parts, release: Release) -> set[ChannelId]:
    plans = parts.product(release.product).notices.audiences
    return {plan.channel for plan in plans if plan.audience is Audience.USERS} or {release.channel}


def _asked_already(parts: Parts, release: Release) -> set[ChannelId]:
    with parts.store.reading() as tx:
        events = [line.happened.what for line in tx.history(release.id)]
    return {e.channel for e in events if isinstance(e, Announced) and e.post in ASKS_FOR_FEEDBACK}


def _ask_once(parts: Parts, release: Release, order: DoWork, channel: ChannelId) -> None:
    """It looks first each time: the order may be carried out twice, and asks one call a release."""
    mark = f"feedback {order.operation}"
    begun = next((w.begun_at for w in release.works if w.operation == order.operation), parts.clock())
    if parts.slack.find(channel, mark, oldest=(begun - _MARGIN).timestamp()) is None:
        text, blocks = question(release)
        parts.slack.post(channel, text, as_json(blocks), mark=mark)
