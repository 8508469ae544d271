"""What a release takes away from the callers of its API, by the OpenAPI files of two commits."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.interfaces import Changed, Difference, Endpoint, api_difference
from bot.domain.words import Sha
from bot.ports import Repository
from bot.readers.globs import matching
from bot.readers.keyed import NotReadable
from bot.readers.openapi import read_openapi

_OPENAPI = re.compile(r"(?:.*/)?(?:openapi|swagger)[\w.-]*\.(?:json|ya?ml)", re.I)


def openapi_files(paths: Iterable[str], globs: Sequence[str]) -> list[str]:
    """Those of the paths that are OpenAPI files: by the team's globs, or without any by their usual names."""
    listed = list(paths)
    if globs:
        return list(dict.fromkeys(path for glob in globs for path in matching(glob, listed)))
    return [path for path in listed if _OPENAPI.fullmatch(path)]


def broken_for_callers(
    repository: Repository, since: Sha, until: Sha, globs: Sequence[str]
) -> tuple[Changed, ...]:
    """The changes of the API in `since..until` that break callers; an endpoint that only moved to another file does not.

    A file that cannot be read tells nothing here: it is a finding of the documentation's check.
    """
    paths = openapi_files(repository.changed_files(since, until), globs)
    if not paths:
        return ()
    before, now = (_endpoints(repository.read_files(commit, paths)) for commit in (since, until))
    there = {name for endpoints in now.values() if endpoints for name in endpoints}
    differences = (
        api_difference(old, new, path)
        for path in paths
        if (old := before.get(path, {})) is not None and (new := now.get(path, {})) is not None
    )
    return tuple(
        change
        for changes in differences
        for change in changes
        if change.is_breaking and not (change.difference is Difference.REMOVED and _is_there(change, there))
    )


def _is_there(change: Changed, endpoints: set[str]) -> bool:
    """Is an endpoint that is gone from its file offered by another one? A parameter of it is told by the endpoint's name too."""
    return change.item == "DA-4" and change.what in endpoints


def _endpoints(files: Mapping[str, bytes]) -> dict[str, Mapping[str, Endpoint] | None]:
    """The operations of each file; None for one that cannot be read."""
    found: dict[str, Mapping[str, Endpoint] | None] = {}
    for path, content in files.items():
        try:
            found[path] = read_openapi(path, content)
        except NotReadable:
            found[path] = None
    return found
