"""Repositories as they are: empty, without tags, away at the start, rewritten, with a branch of their own for the release."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bot.demo.product import push_fix
from bot.demo.stage import PUSH_TOKEN
from bot.domain.errors import OutsideError
from bot.domain.orders import ReadProduct
from bot.domain.outcomes import ProductSeen
from bot.effects import read_product
from bot.repository.git import Git
from bot.repository.ranges import Range, Wanted
from tests.scenarios.story import HOTFIX_PREPARATION, Story, story

FIRST = b"commit refs/heads/main\ncommitter Ada <ada@shop.example> 1790000000 +0000\ndata 18\nfeat: the very 1st\n\n"


def repository(folder: Path, content: bytes = b"") -> Path:
    """A bare repository `lab` with what `git fast-import` makes of `content`."""
    bare = folder / "lab.git"
    bare.mkdir()
    git = Git(bare)
    assert git.run("init", "--bare", "--quiet", "--initial-branch=main").code == 0
    if content:
        assert git.run("fast-import", "--quiet", stdin=content).code == 0
    return bare


@contextmanager
def lab(tmp_path: Path, content: bytes = b"") -> Iterator[Story]:
    (tmp_path / "source").mkdir()
    with story(tmp_path, repository=repository(tmp_path / "source", content)) as told:
        told.until_read()
        yield told


def on_the_remote(shop: Story, *arguments: str) -> None:
    done = Git(next((shop.stage.folder / "remote").iterdir())).run(*arguments)
    assert done.code == 0, done.err


def test_an_empty_repository_is_said_and_its_first_commit_is_found(tmp_path: Path) -> None:
    with lab(tmp_path) as told:
        empty = "The repository of lab has no branch main: it is empty, or harbourmaster.toml names another."
        assert told.says("mara", "start lab minor") == (
            f"The next version of lab is not known: {empty} "
            "Try again in a minute, or name the version: `/release start lab 1.4.0`."
        )
        assert told.reply("mara", "start") is None
        assert f"⚠️ {empty}" in told.modal("mara").plain.splitlines()
        told.ws.person("mara").closes()
        assert told.says("mara", "start lab 0.1.0").startswith(
            "Started lab-0.1.0, a minor release (chosen by hand)."
        )
        card = told.until_card(lambda text: "Still trying" in text).plain
        assert f"Still trying: {empty}" in card.splitlines()
        assert "[Approve" not in card
        assert told.says("ben", "approve") == (
            "The commit of lab-0.1.0 has not been read from the repository yet. Try again in a moment."
        )

        assert (
            Git(next((told.stage.folder / "remote").iterdir()))
            .run("fast-import", "--quiet", stdin=FIRST)
            .code
            == 0
        )

        card = told.until_card(lambda text: "1 commit in all" in text and "Still trying" not in text).plain
        assert "feat: the very 1st · Ada" in card


def test_without_tags_the_first_version_is_suggested(tmp_path: Path) -> None:
    with lab(tmp_path, FIRST) as told:
        assert told.reply("mara", "start") is None
        form = told.modal("mara")

        assert form.values["version-lab"]["version"]["value"] == "0.1.0"
        assert (
            "`main`: 1 commit and no release tag yet. Suggested: *0.1.0*, because there is no release tag yet, so this is the first release."
        ) in form.plain.splitlines()
        assert told.fills("mara").ok
        told.until_shown("lab-0.1.0")
        assert "1 commit in all" in told.card().plain


def test_a_repository_that_is_away_at_the_start_is_said_and_found_again(tmp_path: Path) -> None:
    with story(tmp_path) as shop:
        shop.hotfix()
        with shop.stage.remote.down():
            shop.stage.restart()
            card = shop.until_card(lambda text: "Still trying" in text).plain
            assert "Still trying: The repository of shop (http://127.0.0.1:" in card
            assert "Look whether the address is right and its server is up; it will be tried again." in card
            shop.play(HOTFIX_PREPARATION[:2])
            assert shop.says("ben", "start shop minor").startswith("Started shop-1.4.0"), (
                "from what was read before"
            )
        shop.until_shown("shop-1.4.0")

        shop.until(
            lambda: not any("Still trying" in card.plain for card in shop.cards()), "the cards are calm again"
        )


def test_a_repository_that_was_never_read_names_the_reason_and_takes_a_version(tmp_path: Path) -> None:
    with story(tmp_path) as shop:
        shop.until_read()
        with shop.stage.remote.down():
            shop.stage.bot.stop()
            (shop.stage.folder / "data" / "harbourmaster.sqlite").unlink()
            shop.stage.restart()

            assert shop.says_until("mara", "start shop minor", "cannot be read").startswith(
                "The next version of shop is not known: The repository of shop (http://127.0.0.1:"
            )
            assert shop.reply("mara", "start") is None
            assert (
                "The repository has not been read yet, so no version can be suggested."
                in shop.modal("mara").plain
            )
            shop.ws.person("mara").closes()
            assert shop.says("mara", "start shop 1.4.0").startswith("Started shop-1.4.0, a ")
            card = shop.until_card(lambda text: "Still trying" in text).plain
            assert "*Reading the repository* to see which commit this is about." in card
            assert shop.says("eli", "mine").splitlines()[1] == "Nothing for you to do here now."
        shop.until_shown("shop-1.4.0")
        assert "9 commits since `v1.3.2`" in shop.card().plain


def test_a_branch_that_was_rewritten_voids_the_sign_offs_and_says_so(shop: Story) -> None:
    shop.hotfix()
    shop.play(HOTFIX_PREPARATION[:3])
    on_the_remote(shop, "update-ref", "refs/heads/main", "main~2")

    post = shop.until_logged("its history was rewritten")

    head = shop.short_head("shop-1.3.3")
    assert post.splitlines()[:2] == [
        f"🔁 `main` is at `{head}`, 7 commits since `v1.3.2`: its history was rewritten.",
        "No longer valid, because they were for another commit: the sign-offs of @eli (docs, preparation). "
        "Please look again and sign again.",
    ]
    shop.until_card(lambda text: "The branch's history was rewritten; it now ends with:" in text)


def test_a_release_tag_that_appears_on_the_remote_makes_the_next_version_higher(shop: Story) -> None:
    shop.until_read()
    on_the_remote(shop, "tag", "v1.4.0", "main")

    assert shop.says_until("mara", "start shop 1.2.7", "the last release, 1.4.0")
    assert (
        shop.says("mara", "start shop 1.4.0") == "1.4.0 is already tagged (v1.4.0). Start a higher version."
    )
    assert (
        shop.says("mara", "start shop 1.3.9")
        == "1.3.9 is not above the last release, 1.4.0. Start 1.4.1 or higher."
    )
    assert shop.says("mara", "start shop minor").startswith(
        "Started shop-1.5.0, a minor release (asked for as minor; the commits suggest 1.4.1)."
    )


def test_a_release_branch_that_vanishes_is_said_and_nothing_else_is_released_instead(shop: Story) -> None:
    on_the_remote(shop, "branch", "hotfix/1.3.3", "main~2")
    shop.until_read()
    shop.hotfix()
    was = shop.short_head("shop-1.3.3")
    shop.until_card(lambda text: f"`{was}` on `hotfix/1.3.3`" in text)

    on_the_remote(shop, "branch", "-D", "hotfix/1.3.3")

    card = shop.until_card(lambda text: "Still trying" in text).plain
    assert (
        "Still trying: The branch hotfix/1.3.3 (shop-1.3.3) is gone from the remote. Push it again, or cancel the "
        "release: it does not go on with another branch by itself."
    ) in card.splitlines()
    assert shop.short_head("shop-1.3.3") == was
    on_the_remote(shop, "branch", "hotfix/1.3.3", "main~2")
    shop.until_card(lambda text: "Still trying" not in text)


class TakenAway:
    """The mirror of a repository from which somebody takes the last tag while it is read."""

    def __init__(self, repository: Any, mirror: Path) -> None:
        self._repository, self._mirror = repository, mirror

    def changes(self, wanted: Wanted) -> Range:
        assert Git(self._mirror).run("update-ref", "-d", "refs/remote-tags/v1.3.2").code == 0
        found: Range = self._repository.changes(wanted)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._repository, name)


def test_a_repository_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    with story(tmp_path) as shop:
        shop.until_read()
        shop.stage.bot.workers.stop()
        parts = shop.stage.bot.parts
        (mirror,) = shop.stage.folder.rglob("mirror.git")
        push_fix(shop.stage.remote.url, PUSH_TOKEN, "main", "fix: something else to weigh")
        changing = replace(
            parts, repositories={"shop": cast(Any, TakenAway(parts.repositories["shop"], mirror))}
        )

        with pytest.raises(OutsideError, match=r"has changed while it was read.* It is read again"):
            read_product.carry_out(changing, ReadProduct("shop"))

        seen = read_product.carry_out(parts, ReadProduct("shop"))
        assert isinstance(seen, ProductSeen)
        assert seen.facts.last_version == "1.3.2"
