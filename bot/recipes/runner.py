"""Begins each operation once, and tells how far it is: behind the door `bot.ports.Runner`.

The database says who may begin an operation, the operation's folder what became of it on this machine.
"""

import os
import re
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

from bot.config import Product
from bot.domain.errors import OutsideError
from bot.domain.recipes import (
    CommandRecipe,
    Context,
    Finished,
    HttpRecipe,
    Look,
    Recipe,
    Result,
    Running,
    Unknown,
    no_such_recipe,
    polled,
)
from bot.domain.words import Verdict
from bot.ports import Checkouts
from bot.recipes import callback, command, output, request
from storage.operations import Operation, Operations

_LEEWAY = timedelta(minutes=10)
"""For the working tree and for ending what a command has started, on top of its own time."""


@dataclass(frozen=True)
class RecipeRunner:
    """Implements `bot.ports.Runner`. Holds nothing that a restart would lose."""

    products: Mapping[str, Product]
    operations: Operations
    checkouts: Mapping[str, Checkouts]
    directory: Path
    """Where operations have their folders. Bots that share it share what runs there."""
    clock: Callable[[], datetime]

    def look(self, operation: str) -> Look:
        """As the port says."""
        there = self.operations.get(operation)
        return Unknown() if there is None else self._look(there)

    def begin(self, recipe: str, context: Context) -> Look:
        """As the port says."""
        wanted = self._recipe(context.product, recipe)
        if wanted is None:
            return Finished(no_such_recipe(recipe, context.product, self._recipes(context.product)))
        now = self.clock()
        until = now + timedelta(seconds=wanted.timeout)
        if isinstance(wanted, CommandRecipe):
            until += _LEEWAY
        mine = Operation(context, recipe, self._place, socket.gethostname(), now, until)
        before = self.operations.claim(mine)
        if before is None:
            return self._kept(mine, self._begin(mine))
        there = self._look(before)
        return self._kept(before, self._begin(before)) if isinstance(there, Unknown) else there

    def cancel(self, operation: str, reason: str) -> None:
        """As the port says."""
        there = self.operations.get(operation)
        if there is None or there.result is not None:
            return
        self._stop(there, reason)

    def log(self, operation: str) -> str:
        """As the port says."""
        names = self.operations.parts_of(operation)
        return output.of_parts({name: self.operations.log(name) for name in names}, operation)

    def report(self, headers: Mapping[str, str], body: bytes) -> tuple[HTTPStatus, str]:
        """As the port says. The first end of an operation counts; a repeated one changes nothing."""
        name = callback.operation_in(body)
        there = self.operations.get(name) if name else None
        recipe = self._recipe(there.context.product, there.recipe) if there else None
        if there is None or not (isinstance(recipe, HttpRecipe) and recipe.callback):
            return callback.STRANGER
        if not callback.is_signed(self._call(recipe, there).secret, headers, body, self.clock()):
            return callback.STRANGER
        if there.result is not None:
            return callback.answer(there.name, Finished(there.result))
        return callback.answer(
            there.name, self._kept(there, polled(recipe.name, body.decode(errors="replace")))
        )

    def forget(self, before: datetime) -> None:
        """As the port says."""
        for operation in self.operations.forget_output(before):
            shutil.rmtree(self.folder(operation), ignore_errors=True)

    def folder(self, operation: str) -> Path:
        """The folder of an operation; its name is the operation's, or stands for it when that is no good name."""
        name = operation
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,100}", operation):
            name = sha256(operation.encode()).hexdigest()[:40]
        return self.directory.absolute() / name

    def start(self, recipe: CommandRecipe, context: Context) -> command.Start:
        """What this command needs to begin."""
        secrets = self._secrets(context.product, recipe.secrets)
        checkouts = self.checkouts[context.product]
        return command.Start(recipe, context, secrets, lambda to: checkouts.check_out(context.commit, to))

    def _look(self, there: Operation) -> Look:
        if there.result is not None:
            return Finished(there.result, output.tail(self.operations.log(there.name)))
        recipe = self._recipe(there.context.product, there.recipe)
        if isinstance(recipe, HttpRecipe):
            return self._kept(there, request.look(self._call(recipe, there), self.clock()))
        if there.place != self._place:
            return self._kept(there, self._elsewhere(there))
        seen = command.look(self.folder(there.name))
        if isinstance(seen, Unknown) and recipe is None:
            known = self._recipes(there.context.product)
            seen = Finished(no_such_recipe(there.recipe, there.context.product, known))
        return self._kept(there, seen)

    def _begin(self, there: Operation) -> Look:
        recipe = self._recipe(there.context.product, there.recipe)
        if isinstance(recipe, HttpRecipe):
            look = request.begin(self._call(recipe, there), self.clock())
            if isinstance(look, Running):
                self.operations.sent(there.name)
            return look
        if recipe is None:
            return Unknown()
        start = self.start(recipe, there.context)
        return command.begin(
            self.folder(there.name), replace(start, check_out=self._unless_ended(there, start))
        )

    def _unless_ended(self, there: Operation, start: command.Start) -> Callable[[Path], None]:
        """A bot that was stopped for long, and goes on, must not begin what others have given up in the meantime."""

        def check_out(to: Path) -> None:
            start.check_out(to)
            present = self.operations.get(there.name)
            if present is not None and present.result is not None:
                shutil.rmtree(to, ignore_errors=True)
                raise OutsideError(f"{there.recipe} was given up in the meantime: {present.result.summary}")

        return check_out

    def _stop(self, there: Operation, reason: str) -> None:
        recipe = self._recipe(there.context.product, there.recipe)
        result = None
        if isinstance(recipe, HttpRecipe):
            sentence = f"{there.recipe} was cancelled: {reason}. Whoever carries it out was not told to stop."
            result = Result(Verdict.INCONCLUSIVE, sentence)
        elif there.place != self._place:
            sentence = f"{there.recipe} was cancelled: {reason}. It goes on at {there.host}, which cannot be reached from here."
            result = Result(Verdict.INCONCLUSIVE, sentence)
        else:
            command.cancel(self.folder(there.name), reason)
            if isinstance(command.look(self.folder(there.name)), Unknown):
                result = Result(
                    Verdict.INCONCLUSIVE, f"{there.recipe} was cancelled before it began: {reason}."
                )
        if result is not None:
            self.operations.end(there.name, result, self.clock())

    def _elsewhere(self, there: Operation) -> Look:
        if self.clock() <= there.until:
            return Running(where=there.host)
        sentence = (
            f"Nobody knows how {there.recipe} ended: it was begun at {there.host}, from where nothing has come back. "
            "Look what it has done, and run it again if need be; the bot does not by itself."
        )
        return Finished(Result(Verdict.INCONCLUSIVE, sentence))

    def _kept(self, there: Operation, look: Look) -> Look:
        """Store what is new; of two ends of one operation the first counts."""
        folder = self.folder(there.name)
        pieces = output.pieces_in(folder)
        match look:
            case Unknown():
                return look
            case Running(tail=tail):
                self._keep_log(there, pieces, tail)
                return replace(look, tail=output.shortened(tail))
            case Finished(result, tail):
                self._keep_log(there, pieces, tail)
                clean = replace(result, summary=output.one_line(result.summary))
                kept = self.operations.end(there.name, clean, self.clock())
                _tidy(folder)
                return Finished(kept, output.shortened(tail))

    def _keep_log(self, there: Operation, pieces: Mapping[int, bytes], tail: str) -> None:
        """What a command printed; of a request, what the other side calls its log."""
        if pieces or tail:
            self.operations.save_log(there.name, pieces or {0: tail.encode(errors="replace")})

    def _call(self, recipe: HttpRecipe, there: Operation) -> request.Call:
        secret = self._secrets(there.context.product, [recipe.secret])[recipe.secret]
        return request.Call(recipe, there.context, secret, there.state == "sent", there.until)

    def _recipes(self, product: str) -> Mapping[str, Recipe]:
        found = self.products.get(product)
        return {} if found is None else found.recipes

    def _recipe(self, product: str, name: str) -> Recipe | None:
        return self._recipes(product).get(name)

    def _secrets(self, product: str, names: "list[str] | tuple[str, ...]") -> Mapping[str, str]:
        known = self.products[product].secrets
        return {name: known[name].get_secret_value() for name in names}

    @cached_property
    def _place(self) -> str:
        """The name of the directory, made once by whoever comes first."""
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / "place"
        mine = self.directory / f"place.{uuid4().hex}"
        mine.write_text(uuid4().hex)
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
        return path.read_text()


def _tidy(folder: Path) -> None:
    """Take away what is stored by now. What says that the operation was begun stays: nothing may begin it again."""
    for path in (*folder.glob("output.*"), folder / "answer.json"):
        if path.is_dir() and not path.is_symlink():  # a recipe may do anything with the place of its result
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for tree in folder.glob("tree-*"):
        shutil.rmtree(tree, ignore_errors=True)
