"""One step of a rollback: a recipe of the team with the target's tag, or a look at the health of what serves then."""

from bot.domain.errors import NotFound, OutsideError, OutsideRefusal
from bot.domain.orders import RollBack
from bot.domain.outcomes import Failed as StepFailed
from bot.domain.outcomes import Inconclusive, Judged, Nothing, Outcome, Passed, Running
from bot.domain.recipes import Context, Finished, Unknown
from bot.domain.recipes import Running as Goes
from bot.domain.release import Release
from bot.domain.rollback import Rollback, Way, place_in_line
from bot.domain.rollback_events import TargetProved
from bot.domain.rolling_back import is_awaited
from bot.domain.words import Verdict, short
from bot.environments import PRODUCTION, first, health
from bot.operations import look, look_or_begin
from bot.parts import Parts

_RECIPE = {Way.SHUTDOWN: "shutdown", Way.CODE: "deploy", Way.DATABASE: "restore", Way.RESTART: "restart"}


def carry_out(parts: Parts, order: RollBack) -> Outcome:
    """Look how far the step is, and begin it if it has not begun. Nobody else deploys meanwhile."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    if release is None or not is_awaited(release, order):
        return Nothing()
    mine = release.rollbacks[-1]
    if release.dry_run:
        return _unknown_database(mine, order) or Passed(
            f"Dry run: {order.item} was left out, because it would change something outside."
        )
    waits = first(parts, release, PRODUCTION, place_in_line(release.id, mine.number))
    try:
        return waits or _step(parts, release, mine, order)
    except (
        NotFound,
        OutsideRefusal,
    ) as problem:  # trying again would not help, and only what has ended is skipped
        return Inconclusive(str(problem))


def _step(parts: Parts, release: Release, mine: Rollback, order: RollBack) -> Judged | Running:
    if mine.proved is None:
        return Inconclusive("The target has not been proved.")
    context = Context(
        release.product, mine.target.version, mine.proved.commit, order.operation, mine.target.tag, release.tag, PRODUCTION,
    )  # fmt: skip
    way = Way(order.item)
    if way is Way.HEALTH:
        return health(parts, context)
    if way is Way.CODE and (why := _replaced(parts, order, mine.proved, release.product)) is not None:
        return StepFailed(why)
    return _unknown_database(mine, order) or _recipe(parts, _RECIPE[way], context)


def _replaced(parts: Parts, order: RollBack, proved: TargetProved, product: str) -> str | None:
    """The last look before the code is changed: what has become of the target's tag since it was proved. A remote that is away,
    or lets nobody in, keeps nobody from going back."""
    if not isinstance(look(parts, product, order.operation), Unknown) or product not in parts.products:
        return None
    try:
        found = parts.repository(product).ask_for_tag(proved.tag)
    except (OutsideError, OutsideRefusal):
        return None
    if found is not None and found.target == proved.commit:
        return None
    now, done = "is not on the remote any more", "deleted"
    if found is not None:
        now = f"leads to {short(found.target) if found.target else 'no commit'} on the remote now"
        done = "replaced"
    return (
        f"{proved.tag} {now}, and led to {short(proved.commit)} when it was agreed on: somebody has {done} it. Nothing was "
        "deployed. Put it back and try the step again, or choose another target."
    )


def _unknown_database(mine: Rollback, order: RollBack) -> Inconclusive | None:
    if Way(order.item) is not Way.DATABASE or mine.proved is None or mine.proved.database != "unknown":
        return None
    return Inconclusive(
        "Nobody knows whether the database must be restored. Look, restore it by hand if need be, and skip the step."
    )


def _recipe(parts: Parts, name: str, context: Context) -> Judged | Running:
    look, again = look_or_begin(parts, name, context, backwards=True)
    match look:
        case Unknown():
            return Running("It begins.", again)
        case Goes(tail, where):
            said = tail.rpartition("\n")[2]
            return Running(f"It runs on {where}." if where else said or "It runs.", again)
        case Finished(result, _):
            match result.verdict:
                case Verdict.PASSED:
                    return Passed(result.summary)
                case Verdict.FAILED:
                    return StepFailed(result.summary)
                case Verdict.INCONCLUSIVE:
                    return Inconclusive(result.summary)
