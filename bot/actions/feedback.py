"""POST-3: users are asked how the release is for them. What they answer is collected for as long as there are buttons."""

from datetime import timedelta

from bot.domain.notice_book import Announced
from bot.domain.orders import Announce, DoWork
from bot.domain.outcomes import Judged, Passed
from bot.domain.posts import ASKS_FOR_FEEDBACK
from bot.domain.release import Release
from bot.domain.words import Audience, ChannelId
from bot.parts import Parts
from bot.views.feedback import question
from bot.views.parts import as_json

_MARGIN = timedelta(minutes=2)
_ASKED_IN = "feedback.channels"


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    """Ask in every channel of users in which nothing with the button stands, or is about to. Raises as Slack does."""
    channels = _of_users(parts, release)
    for channel in sorted(channels - _asked_already(parts, release, order)):
        _ask_once(parts, release, order, channel)
    where = ", ".join(sorted(channels))
    return Passed("Users are asked for feedback; /release feedback shows it.", ((_ASKED_IN, where),))


def _of_users(parts: Parts, release: Release) -> set[ChannelId]:
    plans = parts.product(release.product).notices.audiences
    return {plan.channel for plan in plans if plan.audience is Audience.USERS} or {release.channel}


def _asked_already(parts: Parts, release: Release, order: DoWork) -> set[str]:
    """By a post that stands there, by one that still waits for its turn or for its channel, or by this work before it was
    begun anew."""
    with parts.store.reading() as tx:
        events = [line.happened.what for line in tx.history(release.id)]
        coming = tx.open_orders(release.id, Announce)
    asked = {str(e.channel) for e in events if isinstance(e, Announced) and e.post in ASKS_FOR_FEEDBACK}
    asked |= {str(one.channel) for one in coming if one.post in ASKS_FOR_FEEDBACK}
    before = [work.ended for work in release.works if work.does == order.does and work.ended]
    return asked | {
        channel for ended in before for channel in dict(ended.facts).get(_ASKED_IN, "").split(", ")
    }


def _ask_once(parts: Parts, release: Release, order: DoWork, channel: ChannelId) -> None:
    """Once a release, however often the work is begun: the question is looked for first, as far back as the first time."""
    mark = f"feedback {release.id}"
    begun = min((work.begun_at for work in release.works if work.does == order.does), default=parts.clock())
    if parts.slack.find(channel, mark, oldest=(begun - _MARGIN).timestamp()) is None:
        text, blocks = question(release)
        parts.slack.post(channel, text, as_json(blocks), mark=mark)
