"""Calendars that were put together before: reading one of 2,000 events takes 20 ms, which no answer to Slack has to spare."""

from collections.abc import Callable, Hashable

from bot.domain.calendar_days import Calendar


class KeptCalendars:
    """One calendar for each purpose, with the version of everything it was made from. Safe for several threads: at worst
    two of them put the same one together."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, Calendar]] = {}

    def get(self, purpose: Hashable, version: Hashable, make: Callable[[], Calendar]) -> Calendar:
        """The one that was made of this version, or a new one in its place."""
        known = self._kept.get(purpose)
        if known is not None and known[0] == version:
            return known[1]
        made = make()
        self._kept[purpose] = (version, made)
        return made
