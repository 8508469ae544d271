"""Governments that change their clocks: other zone data for one zone, as an update of the machine brings it."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo


@contextmanager
def clocks_changed(folder: Path, zone: str, like: str) -> Iterator[None]:
    """Until the block ends, the clocks of `zone` go as those of `like`, in this whole process."""
    before = zoneinfo.TZPATH
    file = folder / "zoneinfo" / zone
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(resources.files("tzdata").joinpath("zoneinfo", *like.split("/")).read_bytes())
    zoneinfo.reset_tzpath(to=[str(folder / "zoneinfo"), *before])
    ZoneInfo.clear_cache()
    try:
        yield
    finally:
        zoneinfo.reset_tzpath(to=before)
        ZoneInfo.clear_cache()
