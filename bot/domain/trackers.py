"""Where issues and pull requests can be looked up, so that notes lead there. Pure; what a commit names is foreign text."""

import re
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"(?:https?://|ssh://)(?:[^/@]+@)?(?P<host>[A-Za-z0-9.-]+)(?::\d+)?/(?P<path>[\w./~-]+)"
    r"|[^/@:]+@(?P<host2>[A-Za-z0-9.-]+):(?P<path2>[\w./~-]+)",
    re.ASCII,
)
_NUMBER = re.compile(
    r"(?:(?P<repository>[\w.-]+(?:/[\w.-]+){1,5})?(?P<sign>[#!])|GH-)(?P<number>\d{1,18})", re.ASCII
)
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,30}-\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Trackers:
    """`forge` is the address of the repository's own page, as `https://github.com/ada/shop`, where it is known; `keys` that of
    an issue named like SHOP-12, with `{issue}` in its place. Empty: not known."""

    forge: str = ""
    keys: str = ""

    def address(self, issue: str) -> str | None:
        """Where an issue or pull request is looked up, as commits name it: `#12`, `!12`, `GH-12`, `owner/repo#3`, `SHOP-12`."""
        if found := _NUMBER.fullmatch(issue):
            return self._of_forge(found)
        return self.keys.replace("{issue}", issue) if self.keys and _KEY.fullmatch(issue) else None

    def _of_forge(self, found: "re.Match[str]") -> str | None:
        if not self.forge:
            return (
                self.keys.replace("{issue}", found["number"])
                if self.keys and not found["repository"]
                else None
            )
        home = self.forge
        if found["repository"]:
            host = "/".join(home.split("/")[:3])
            home = f"{host}/{found['repository']}"
        is_gitlab = _is_like(home, "gitlab")
        what = "merge_requests" if found["sign"] == "!" and is_gitlab else "issues"
        return f"{home}/{'-/' if is_gitlab else ''}{what}/{found['number']}"


NOWHERE = Trackers()
_FORGES = ("github", "gitlab", "codeberg", "gitea", "forgejo", "bitbucket")


def trackers_of(repository: str, keys: str = "") -> Trackers:
    """The trackers of the repository at this address; only hosts that carry the name of a forge are taken for one."""
    found = _ADDRESS.fullmatch(repository)
    if found is None:
        return Trackers("", keys)
    host, path = found["host"] or found["host2"], (found["path"] or found["path2"]).strip("/")
    home = f"https://{host}/{path.removesuffix('.git')}"
    return Trackers(home if any(_is_like(home, forge) for forge in _FORGES) else "", keys)


def _is_like(home: str, forge: str) -> bool:
    """Does the host carry this name, as github.com or gitlab.example.com do?"""
    return forge in home.split("/")[2].split(".")
