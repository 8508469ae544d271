"""Show the notes of a release for users, operators or stakeholders; edit them, and see what has changed in them.

The bot drafts them from the commits. Buttons show them as Markdown, open a section to be written, and bring back a version.
"""

from bot.domain.errors import NotUnderstood, OutOfDate, UserError
from bot.domain.note_text import for_form, joined
from bot.domain.notes import Topic
from bot.domain.noting import Edit
from bot.domain.words import Audience
from bot.slack.incoming import Values
from bot.views import note_form, note_versions
from bot.views.answers import notice
from bot.views.text import sentence
from bot.workflow import noting
from bot.workflow.asking import split_name
from commands import Desk, Reply

USAGE = "notes [release] [users | operators | stakeholders | diff <version> <version>]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    match [word.lower() for word in rest]:
        case []:
            return _shown(desk, name, Audience.USERS)
        case [word] if word in list(Audience):
            return _shown(desk, name, Audience(word))
        case ["diff", old, new] if old.isdecimal() and new.isdecimal():
            release = noting.notes_of(desk.parts, name, desk.asked.channel).release
            return _compared(desk, release.id, old, new)
        case _:
            raise NotUnderstood(f"Write `/release {USAGE}`.")


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    name, *rest = value.split(" ")
    match action_id.partition(":")[2], rest:
        case audience, [] if audience in list(Audience):
            return _shown(desk, name, Audience(audience))
        case "markdown", [audience] if audience in list(Audience):
            return _page(desk, name, Audience(audience))
        case "edit", []:
            reading = noting.notes_of(desk.parts, name, None)
            first = next((part.topic for part in reading.version.book.parts), Topic.FEATURES)
            return Reply(modal=note_form.form(reading.release, reading.version, first))
        case "section", [topic] if topic in Topic.__members__:
            reading = noting.notes_of(desk.parts, name, None)
            return Reply(update=note_form.form(reading.release, reading.version, Topic[topic]))
        case "versions", []:
            return Reply(blocks=note_versions.version_list(*noting.versions_of(desk.parts, name)))
        case "diff", [old, new] if old.isdecimal() and new.isdecimal():
            return _compared(desk, name, old, new)
        case "restore", [number] if number.isdecimal():
            return Reply(noting.restore(desk.parts, desk.asked, name, int(number)))
        case _:
            raise OutOfDate("This button is from an older version. Open the notes again: `/release notes`.")


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    opened = note_form.Opened.load(metadata)
    shown = noting.version_of(desk.parts, opened.release, opened.version).book.part(opened.topic)
    text = joined([str(values.get(field) or "") for field in opened.fields], opened.joins)
    wanted = Edit(opened.topic, text, opened.version, opened.mark, for_form(shown)[1])
    try:
        said = noting.edit(desk.parts, desk.asked, opened.release, wanted)
    except UserError as problem:
        return Reply(errors={opened.field(0): str(problem)})  # what was typed stays where it is
    return Reply(update=notice(sentence(said)))


def _shown(desk: Desk, name: str | None, audience: Audience) -> Reply:
    reading = noting.notes_of(desk.parts, name, desk.asked.channel)
    return Reply(
        blocks=note_versions.shown(reading.release, reading.version, reading.missing, audience, reading.notes)
    )


def _page(desk: Desk, name: str, audience: Audience) -> Reply:
    from bot.views.note_pages import markdown  # brings Jinja2, which nothing else here needs

    reading = noting.notes_of(desk.parts, name, None)
    page = markdown(reading.notes, audience, desk.parts.product(reading.release.product).notes.templates)
    return Reply(blocks=note_versions.as_page(reading.release, reading.version, audience, page))


def _compared(desk: Desk, name: str, old: str, new: str) -> Reply:
    release, _ = noting.versions_of(desk.parts, name)
    first, second = (noting.version_of(desk.parts, name, int(number[:9])) for number in (old, new))
    return Reply(blocks=note_versions.compared(release, first, second))
