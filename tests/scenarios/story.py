"""What the scenarios are told with: people who type and click in the local workspace, and what they then see."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.demo.autoplay import Button, buttons
from bot.demo.cast import CHANNEL
from bot.demo.product import push_fix
from bot.demo.stage import PUSH_TOKEN, Plan, Stage, set_stage
from bot.domain.release import Release
from bot.workspace import Delivery, Message

HERE = f"#{CHANNEL.name}"
PATIENCE = 20.0

PLANNING = (("mara", "done PLAN-1"), ("chloe", "done PLAN-2"), ("eli", "done PLAN-3"), ("devi", "done PLAN-4"), ("ben", "approve"))
PREPARATION = (
    ("mara", "done PREP-1"), ("eli", "done PREP-3"), ("eli", "approve as docs"), ("devi", "approve as database"), ("ben", "approve as product"),
)  # fmt: skip
TESTING = (
    ("devi", "done TEST-1"), ("chloe", "done TEST-2"), ("chloe", "done TEST-3"), ("devi", "done TEST-4"), ("eli", "done TEST-5"), ("chloe", "approve"),
)  # fmt: skip
SHIPPING = (("ben", "approve as release-manager"), ("devi", "approve as operations"))
AFTER_TAG = (("eli", "done REL-2"), ("devi", "done REL-3"), ("devi", "done REL-4"), ("eli", "done REL-5"))
POST = (("devi", "done POST-1"), ("chloe", "done POST-2"), ("ben", "done POST-3"), ("eli", "done POST-4"), ("ben", "approve"))


class Story:
    """A stage with people on it. Every method waits for what it promises, and for nothing else."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.ws = stage, stage.workspace

    def says(self, who: str, command: str, where: str = HERE) -> str:
        """Type `/release <command>`; the answer that only this person sees, as plain text."""
        delivery = self.ws.person(who).types(where, f"/release {command}".rstrip())
        assert delivery.ok, f"{who} would have seen {delivery.error} for {command!r}"
        return delivery.reply.plain if delivery.reply else ""

    def play(self, lines: tuple[tuple[str, str], ...]) -> None:
        for who, command in lines:
            answer = self.says(who, command)
            assert answer.startswith(("You signed", command.split()[-1])), f"{who}: {command} → {answer}"

    def started(self, words: str = "shop minor") -> str:
        """Start a release as mara, and wait until its card shows the commit. Returns its id."""
        self.until(lambda: self.is_read(), "the repository is read")
        answer = self.says("mara", f"start {words}")
        assert answer.startswith("Started "), answer
        release_id = answer.split()[1].rstrip(",")
        self.until_card(lambda card: self.release(release_id).commit is not None and self.short_head(release_id) in card)
        return release_id

    def in_testing(self) -> str:
        release_id = self.started()
        self.play((*PLANNING, *PREPARATION))
        return release_id

    def ready_to_ship(self) -> str:
        """Everything is signed but the last two sign-offs."""
        release_id = self.in_testing()
        self.play(TESTING)
        return release_id

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
        return [m for m in self.ws.messages(HERE) if m.from_bot and m.thread_ts is None]

    def card(self) -> Message:
        return self.cards()[-1]

    def thread(self) -> list[str]:
        """The log under the last card, oldest first."""
        if not self.cards():
            return []
        return [m.plain for m in self.ws.messages(HERE) if m.thread_ts == self.card().ts and m.from_bot]

    def until_card(self, true_of: Callable[[str], object], why: str = "the card changes") -> Message:
        self.until(lambda: bool(self.cards()) and true_of(self.card().plain), why)
        return self.card()

    def until_logged(self, words: str) -> str:
        """Wait for a line of the log that holds these words."""
        self.until(lambda: any(words in line for line in self.thread()), f"the log says “{words}”")
        return next(line for line in self.thread() if words in line)

    def until(self, predicate: Callable[[], object], why: str) -> None:
        """Wait until it is true. The workspace wakes us at its changes; what only the database shows is looked at as well."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(TimeoutError):
                return self.ws.wait_for(predicate, 0.1, why)
        self.ws.wait_for(predicate, 0.1, why)

    def clicks(self, who: str, text: str, message: Message | None = None) -> Delivery:
        """Press the button with this text on the card, as it is now."""
        return self.ws.person(who).clicks(message or self.card(), text=text)

    def clicks_item(self, who: str, text: str, item: str) -> Delivery:
        button = next(b for b in buttons(self.card()) if b.text == text and b.value.endswith(item))
        return self.ws.person(who).clicks(self.card(), action_id=button.action_id, value=button.value)

    def buttons(self) -> list[Button]:
        return list(buttons(self.card()))

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

    def pushes(self, subject: str, branch: str = "main") -> str:
        """Somebody lands a commit on the remote; its id."""
        return push_fix(self.stage.remote.url, PUSH_TOKEN, branch, subject)


QUICK = Plan(look_every=1, rate_limits=False)


@contextmanager
def story(folder: Path, plan: Plan = QUICK, **changes: object) -> Iterator[Story]:
    with set_stage(folder, replace(plan, **changes)) as stage:  # type: ignore[arg-type]  # fields of Plan by name
        yield Story(stage)
