"""Conflicts in the bot's own files: settled where each is understood, left to people in all other cases."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.actions._settling import settled
from bot.config import Product
from bot.domain.branch_work import Conflicted
from bot.domain.facts_wanted import FactsWanted
from bot.domain.named_versions import FilePattern
from bot.domain.words import ChannelId, ReleaseType, Sha
from tests.domain.builders import started
from tests.git_fixtures import Shop
from tests.repository.branch_things import OWN, put

FACTS = FactsWanted(bump=(FilePattern("VERSION", "^v(.+)$"),))
PRODUCT = Product(
    "shop", "https://x", None, "main", ChannelId("C0"), "v", ZoneInfo("UTC"), look_every=60, facts=FACTS
)
HOTFIX = replace(started(ReleaseType.HOTFIX), version="2.3.1")
OLD = b"# Changelog\r\n\r\n## [2.3.0]\r\n\r\n- old\r\n"


def conflict(
    shop: Shop, base: dict[str, bytes], source: dict[str, bytes], target: dict[str, bytes]
) -> dict[str, bytes]:
    """What is settled of merging these changes of one base."""
    put(shop.bare, "main", base)
    fixed = put(shop.bare, "hotfix/2.3.1", source)
    ahead = put(shop.bare, "main", target)
    shop.repository.refresh()
    done = shop.repository.merge(fixed, "main", Sha(ahead), OWN)
    assert isinstance(done, Conflicted)
    return settled(PRODUCT, shop.repository, HOTFIX, (fixed, ahead), done)


def entry(version: str, text: str) -> bytes:
    return OLD.replace(b"## [2.3.0]", f"## [{version}]\r\n\r\n- {text}\r\n\r\n## [2.3.0]".encode())


def test_both_entries_stand_in_the_changelog_in_the_order_of_their_versions(shop: Shop) -> None:
    found = conflict(
        shop,
        {"CHANGELOG.md": OLD, "VERSION": b"# of the shop\nv2.3.0\n"},
        {"CHANGELOG.md": entry("2.3.1", "fix"), "VERSION": b"# of the shop\nv2.3.1\n"},
        {"CHANGELOG.md": entry("2.4.0", "feature"), "VERSION": b"# of the shop\nv2.4.0\n"},
    )

    assert found["VERSION"] == b"# of the shop\nv2.4.0\n"
    assert found["CHANGELOG.md"] == (
        b"# Changelog\r\n\r\n## [2.4.0]\r\n\r\n- feature\r\n\r\n## [2.3.1]\r\n\r\n- fix\r\n\r\n## [2.3.0]\r\n\r\n- old\r\n"
    )


def test_a_conflict_anywhere_else_leaves_everything_to_people(shop: Shop) -> None:
    found = conflict(
        shop,
        {"CHANGELOG.md": OLD, "price": b"0"},
        {"CHANGELOG.md": entry("2.3.1", "fix"), "price": b"1"},
        {"CHANGELOG.md": entry("2.4.0", "feature"), "price": b"2"},
    )

    assert found == {}


def test_a_version_file_in_which_more_than_the_version_changed_is_for_people(shop: Shop) -> None:
    found = conflict(
        shop,
        {"VERSION": b"# of the shop\nv2.3.0\n"},
        {"VERSION": b"# of something else\nv2.3.1\n"},
        {"VERSION": b"# of the shop\nv2.4.0\n"},
    )

    assert found == {}
