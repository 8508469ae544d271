"""Files for a mirror that has only commits and folders: those of the commits that are to be read, fetched in one go. Git
itself would fetch a missing file when it is read, each by itself."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.errors import OutsideError
from bot.domain.words import Sha
from bot.repository.answers import Place, read_failure
from bot.repository.git import Git, safe_sha, words_of

_FILES = (b"100644", b"100755")


def missing_files(local: Git, commits: Iterable[Sha]) -> list[str]:
    """The ids of the files of these commits that the mirror does not have. Raises OutsideError for a missing commit."""
    wanted: dict[str, None] = {}
    for commit in commits:
        ran = local.run(
            "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", safe_sha(commit), seconds=120.0
        )
        if ran.code != 0:
            raise OutsideError(f"The mirror has no commit {commit[:7]}: {words_of(ran.err)}. Refresh it.")
        rows = (row.partition(b"\t")[0].split() for row in ran.out.split(b"\0"))
        wanted |= {row[2].decode(): None for row in rows if len(row) == 3 and row[0] in _FILES}
    if not wanted:
        return []
    asked = "".join(f"{blob}\n" for blob in wanted).encode()
    ran = local.run("cat-file", "--batch-check=%(objectname)", stdin=asked, seconds=120.0)
    return [line.split()[0] for line in ran.text.split("\n") if line.endswith(" missing")]


def fetch_files(git: Git, where: Place, blobs: list[str], seconds: float) -> None:
    """Fetch them by their ids. Raises OutsideError when the remote cannot be reached, OutsideRefusal when it says no."""
    plain = replace(git, settings=(*git.settings, ("fetch.negotiationAlgorithm", "noop")))
    ran = plain.run(
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none",
        "--stdin", "origin",
        stdin="".join(f"{blob}\n" for blob in blobs).encode(), seconds=seconds,
    )  # fmt: skip
    if ran.code != 0:
        raise read_failure(ran, where)
