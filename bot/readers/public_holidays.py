"""Public holidays of countries and regions, from the `holidays` library."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=64)
def public_holidays(countries: tuple[str, ...], first: int, last: int) -> Mapping[date, str]:
    """The holidays of these countries (`DE`) and regions (`DE-BY`) in the years from `first` to `last`, with their names."""
    if not countries:
        return {}
    import holidays  # half a second, which a bot without countries does not pay

    found: dict[date, str] = {}
    for code in countries:
        country, _, region = code.partition("-")
        for day, name in holidays.country_holidays(
            country, subdiv=region or None, years=range(first, last + 1)
        ).items():
            found[day] = f"{found[day]}, {name} ({code})" if day in found else f"{name} ({code})"
    return found
