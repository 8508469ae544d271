"""Version numbers: what the commits ask for, what a person may choose, and pre-releases."""

import pytest

from bot.repository.git import Git
from tests.scenarios.story import PLANNING, PREPARATION, SHIPPING, TESTING, Story


def suggested(shop: Story, version: str) -> list[str]:
    """The form of `/release start` once it suggests this version: the suggestion, and the commits that decided it."""

    def known() -> bool:
        with shop.stage.bot.parts.store.reading() as tx:
            facts = tx.product("shop")
        return bool(facts and facts.suggestion and facts.suggestion.version == version)

    shop.until(known, f"{version} is suggested")
    assert shop.reply("mara", "start") is None
    form = shop.modal("mara").plain.splitlines()
    shop.ws.person("mara").closes()
    return [line for line in form if "Suggested" in line or line.startswith("• ")]


@pytest.mark.process(
    "VER-1", "VER-2", "VER-3", "PREP-1", "TM-1", "TN-1", "TN-3", "TN-4", "TP-1", "TP-2", "TP-3", "TP-4"
)
def test_the_weight_of_the_commits_decides_which_version_is_suggested(shop: Story) -> None:
    shop.until_read()
    tagged = Git(shop.stage.folder / "remote" / "shop.git").run("tag", "v1.4.0", "main")
    assert tagged.code == 0, tagged.err

    docs = shop.pushes("docs: say it better")
    assert suggested(shop, "1.4.1")[0].startswith(
        "`main`: 1 commit since 1.4.0. Suggested: *1.4.1*, because no commit says"
    )
    fixes = [shop.pushes(f"{kind}: mend it") for kind in ("fix", "perf", "security")]
    said = suggested(shop, "1.4.1")
    feature = shop.pushes("feat(api): more of it")
    more = suggested(shop, "1.5.0")
    breaking = shop.pushes("feat(api)!: another way")
    most = suggested(shop, "2.0.0")

    assert docs[:7] not in "".join(said) or len(said) == 2
    assert {line.split()[1] for line in said[1:]} <= {sha[:7] for sha in (docs, *fixes)}
    assert [line.split()[1] for line in more[1:]] == [feature[:7]]
    assert "Suggested: *1.5.0*, because 1 commit brings a feature and none breaks anything." in more[0]
    assert [line.split()[1] for line in most[1:]] == [breaking[:7]]
    assert "Suggested: *2.0.0*, because " in most[0]
    assert shop.says("mara", "start shop 1.9.0").startswith(
        "The changes ask for 2.0.0, because 1 commit breaks something; 1.9.0 promises less. Start 2.0.0, or say why"
    )
    assert shop.says("mara", "start shop 1.9.0 because nobody uses it yet").startswith(
        "Started shop-1.9.0, a minor release (chosen by hand; the commits suggest 2.0.0)."
    ), "a person may choose another one, and it is kept that they did, and why"
    assert "@mara answers for a version below 2.0.0: nobody uses it yet" in shop.says("ben", "history")


@pytest.mark.process("TM-2", "TM-3", "TM-4", "TN-2")
def test_what_commits_do_not_say_a_person_says_by_choosing_a_greater_version(shop: Story) -> None:
    shop.until_read()
    tagged = Git(shop.stage.folder / "remote" / "shop.git").run("tag", "v1.4.0", "main")
    assert tagged.code == 0, tagged.err
    shop.pushes("perf: answer in half the time")
    assert "Suggested: *1.4.1*" in suggested(shop, "1.4.1")[0]

    faster = shop.says("mara", "start shop minor")
    rebuilt = shop.says("mara", "start shop major")

    assert faster.startswith("Started shop-1.5.0, a minor release (")
    assert rebuilt.startswith("Started shop-2.0.0, a major release (")
    assert "PREP-ARCH" in shop.says("ben", "status 2.0.0"), "it has what every major release has"
    assert "PREP-ARCH" not in shop.says("ben", "status 1.5.0")


@pytest.mark.process("VER-4", "TAG-1")
def test_a_pre_release_goes_the_whole_way_and_leaves_the_final_version_free(shop: Story) -> None:
    release_id = shop.started("shop rc")
    assert release_id == "shop-1.4.0-rc.1"
    shop.play(PLANNING, PREPARATION, TESTING, SHIPPING)

    assert shop.until_logged("is on the remote at").startswith("🏷️ `v1.4.0-rc.1` is on the remote at ")
    assert shop.release(release_id).previous_tag == "v1.3.2"
    assert shop.says_until("ben", "start shop beta", "1.4.0-beta.1 would come before 1.4.0-rc.1")
    assert shop.says_until("ben", "start shop 1.3.2", "already tagged")
    assert shop.says("ben", "start shop 1.4.0").startswith("Started shop-1.4.0, a minor release (suggested: ")


@pytest.mark.process("VER-4")
def test_a_pre_release_that_is_tagged_already_is_not_started_again(shop: Story) -> None:
    shop.until_read()
    tagged = Git(shop.stage.folder / "remote" / "shop.git").run("tag", "v1.5.0-rc.1", "main")
    assert tagged.code == 0, tagged.err
    shop.pushes("feat(api)!: another way")
    suggested(shop, "2.0.0")

    said = shop.says("mara", "start shop 1.5.0-rc.1")

    assert said == "1.5.0-rc.1 is already tagged (v1.5.0-rc.1). Start a higher version."
