"""The guard over tags, against a remote whose hook is switched off: every move is noticed, alarmed once, and left alone."""

from bot.domain.tag_events import TagMade
from bot.repository.git import Git
from tests.scenarios.story import HERE, HOTFIX_AFTER_TAG, HOTFIX_POST, SHIPPING, Story

TAG = "v1.3.3"


def server(shop: Story) -> Git:
    """The remote's own disk, where no hook looks."""
    return Git(shop.stage.folder / "remote" / "shop.git")


def does(shop: Story, *arguments: str) -> str:
    done = server(shop).run(*arguments)
    assert done.code == 0, done.err
    return done.text.strip()


def shipped(shop: Story) -> TagMade:
    release_id = shop.hotfix_ready_to_ship()
    shop.play(SHIPPING)
    shop.until_logged("is on the remote at")
    made = shop.release(release_id).tagged
    assert made is not None
    return made


def alarms(shop: Story) -> list[str]:
    return [
        m.plain for m in shop.ws.messages(HERE) if m.thread_ts is None and "Release tag changed" in m.plain
    ]


def until_said(shop: Story, words: str) -> None:
    """Wait until the log says it; the last message that stands by itself is the alarm and not the card."""

    def said() -> bool:
        return any(words in m.plain for m in shop.ws.messages(HERE) if m.thread_ts is not None)

    shop.until(said, f"the log says “{words}”")


def test_a_tag_that_is_moved_after_the_release_is_over_is_alarmed_once_and_not_touched(shop: Story) -> None:
    made = shipped(shop)
    shop.play(HOTFIX_AFTER_TAG, HOTFIX_POST)
    shop.until(lambda: not shop.release("shop-1.3.3").is_open, "the release is over")
    elsewhere = does(shop, "rev-parse", "main~1")

    does(shop, "update-ref", f"refs/tags/{TAG}", elsewhere)
    shop.until(lambda: alarms(shop), "the alarm is sounded")

    (alarm,) = alarms(shop)
    assert alarm.startswith(
        f"🚨 *Release tag changed* (shop-1.3.3): {TAG} was moved on the remote to object {elsewhere[:7]}, leading to "
        f"{elsewhere[:7]}, with no signature that verifies; history proved it as object {made.object[:7]}, signed by "
        "release@shop.example."
    )
    assert made.object in alarm
    assert elsewhere in alarm
    until_said(shop, "The bot leaves it as it is.")
    assert "was moved on the remote" in shop.says("mara", "status shop-1.3.3")
    look_twice(shop)
    assert len(alarms(shop)) == 1
    assert does(shop, "rev-parse", TAG) == elsewhere, "the bot repairs nothing"


def look_twice(shop: Story) -> None:
    """Let the bot look at the repository twice more."""

    def reads() -> object:
        with shop.stage.bot.parts.store.reading() as tx:
            facts = tx.product("shop")
        return facts.read_at if facts else None

    for _ in range(2):
        before = reads()
        shop.until(lambda before=before: reads() != before, "the repository is read again")  # type: ignore[misc]  # bound now


def test_a_tag_that_is_deleted_is_alarmed_and_so_is_its_return_written_down(shop: Story) -> None:
    made = shipped(shop)

    does(shop, "update-ref", "-d", f"refs/tags/{TAG}")
    shop.until(lambda: alarms(shop), "the alarm is sounded")
    assert f"{TAG} was deleted on the remote" in alarms(shop)[0]
    look_twice(shop)
    assert len(alarms(shop)) == 1

    does(shop, "update-ref", f"refs/tags/{TAG}", made.object)
    until_said(shop, f"`{TAG}` on the remote is again the object")
    assert shop.release("shop-1.3.3").tampered is None

    does(shop, "update-ref", "-d", f"refs/tags/{TAG}")
    shop.until(lambda: len(alarms(shop)) == 2, "the next incident is alarmed again")


def test_an_alarm_whose_answer_is_lost_is_posted_once(shop: Story) -> None:
    shipped(shop)
    shop.until_quiet()
    shop.ws.faults.drop_after_write("chat.postMessage", times=2)

    does(shop, "update-ref", "-d", f"refs/tags/{TAG}")
    until_said(shop, "The bot leaves it as it is.")
    shop.until(lambda: not shop.open_orders("SoundAlarm", "WriteLog"), "everything is said")

    assert len(alarms(shop)) == 1


def test_verify_remote_says_what_is_wrong_with_the_tags(shop: Story) -> None:
    from bot.app import verify_tags

    made = shipped(shop)
    assert verify_tags(shop.stage.config) == (1, [])

    does(shop, "update-ref", f"refs/tags/{TAG}", does(shop, "rev-parse", "main~1"))

    tags, wrong = verify_tags(shop.stage.config)
    assert tags == 1
    (sentence,) = wrong
    assert sentence.startswith(f"shop-1.3.3: {TAG} was moved on the remote to object")
    assert made.object[:7] in sentence
