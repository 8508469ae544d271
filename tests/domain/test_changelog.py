"""The changelog: every commit in its group, and a new entry that leaves every older byte as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changelog import Titled, entry_text, whole_text
from bot.domain.changelog_file import AlreadyThere, brought_in, entry_in, inserted, placed
from bot.domain.markdown import escaped, inline
from bot.domain.messages import read_change
from bot.domain.settling import judge, settle
from bot.domain.words import Sha
from tests.domain.test_settling import history, reverts

TITLE = Titled("1.5.0", "2026-11-30")
ENTRY = "## [1.5.0] - 2026-11-30\n\n### Fixed\n\n- the sum (6200000, Lena)\n"


def entry(*told: tuple[str, str]) -> str:
    return entry_text(TITLE, settle([judge(change) for change in history(*told)]))


@pytest.mark.process("PREP-3")
def test_every_commit_of_the_range_stands_in_its_group() -> None:
    text = entry(
        ("i", reverts("h", "feat: short-lived")),
        ("h", "feat: short-lived"),
        ("g", "chore: tidy up"),
        ("f", "refactor: y\n\nDEPRECATED: y works until 3.0"),
        ("e", "build!: Node 20\n\nBREAKING CHANGE: update\nyour images"),
        ("d", "perf: half the queries"),
        ("c", 'Revert "feat: old thing"'),
        ("b", "fix(basket): the sum (#13)\n\nCloses #12\nCo-authored-by: Ben <b@x>"),
        ("a", "feat: gift cards"),
    )

    assert text == (
        "## [1.5.0] - 2026-11-30\n\n"
        "### Added\n\n- gift cards (6100000, Lena)\n\n"
        "### Changed\n\n- **Breaking:** Node 20 (6500000, Lena)\n  update\n  your images\n- half the queries (6400000, Lena)\n\n"
        "### Deprecated\n\n- y (6600000, Lena)\n  y works until 3.0\n\n"
        '### Removed\n\n- Revert "feat: old thing" (6300000, Lena)\n\n'
        "### Fixed\n\n- **basket:** the sum (#13), #12 (6200000, Lena, Ben)\n\n"
        "### Other\n\n"
        '- Revert "feat: short-lived" (6900000, Lena) (takes back a change of this release)\n'
        "- short-lived (6800000, Lena) (reverted in this release)\n"
        "- tidy up (6700000, Lena)\n"
    )


@given(st.lists(st.text(max_size=60), max_size=6))
def test_no_commit_is_dropped_whatever_it_says(messages: list[str]) -> None:
    changes = [
        read_change((Sha(f"{place:040x}"), "", "Lena", "l@x", "1", message)) for place, message in enumerate(messages, 1)
    ]  # fmt: skip

    text = entry_text(TITLE, settle([judge(change) for change in changes]))

    assert [line.count("(0000000, Lena)") for line in text.splitlines() if line.startswith("- ")] == [
        1
    ] * len(messages)


def test_a_whole_changelog_has_its_releases_one_after_the_other() -> None:
    older = settle([judge(change) for change in history(("a", "feat: gift cards"))])

    text = "".join(whole_text([(Titled("Unreleased", None), []), (TITLE, older)]))

    assert text.startswith("# Changelog\n\n")
    assert text.endswith(
        "\n## [Unreleased]\n\n## [1.5.0] - 2026-11-30\n\n### Added\n\n- gift cards (6100000, Lena)\n"
    )


HEAD = "# Changelog\n\nWords.\n\n"
OLD = "## [1.4.0] - 2026-10-01\n\n### Added\n\n-   odd   blanks \n\n\n* other bullets\n"
LINKS = "[1.4.0]: https://git.example.com/shop/1.4.0\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(HEAD, OLD, id="above the newest release"),
        pytest.param(
            HEAD + "## [Unreleased]\n\n- later\n\n", OLD + "\n" + LINKS, id="below what is unreleased"
        ),
        pytest.param(HEAD, LINKS, id="before the links of a file without releases"),
        pytest.param(HEAD + "```\n## [0.1.0]\n```\n\n", OLD, id="not into a block of code"),
        pytest.param("", OLD, id="at the top of a file without a heading"),
    ],
)
def test_a_new_entry_leaves_every_older_byte_as_it_was(before: str, after: str) -> None:
    assert inserted(before + after, TITLE, ENTRY) == before + ENTRY + "\n" + after


STYLES = [
    pytest.param(
        "", '<a name="1.4.0"></a>\n# 1.4.0 "summer" (2026-01-01)\n\n### core\n\n- x\n\n## Breaking Changes\n\n- y\n\n'
        '<!-- CHANGELOG SPLIT MARKER -->\n\n<a name="1.3.0"></a>\n# 1.3.0 (2025-12-01)\n', id="Angular",
    ),
    pytest.param(
        "", "# [1.4.0](https://x/compare/v1.3.1...v1.4.0) (2026-01-01)\n\n\n### Features\n\n* x\n\n"
        "## [1.3.1](https://x) (2025-12-01)\n", id="semantic-release",
    ),
    pytest.param(
        "# Changelog\n\nAll notable changes.\n\n", "### [1.4.1](https://x) (2026-01-01)\n\n\n### Bug Fixes\n\n* x\n\n"
        "## [1.4.0](https://x) (2025-12-01)\n", id="standard-version",
    ),
    pytest.param("", "1.4.0 / 2026-01-01\n==================\n\n  * x\n\n1.3.0 / 2025-01-01\n======\n", id="underlined"),
    pytest.param("Changes\n=======\n\n", "Version 1.4\n-----------\n\n- x\n", id="underlined, with a title"),
    pytest.param("# shop\n\n", "## 1.4.0\n\n### Minor Changes\n\n- 1a2b3c4: x\n", id="changesets"),
    pytest.param("# Changelog\n\n## 1.x\n\n", "### 1.4.0\n\n- x\n", id="below a series"),
    pytest.param("# Changes\n\n## HEAD (unreleased)\n\n- z\n\n", "## shop@1.4.0\n\n- x\n", id="below what is unreleased"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), STYLES)
def test_an_entry_finds_its_place_in_files_that_other_tools_have_written(before: str, after: str) -> None:
    assert inserted(before + after, TITLE, ENTRY) == before + ENTRY + "\n" + after


def test_what_other_tools_wrote_for_a_version_is_found_again() -> None:
    whole = str(STYLES[0].values[1])
    first, _, _ = whole.partition('<a name="1.3.0">')

    assert entry_in(whole, Titled("1.4.0", None)) == first
    assert entry_in(whole, Titled("1.3.0", None)) == whole.removeprefix(first)


def test_the_entry_takes_over_the_line_ends_of_the_file() -> None:
    existing = (HEAD + OLD).replace("\n", "\r\n")

    assert inserted(existing, TITLE, ENTRY) == (HEAD + ENTRY + "\n" + OLD).replace("\n", "\r\n")


@pytest.mark.parametrize("existing", ["", "# Changelog", "# Changelog\n", "# Changelog\n\n## Unreleased\n"])
def test_a_file_without_releases_gets_its_first_one_at_the_end(existing: str) -> None:
    gap = "" if not existing else "\n" if existing.endswith("\n") else "\n\n"

    assert inserted(existing, TITLE, ENTRY) == existing + gap + ENTRY


@pytest.mark.parametrize(
    "heading", ["## [1.5.0] - 2026-01-01", "## 1.5.0", "## v1.5.0 (2026)", "## [1.5.0](https://x) (y)"]
)
def test_a_version_gets_no_second_entry(heading: str) -> None:
    with pytest.raises(AlreadyThere, match=r"has an entry for 1\.5\.0 already"):
        inserted(f"{HEAD}{heading}\n\n- x\n", TITLE, ENTRY)


@given(st.text(st.sampled_from("#[]12.0v- \n\r`~:x"), max_size=80))
def test_whatever_the_file_holds_its_own_text_stays(existing: str) -> None:
    try:
        text = inserted(existing, TITLE, "ENTRY")
    except AlreadyThere:
        return

    before, _, after = text.partition("ENTRY")
    assert before.rstrip("\r\n") + after.lstrip("\r\n") != "" or not existing.strip("\r\n")
    assert (before + after).replace("\r", "").replace("\n", "") == existing.replace("\r", "").replace(
        "\n", ""
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("<script> & [x](y) *b* _c_ `d`", r"\<script\> \& \[x\](y) \*b\* \_c\_ \`d\`"),
        ("snake_case and _emphasis_", r"snake_case and \_emphasis\_"),
        ("# heading", r"\# heading"),
        ("- list", r"\- list"),
        ("1. list", r"1\. list"),
        ("@ada look", "@\u2060ada look"),
        ("a\x00b\x1b[31mc\u202ed", r"a b \[31mc d"),
        ("<!channel>", r"\<!channel\>"),
        ("", ""),
    ],
)
def test_foreign_text_is_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


@given(st.text(max_size=60))
def test_escaped_text_is_one_line_and_opens_nothing(text: str) -> None:
    line = inline(text)

    assert "\n" not in line
    assert not [mark for mark in "<[`*" if mark in line.replace(f"\\{mark}", "")]


FILE = (
    "# Changelog\r\n\r\n## [Unreleased]\r\n\r\n## [1.3.0]\r\n\r\n- old\r\n\r\n## [1.2.0]\r\n\r\n- older\r\n"
)


def test_an_entry_is_read_out_and_replaced_without_touching_the_others() -> None:
    title = Titled("1.3.0", "2026-11-26")

    after = brought_in(FILE, title, "## [1.3.0] - 2026-11-26\n\n- old\n- new\n")

    assert entry_in(FILE, title) == "## [1.3.0]\r\n\r\n- old\r\n\r\n"
    assert after == FILE.replace(
        "## [1.3.0]\r\n\r\n- old\r\n", "## [1.3.0] - 2026-11-26\r\n\r\n- old\r\n- new\r\n"
    )
    assert entry_in(FILE, Titled("1.4.0", None)) is None


def test_an_entry_that_is_not_there_is_inserted() -> None:
    title = Titled("1.4.0", None)

    assert (
        entry_in(brought_in(FILE, title, "## [1.4.0]\n\n- newest\n"), title)
        == "## [1.4.0]\r\n\r\n- newest\r\n\r\n"
    )


def test_an_entry_of_another_line_stands_above_the_first_older_one() -> None:
    after = placed(FILE, "## [1.2.1]\r\n\r\n- fix\r\n", lambda name: name == "1.2.0")

    assert after == FILE.replace("## [1.2.0]", "## [1.2.1]\r\n\r\n- fix\r\n\r\n## [1.2.0]")
    assert placed("", "## [1.2.1]\n\n- fix\n", lambda _: False) == "## [1.2.1]\n\n- fix\n"
