"""What the scenarios are told with: people who type and click in the local workspace, and what they then see."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from slack_sdk import WebClient

from bot.configured import process_text
from bot.demo.autoplay import Button, buttons
from bot.demo.cast import CHANNEL
from bot.demo.product import push_fix
from bot.demo.stage import PUSH_TOKEN, Plan, Stage, set_stage
from bot.domain.release import Release
from bot.workspace import Delivery, Message, View
from tests.databases import migrated_sqlite

HERE = f"#{CHANNEL.name}"
PATIENCE = 60.0

PLANNING = (
    ("mara", "done PLAN-1"),
    ("chloe", "done PLAN-2"),
    ("eli", "done PLAN-3"),
    ("devi", "done PLAN-4"),
    ("ben", "approve"),
)
PREPARATION = (
    ("mara", "done PREP-1"), ("eli", "done PREP-3"), ("eli", "approve as docs"), ("devi", "approve as database"), ("ben", "approve as product"),
)  # fmt: skip
TESTING = (
    ("devi", "done TEST-1"), ("chloe", "done TEST-2"), ("chloe", "done TEST-3"), ("devi", "done TEST-4"), ("eli", "done TEST-5"), ("chloe", "approve"),
)  # fmt: skip
SHIPPING = (("ben", "approve as release-manager"), ("devi", "approve as operations"))
AFTER_TAG = (("eli", "done REL-2"), ("devi", "done REL-3"), ("devi", "done REL-4"), ("eli", "done REL-5"))
POST = (
    ("devi", "done POST-1"),
    ("chloe", "done POST-2"),
    ("ben", "done POST-3"),
    ("eli", "done POST-4"),
    ("ben", "approve"),
)


def without_emergency(text: str) -> str:
    """The shipped process, but for hotfixes that are signed as every release is, with fewer items."""
    for item in ("PREP-2", "PREP-4", "TEST-2", "TEST-GO", "REL-GO", "REL-GO-OPS"):
        text = re.sub(rf'(id = "{item}"\n(?:.+\n)*?)types = .+\n', r"\1", text)
    for item in ("HOTFIX-GO", "HOTFIX-SIZE"):
        text = re.sub(rf'\[\[items\]\]\nid = "{item}"\n(?:.+\n)+', "", text)
    return re.sub(r"(\[hotfix\]\n)owes = .+", r"\1owes = []", text).replace(', "HOTFIX-GO"', "")


# A story that is not about the type of its release tells the shortest one: a hotfix whose sign-offs are the ordinary ones.
# What an emergency changes has stories of its own, in test_hotfix.py.
HOTFIX_PREPARATION = (
    ("mara", "done PREP-1"),
    ("eli", "done PREP-3"),
    ("eli", "approve"),
    ("devi", "approve"),
)
HOTFIX_TESTING = (("devi", "done TEST-1"), ("chloe", "done TEST-2"), ("chloe", "approve"))
HOTFIX_AFTER_TAG = (("devi", "done REL-3"), ("devi", "done REL-4"), ("eli", "done REL-5"))
HOTFIX_POST = (("devi", "done POST-1"), ("chloe", "done POST-2"), ("ben", "approve"))

Line = tuple[str, str]


class Story:
    """A stage with people on it. Every method waits for what it promises, and for nothing else."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.ws = stage, stage.workspace

    def says(self, who: str, command: str, where: str = HERE) -> str:
        """Type `/release <command>`; the answer that only this person sees, as plain text."""
        reply = self.reply(who, command, where)
        return reply.plain if reply else ""

    def says_until(self, who: str, command: str, words: str) -> str:
        """Type a command that changes nothing again and again, until these words are in the answer."""
        deadline = time.monotonic() + PATIENCE
        while words not in (answer := self.says(who, command)):
            assert time.monotonic() < deadline, answer
            with suppress(TimeoutError):
                self.ws.wait_for(lambda: False, 0.1, "a moment passes")
        return answer

    def reply(self, who: str, command: str, where: str = HERE) -> Message | None:
        """Type `/release <command>`; the answer as a message, whose buttons can be pressed. None when a modal opens."""
        delivery = self.ws.person(who).types(where, f"/release {command}".rstrip())
        assert delivery.ok, f"{who} would have seen {delivery.error} for {command!r}"
        return delivery.reply

    def play(self, *parts: tuple[Line, ...]) -> None:
        for who, command in (line for part in parts for line in part):
            if command.startswith("approve"):
                self.until(self._card_has_caught_up, "the card shows the commit")
            answer = self.says(who, command)
            assert answer.startswith(("You signed", command.split()[-1])), f"{who}: {command} → {answer}"

    def until_read(self) -> None:
        self.until(self.is_read, "the repository is read")

    def started(self, words: str = "shop minor") -> str:
        """Start a release as mara, and wait until its card shows the commit. Returns its id."""
        self.until_read()
        answer = self.says("mara", f"start {words}")
        assert answer.startswith("Started "), answer
        release_id = answer.split()[1].rstrip(",")
        self.until_shown(release_id)
        return release_id

    def until_shown(self, release_id: str) -> None:
        """Wait until the card shows the commit that this release stands on, and the bot knows that it does."""

        def shown() -> bool:
            with self.stage.bot.parts.store.reading() as tx:
                release, card = tx.release(release_id), tx.card(release_id)
            return bool(release and release.commit and card and card.commit == release.commit)

        self.until(shown, f"the card of {release_id} shows its commit")

    def hotfix(self) -> str:
        """`shop-1.3.3`, in preparation."""
        return self.started("shop hotfix")

    def in_testing(self) -> str:
        release_id = self.started()
        self.play(PLANNING, PREPARATION)
        return release_id

    def ready_to_ship(self) -> str:
        """A minor release of which everything is signed but the last two sign-offs."""
        release_id = self.in_testing()
        self.play(TESTING)
        return release_id

    def hotfix_ready_to_ship(self) -> str:
        """A hotfix of which everything is signed but the last two sign-offs, and whose card says so."""
        release_id = self.hotfix()
        self.play(HOTFIX_PREPARATION, HOTFIX_TESTING)
        self.until_card(lambda card: "▶️ *Release*" in card)
        return release_id

    def _card_has_caught_up(self) -> bool:
        """A typed approval counts for what the card shows, so whoever types one has looked at it first."""
        with self.stage.bot.parts.store.reading() as tx:
            cards = [(tx.card(release.id), release.commit) for release in tx.open_releases()]
        return all(card is not None and card.commit == commit for card, commit in cards)

    def is_read(self) -> bool:
        with self.stage.bot.parts.store.reading() as tx:
            return tx.product(self.stage.product) is not None

    def release(self, release_id: str) -> Release:
        with self.stage.bot.parts.store.reading() as tx:
            found = tx.release(release_id)
        assert found is not None, f"there is no {release_id}"
        return found

    def short_head(self, release_id: str) -> str:
        return (self.release(release_id).commit or "-")[:7]

    def cards(self) -> list[Message]:
        return [m for m in self._on_their_own() if not is_alarm(m)]

    def alarms(self) -> list[Message]:
        """What the channel was told for somebody to act on at once."""
        return [m for m in self._on_their_own() if is_alarm(m)]

    def _on_their_own(self) -> list[Message]:
        return [m for m in self.ws.messages(HERE) if m.from_bot and m.thread_ts is None]

    def card(self) -> Message:
        return self.cards()[-1]

    def posts(self) -> list[Message]:
        """The messages under the last card, oldest first."""
        if not self.cards():
            return []
        return [m for m in self.ws.messages(HERE) if m.thread_ts == self.card().ts and m.from_bot]

    def thread(self) -> list[str]:
        """The log under the last card, oldest first."""
        return [m.plain for m in self.posts()]

    def lines(self) -> list[str]:
        """The log line by line, without the commits listed in it."""
        return [
            line
            for post in self.thread()
            for line in post.splitlines()
            if not line.startswith("• ") or "@" in line
        ]

    def until_card(self, true_of: Callable[[str], object], why: str = "the card changes") -> Message:
        self.until(lambda: bool(self.cards()) and true_of(self.card().plain), why)
        return self.card()

    def until_logged(self, words: str) -> str:
        """Wait for a post of the log that holds these words."""
        self.until(lambda: any(words in line for line in self.thread()), f"the log says “{words}”")
        return next(line for line in self.thread() if words in line)

    def until_quiet(self) -> None:
        """Wait until the bot has nothing more to show, to write or to tag."""
        self.until(
            lambda: not self.open_orders("RefreshCard", "WriteLog", "MakeTag"), "the bot has nothing to do"
        )

    def open_orders(self, *kinds: str) -> int:
        query = sa.text("SELECT kind FROM orders WHERE state IN ('waiting', 'claimed')")
        with self.stage.bot.parts.store.engine.connect().execution_options(write=False) as connection:
            return sum(kind in kinds for (kind,) in connection.execute(query))

    def in_hand(self) -> int:
        """How many orders are being carried out at this moment."""
        query = sa.text("SELECT count(*) FROM orders WHERE state = 'claimed'")
        with self.stage.bot.parts.store.engine.connect().execution_options(write=False) as connection:
            return int(connection.execute(query).scalar_one())

    def until(self, predicate: Callable[[], object], why: str) -> None:
        """Wait until it is true. The workspace wakes us at its changes; what only the database shows is looked at as well."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(TimeoutError):
                self.ws.wait_for(predicate, 0.1, why)
                return
        self.ws.wait_for(predicate, 0.1, why)

    def clicks(self, who: str, text: str, message: Message | None = None) -> Delivery:
        """Press the button with this text on the card, as it is now."""
        return self.ws.person(who).clicks(message or self.card(), text=text)

    def clicks_item(self, who: str, text: str, item: str) -> Delivery:
        button = next(b for b in buttons(self.card()) if b.text == text and b.value.endswith(item))
        return self.ws.person(who).clicks(self.card(), action_id=button.action_id, value=button.value)

    def forges(self, who: str, text: str, value: str) -> Delivery:
        """Press the card's button with this text, with a value that the bot did not give it."""
        forged = replace(
            self.card(), blocks=tuple(_with_value(block, text, value) for block in self.card().blocks)
        )
        return self.ws.person(who).clicks_old(forged, text=text)

    def buttons(self) -> list[Button]:
        return list(buttons(self.card()))

    def modal(self, who: str, title: str = "") -> View:
        """The modal this person has open, as soon as it is there."""
        person = self.ws.person(who)
        self.until(lambda: person.modal is not None and title in person.modal.title, f"{who} sees a form")
        assert person.modal is not None
        return person.modal

    def fills(self, who: str, **values: str) -> Delivery:
        """Fill in the open modal and press its button. `_` in a field's name stands for `-`."""
        self.modal(who)
        for field, value in values.items():
            self.ws.person(who).fills(field.replace("_", "-"), value)
        return self.ws.person(who).submits()

    def whisper(self, who: str, after: int) -> str:
        """The first message only this person sees, beyond the `after` that were there before."""
        self.until(lambda: len(self.whispers(who)) > after, f"{who} gets an answer")
        return self.whispers(who)[after]

    def whispers(self, who: str) -> list[str]:
        person = self.ws.person(who)
        return [m.plain for m in person.sees(HERE) if m.ephemeral_to == person.id]

    def answer_to(self, who: str, act: Callable[[], Delivery]) -> str:
        """Do something that is answered a moment later (a click); the answer."""
        before = len(self.whispers(who))
        assert act().ok
        return self.whisper(who, before)

    def at_once(self, *acts: Callable[[], object]) -> None:
        """Do several things at the same moment, each in its own thread."""
        together = threading.Barrier(len(acts))

        def run(act: Callable[[], object]) -> None:
            together.wait()
            act()

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def pinged(self, message: Message) -> set[str]:
        """The names of those whom this message pinged."""
        names = {person.id: person.name for person in self.ws.people}
        return {names[who] for n in self.ws.notifications if n.ts == message.ts for who in n.reached}

    def pushes(self, subject: str, branch: str = "main") -> str:
        """Somebody lands a commit on the remote; its id."""
        return push_fix(self.stage.remote.url, PUSH_TOKEN, branch, subject)

    def deletes(self, message: Message) -> None:
        """A message of the bot is deleted, as an admin of the workspace may do."""
        environment = self.stage.config.environment
        client = WebClient(environment.bot_token.get_secret_value(), base_url=environment.api_url)
        client.chat_delete(channel=CHANNEL.id, ts=message.ts)

    def calls(self, method: str) -> list[float]:
        """When the bot called this method of Slack, in seconds."""
        return [line.at for line in self.ws.log if line.kind == "request" and line.name == method]


