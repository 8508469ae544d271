"""Whatever people can press leads somewhere: every button and every form belongs to a command that takes it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain.ballots import Ballot
from bot.domain.calendar import Planned
from bot.domain.note_book import drafted
from bot.domain.notes import Topic
from bot.domain.notices import AudiencePlan, Kind, Notice
from bot.domain.noting import NoteVersion, VersionLine, missing
from bot.domain.release import Release
from bot.domain.rollback import Rollback
from bot.domain.rollback_events import RollbackAsked, Target
from bot.domain.turn import ItemState, Standing, item_state, needs, needs_of, standing
from bot.domain.words import Audience, Phase, ReleaseId, RoleName, Sha, UserId
from bot.views import announcing, answers, feedback, modals, note_form, note_versions, reminders, rollback
from bot.views.card import card
from bot.views.home import home
from commands import find_commands, help_of
from tests.contract.project import PROJECT
from tests.contract.releases import (
    EVERYBODY,
    FACTS,
    FOUND,
    NOW,
    POLICY,
    ROLES,
    WORKING,
    at_work,
    in_every_state,
)
from tests.contract.test_notes import notes
from tests.domain.test_overriding import POLICY as VERSIONS_COMPARED
from tests.domain.test_overriding import failed, of_version

COMMANDS = find_commands()
NOT_CLICKABLE = {"plain_text_input", "datepicker", "timepicker"}
"""Elements of a form that say nothing until the form is submitted."""


def pressable(part: Any) -> Iterator[str]:
    """The action_id of everything in here at which Slack sends a click."""
    match part:
        case {"type": "input", "dispatch_action": True, "element": {"action_id": str(action)}}:
            yield action
        case {"type": "input"}:
            return
        case {"type": str(kind), "action_id": str(action)} if kind not in NOT_CLICKABLE:
            yield action
        case dict():
            for value in part.values():
                yield from pressable(value)
        case list() | tuple():
            for value in part:
                yield from pressable(value)
        case _:
            return


def plain(blocks: list[Block]) -> list[dict[str, Any]]:
    return [block.to_dict() for block in blocks]


def rollback_forms() -> Iterator[Mapping[str, Any]]:
    """Every form about going back."""
    release = next(r for r in in_every_state() if r.tagged)
    asked = RollbackAsked(Target("v1.3.2", "1.3.2"), "Orders are lost.", "", "")
    stuck = replace(
        release, rollbacks=(Rollback(1, asked, UserId("U0DEVI"), release.started_at, asked.target),)
    )
    yield rollback.ask_form(release, POLICY)
    yield rollback.target_form(stuck)
    yield rollback.reason_form("skip", stuck)
    yield rollback.reason_form("drop", stuck)
    yield rollback.report_form(stuck)


@cache
def forms() -> tuple[Mapping[str, Any], ...]:
    """Every modal the views can open."""
    products = ["shop", "other"]
    return (
        modals.start(products, "shop", FACTS, None, version="1.4.0", zone="Europe/Berlin"),
        modals.start(products, "other", None, "It cannot be read.", zone="UTC"),
        *(modals.reason(name, "shop-1.4.0") for name in modals._REASONS),
        announcing.form(*a_notice(), "What it says."),
        announcing.move_form(*a_notice(), "Europe/Berlin"),
        feedback.form(a_notice()[0], None),
        note_form.form(next(in_every_state()), a_version(), Topic.FEATURES),
        modals.waiver("shop-1.4.0 PLAN-2", "PLAN-2", FOUND),
        modals.points(
            Ballot(ReleaseId("shop-1.4.0"), Phase.PLANNING, RoleName("docs"), Sha("a" * 40), "d"), ["clarity"]
        ),
        *rollback_forms(),
        answers.notice("Something to know."),
    )


def a_notice() -> tuple[Release, Notice]:
    """A release with a date, and the first of its notices."""
    at = datetime(2027, 6, 1, 10, tzinfo=UTC)
    release = replace(next(in_every_state()), planned=Planned(at, "2027-06-01 10:00", "UTC"))
    plan = AudiencePlan(Audience.USERS, release.channel, "UTC")
    return release, Notice("users-1bd", Kind.ADVANCE, plan, at, release.planned or Planned(at, "", "UTC"))


def a_version() -> NoteVersion:
    return NoteVersion(2, EVERYBODY[0], NOW, drafted(notes("feat: gift cards", "feat!: no XML")))


@cache
def shown() -> frozenset[str]:
    """The action_id of every button of every view, for releases in every state and for each of the people."""
    seen: set[str] = set()
    too_low = (failed(of_version("2.3.1"), "feat: b"), VERSIONS_COMPARED)
    working = ((r, WORKING) for r in at_work())
    for release, policy in [*((r, POLICY) for r in in_every_state()), *working, too_low]:
        _, blocks = card(release, policy, ROLES, ["The remote is away."])
        seen.update(pressable(plain(blocks)))
        seen.update(pressable(plain(answers.in_detail(release, policy, ROLES, ["The remote is away."]))))
        seen.update(pressable(plain(answers.releases([release], [release], lambda _, p=policy: p, ROLES))))
        for person in EVERYBODY:
            turns = [(release, needs_of(release, policy, ROLES, person))]
            seen.update(pressable(plain(home(turns, [release], lambda _, p=policy: p, ROLES, person))))
        for need in needs(release, policy, ROLES):
            seen.update(pressable(plain(reminders.to_person(release, policy, need, NOW)[1])))
        seen.update(pressable(plain(answers.history(release, ["a line"], 2, 3))))
    usage = [(str(command.USAGE), help_of(command)) for command in COMMANDS.values()]
    seen.update(pressable(plain(answers.help_text({"All": usage}))))
    release, notice = a_notice()
    seen.update(pressable(plain(announcing.rows(release, [notice]))))
    seen.update(pressable(plain(feedback.question(release)[1])))
    version = a_version()
    told = note_versions.shown(release, version, missing(version.book), Audience.USERS)
    lines = [VersionLine(2, version.by, NOW), VersionLine(1, version.by, NOW)]
    listed = note_versions.version_list(release, lines)
    for blocks in (told, listed, note_versions.compared(release, version, version)):
        seen.update(pressable(plain(blocks)))
    seen.update(action for form in forms() for action in pressable(dict(form)))
    return frozenset(seen)


def command_names(actions: frozenset[str]) -> set[str]:
    return {action.split(":")[0] for action in actions}


def test_the_releases_here_stand_everywhere_a_release_can_stand() -> None:
    releases = list(in_every_state())

    assert {standing(release, POLICY) for release in releases} == set(Standing)
    states = {item_state(release, POLICY, item) for release in releases for item in POLICY.of(release.way)}
    assert states == set(ItemState)


def test_every_button_leads_to_a_command_that_takes_clicks() -> None:
    lost = {action for action in shown() if not hasattr(COMMANDS.get(action.split(":")[0]), "clicked")}

    assert lost == set()


def test_every_command_that_takes_clicks_has_a_button_somewhere() -> None:
    takes_clicks = {name for name, command in COMMANDS.items() if hasattr(command, "clicked")}

    assert takes_clicks - command_names(shown()) == set()


def test_every_form_leads_to_a_command_that_takes_it() -> None:
    lost = {
        form["callback_id"]
        for form in forms()
        if "submit" in form and not hasattr(COMMANDS.get(form["callback_id"]), "submitted")
    }

    assert lost == set()


def test_every_command_that_takes_forms_has_one() -> None:
    takes_forms = {name for name, command in COMMANDS.items() if hasattr(command, "submitted")}

    assert takes_forms == {form["callback_id"] for form in forms() if "submit" in form}


def buttons_written_in_views() -> set[str]:
    """The commands that `button(text, action_id, …)` names in the source of the views."""
    found = set()
    for path in (PROJECT / "bot" / "views").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name("button"), args=[_, action, *_]):
                    found.add(ast.unparse(action).removeprefix("f").strip("'\"").split(":")[0])
                case _:
                    pass
    return found


def test_no_button_of_the_views_was_left_out_above() -> None:
    assert buttons_written_in_views() == command_names(shown()) - {"start:product"} | {"start"}
