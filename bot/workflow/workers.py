"""The workers: claim due orders, carry them out in a few threads, and bring the results back. Nothing here decides."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import DatabaseDown, NotYet, OutsideError, OutsideRefusal, UserError
from bot.effects import carry_out
from bot.parts import Parts
from bot.workflow.results import order_broke, order_done, order_failed
from storage.clocks import LEEWAY, last_seen, set_back
from storage.queue import Claim

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
"""How long others leave alone what we have in hand. Longer than a call of Slack waits for its answer; longer work is kept by
renewing. It is what the death of a process costs its orders, so it is no longer than that."""

THREADS = 12
"""Slack takes a tenth of a second for a call and sometimes two: with few hands one bad moment of it would hold up every
channel. They wait far more than they work."""

_SPARE = 8
"""Orders claimed beyond what is being worked on, while more are due: a claim is a transaction with fsync, and so is every
result. They wait behind at most one order each, and with them in hand a process that is killed delays that many more."""

_TOGETHER = 0.02
"""Seconds after a claim that has left nothing, before the next one: orders that end or fall due meanwhile are one claim, not one
each. Three replicas that share a queue take an eighth less CPU by it."""

LET_PASS = 0.5
"""Seconds for which requests may keep the workers from beginning with the next orders."""


@dataclass(frozen=True)
class _InHand:
    claim: Claim
    until: datetime
    """When our lease of it ends, unless it is renewed."""


class Workers:
    """Carries out orders until stopped. `wake` may be called from any thread, at any rate; extra calls cost nothing."""

    def __init__(
        self,
        parts: Parts,
        *,
        threads: int = THREADS,
        lease: timedelta = LEASE,
        when_idle: Callable[[datetime], None] = lambda _now: None,
        attempted: Callable[[str, str], None] = lambda _kind, _result: None,
    ) -> None:
        """`when_idle` hears that all that was due at a moment is in hand, here or elsewhere; `attempted` hears of every
        attempt: the kind of order and one word for how it ended."""
        self._parts, self._threads, self._lease, self._when_idle = parts, threads, lease, when_idle
        self._attempted = attempted
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._hands = threading.Lock()
        self._in_hand: dict[tuple[int, int], _InHand] = {}
        """By order and attempt."""
        self._latest: datetime | None = None
        """The latest moment that our clock has shown."""
        self._at_work: set[Future[None]] = set()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="order")
        self._dispatcher = threading.Thread(target=self._dispatch, name="orders", daemon=True)
        self._keeper = threading.Thread(target=self._keep_leases, name="leases", daemon=True)

    def start(self) -> None:
        self._dispatcher.start()
        self._keeper.start()
        self.wake()

    def wake(self) -> None:
        self._bell.set()

    def healthy(self) -> bool:
        return self._dispatcher.is_alive() and self._keeper.is_alive()

    def stop(self, within: float = 10.0) -> None:
        """Claim nothing more, let what is in hand finish for a while, and give back the rest for others to take."""
        self._stopping.set()
        self._bell.set()
        if self._dispatcher.ident is not None:
            self._dispatcher.join(within)
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(set(self._at_work), timeout=within)
        self._safely("giving orders back", self._give_back)

    def _give_back(self) -> None:
        for claim in self._claims():
            self._parts.queue.rest(claim, self._parts.clock(), may_be_done=True)

    def _claims(self) -> list[Claim]:
        with self._hands:
            return [held.claim for held in self._in_hand.values()]

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._bell.wait()
            self._bell.clear()
            self._safely("claiming orders", self._claim_all)

    def _claim_all(self) -> None:
        """Until the hands are full, when the end of an order wakes us, or until nothing is due, when the alarm does."""
        # Python lets no thread begin anything once the main one is over; what is in hand is given back by `stop`.
        while not self._stopping.is_set() and threading.main_thread().is_alive():
            in_hand = len(self._claims())
            if in_hand > self._threads:
                return
            self._parts.rush.let_pass(LET_PASS)
            now, room = self._parts.clock(), self._threads + _SPARE - in_hand
            self._follow_clock(now)
            claims = self._parts.queue.claim(now, self._lease, room)
            with self._hands:
                self._in_hand |= {(c.id, c.attempt): _InHand(c, now + self._lease) for c in claims}
            for claim in claims:
                work = self._pool.submit(self._work, claim)
                self._at_work.add(work)
                work.add_done_callback(self._at_work.discard)
            if len(claims) < room:
                self._when_idle(now)
                self._stopping.wait(_TOGETHER)
                return

    def _follow_clock(self, now: datetime) -> None:
        """Before anything is claimed by a clock that was set: back, and all that it timed would wait; ahead, and what we have
        in hand would look left behind, and be taken a second time."""
        engine = self._parts.store.engine
        latest = self._latest or last_seen(engine) or now
        is_back = now < latest - LEEWAY
        if is_back:
            log.warning("clock.set_back", seconds=round((latest - now).total_seconds()))
            set_back(engine, now, self._lease)
        self._latest = now if is_back else max(now, latest)
        with self._hands:
            has_run_out = any(held.until <= now for held in self._in_hand.values())
        if is_back or has_run_out:
            self._renew()

    def _work(self, claim: Claim) -> None:
        try:
            self._parts.rush.let_pass(LET_PASS)
            if self._is_ours(claim):
                self._safely(f"order {claim.id}", lambda: self._carry_out(claim))
        finally:
            with self._hands:
                self._in_hand.pop((claim.id, claim.attempt), None)
            self.wake()

    def _is_ours(self, claim: Claim) -> bool:
        """A process that has slept longer than its lease begins nothing of what it had claimed: others have, meanwhile."""
        with self._hands:
            held = self._in_hand.get((claim.id, claim.attempt))
        if held is not None and self._parts.clock() < held.until:
            return True
        log.warning("order.overslept", order=claim.id, attempt=claim.attempt)
        return False

    def _carry_out(self, claim: Claim) -> None:
        kind = type(claim.order).__name__
        self._attempted(kind, self._attempt(claim, kind))

    def _attempt(self, claim: Claim, kind: str) -> str:
        parts = self._parts
        try:
            outcome = carry_out(parts, claim)
            if not order_done(parts, claim, outcome, parts.clock()):
                log.warning("order.taken_over", order=claim.id, kind=kind, attempt=claim.attempt)
                return "taken_over"
        except NotYet as error:
            order_failed(parts, claim, error, parts.clock())
            return "too_early"
        except (OutsideError, OutsideRefusal) as error:
            log.warning("order.failed", order=claim.id, kind=kind, attempt=claim.attempt, why=str(error))
            order_failed(parts, claim, error, parts.clock())
            return "failed"
        except UserError as problem:  # a product that is no longer configured, for one
            order_failed(parts, claim, OutsideRefusal(str(problem)), parts.clock())
            return "failed"
        except Exception as error:
            reference = secrets.token_hex(4)
            log.error("order.broke", order=claim.id, kind=kind, reference=reference, exc_info=error)
            order_broke(parts, claim, reference, parts.clock())
            return "broke"
        return "done"

    def _keep_leases(self) -> None:
        while not self._stopping.wait(self._lease.total_seconds() / 3):
            self._safely("renewing leases", self._renew)

    def _renew(self) -> None:
        claims, until = self._claims(), self._parts.clock() + self._lease
        ours = self._parts.queue.renew(claims, until) if claims else []
        with self._hands:
            for claim in ours:
                if (claim.id, claim.attempt) in self._in_hand:
                    self._in_hand[claim.id, claim.attempt] = _InHand(claim, until)

    def _safely(self, what: str, step: Callable[[], None]) -> None:
        """A database that is away for a moment must not end the loop; the next sweep tries again."""
        try:
            step()
        except DatabaseDown as problem:  # why has been logged where it was found
            log.warning("orders.trouble", during=what, why=str(problem))
        except Exception as error:
            log.error("orders.trouble", during=what, exc_info=error)
