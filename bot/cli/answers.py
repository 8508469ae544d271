"""Answers to the commands for any repository: open it, and let the module of the command read and lay out. Each module is
loaded for its own command alone, for the answer must not wait for the others."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cli.arguments import Question
from bot.domain.errors import NotFound, NotUnderstood
from bot.repository.local import open_local
from bot.repository.ranges import Wanted

if TYPE_CHECKING:
    from bot.domain.facts_wanted import ComponentWanted


def answer(question: Question) -> Iterable[str]:
    """The answer in pieces. Raises UserError, OutsideError or OutsideRefusal with a full sentence."""
    repository = open_local(question.repository)
    if repository.is_shallow():
        sys.stderr.write(
            "This clone is shallow, so what was committed before it is missing here. `git fetch --unshallow --tags` brings it.\n"
        )
    wanted, components = _wanted(question)
    match question.command:
        case "version":
            from bot.cli.version import version

            return version(repository, wanted, question, components)
        case "notes":
            from bot.cli.notes import notes

            return notes(repository, wanted, question)
        case _:
            from bot.cli.changelog import changelog

            return changelog(repository, wanted, question)


def _wanted(question: Question) -> "tuple[Wanted, tuple[ComponentWanted, ...]]":
    """What is to be read, and the components of the product where the whole of it is asked for."""
    wanted = Wanted(question.since, question.until or "HEAD", question.prefix, question.paths)
    if question.config is None:
        if question.product or question.component:
            raise NotUnderstood("Which harbourmaster.toml describes it? Name the file with --config.")
        return _as_typed(wanted, question), ()
    from bot.config.notes import read_reading

    reading = read_reading(question.config, question.product)
    prefix = reading.prefix if question.prefix is None else question.prefix
    wanted = replace(
        wanted,
        prefix=prefix,
        paths=question.paths or reading.notes.paths,
        convention=reading.notes.convention,
    )
    if question.component is None:
        return _as_typed(wanted, question), reading.components
    component = next((each for each in reading.components if each.name == question.component), None)
    if component is None:
        names = ", ".join(each.name for each in reading.components) or "none"
        raise NotFound(f"There is no component {question.component[:40]!r}; the file has {names}.")
    if question.command == "version":
        return _as_typed(wanted, question), (component,)
    own = component.tag_prefix if component.tag_prefix is not None else prefix
    return _as_typed(replace(wanted, prefix=own, paths=component.paths), question), ()


def _as_typed(wanted: Wanted, question: Question) -> Wanted:
    if question.unconventional is None:
        return wanted
    return replace(wanted, convention=replace(wanted.convention, unconventional=question.unconventional))
