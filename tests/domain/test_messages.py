"""What one commit's message says, as tables; and that no message at all makes the reader fail."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.messages import Change, copied_headers, read_change, undone_by
from bot.domain.words import Sha

A = "a" * 40


def change(message: str, parents: str = "p") -> Change:
    return read_change((Sha(A), parents, "Lena", "lena@shop.example", "1790000000", message))


@pytest.mark.parametrize(
    ("header", "type_", "scope", "subject"),
    [
        pytest.param("feat: gift cards", "feat", "", "gift cards", id="a type"),
        pytest.param("FIX(basket): the sum", "fix", "basket", "the sum", id="a type in capitals, and a scope"),
        pytest.param("fix(basket)!: the sum", "fix", "basket", "the sum", id="a bang behind the scope"),
        pytest.param("feat(a(b)): x", "feat", "a(b)", "x", id="brackets in a scope"),
        pytest.param("feat(api): foo (bar): baz", "feat", "api", "foo (bar): baz", id="brackets and a colon in the subject"),
        pytest.param("feat( api ): x", "feat", "api", "x", id="blanks in a scope"),
        pytest.param("feat!(api): x", "feat", "api", "x", id="a bang on the wrong side of the scope"),
        pytest.param("✨ feat(api): x", "feat", "api", "x", id="a picture before the type"),
        pytest.param("⚡️feat: x", "feat", "", "x", id="a picture of two signs"),
        pytest.param(":bug: fix(api): x", "fix", "api", "x", id="the name of a picture before the type"),
        pytest.param("🐛 Mend the sum", "", "", "🐛 Mend the sum", id="a picture in place of a type"),
        pytest.param("[fix] the sum", "", "", "[fix] the sum", id="a type in brackets"),
        pytest.param("- feat: x", "", "", "- feat: x", id="a list item"),
        pytest.param("fixup! feat: x", "", "", "fixup! feat: x", id="what was to be squashed"),
        pytest.param("feat:   x  ", "feat", "", "x", id="blanks around the subject"),
        pytest.param("feat: x (#12)", "feat", "", "x", id="a squash title"),
        pytest.param("feat: x (#12) (#13)", "feat", "", "x", id="a squash title with two pull requests"),
        pytest.param("feat: x (o/r#12)", "feat", "", "x", id="a pull request of another repository"),
        pytest.param("feat: x (!12)", "feat", "", "x", id="a merge request"),
        pytest.param("feat: x (see #12)", "feat", "", "x (see #12)", id="a remark that is no pull request"),
        pytest.param("feat:x", "", "", "feat:x", id="no blank behind the colon"),
        pytest.param("feat : x", "", "", "feat : x", id="a blank before the colon"),
        pytest.param("feat: ", "", "", "feat:", id="no subject"),
        pytest.param("Tidy up", "", "", "Tidy up", id="no type"),
        pytest.param("", "", "", "", id="nothing"),
        pytest.param("\n\n  feat: x\n", "feat", "", "x", id="empty lines before it"),
        pytest.param('Revert "feat: x"', "revert", "", 'Revert "feat: x"', id="git's own revert"),
        pytest.param('Reapply "feat: x"', "revert", "", 'Reapply "feat: x"', id="git's own revert of a revert"),
        pytest.param("revert: feat: x", "revert", "", "feat: x", id="the conventional revert"),
        pytest.param('⏪️ Revert "feat: x" (#12)', "revert", "", 'Revert "feat: x"', id="a picture before git's own revert"),
        pytest.param("🔥 Release the kraken", "", "", "🔥 Release the kraken", id="a picture before a sentence"),
        pytest.param("Revert to the old colours", "", "", "Revert to the old colours", id="a sentence that begins so"),
    ],
)  # fmt: skip
def test_a_header_is_read(header: str, type_: str, scope: str, subject: str) -> None:
    read = change(header)

    assert (read.type, read.scope, read.subject) == (type_, scope, subject)


@pytest.mark.parametrize(
    ("header", "pull_request", "issues"),
    [
        ("feat: x (#12)", "#12", ()),
        ("feat: x (#12) (#13)", "#13", ("#12",)),
        ("feat: x, closes #4", "", ("#4",)),
        ("feat: x #4", "", ()),
        ("feat: x (#1234567890123456789012)", "", ()),
    ],
)
def test_a_header_names_pull_requests_and_issues(
    header: str, pull_request: str, issues: tuple[str, ...]
) -> None:
    read = change(header)

    assert (read.pull_request, read.issues) == (pull_request, issues)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("BREAKING CHANGE: y is gone", ("y is gone",), id="on one line"),
        pytest.param("BREAKING-CHANGE: y is gone", ("y is gone",), id="with a hyphen"),
        pytest.param("Breaking change: y", ("y",), id="in small letters with a colon"),
        pytest.param("breaking change in y", (), id="in small letters without one"),
        pytest.param("a BREAKING CHANGE: y", (), id="inside a line"),
        pytest.param("* BREAKING CHANGE: y", ("y",), id="in a squashed list"),
        pytest.param("BREAKING CHANGE:\n\ny is gone\n", ("y is gone",), id="on the lines below"),
        pytest.param(
            "BREAKING CHANGE: y is gone.\n\nBefore: y\nAfter: z\n\nCloses #3", ("y is gone.\n\nBefore: y\nAfter: z",),
            id="in paragraphs, up to the next footer",
        ),
        pytest.param(
            "BREAKING CHANGE: a\nSigned-off-by: B <b@c>\nBREAKING CHANGE: d", ("a", "d"), id="twice, with a trailer between"
        ),
        pytest.param("DEPRECATED: z\nBREAKING CHANGE: y", ("y",), id="behind a deprecation"),
        pytest.param("**BREAKING CHANGE:** y\n**BREAKING CHANGE**: z", ("y", "z"), id="printed bold"),
        pytest.param("BREAKING CHANGE: **y** is gone", ("**y** is gone",), id="with bold words of its own"),
        pytest.param("BREAKING CHANGE(api): y", ("y",), id="with a scope"),
        pytest.param("BREAKING CHANGE!: y", ("y",), id="with a bang"),
        pytest.param("BREAKING CHANGE y", ("y",), id="in capitals without a colon"),
        pytest.param("BREAKING CHANGES\n\n- y\n- z", ("- y\n- z",), id="as a heading over a list"),
        pytest.param("BREAKING CHANGE: y\r\n\r\nmore\r\n\r\nPR Close #12\r\n", ("y\n\nmore",), id="with the line ends of Windows"),
    ],
)  # fmt: skip
def test_the_text_of_a_breaking_change_is_read_whole(body: str, texts: tuple[str, ...]) -> None:
    read = change(f"chore: x\n\n{body}")

    assert read.footers.breaking == texts
    assert read.breaking is bool(texts)


@pytest.mark.parametrize(
    ("body", "issues"),
    [
        ("Closes #12", ("#12",)),
        ("closes #1, #2 and owner/repo#3", ("#1", "#2", "owner/repo#3")),
        ("Refs: GH-7, JIRA-123", ("GH-7", "JIRA-123")),
        ("Fixes #1\nResolves #2\nfixed #1", ("#1", "#2")),
        ("This closes the door #5", ()),
        ("Look at #5", ()),
        ("Fixes UTF-8 and #5", ("UTF-8", "#5")),
        ("Fixes: https://github.com/nodejs/node/issues/12", ("nodejs/node#12",)),
        ("Closes https://git.example/a/b/c/-/issues/7, #8", ("a/b/c#7", "#8")),
        ("Closes https://git.example/root/b/c/issues/7", ("b/c#7",)),
        ("Closes group/part/project#12", ("group/part/project#12",)),
        ("Refs https://example.com/issues", ()),
        ("Closes #12 and https://github.com/o/r/pull/13#issuecomment-1", ("#12", "o/r#13")),
    ],
)
def test_issues_are_those_behind_a_word_for_it(body: str, issues: tuple[str, ...]) -> None:
    assert change(f"fix: x\n\n{body}").issues == issues


def test_everybody_who_took_part_is_named_once() -> None:
    read = change(
        "feat: x\n\nCo-authored-by: Ben <b@x>\nco-authored-by: Lena <l@x>\nCo-Authored-By: Ben <b@y>"
    )

    assert read.authors == ("Lena", "Ben")


def test_a_deprecation_is_read() -> None:
    read = change("feat: x\n\nDEPRECATED: `y` goes in 3.0")

    assert read.footers.deprecated == ("`y` goes in 3.0",)


@pytest.mark.parametrize(
    ("message", "shas", "header"),
    [
        (f'Revert "feat: x (#1)" (#2)\n\nThis reverts commit {A}.', (A,), "feat: x (#1)"),
        (f"revert: feat: x\n\nRefs: {A[:9]}, bbbbbbb", (A[:9], "bbbbbbb"), "feat: x"),
        (f'Revert "Merge pull request #1"\n\nThis reverts commit {A}, reversing\nchanges made to bbbbbbb.', (A,), "Merge pull request #1"),
        ('Revert "Revert "feat: x""', (), 'Revert "feat: x"'),
        ("revert(api): feat: x", (), "feat: x"),
        ('Reapply "feat: x" (#3)', (), 'Revert "feat: x"'),
        (f"Revert the colours\n\nThis reverts commit {A}.", (A,), "the colours"),
        (f"Revert 'feat: x'\n\nThis reverts commit {A}.", (A,), "feat: x"),
        ('revert(api): "feat: x"', (), "feat: x"),
        ("⏪ revert: feat: x (#2)", (), "feat: x"),
        (f'Revert "x"\n\nThis reverts commit\n{A}.', (A,), "x"),
        ('Revert "x"\n\nThis reverts commit `abcdef1`.', ("abcdef1",), "x"),
        (f'Revert "x"\n\nThis reverts commit https://github.com/o/r/commit/{A}.', (A,), "x"),
        ('Revert "x"\n\nThis reverts commit abcdef1 and commit abcdef2.', ("abcdef1", "abcdef2"), "x"),
    ],
)  # fmt: skip
def test_a_revert_says_what_it_takes_back(message: str, shas: tuple[str, ...], header: str) -> None:
    read = change(message)

    assert read.is_revert
    assert (undone_by(read).shas, undone_by(read).header) == (shas, header)


@pytest.mark.parametrize(
    "message",
    [
        'Revert "feat: x" (#14)\n\nReverts shop/web#12',
        'Revert "feat: x" (#14)\n\nReverts #12.',
        'Revert "feat: x"\n\nThis reverts PR #12.',
        "revert: #12",
        "revert: PR #12 (#14)",
    ],
)
def test_a_revert_may_name_the_pull_request_that_it_takes_back(message: str) -> None:
    assert undone_by(change(message)).pull_requests == ("#12",)


TITLED = "feat(basket): gift cards"


@pytest.mark.parametrize(
    ("message", "pull_request"),
    [
        pytest.param(f"Merge pull request #12 from ada/gifts\n\n{TITLED}", "#12", id="GitHub"),
        pytest.param(f"Merge branch 'gifts' into 'main'\n\n{TITLED}\n\nCloses #3\n\nSee merge request shop/web!12", "!12", id="GitLab"),
        pytest.param(f"Merged in ada/gifts (pull request #12)\n\n{TITLED}\n\nApproved-by: Ben", "#12", id="Bitbucket"),
        pytest.param(f"Merged PR 12: {TITLED}\n\nRelated work items: #3", "!12", id="Azure DevOps"),
        pytest.param(f"Auto merge of #12 - ada:gifts, r=ben\n\n{TITLED}\n\nr? ben", "#12", id="bors"),
        pytest.param(f"Merge #12\n\n12: {TITLED} r=ben a=ada\n\nCo-authored-by: Ada <a@x>", "#12", id="bors-ng"),
    ],
)  # fmt: skip
def test_a_merged_pull_request_is_read_by_its_title_however_the_forge_writes_it(
    message: str, pull_request: str
) -> None:
    read = change(message, parents="p q")

    assert (read.type, read.scope, read.subject) == ("feat", "basket", "gift cards")
    assert (read.pull_request, read.is_merge) == (pull_request, True)


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("Merge pull request #12 from ada/gifts", "Merge pull request #12 from ada/gifts"),
        ("Merge branch 'gifts' into 'main'\n\nSee merge request shop/web!12", "Merge branch 'gifts' into 'main'"),
    ],
)  # fmt: skip
def test_a_pull_request_without_a_title_keeps_its_header(message: str, subject: str) -> None:
    assert change(message, parents="p q").subject == subject


def test_what_only_looks_like_the_merge_of_a_pull_request_is_none() -> None:
    assert change("Merge the two sums (#12)").pull_request == "#12"
    assert change("Merge branch 'x'\n\nSee merge request !12 of last year").pull_request == ""


@pytest.mark.parametrize(
    "line",
    [
        "PR Close #12345",
        "PR-URL: https://github.com/nodejs/node/pull/12",
        "Fixes owner/repo#12",
        "Closes https://github.com/o/r/issues/12",
        "Resolves SHOP-12",
        "- fix(a): z",
        f"commit {A}",
    ],
)
def test_a_note_ends_where_the_lines_that_tools_write_begin(line: str) -> None:
    assert change(f"feat: x\n\nBREAKING CHANGE: y is gone\n\n{line}").footers.breaking == ("y is gone",)


@pytest.mark.parametrize(
    "line",
    [
        "See https://shop.example/guide for the way.",
        "Fixes the order of x and y too.",
        "- fix your templates: z",
    ],
)
def test_a_note_goes_on_over_lines_that_only_look_so(line: str) -> None:
    assert change(f"feat: x\n\nBREAKING CHANGE: y\n{line}").footers.breaking == (f"y\n{line}",)


@pytest.mark.parametrize(
    ("header", "scope", "subject"),
    [
        ("BREAKING CHANGE: y is gone", "", "y is gone"),
        ("BREAKING CHANGE(api)!: y is gone (#12)", "api", "y is gone"),
        ("💥 BREAKING CHANGES: y is gone", "", "y is gone"),
    ],
)
def test_a_header_may_say_itself_that_it_breaks_something(header: str, scope: str, subject: str) -> None:
    read = change(header)

    assert (read.type, read.scope, read.subject, read.breaking) == ("", scope, subject, True)


def test_a_note_of_a_squashed_message_ends_where_its_next_commit_begins() -> None:
    read = change(
        "feat: x (#1)\n\n* feat: x\n\nBREAKING CHANGE: y is gone\n\n* fix(a): z\n\n---------\n\nCo-authored-by: Ben <b@x>"
    )
    drawn = change("feat: x\n\nBREAKING CHANGE: y is gone\n\n---------\n\nCo-authored-by: Ben <b@x>")

    assert read.footers.breaking == drawn.footers.breaking == ("y is gone",)


@pytest.mark.parametrize(
    ("header", "original"),
    [
        ("fix: y (#10) (#20)", "fix: y (#10)"),
        ("[1.x] fix: y (#10)", "fix: y (#10)"),
        ("[Backport 1.x] fix: y (#10) (#20)", "fix: y (#10)"),
        ("fix: y (backport #10) (#20)", "fix: y (#10)"),
        ("fix: y (Backport of o/r#10)", "fix: y (#10)"),
    ],
)
def test_a_header_tells_whose_copy_it_is(header: str, original: str) -> None:
    assert original in copied_headers(header)


@pytest.mark.parametrize("header", ["fix: y", "fix: y (#20)", "fix: y (see #10)", ""])
def test_any_other_header_is_only_itself(header: str) -> None:
    assert set(copied_headers(header)) == {header}


@given(st.text(max_size=300))
@example("(" * 300)
@example("revert: " + "a(" * 150)
@example("feat(" + ")" * 200 + ": x")
@example("x\n\nCloses " + "#1, " * 100)
@example("x\n\n" + "BREAKING CHANGE: \n" * 40)
def test_no_message_makes_the_reader_fail_or_loses_its_words(message: str) -> None:
    read = change(message)

    assert read.subject or not message.strip()
    copied_headers(read.header)
    if read.is_revert:
        undone_by(read)


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "a(#1)",
        "Closes #1 ",
        "BREAKING CHANGE: x\n",
        "\n",
        "* ",
        "co-authored-by: ",
        "a-1 ",
        "a",
        " ",
        "\t",
        "closes a/",
        "Refs: abcdef0",
        "This reverts commit abcdef0 ",
        'Revert "',
        "feat(",
        "and #1",
        "(#1)",
        "breaking change|*",
        "#",
    ],
)
def test_a_message_of_a_megabyte_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()

    for end in ("", "!", "\n"):
        assert change("feat: x\n\n" + piece * (1_000_000 // len(piece)) + end).type == "feat"
        assert change(piece * (1_000_000 // len(piece)) + end).sha == A

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        "co-authored-by:" + " " * 200_000 + "<",
        "Refs: " + "a" * 200_000,
        "Refs: " + "abcdef0 " * 20_000 + "!",
        "This reverts commit " + "a" * 200_000,
        "closes #1" + " " * 200_000 + "x",
        "closes " + "a" * 200_000,
        "closes " + "a/" * 100_000,
        "closes https://" + "a/" * 100_000,
        "| " * 100_000 + "BREAKING CHANGE",
    ],
)
def test_no_body_makes_a_pattern_go_back_and_forth(body: str) -> None:
    began = time.process_time()

    change(f"feat: x\n\n{body}")

    assert time.process_time() - began < 1
