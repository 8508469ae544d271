"""What belongs to the workspace besides messages: scheduled messages, files, bookmarks and canvases. Plain values."""

from dataclasses import dataclass

from bot.workspace.things import Message


@dataclass(frozen=True)
class Scheduled:
    """A message that waits for its time. Times are whole seconds since 1970.

    `posts` is false when it will silently never be posted, as Slack's page on chat.scheduleMessage says of metadata.
    """

    id: str
    message: Message
    post_at: int
    created: int
    posts: bool = True


@dataclass(frozen=True)
class StoredFile:
    """A file. `content` is None until the bytes came; it can be shared once `is_complete`."""

    id: str
    name: str
    length: int
    created: int
    content: bytes | None = None
    title: str = ""
    alt_text: str = ""
    is_complete: bool = False
    shared_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bookmark:
    """A link at the head of a channel. `updated` is 0 until it was edited."""

    id: str
    channel: str
    title: str
    link: str
    emoji: str
    created: int
    updated: int = 0


@dataclass(frozen=True)
class Section:
    """One section of a canvas: a heading or a paragraph, as Markdown."""

    id: str
    markdown: str


@dataclass(frozen=True)
class Canvas:
    """A canvas; `channel` is the channel whose canvas it is, None for one that stands alone."""

    id: str
    title: str
    sections: tuple[Section, ...]
    channel: str | None = None

    @property
    def markdown(self) -> str:
        return "\n".join(section.markdown for section in self.sections)
