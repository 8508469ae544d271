"""Starting a release: the form with its suggestion, the product switch, and every word that cannot be one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.release import Release
from tests.scenarios.story import Story


def two_products(shop: Story) -> None:
    """Configure a second product, `api`, on the same repository with its own tags, and start the bot again."""
    product = shop.stage.config.products["shop"]
    api = replace(product, name="api", tag_prefix="api-v")
    shop.stage.config = replace(shop.stage.config, products={"api": api, "shop": product})
    shop.stage.restart()
    shop.until(lambda: shop.stage.bot.parts.store and _known(shop, "api"), "both repositories are read")


def _known(shop: Story, product: str) -> bool:
    with shop.stage.bot.parts.store.reading() as tx:
        return tx.product(product) is not None


def the_release(shop: Story) -> Release:
    return shop.release("shop-1.4.0")


def test_without_words_a_form_suggests_the_version_and_says_why(shop: Story) -> None:
    shop.until_read()

    assert shop.reply("mara", "start") is None
    form = shop.modal("mara", "Start a release")

    assert form.plain.splitlines() == [
        "Product *: [shop]",
        "Version *: [plain_text_input]",
        "Three numbers as 1.4.0, or one of major, minor, patch, hotfix, alpha, beta, rc.",
        "`main`: 9 commits since 1.3.2. Suggested: *1.4.0*, because 3 commits bring a feature and none breaks anything.",
        *[line for line in form.plain.splitlines() if line.startswith("• ")],
        "What makes it a hotfix?: [A critical security issue | Damaged data | An outage | An urgent bug]",
        "Only for a hotfix.",
        "Planned date: [datepicker]",
        "Planned time: [timepicker]",
        "In Europe/Berlin; 10:00 if left empty.",
        "Why a lower version is enough: [plain_text_input]",
        "Only for a version below the suggested one. It is kept in the history.",
    ]
    assert form.values["version-shop"]["version"]["value"] == "1.4.0"
    tomorrow = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011 - a day that lies ahead in every zone
    assert shop.fills("mara", date=tomorrow, time="14:30").ok
    assert shop.modal("mara", "Harbourmaster").plain == (
        "Started shop-1.4.0, a minor release (suggested: 3 commits bring a feature and none breaks anything), "
        f"planned for {tomorrow} 14:30 Europe/Berlin. Its card is on its way to the channel; you started it, so others sign it."
    )
    card = shop.until_card(lambda text: "planned for" in text and shop.short_head("shop-1.4.0") in text)
    assert "(Europe/Berlin)" in card.plain


def test_what_is_wrong_in_the_form_stands_at_its_field(shop: Story) -> None:
    shop.until_read()
    shop.says("mara", "start shop")
    shop.modal("mara")

    def errors(**values: str) -> dict[str, str]:
        return dict(shop.fills("mara", **values).errors)

    assert errors(version_shop="1.4") == {
        "version-shop": "“1.4” is not a version. Write three numbers as in `1.4.0`, or one of `major`, `minor`, `patch`, `hotfix`, `alpha`, `beta`, `rc`."
    }
    assert errors(version_shop="1.3.1") == {
        "version-shop": "1.3.1 is already tagged (v1.3.1). Start a higher version."
    }
    assert errors(version_shop="1.0.5") == {
        "version-shop": "1.0.5 is not above the last release, 1.3.2. Start 1.3.3 or higher."
    }
    assert errors(version_shop="1.4.0", date="2020-01-01")["date"].startswith(
        "2020-01-01 10:00 (Europe/Berlin) is in the past: there it is "
    )
    assert errors(date="2027-03-28", time="02:30") == {
        "date": "02:30 does not exist on 2027-03-28 in Europe/Berlin: the clocks go forward over it. Name another time."
    }
    assert errors(date="2027-10-31", time="02:30") == {
        "date": "02:30 exists twice on 2027-10-31 in Europe/Berlin: the clocks go back. Name another time."
    }
    assert errors(date="", time="14:30") == {
        "time": "Choose the date that this time belongs to, or leave both empty."
    }
    assert errors(time="", version_shop=" 1.4.0 ") == {}
    assert the_release(shop).planned is None


def test_the_form_follows_the_product_that_is_chosen(shop: Story) -> None:
    two_products(shop)

    shop.says("mara", "start")
    assert shop.modal("mara").values["product"]["start:product"]["selected_option"]["value"] == "api"
    assert (
        "no release tag yet. Suggested: *0.1.0*, because there is no release tag yet, so this is the first release."
        in shop.modal("mara").plain
    )
    shop.ws.person("mara").fills("product", "shop")
    shop.until(lambda: "*1.4.0*" in shop.modal("mara").plain, "the form shows the other product")
    assert shop.modal("mara").values["version-shop"]["version"]["value"] == "1.4.0"
    assert shop.fills("mara").ok

    assert shop.says("mara", "start api minor").startswith(
        "Started api-0.1.0, a minor release (suggested: there is no release tag yet"
    )
    assert sorted(shop.says("chloe", "done PREP-1").split("`")[1::2]) == ["api-0.1.0", "shop-1.4.0"]
    assert shop.says("chloe", "done PREP-1").startswith("Several releases are open: ")
    assert (
        shop.says("mara", "done api PLAN-1")
        == "PLAN-1 of api-0.1.0 is done. `/release undo PLAN-1` opens it again."
    )
    assert shop.says("mara", "start on 2027-06-01") == "Name the product before the date: api, shop."


def test_a_date_given_without_a_version_is_kept_in_the_form(shop: Story) -> None:
    shop.until_read()

    shop.says("mara", "start shop on 2027-06-01 14:30")
    shop.modal("mara")
    assert shop.fills("mara").ok

    planned = the_release(shop).planned
    assert planned is not None
    assert (planned.wall, planned.zone) == ("2027-06-01 14:30", "Europe/Berlin")


@pytest.mark.process("TAG-1")
def test_words_that_are_no_product_version_or_date_are_refused_with_what_to_write_instead(
    shop: Story,
) -> None:
    shop.until_read()
    how = "Write three numbers as in `1.4.0`, or one of `major`, `minor`, `patch`, `hotfix`, `alpha`, `beta`, `rc`."

    def start(words: str) -> str:
        return shop.says("mara", f"start {words}")

    assert start("shp 1.4.0") == "There is no product “shp”. The products here are: shop."
    assert start("shp") == "There is no product “shp”. The products here are: shop."
    for bad in ("1.4", "v1.4.0.0", "1.4.0.", "1.04.0", "🚢1.4.0", "1.4.0-", "１.４.０"):
        assert start(f"shop {bad}") == f"“{bad}” is not a version. {how}"
    assert start(f"shop {'9' * 2000}.0.0") == f"“{'9' * 64}” is not a version. {how}"
    assert start("shop 1.4.0+linux") == "“1.4.0+linux” has build metadata (`+linux`). Leave it out: `1.4.0`."
    assert start("shop <!channel>") == f"“<!channel>” is not a version. {how}"
    assert start('shop "1.4.0 or so"') == f"“1.4.0 or so” is not a version. {how}"
    assert start("shop 1.3.2") == "1.3.2 is already tagged (v1.3.2). Start a higher version."
    assert start("shop 1.2.7") == "1.2.7 is not above the last release, 1.3.2. Start 1.3.3 or higher."
    assert (
        start("shop 1.4.0 now")
        == "“now” is one word too many. Write `/release start shop 1.4.0 on 2026-12-01 14:30`."
    )
    assert (
        start("shop 1.4.0 on") == "After `on` comes a date and, if you like, a time: `on 2026-12-01 14:30`."
    )
    assert (
        start("shop 1.4.0 on 2026-02-30")
        == "“2026-02-30” is not a date that exists. Write it as `2026-12-01`."
    )
    assert start("shop 1.4.0 on 2027-06-01 25:00") == "“25:00” is not a time of day. Write it as `14:30`."
    assert start("shop 1.4.0 on 2020-06-01").startswith(
        "2020-06-01 10:00 (Europe/Berlin) is in the past: there it is "
    )
    assert start("shop 1.4.0 on 2127-06-01") == "2127-06-01 is more than two years ahead. Check the year."
    assert start("shop 1.4.0 on 2027-03-28 02:30") == (
        "02:30 does not exist on 2027-03-28 in Europe/Berlin: the clocks go forward over it. Name another time."
    )
    assert start("shop 1.4.0 on 2027-10-31 02:30") == (
        "02:30 exists twice on 2027-10-31 in Europe/Berlin: the clocks go back. Name another time."
    )
    assert start('"shop" "v1.4.0" on 2027-03-28 03:00').startswith(
        "Started shop-1.4.0, a minor release (suggested: "
    )
    assert (
        start("shop 1.4.0") == "shop-1.4.0 is already on its way. See it with `/release status shop-1.4.0`."
    )
    assert start("shop minor") == start("shop 1.4.0")
    assert "you are in none of them" in shop.says("chloe", "reject it <!channel> \"quoted 'words'\"")
    assert not [n for n in shop.ws.notifications if n.kind != "user"]
