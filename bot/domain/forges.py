"""How forges and their bots write the merge of a pull request: its number and its title. Pure; every text in it is foreign."""

import re

_MERGED = re.compile(
    r"Merge pull request (?P<hub>#\d{1,18})\b"  # GitHub, and with a title in the body
    r"|(?:Auto|Rollup) merge of (?P<bors>#\d{1,18})\b"  # bors and homu
    r"|Merge (?P<ng>#\d{1,18})$"  # bors-ng
    r"|Merged in \S.*\(pull request (?P<bucket>#\d{1,18})\)$"  # Bitbucket
    r"|Merged PR (?P<azure>\d{1,18}): (?P<title>\S.*)",  # Azure DevOps
    re.ASCII,
)
_MERGE_REQUEST = re.compile(r"^See merge request \S*?(!\d{1,18})\s*$", re.ASCII | re.MULTILINE)
_BORS_TITLE = re.compile(r"\d{1,18}: (\S.*?)(?: r=.*)?", re.ASCII)
MERGES_BEGIN = frozenset({"Merge", "Auto ", "Rollu"})
"""The first five letters of all of them."""


def merged_request(header: str, body: str) -> tuple[str, str] | None:
    """The title, empty where there is none, and the number of the pull request whose merge this is; None for anything else."""
    found = _MERGED.match(header)
    if found is not None:
        if found["azure"]:
            return found["title"], f"!{found['azure']}"
        title = _first_line(body)
        of_bors = _BORS_TITLE.fullmatch(title) if found["ng"] else None
        return of_bors[1] if of_bors else title, found["hub"] or found["bors"] or found["ng"] or found[
            "bucket"
        ]
    if not header.startswith("Merge branch ") or "See merge request " not in body:
        return None
    request = _MERGE_REQUEST.search(body)
    title = _first_line(body)
    if request is None:
        return None
    return "" if title.startswith("See merge request ") else title, request[1]


def _first_line(body: str) -> str:
    return next((line.strip() for line in body.split("\n", 8) if line.strip()), "")
