"""Modals: starting a release, and giving a reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.domain.ballots import Ballot
from bot.domain.calendar import Planned
from bot.domain.findings import Finding
from bot.domain.outcomes import ProductFacts
from bot.domain.words import Cause, short
from bot.views.parts import bullets, commit_list, context, section
from bot.views.text import counted, escape, sentence, stripped

TYPES = ("major", "minor", "patch", "hotfix")


def start(
    products: Sequence[str],
    product: str,
    facts: ProductFacts | None,
    problem: str | None,
    *,
    version: str = "",
    planned: Planned | None = None,
    zone: str = "",
) -> Mapping[str, Any]:
    """The form for `/release start`, prefilled with the suggested version and why, and with the words that were typed."""
    day, _, clock = planned.wall.partition(" ") if planned else ("", "", "")
    choices = [Option(text=PlainTextObject(text=name), value=name) for name in products[:100]]
    chosen = next(o for o in choices if o.value == product)
    suggested = version or (facts.suggestion.version if facts and facts.suggestion else "")
    blocks: list[Block] = [
        InputBlock(
            label="Product", block_id="product", dispatch_action=len(choices) > 1,
            element=StaticSelectElement(action_id="start:product", options=choices, initial_option=chosen),
        ),
        InputBlock(
            label="Version", block_id=f"version-{product}",
            hint="Three numbers as 1.4.0, or one of major, minor, patch, hotfix, alpha, beta, rc.",
            element=PlainTextInputElement(action_id="version", initial_value=suggested or None, max_length=64),
        ),
        *_why(facts, problem),
        InputBlock(
            label="What makes it a hotfix?", block_id="cause", optional=True, hint="Only for a hotfix.",
            element=StaticSelectElement(action_id="cause", options=[_cause(one) for one in Cause]),
        ),
        InputBlock(
            label="Planned date", block_id="date", optional=True,
            element=DatePickerElement(action_id="date", initial_date=day or None),
        ),
        InputBlock(
            label="Planned time", block_id="time", optional=True,
            element=TimePickerElement(action_id="time", initial_time=clock or None),
            hint=f"In {zone}; 10:00 if left empty."[:150],
        ),
        InputBlock(
            label="Why a lower version is enough", block_id="because", optional=True,
            element=PlainTextInputElement(action_id="because", max_length=1000),
            hint="Only for a version below the suggested one. It is kept in the history.",
        ),
    ]  # fmt: skip
    return View(
        type="modal", callback_id="start", title="Start a release", submit="Start", close="Back", blocks=blocks,
        private_metadata=product,
    ).to_dict()  # fmt: skip


def _cause(cause: Cause) -> Option:
    return Option(text=PlainTextObject(text=cause.in_words.capitalize()), value=str(cause))


def _why(facts: ProductFacts | None, problem: str | None) -> list[Block]:
    said: list[Block] = []
    if problem:
        said.append(section(f"⚠️ {sentence(problem, 600)}", "problem"))
    if facts is None:
        return [
            *said,
            context("The repository has not been read yet, so no version can be suggested.", "why"),
        ]
    since = f"since {escape(facts.last_version)}" if facts.last_version else "and no release tag yet"
    head = f"`{escape(facts.branch)}`: {counted(facts.commits, 'commit')} {since}."
    if facts.suggestion is None:
        return [*said, context(head, "why")]
    said.append(
        context(f"{head} Suggested: *{facts.suggestion.version}*, because {facts.suggestion.why}.", "why")
    )
    return [*said, commit_list(facts.suggestion.deciders, "deciders")] if facts.suggestion.deciders else said


_REASONS = {
    "reject": ("Reject", "Why not?", "It blocks the phase until you withdraw it. Everybody sees the reason."),
    "hold": ("Hold", "Why stop?", "Nothing moves until it is resumed. Everybody sees the reason."),
    "done": (
        "Done by hand",
        "How was it done?",
        "It stands in for the bot's work, and is kept in the history with your name.",
    ),
    "override": (
        "Keep this version",
        "Why is it enough?",
        "The changes ask for a higher one. The reason is kept in the history, with your name.",
    ),
    "waive": (
        "Waive",
        "Why can it be left out?",
        "The release owed it. The reason is kept in the history, with your name.",
    ),
    "fast-track": (
        "Fast track",
        "Why so fast?",
        "A second person confirms it. The reason is kept in the history, with your name.",
    ),
    "cancel": ("Cancel release", "Why?", "The release ends here. Its history stays."),
}


def reason(command: str, release_id: str) -> Mapping[str, Any]:
    """Ask for the reason of a rejection, a hold or a cancel."""
    title, label, hint = _REASONS[command]
    field = PlainTextInputElement(action_id="reason", multiline=True, min_length=3, max_length=1000)
    blocks: list[Block] = [
        context(f"`{escape(release_id)}`", "release"),
        InputBlock(label=label, block_id="reason", element=field, hint=hint),
    ]
    return View(
        type="modal", callback_id=command, title=title, submit=title[:24], close="Back", private_metadata=release_id,
        blocks=blocks,
    ).to_dict()  # fmt: skip


def waiver(metadata: str, item: str, findings: Sequence[Finding]) -> Mapping[str, Any]:
    """The form for `/release waive`: which finding, and why the person answers for it. Foreign text stays plain."""
    options = [
        Option(text=PlainTextObject(text=stripped(f.name)[:75]), value=f.name[:150]) for f in findings[:100]
    ]
    said = [f"{f.name}: {f.sentence}" for f in findings[:15]]
    blocks: list[Block] = [
        bullets(said, "found"),
        InputBlock(
            label="Finding", block_id="finding",
            element=StaticSelectElement(action_id="finding", options=options, initial_option=options[0]),
        ),
        InputBlock(
            label="Why you answer for it", block_id="reason", hint="It is kept in the history, with your name.",
            element=PlainTextInputElement(action_id="reason", multiline=True, max_length=1000),
        ),
    ]  # fmt: skip
    view = View(
        type="modal", callback_id="waive", title=f"Answer for {item}"[:24], submit="Answer for it", close="Back",
        blocks=blocks, private_metadata=metadata,
    )  # fmt: skip
    return dict(view.to_dict())


def points(ballot: Ballot, asked: Sequence[str]) -> Mapping[str, Any]:
    """The form of a sign-off that answers for several points: each is ticked by itself, and all of them are needed."""
    options = [Option(text=PlainTextObject(text=point.capitalize()), value=point) for point in asked]
    blocks: list[Block] = [
        context(f"`{escape(ballot.release)}` at `{short(ballot.commit)}`", "release"),
        InputBlock(
            label="I have looked at each of these", block_id="points", hint="Your answers are kept in the history.",
            element=CheckboxesElement(action_id="points", options=options), optional=True,
        ),
    ]  # fmt: skip
    view = View(
        type="modal", callback_id="approve", title=f"Approve as {ballot.role}"[:24], submit="Approve", close="Back",
        blocks=blocks, private_metadata=ballot.dump(),
    )  # fmt: skip
    return dict(view.to_dict())
