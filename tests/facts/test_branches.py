"""The branch report on real repositories."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import facts
from bot.domain.branches import is_repair
from bot.domain.words import CommitLine, Sha
from bot.repository.branches import count_distances
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
    counted = count_distances(lines, [Sha(str(head)) for head in heads])

    main = reach(heads[0])
    assert counted == {Sha(str(h)): (len(main - reach(h)), len(reach(h) - main)) for h in heads}
