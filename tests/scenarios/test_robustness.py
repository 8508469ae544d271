"""Bad days: requests that come twice, Slack that is away or cuts a call off, and a bot that is started anew."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.demo.cast import CHANNEL
from bot.workspace.delivery.over_http import FORM, OverHttp, signature_headers
from tests.scenarios.story import (
    HOTFIX_AFTER_TAG,
    HOTFIX_POST,
    HOTFIX_PREPARATION,
    HOTFIX_TESTING,
    SHIPPING,
    Story,
    story,
)

Send = Callable[[], dict[str, Any]]


def by_http(shop: Story) -> OverHttp:
    """Let the bot listen to HTTP as well, and Slack deliver there."""
    port = shop.stage.bot.listen_http([shop.ws.signing_secret], "127.0.0.1", 0)
    return shop.ws.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")


def the_same_command(shop: Story, way: OverHttp, user: str, text: str) -> Send:
    """One signed request of Slack that can be sent again and again, with one and the same trigger."""
    form = {
        "command": "/release", "text": text, "user_id": user, "channel_id": CHANNEL.id, "team_id": "T0HARBOUR",
        "trigger_id": f"1.2.{text}", "response_url": "http://127.0.0.1:9/", "api_app_id": "A0HARBOUR",
    }  # fmt: skip
    body = urlencode(form).encode()

    def send() -> dict[str, Any]:
        signed = signature_headers(shop.ws.signing_secret, body, str(int(time.time())))
        return dict(way.send(body, {"Content-Type": FORM, **signed}).body or {})

    return send


def test_the_same_request_twice_changes_once_and_answers_the_same(shop: Story) -> None:
    release_id = shop.hotfix()
    way = by_http(shop)

    for user, text in (
        ("U0MARA", "done PREP-1"),
        ("U0ELI", "approve as docs"),
        ("U0ELI", "withdraw"),
        ("U0CHLOE", "hold no"),
        ("U0BEN", "cancel x"),
    ):
        send = the_same_command(shop, way, user, text)
        events = shop.release(release_id).events
        first = send()
        once = shop.release(release_id).events
        assert send() == first, text
        assert once > events
        assert shop.release(release_id).events == once
    start = the_same_command(shop, way, "U0MARA", "start shop hotfix")
    with ThreadPoolExecutor(4) as pool:
        answers = [future.result() for future in [pool.submit(start) for _ in range(4)]]
    assert {answer["text"].split(",")[0] for answer in answers} == {"Started shop-1.3.3~2"}
    assert all(answer == answers[0] for answer in answers)
    approve = the_same_command(shop, way, "U0ELI", "approve shop as docs")
    shop.until_shown("shop-1.3.3~2")
    first = approve()
    assert first["text"].startswith("You signed preparation of shop-1.3.3~2 as docs")
    assert shop.says("mara", "cancel shop over").startswith("shop-1.3.3~2 is cancelled.")
    assert approve() == first, "whatever became of the release since"


def test_clicks_and_forms_that_arrive_twice_at_once_count_once(shop: Story) -> None:
    release_id = shop.hotfix()

    shop.ws.faults.double_deliveries(1)
    shop.clicks("eli", "Approve as docs")
    shop.until(lambda: shop.release(release_id).sign_offs, "it is signed")
    shop.clicks("chloe", "Hold…")
    shop.modal("chloe")
    shop.ws.faults.double_deliveries(1)
    assert shop.fills("chloe", reason="twice").ok
    shop.until_logged("put the release on hold")
    shop.until_quiet()

    assert len(shop.release(release_id).sign_offs) == 1
    assert len(shop.release(release_id).holds) == 1
    assert sum("@eli signed" in line for line in shop.lines()) == 1
    assert not [said for said in shop.whispers("eli") if "already" in said]


def test_after_an_outage_everything_is_posted_once_and_in_order(shop: Story) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()
    before = shop.lines()
    shop.ws.faults.outage(True)
    shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING[:1])
    shop.until(lambda: any(line.error for line in shop.ws.log[-4:]), "Slack refuses a call")

    shop.ws.faults.outage(False)
    shop.until_logged("did *TEST-1*")
    shop.until_quiet()

    head = shop.short_head(release_id)
    assert shop.lines()[len(before) :] == [
        f"✅ @mara did *PREP-1* at `{head}`.",
        f"✅ @eli did *PREP-3* at `{head}`.",
        f"✅ @eli signed *PREP-2* (preparation) as docs, at `{head}`.",
        f"✅ @devi signed *PREP-4* (preparation) as database, at `{head}`.",
        "✅ Preparation is complete.",
        f"✅ @devi did *TEST-1* at `{head}`.",
    ]
    assert len(shop.cards()) == 1
    assert "▶️ *Testing* 1/3" in shop.card().plain
    assert "Still trying" not in shop.card().plain


def test_a_connection_cut_after_the_post_was_taken_doubles_no_message(shop: Story) -> None:
    shop.until_read()
    shop.ws.faults.drop_after_write("chat.postMessage", 2)

    shop.says("mara", "start shop hotfix")
    shop.until_shown("shop-1.3.3")
    shop.until_logged("@mara started shop 1.3.3")
    shop.until_quiet()

    assert len(shop.cards()) == 1
    assert len(shop.posts()) == 2
    assert shop.card().pinned
    assert "Still trying" not in shop.card().plain


def test_too_many_calls_only_delay_the_card(shop: Story) -> None:
    shop.hotfix()
    shop.until_quiet()
    shop.ws.faults.rate_limit("chat.update", 1)
    shop.ws.faults.rate_limit("chat.postMessage", 1)

    shop.play(HOTFIX_PREPARATION[:2])
    shop.until_card(lambda card: "▶️ *Preparation* 2/4" in card)
    shop.until_quiet()

    assert [line.split("*")[1] for line in shop.lines()[-2:]] == ["PREP-1", "PREP-3"]
    assert "Still trying" not in shop.card().plain


def test_a_bot_that_is_restarted_goes_on_with_the_same_card(shop: Story) -> None:
    release_id = shop.hotfix()
    card = shop.card()
    shop.play(HOTFIX_PREPARATION[:2])

    shop.stage.restart()

    assert shop.answer_to(
        "eli", lambda: shop.ws.person("eli").clicks_old(card, text="Approve as docs")
    ).startswith("You signed preparation")
    shop.play(HOTFIX_PREPARATION[3:])
    shop.until_card(lambda text: "▶️ *Testing*" in text)
    shop.until_quiet()
    assert [m.ts for m in shop.cards()] == [card.ts]
    assert [line.split("*")[1] for line in shop.lines() if line.startswith("✅ @")] == [
        "PREP-1",
        "PREP-3",
        "PREP-2",
        "PREP-4",
    ]
    assert len(shop.release(release_id).sign_offs) == 2


def test_a_bot_that_starts_while_slack_is_down_catches_up(shop: Story) -> None:
    shop.hotfix()
    shop.ws.faults.outage(True)
    shop.play(HOTFIX_PREPARATION[:2])
    refused = len([line for line in shop.ws.log if line.name == "apps.connections.open" and line.error])

    def comes_back() -> None:
        shop.until(
            lambda: len([x for x in shop.ws.log if x.name == "apps.connections.open" and x.error]) > refused,
            "the bot has tried",
        )
        shop.ws.faults.outage(False)

    shop.at_once(shop.stage.restart, comes_back)

    shop.until_card(lambda text: "▶️ *Preparation* 2/4" in text)
    assert shop.says("eli", "approve").startswith("You signed preparation")
    shop.until_logged("@eli signed")
    assert [line.split("*")[1] for line in shop.lines() if line.startswith("✅ @")] == [
        "PREP-1",
        "PREP-3",
        "PREP-2",
    ]


def test_over_http_a_release_is_played_to_its_end(tmp_path: Path) -> None:
    with story(tmp_path, over_http=True) as shop:
        release_id = shop.hotfix()
        assert shop.says("chloe", "hold payload=1&payload[] the word payload").startswith(
            "shop-1.3.3 is on hold."
        )
        assert shop.release(release_id).holds[0].reason == "payload=1&payload[] the word payload"
        shop.clicks("chloe", "Hold…")
        shop.modal("chloe").plain.startswith("`shop-1.3.3`")
        shop.ws.person("chloe").closes()
        shop.says("chloe", "resume")
        shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
        shop.until_logged("is on the remote at")
        shop.play(HOTFIX_AFTER_TAG, HOTFIX_POST)

        assert "*Completed*" in shop.until_card(lambda text: "*Completed*" in text).plain
        assert shop.says("ben", "approve shop") == "shop-1.3.3 is over; it was completed."
        assert not [line for line in shop.ws.log if line.kind == "connection"], "no socket was opened"


def test_an_order_whose_worker_died_is_taken_over_when_its_lease_ends(tmp_path: Path) -> None:
    with story(tmp_path, lease=timedelta(seconds=1)) as shop:
        shop.hotfix()
        shop.until_quiet()
        parts = shop.stage.bot.parts
        shop.stage.bot.workers.stop()
        shop.says("mara", "done PREP-1")
        assert parts.queue.claim(parts.clock(), timedelta(seconds=1), 9), "somebody takes the orders and dies"

        shop.stage.restart()

        shop.until_card(lambda text: "▶️ *Preparation* 1/4" in text)
        shop.until_logged("@mara did *PREP-1*")
        shop.until_quiet()
        assert sum("PREP-1" in line for line in shop.lines()) == 1
