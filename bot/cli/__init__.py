"""The commands for any repository on disk, without Slack and database: they start in a few milliseconds, read, and print.
Nothing here writes to a repository, and nothing is decided here."""

from collections.abc import Sequence

COMMANDS = ("version", "notes", "changelog")


def run(arguments: Sequence[str]) -> int:
    """Carry out one of the commands and return the exit code: 0, 1 with one sentence on standard error, or 2 for words
    that could not be read."""
    import gc
    import sys

    # One answer and the end: looking again and again for circles among 80,000 changes would cost a tenth of the time.
    gc.disable()
    from bot.cli.answers import answer
    from bot.cli.arguments import asked
    from bot.domain.errors import OutsideError, OutsideRefusal, UserError

    question = asked(arguments)
    try:
        for piece in answer(question):
            sys.stdout.buffer.write(piece.encode(errors="surrogateescape"))
        sys.stdout.buffer.flush()
    except (UserError, OutsideError, OutsideRefusal) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        sys.stderr.close()
        return 1
    return 0
