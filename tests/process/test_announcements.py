"""Announcements: ahead of a release, with its highlights, its migrations, and the way back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.cast import TALK
from tests.scenarios.planned import PlannedStory, planned_story
from tests.scenarios.story import HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING

AUDIENCES = f"""
[calendar]
timezone = "Europe/Berlin"
holidays = {{ "2026-12-14" = "Company day" }}

[products.shop.audiences.users]
channel = "{TALK.id}"
timezone = "America/New_York"
posts = ["tagged", "completed"]

[products.shop.audiences.operators]
channel = "{TALK.id}"
timezone = "Asia/Kolkata"
before = ["1 business day"]
posts = ["tagged"]
"""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[PlannedStory]:
    with planned_story(tmp_path, AUDIENCES) as one:
        yield one


@pytest.mark.process("CA-1", "CA-2", "CA-3", "CA-4")
def test_a_major_release_is_announced_on_the_clocks_of_each_audience_with_all_it_must_know(
    told: PlannedStory,
) -> None:
    told.until_read()
    assert told.says("mara", "start shop major on 2026-12-15 15:00").startswith("Started shop-2.0.0")
    told.until_shown("shop-2.0.0")
    told.until_logged("Read for the operators' notices: ")
    told.until_idle()

    # The Monday before is a holiday, so a business day ahead is the Friday: 10:00 in Kolkata, hours later in New York.
    told.at(datetime(2026, 12, 11, 4, 30, tzinfo=UTC))
    operators = told.until_told("planned for Tuesday 2026-12-15 19:30 (Asia/Kolkata)")
    told.at(datetime(2026, 12, 11, 15, 0, tzinfo=UTC))
    users = told.until_told("planned for Tuesday 2026-12-15 09:00 (America/New_York)")

    for said in (operators, users):
        assert said.startswith("*shop 2.0.0* is planned for")
        assert "*Highlights*\n• payments: pay by card" in said
        assert (
            "*If something goes wrong:* operations or release-manager can begin a rollback at any time with "
            "`/release rollback shop-2.0.0`; ask in" in said
        )
        assert "It goes back to v1.3.2." in said
    assert "*Before you upgrade*" not in users
    requirements = operators.split("*Before you upgrade*\n")[1].split("\n\n")[0].splitlines()
    assert [line.split(": ")[0].replace("\u200b", "") for line in requirements] == MIGRATIONS


MIGRATIONS = ["• 0006_saved_carts.sql", "• 0007_cart_owner.sql"]


@pytest.mark.process("CA-3", "CA-4")
def test_the_post_about_a_release_says_what_operators_must_do_and_how_to_go_back(told: PlannedStory) -> None:
    told.hotfix()
    told.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)

    told.until(lambda: len(told.told()) == 2, "users and operators are told of the tag")

    users, operators = sorted(told.told(), key=lambda said: "*Before you upgrade*" in said)
    assert users.startswith("*shop 1.3.3* is made: v1.3.3.")
    assert (
        "begin a rollback at any time with `/release rollback shop-1.3.3`; ask in #shop-releases. It goes back to v1.3.2."
        in users
    )
    assert "*Before you upgrade*" in operators
    told.until_logged("Operators were told in #general: tagged.")
