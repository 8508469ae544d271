"""The form in which one section of the notes is written, in as many fields as its text needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.note_text import for_form, split
from bot.domain.notes import Topic
from bot.domain.noting import NoteVersion, mark_of
from bot.domain.release import Release
from bot.views.parts import context
from bot.views.text import escape, stripped

_A_FIELD = 3_000


@dataclass(frozen=True)
class Opened:
    """What a form remembers of the notes that it showed."""

    release: str
    topic: Topic
    version: int
    mark: str
    joins: str

    def dump(self) -> str:
        return json.dumps([self.release, self.topic.name, self.version, self.mark, self.joins])

    @classmethod
    def load(cls, text: str) -> "Opened":
        release, topic, version, mark, joins = json.loads(text)
        return cls(release, Topic[topic], version, mark, joins)

    def field(self, n: int) -> str:
        """The name of a part's field. It differs from section to section, so that Slack shows the new text."""
        return f"text-{self.topic.name.lower()}-{self.version}-{n}"

    @property
    def fields(self) -> list[str]:
        """All of them; the last one is for what is added."""
        return [self.field(n) for n in range(len(self.joins) + 2)]


def form(release: Release, version: NoteVersion, topic: Topic) -> Mapping[str, Any]:
    part = version.book.part(topic)
    texts, joins = split(for_form(part)[0])
    opened = Opened(release.id, topic, version.number, mark_of(part), joins)
    options = [Option(text=PlainTextObject(text=str(t)), value=f"{release.id} {t.name}") for t in Topic]
    chosen = next(option for option in options if option.value == f"{release.id} {topic.name}")
    select = StaticSelectElement(action_id="notes:section", options=options, initial_option=chosen)
    blocks: list[Block] = [
        InputBlock(
            label="Section", block_id="section", element=select, dispatch_action=True,
            hint="Save before you turn to another section: what is not saved is lost then.",
        ),
        context(
            f"`{escape(release.id)}`, version {version.number} of its notes. The text is Markdown. What you write about a "
            "commit should keep its id, so that the bot finds it.",
            "about",
        ),
        *(_field(opened, n, text, len(texts)) for n, text in enumerate([*texts, ""])),
    ]  # fmt: skip
    view = View(
        type="modal", callback_id="notes", title="Edit the notes", submit="Save", close="Back", blocks=blocks,
        private_metadata=opened.dump(),
    )  # fmt: skip
    return dict(view.to_dict())


def _field(opened: Opened, n: int, text: str, of: int) -> InputBlock:
    label = "More" if n == of else f"Part {n + 1} of {of}" if of > 1 else "Text"
    element = PlainTextInputElement(
        action_id="text", multiline=True, initial_value=stripped(text) or None, max_length=_A_FIELD
    )
    return InputBlock(label=label, block_id=opened.field(n), element=element, optional=True)
