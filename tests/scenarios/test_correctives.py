"""After a rollback: what is to be done so that it does not happen again has an owner, who is told, and reminded on its day."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.autoplay import buttons
from bot.workspace import Message
from tests.scenarios.deployed import AUTOMATES, deployed
from tests.scenarios.story import Story
from tests.scenarios.test_reminders import LONG, MONDAY, Clock, later
from tests.scenarios.test_rollback import gone_back

DUE = "2026-12-10"
"""A Thursday, three days after MONDAY."""


def told(shop: Story, who: str) -> list[Message]:
    return [m for m in shop.ws.person(who).direct_messages() if "after the rollback of" in m.plain]


@pytest.mark.process("RR-3")
def test_an_owner_is_told_at_once_and_reminded_from_its_day_on_until_it_is_done(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with deployed(tmp_path, clock=clock, lease=LONG, automates=(*AUTOMATES, "correctives")) as world:
        shop = world.shop
        release_id = gone_back(world)
        shop.until_card(lambda card: "*Rolled back to" in card)

        shop.clicks("devi", "Add a corrective action…")
        wrong = shop.fills("devi", action="Alert on lost orders", owner="chloe", due="2026-12-06")
        assert wrong.errors == {"due": "2026-12-06 has passed. Choose today or a later day."}
        assert shop.ws.person("devi").fills("due", DUE) is None
        assert shop.ws.person("devi").submits().ok
        card = shop.until_card(lambda card: "*Corrective actions*" in card).plain
        assert f"⬜ Alert on lost orders · @chloe until {DUE} · `alert-on-lost-orders`" in card

        shop.until(lambda: len(told(shop, "chloe")) == 1, "chloe is told")
        assert told(shop, "chloe")[0].plain.startswith(
            f"🛠️ @chloe, after the rollback of *shop 1.3.3* this is yours, until {DUE}: Alert on lost orders"
        )
        later(shop, clock, 24)
        shop.until_quiet()
        assert len(told(shop, "chloe")) == 1, "nobody is reminded before the day"
        later(shop, clock, 48)
        shop.until(lambda: len(told(shop, "chloe")) == 2, "chloe is reminded on its day")
        later(shop, clock, 24)
        shop.until(lambda: len(told(shop, "chloe")) == 3, "and on the day after it")
        assert f"this is yours, was due on {DUE}" in told(shop, "chloe")[-1].plain

        shop.says("mara", "start shop minor")
        shop.until_logged("*PLAN-RR* failed: What was agreed on after a rollback is still open.")
        found = shop.until_card(lambda card: "1.3.3:alert-on-lost-orders" in card)
        assert "@chloe" in found.plain

        shop.ws.person("chloe").clicks(told(shop, "chloe")[-1], text="It is done…")
        shop.fills("chloe", reason="there is one now")
        shop.until(lambda: shop.release(release_id).rollbacks[-1].finished, "it is done from the message")
        later(shop, clock, 48)
        shop.until_quiet()
        assert len(told(shop, "chloe")) == 3


@pytest.mark.process("RR-3")
def test_an_owner_whom_slack_cannot_reach_is_named_in_the_thread_and_another_one_can_be_chosen(
    tmp_path: Path,
) -> None:
    with deployed(tmp_path, automates=(*AUTOMATES, "correctives")) as world:
        shop = world.shop
        release_id = gone_back(world)
        assert shop.says("devi", f"rollback {release_id} action 2026-01-01 ada alert").splitlines() == [
            "Choose the person who does it: without an owner nobody will.",
            "2026-01-01 has passed. Choose today or a later day.",
        ]
        due = f"{shop.stage.bot.parts.clock() + timedelta(days=2):%Y-%m-%d}"

        shop.says("devi", f"rollback {release_id} action {due} <@U0GHOST> alert on lost orders")
        said = shop.until_logged("They could not be told directly")
        assert "if it is the wrong person".lower() in said.lower()
        answer = shop.says("devi", f"rollback {release_id} action {due} <@U0ELI> alert on lost orders")

        assert answer == (
            f"@eli does it until {due}, and is told so. The next release asks for it (`alert-on-lost-orders`)."
        )
        shop.until(lambda: len(told(shop, "eli")) == 1, "eli is told")
        shop.until_card(
            lambda card: f"· @eli until {due}" in card and card.count("alert-on-lost-orders") == 1
        )
        assert "It is done…" in [b.text for b in buttons(told(shop, "eli")[0])]
