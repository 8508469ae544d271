"""Conflicts in the bot's own files: settled where each is understood, left to people in all other cases."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.actions._settling import settled
from bot.config import Product
from bot.domain.branch_work import Conflicted
from bot.domain.components import ComponentNext
from bot.domain.events import WorkEnded
from bot.domain.facts_wanted import ComponentWanted, FactsWanted
from bot.domain.kept_facts import component_facts
from bot.domain.named_versions import FilePattern
from bot.domain.people import HARBOURMASTER
from bot.domain.records import Work
from bot.domain.words import ChannelId, ItemId, ReleaseType, Sha, Verdict
from tests.domain.builders import C1, NOON, started
from tests.git_fixtures import Shop
from tests.repository.branch_things import OWN, put

API = ComponentWanted("api", ("api",), None, FilePattern("api/VERSION", "^(.+)$"), "api/CHANGES.md")
FACTS = FactsWanted(bump=(FilePattern("VERSION", "^v(.+)$"),), components=(API,))
PRODUCT = Product(
    "shop", "https://x", None, "main", ChannelId("C0"), "v", ZoneInfo("UTC"), look_every=60, facts=FACTS
)
READ = WorkEnded(
    ItemId("PREP-1"),
    "one",
    Verdict.PASSED,
    "fits",
    (),
    component_facts([ComponentNext("api", "0.4.0", "0.4.1")]),
)
HOTFIX = replace(
    started(ReleaseType.HOTFIX),
    version="2.3.1",
    works=(Work(READ.item, "one", "version", C1, HARBOURMASTER, NOON, READ, NOON),),
)
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


def test_the_changelog_and_the_version_of_a_component_are_settled_by_its_own_version(shop: Shop) -> None:
    old = OLD.replace(b"2.3.0", b"0.4.0")
    found = conflict(
        shop,
        {"api/CHANGES.md": old, "api/VERSION": b"0.4.0\n"},
        {
            "api/CHANGES.md": old.replace(b"## ", b"## [0.4.1]\r\n\r\n- fix\r\n\r\n## ", 1),
            "api/VERSION": b"0.4.1\n",
        },
        {
            "api/CHANGES.md": old.replace(b"## ", b"## [0.5.0]\r\n\r\n- new\r\n\r\n## ", 1),
            "api/VERSION": b"0.5.0\n",
        },
    )

    assert found["api/VERSION"] == b"0.5.0\n"
    assert re.findall(rb"## \[(.+?)\]", found["api/CHANGES.md"]) == [b"0.5.0", b"0.4.1", b"0.4.0"]


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
