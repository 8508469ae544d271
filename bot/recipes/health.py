"""One round of looking whether an environment is well. What a round means is judged in `bot.domain.health`."""

import json
import shutil
import time
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.errors import NotFound, OutsideError
from bot.domain.health import (
    CommandProbe,
    EnvironmentWanted,
    Health,
    HttpProbe,
    Probing,
    Seen,
    after_round,
    judge_answer,
    needs_json,
)
from bot.domain.recipes import CommandRecipe, Context, Finished, filled_address
from bot.domain.words import Verdict
from bot.recipes import command, output
from bot.recipes.runner import RecipeRunner
from bot.recipes.web import MOST, Request, fetch

_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class RecipeProber:
    """Implements `bot.ports.Prober`. Each call is one round; the caller keeps the `Probing` between them."""

    runner: RecipeRunner

    def round(self, context: Context, probing: Probing) -> Health:
        """Look at every probe of the environment that the context names, once.

        Raises NotFound when it is not configured or has no probes, for nothing would then be known.
        """
        wanted = self._wanted(context)
        seen = [self._look(wanted, number, context, probing) for number in range(len(wanted.health))]
        return after_round(wanted, probing, seen, self.runner.clock())

    def _wanted(self, context: Context) -> EnvironmentWanted:
        product = self.runner.products.get(context.product)
        wanted = product.environments.get(context.environment) if product else None
        if wanted is None or not wanted.health:
            raise NotFound(
                f"{context.product} says nowhere how {context.environment or 'the environment'} shows that it is well. "
                f"Add `health` to [products.{context.product}.environments.{context.environment}] in harbourmaster.toml."
            )
        return wanted

    def _look(self, wanted: EnvironmentWanted, number: int, context: Context, probing: Probing) -> Seen:
        match wanted.health[number]:
            case HttpProbe() as probe:
                return look_at(replace(probe, http=filled_address(probe.http, context)), context)
            case CommandProbe(words, timeout):
                name = f"{context.operation}-probe-{probing.rounds}-{number}"
                recipe = CommandRecipe(words[0], words, timeout, wanted.secrets)
                return self._run(recipe, context, name)

    def _run(self, recipe: CommandRecipe, context: Context, name: str) -> Seen:
        """Run a command under the same supervisor as a recipe's, and wait: it may take a minute at most."""
        folder = self.runner.folder(name)
        shutil.rmtree(folder, ignore_errors=True)  # of a round that a restart has cut off
        try:
            command.begin(folder, self.runner.start(recipe, context))
            # The supervisor itself ends the command in time; this only ends the waiting.
            until = time.monotonic() + recipe.timeout + 15
            while time.monotonic() < until:
                look = command.look(folder)
                if isinstance(look, Finished):
                    return _seen(look)
                time.sleep(_LOOK_EVERY)
        except OutsideError as problem:
            return Seen(str(problem))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return Seen(f"{recipe.name} did not end.")


def look_at(probe: HttpProbe, context: Context) -> Seen:
    """Fetch a probe's address and judge the answer."""
    try:
        answer = fetch(Request(probe.http, seconds=probe.timeout))
    except OutsideError as problem:
        return Seen(str(problem))
    document: Any = None
    if answer.status == probe.status and needs_json(probe):
        if answer.is_cut:
            return Seen(f"{probe.http} answered with more than {MOST:,} bytes, which is too long to be read.")
        try:
            document = json.loads(answer.text)
        except (ValueError, RecursionError):
            return Seen(f"{probe.http} did not answer with JSON.")
    seen = judge_answer(probe, answer.status, document, context)
    return seen if seen.problem is None else Seen(output.one_line(seen.problem))


def _seen(look: Finished) -> Seen:
    if look.result.verdict is Verdict.PASSED:
        return Seen()
    last = output.one_line(look.tail)[-200:]
    return Seen(output.one_line(look.result.summary) + (f" Its last words: {last}" if last else ""))
