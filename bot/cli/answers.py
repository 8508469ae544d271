"""Answers to the commands for any repository: open it, and let the module of the command read and lay out. Each module is
loaded for its own command alone, for the answer must not wait for the others."""

import sys
from collections.abc import Iterable

from bot.cli.arguments import Question
from bot.domain.convention import Convention
from bot.repository.local import open_local
from bot.repository.ranges import Wanted


def answer(question: Question) -> Iterable[str]:
    """The answer in pieces. Raises UserError, OutsideError or OutsideRefusal with a full sentence."""
    repository = open_local(question.repository)
    if repository.is_shallow():
        sys.stderr.write(
            "This clone is shallow, so what was committed before it is missing here. `git fetch --unshallow --tags` brings it.\n"
        )
    wanted = Wanted(
        since=question.since,
        until=question.until or "HEAD",
        prefix=question.prefix,
        paths=question.paths,
        convention=_convention(question),
    )
    match question.command:
        case "version":
            from bot.cli.version import version

            return version(repository, wanted, question)
        case "notes":
            from bot.cli.notes import notes

            return notes(repository, wanted, question)
        case _:
            from bot.cli.changelog import changelog

            return changelog(repository, wanted, question)


def _convention(question: Question) -> Convention:
    convention = Convention()
    if question.config is not None:
        from bot.config.notes import read_note_settings

        convention = read_note_settings(question.config).convention
    if question.unconventional is None:
        return convention
    from dataclasses import replace

    return replace(convention, unconventional=question.unconventional)
