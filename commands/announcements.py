"""Show who is told of a release and when, with a preview of each notice.

The notices can be edited, moved, sent now or cancelled, by buttons or by words.
"""

from bot.domain.errors import NotUnderstood
from bot.slack.incoming import Values
from bot.views import announcing
from bot.views.announcements import to_edit
from bot.workflow import planning
from bot.workflow.asking import split_name
from commands import Desk, Reply

USAGE = "announcements [release] [preview | edit | move | send | cancel] [notice] [words]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        return _list(desk, name)
    if len(rest) < 2:
        raise NotUnderstood(f"Name the notice as well: `/release {USAGE}`.")
    return _done(desk, rest[0].lower(), name, rest[1], rest[2:])


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    name, _, notice = value.partition(" ")
    verb = action_id.partition(":")[2]
    return _done(desk, verb, name, notice, ()) if notice else _list(desk, name)


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    name, _, notice = metadata.partition(" ")
    if "date" not in values:
        return Reply(planning.edit(desk.parts, desk.asked, name, notice, str(values.get("text") or "")))
    words = [str(values.get(field) or "") for field in ("date", "time")]
    try:
        return Reply(planning.move(desk.parts, desk.asked, name, notice, words))
    except NotUnderstood as problem:
        return Reply(errors={"time": str(problem)})


def _done(desk: Desk, verb: str, name: str | None, notice: str, words: tuple[str, ...]) -> Reply:
    parts, asked = desk.parts, desk.asked
    match verb:
        case "preview":
            release, found, _text, blocks = planning.preview_of(parts, asked, name, notice)
            return Reply(blocks=announcing.preview(release, found, blocks))
        case "edit" if not words:
            release, found, text, _blocks = planning.preview_of(parts, asked, name, notice)
            return Reply(modal=announcing.form(release, found, found.text or to_edit(text)))
        case "edit":
            return Reply(planning.edit(parts, asked, name, notice, " ".join(words)))
        case "move" if not words:
            release, found, zone = planning.notice_of(parts, asked, name, notice)
            return Reply(modal=announcing.move_form(release, found, zone))
        case "move":
            return Reply(planning.move(parts, asked, name, notice, words))
        case "send":
            return Reply(planning.move(parts, asked, name, notice, ()))
        case "cancel":
            return Reply(planning.call_off(parts, asked, name, notice))
        case _:
            raise NotUnderstood(
                f"“{verb[:40]}” cannot be done with a notice. It can be: preview, edit, move, send, cancel."
            )


def _list(desk: Desk, name: str | None) -> Reply:
    release, notices = planning.notices_of(desk.parts, desk.asked, name)
    return Reply(blocks=announcing.rows(release, notices))