def is_alarm(message: Message) -> bool:
    return any(isinstance(block, dict) and block.get("block_id") == "alarm" for block in message.blocks)


def _with_value(block: object, text: str, value: str) -> object:
    """The same block, in which the button with this text carries another value."""
    if isinstance(block, list | tuple):
        return [_with_value(one, text, value) for one in block]
    if not isinstance(block, dict):
        return block
    if block.get("type") == "button" and block["text"]["text"] == text:
        return {**block, "value": value}
    return {key: _with_value(one, text, value) for key, one in block.items()}


# A story is no timed test: on a busy machine an acknowledgement may take more than Slack's three seconds, which
# bench/ack.py measures.
QUICK = Plan(
    look_every=1,
    rate_limits=False,
    ack_seconds=15.0,
    card_pace=timedelta(seconds=0.15),
    process=without_emergency(process_text()),
)
"""A tenth of the pace that Slack allows: without its limits, no story but the one about the pace has to wait for it."""


@contextmanager
def story(folder: Path, plan: Plan = QUICK, **changes: object) -> Iterator[Story]:
    migrated_sqlite(folder / "data" / "harbourmaster.sqlite")
    with set_stage(folder, replace(plan, **changes)) as stage:  # type: ignore[arg-type]  # fields of Plan by name
        yield Story(stage)
