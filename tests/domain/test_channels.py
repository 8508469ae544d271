"""The channel a release lives in: lost once an incident, found again, or left for another one."""

import pytest

from bot.domain.channels import Closed, find_again, lose, move
from bot.domain.errors import Refused
from bot.domain.events import ChannelFound, ChannelLost, ChannelMoved
from bot.domain.orders import RefreshCard, TellOfChannel, WriteLog
from bot.domain.people import Roles
from bot.domain.words import ChannelId
from tests.domain.builders import ADA, BEN, CHANNEL, CHLOE, MARA, ROLES, kinds, now, process, started

OTHER = ChannelId("C0OTHER")
SHUT = Closed(CHANNEL, "The channel C0SHOPREL is archived, and nobody can write there.")


def test_a_channel_that_is_shut_is_written_down_and_told_to_every_release_manager() -> None:
    release = started()

    step = lose(release, SHUT, ROLES, now(release), process())

    assert [one.what for one in step.happened] == [ChannelLost(CHANNEL, SHUT.why)]
    seq = step.release.events
    assert [o for o in step.orders if isinstance(o, TellOfChannel)] == [
        TellOfChannel(release.id, ADA, seq),
        TellOfChannel(release.id, BEN, seq),
        TellOfChannel(release.id, MARA, seq),
    ]


def test_without_a_release_manager_the_starter_is_told() -> None:
    release = started()

    step = lose(release, SHUT, Roles({}), now(release), process())

    assert [o.who for o in step.orders if isinstance(o, TellOfChannel)] == [MARA]


def test_an_incident_is_told_once_and_another_channel_is_none_of_its_business() -> None:
    release = started()
    lost = lose(release, SHUT, ROLES, now(release), process()).release

    assert lose(lost, SHUT, ROLES, now(lost), process()).orders == ()
    assert lose(release, Closed("D0BEN", "no"), ROLES, now(release), process()).orders == ()


def test_a_channel_in_which_the_bot_has_written_again_is_found_once() -> None:
    release = started()
    lost = lose(release, SHUT, ROLES, now(release), process()).release

    step = find_again(lost, now(lost), process())

    assert [one.what for one in step.happened] == [ChannelFound(CHANNEL)]
    assert find_again(step.release, now(step.release), process()).happened == ()


def test_a_release_that_moves_gets_its_card_in_the_other_channel() -> None:
    release = started()
    lost = lose(release, SHUT, ROLES, now(release), process()).release

    step = move(lost, OTHER, MARA, ROLES, now(lost), process())

    assert [one.what for one in step.happened] == [ChannelMoved(OTHER, CHANNEL)]
    assert (step.release.channel, step.release.channel_lost) == (OTHER, None)
    assert step.orders == (
        RefreshCard(release.id),
        WriteLog(release.id, step.release.events, step.release.events),
    )


def test_only_the_starter_and_release_managers_move_a_release() -> None:
    release = started()

    assert kinds(move(release, OTHER, BEN, ROLES, now(release), process())) == ["ChannelMoved"]
    with pytest.raises(Refused, match="or a release-manager can move it"):
        move(release, OTHER, CHLOE, ROLES, now(release), process())


def test_a_release_is_not_moved_to_where_it_is() -> None:
    release = started()

    with pytest.raises(Refused, match="lives in that channel already"):
        move(release, CHANNEL, MARA, ROLES, now(release), process())
