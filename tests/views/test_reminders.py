"""Reminders as people read them."""

from datetime import timedelta

from bot.domain.reminders import Away
from bot.domain.turn import needs
from bot.views.parts import as_json
from bot.views.reminders import to_person
from tests.contract.releases import NOW, POLICY, ROLES, in_every_state
from tests.domain.builders import CHLOE


def test_whoever_stands_in_reads_in_whose_place_and_until_when() -> None:
    release = next(one for one in in_every_state() if needs(one, POLICY, ROLES))
    need = needs(release, POLICY, ROLES)[0]

    own, _ = to_person(release, POLICY, need, NOW)
    text, blocks = to_person(release, POLICY, need, NOW, (Away(CHLOE, NOW + timedelta(days=2)),))

    assert "in the place of" not in own
    assert text.startswith(f"{own} You are asked in the place of <@{CHLOE}>, away until <!date^")
    assert text.endswith(". What you sign counts as your own word.")
    assert text in str(as_json(blocks)[0])
