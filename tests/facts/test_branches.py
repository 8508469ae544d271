"""The branch report on real repositories."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import facts
from bot.domain.branches import is_repair
from bot.domain.words import CommitLine, Sha
from bot.repository.branches import find_places
from tests.facts.repositories import asked, commit, tag
from tests.git_fixtures import git


def report(bare: Path, config: Path | None = None) -> facts.Report:
    return facts.branches(asked(bare, config=config), None, "refs/heads/")


def found(bare: Path, config: Path | None = None) -> set[str]:
    return {finding.name for finding in report(bare, config).weighed.open}


@pytest.mark.process("BF-2", "BF-3")
def test_each_branch_is_listed_with_its_owner_its_place_and_its_name_judged(
    bare: Path, tmp_path: Path
) -> None:
    first = commit(bare, "feat: open", {"a": "1"})
    commit(bare, "feat: search", {"b": "1"}, branch="feature/search", start=first)
    commit(bare, "wip", {"c": "1"}, branch="Stuff", start=first)
    git(bare, "branch", "fix/old", first)
    commit(bare, "fix: a", {"a": "2"})
    config = tmp_path / "harbourmaster.toml"
    config.write_text("[products.shop]\nfar_behind = 1\n")

    rows = {row[0]: row[1:] for row in report(bare).tables[0].rows}

    assert rows == {
        "main": ("main", "Ada", "2026-09-21", "+0 -0", "", ""),
        "feature/search": ("work", "Ada", "2026-09-21", "+1 -1", "", ""),
        "Stuff": ("work", "Ada", "2026-09-21", "+1 -1", "", "name"),
        "fix/old": ("work", "Ada", "2026-09-21", "+0 -1", "merged", ""),
    }
    assert found(bare, config) == {"BF-2:Stuff", "BF-3:Stuff", "BF-3:feature/search"}


@pytest.mark.process("BR-2", "BR-4")
def test_a_release_branch_shows_what_main_lacks_and_what_is_no_repair(bare: Path) -> None:
    first = commit(bare, "feat: open", {"a": "1"})
    commit(bare, "fix: both", {"b": "1"}, branch="release/1.0", start=first)
    commit(bare, "fix: both", {"b": "1"})
    feature = commit(bare, "feat: late", {"c": "1"}, branch="release/1.0")
    commit(bare, "fix: only here", {"d": "1"}, branch="release/1.0")

    said = {f.name: f.sentence for f in report(bare).weighed.open}

    assert said.keys() == {"BR-4:release/1.0", f"BR-2:{feature[:7]}"}
    assert "2 commits that main does not have" in said["BR-4:release/1.0"]
    assert (
        said[f"BR-2:{feature[:7]}"]
        == f"{feature[:7]} by Ada came onto release/1.0 and is no repair: feat: late"
    )


@pytest.mark.process("BH-1", "BH-2", "BH-4")
def test_a_hotfix_shows_its_size_its_start_and_what_is_not_merged_back(bare: Path) -> None:
    tagged = commit(bare, "feat: open", {"a": "1\n"})
    tag(bare, "v1.0.0")
    loose = commit(bare, "feat: more", {"b": "1\n"})
    commit(bare, "fix: large", {"a": "x\n" * 300}, branch="hotfix/1.0.1", start=tagged)
    commit(bare, "fix: small", {"b": "2\n"}, branch="hotfix/1.0.2", start=loose)

    assert found(bare) == {
        "BH-2:hotfix/1.0.1", "BH-4:hotfix/1.0.1", "BH-1:hotfix/1.0.2", "BH-4:hotfix/1.0.2"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("fix: a", True), ("fix(api): a", True), ("docs: a", True), ("Revert \"feat: a\"", True), ("Merge branch 'x'", True),
        ("feat: a", False), ("fix!: a", False), ("refactor: a", False), ("Add a button", False), ("", False),
    ],
)  # fmt: skip
def test_what_may_land_after_the_freeze(subject: str, answer: bool) -> None:
    line = CommitLine(Sha("1" * 40), "Ada", subject, "", datetime(2026, 1, 1, tzinfo=UTC))

    assert is_repair(line) is answer


def test_a_repository_is_left_as_it_was_and_may_have_odd_names(bare: Path) -> None:
    first = commit(bare, "feat: open", {"a": "1"})
    for name in ("fix/ü-`|<!channel>", "--output=x"):
        git(bare, "update-ref", f"refs/heads/{name}", first)
    before = sorted((p.as_posix(), p.stat().st_mtime_ns) for p in bare.rglob("*"))

    names = {row[0] for row in report(bare).tables[0].rows}

    assert names == {"main", "fix/ü-`|<!channel>", "--output=x"}
    assert sorted((p.as_posix(), p.stat().st_mtime_ns) for p in bare.rglob("*")) == before


@given(
    st.lists(st.lists(st.integers(0, 30), max_size=2), min_size=1, max_size=25),
    st.lists(st.integers(0, 24), min_size=1, max_size=5),
)
def test_the_distances_of_one_walk_are_those_of_the_graph(graph: list[list[int]], ends: list[int]) -> None:
    parents = {n: {p % n for p in wanted} if n else set() for n, wanted in enumerate(graph)}
    heads = list(dict.fromkeys(end % len(graph) for end in ends))

    def reach(start: int) -> set[int]:
        return {start}.union(*(reach(parent) for parent in parents[start]))

    seen = set().union(*(reach(head) for head in heads))
    lines = [" ".join(map(str, [n, *sorted(parents[n])])) for n in reversed(range(len(graph))) if n in seen]
    counted = find_places(lines, [Sha(str(head)) for head in heads], [Sha(str(heads[-1]))])

    main = reach(heads[0])
    other = reach(heads[-1])
    for head in heads:
        place, mine = counted[Sha(str(head))], reach(head)
        assert (place.behind, place.ahead) == (len(main - mine), len(mine - main))
        assert place.shares.get(Sha(str(heads[-1])), 0) == len((mine & other) - main)


@pytest.mark.process("BM-3", "BM-4", "BF-4")
def test_what_came_onto_main_without_a_pull_request_is_named(bare: Path) -> None:
    old = commit(bare, "feat: before the release", {"a": "1"})
    tag(bare, "v1.0.0")
    commit(bare, "feat: squashed (#7)", {"b": "1"})
    pushed = commit(bare, "fix: <!channel> pushed", {"c": "1"})
    asked_for = commit(bare, "fix: asked for", {"d": "1"}, branch="fix/asked", start=old)
    merged = merge(bare, asked_for, "Merge pull request #8 from shop/fix/asked\n\nfix: asked for")
    by_hand = merge(
        bare, commit(bare, "fix: z", {"e": "1"}, branch="fix/zebra", start=old), "Merge branch 'fix/zebra'"
    )

    said = {f.name: f.sentence for f in report(bare).weighed.open}

    assert said == {
        f"BM-4:{pushed[:7]}": f"{pushed[:7]} by Ada came onto main without a pull request: fix: <!channel> pushed",
        f"BM-4:{by_hand[:7]}": f"{by_hand[:7]} by Ada came onto main without a pull request: Merge branch 'fix/zebra'",
    }
    assert merged[:7] not in str(said)


def test_a_team_that_works_without_pull_requests_is_not_told_of_each_commit(bare: Path) -> None:
    for number in range(3):
        commit(bare, f"fix: {number}", {"a": str(number)})

    assert found(bare) == set()


@pytest.mark.process("BF-1")
def test_a_working_branch_that_starts_from_a_release_branch_is_named(bare: Path) -> None:
    first = commit(bare, "feat: open", {"a": "1"})
    repair = commit(bare, "fix: here", {"b": "1"}, branch="release/1.0", start=first)
    commit(bare, "feat: on it", {"c": "1"}, branch="feature/wrong", start=repair)
    commit(bare, "feat: beside it", {"d": "1"}, branch="feature/right", start=first)
    commit(bare, "fix: came back", {"e": "1"}, branch="fix/back", start=repair)
    git(bare, "update-ref", "refs/heads/release/1.0", "refs/heads/fix/back")

    said = {f.name: f.sentence for f in report(bare).weighed.open if f.item == "BF-1"}

    assert said == {
        "BF-1:feature/wrong": "feature/wrong (last worked on by Ada) has 1 commit of release/1.0 that main does not have; "
        "a working branch starts from main."
    }


def merge(bare: Path, other: Sha, message: str) -> Sha:
    """Merge a commit into main, as a person would with `--no-ff`."""
    tree = git(bare, "rev-parse", f"{other}^{{tree}}")
    made = git(bare, "commit-tree", "-p", "refs/heads/main", "-p", other, "-m", message, tree)
    git(bare, "update-ref", "refs/heads/main", made)
    return Sha(made)


def test_only_the_branches_of_a_range_are_listed_when_it_is_named(bare: Path) -> None:
    commit(bare, "feat: open", {"a": "1"})
    git(bare, "branch", "feat/old", "main")
    tag(bare, "v1.0.0")
    commit(bare, "feat: more", {"a": "2"})
    git(bare, "branch", "feat/new", "main")
    tag(bare, "v1.1.0")
    commit(bare, "feat: still more", {"a": "3"})
    git(bare, "branch", "feat/later", "main")

    def names(since: str, until: str) -> list[str]:
        told = facts.branches(asked(bare, since=since, until=until), None, "refs/heads/")
        return sorted(row[0] for row in told.tables[0].rows)

    assert names("", "") == ["feat/later", "feat/new", "feat/old", "main"]
    assert names("v1.0.0", "") == ["feat/later", "feat/new", "main"]
    assert names("v1.0.0", "v1.1.0") == ["feat/new", "main"]
