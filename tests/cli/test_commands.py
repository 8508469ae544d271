"""`harbourmaster version|notes|changelog` as somebody types them, in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.git_fixtures import git
from tests.repository.branch_things import put
from tests.repository.histories import History, empty_history

PROGRAM = [sys.executable, "-c", "from bot.entry import main; main()"]


def ran(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], capture_output=True, text=True, check=False, cwd=folder)


def said(*words: str, folder: Path | None = None) -> str:
    """What a command prints that goes well."""
    answer = ran(*words, folder=folder)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


@pytest.fixture
def shop(tmp_path: Path) -> History:
    history = empty_history(tmp_path)
    history.commit("feat: open the shop")
    history.tag("v1.0.0")
    history.commit("feat(basket): gift cards (#13)\n\nCloses #12\nCo-authored-by: Ben <b@x>")
    history.commit("chore: tidy up")
    taken = history.commit("fix: short-lived")
    history.commit(history.reverts(taken, "fix: short-lived"))
    history.tag("latest")
    return history


def at(shop: History) -> tuple[str, str]:
    return "--repository", str(shop.path)


def test_notes_as_json_name_every_change_and_say_which_are_listed(shop: History) -> None:
    answer = json.loads(said("notes", *at(shop), "--from", "v1.0.0", "--to", "HEAD", "--format", "json"))

    assert [(c["subject"], c["listed"]) for c in answer["changes"]] == [
        ('Revert "fix: short-lived"', False),
        ("short-lived", False),
        ("tidy up", False),
        ("gift cards", True),
    ]
    last = answer["changes"][-1]
    assert {
        name: last[name] for name in ("sha", "type", "scope", "breaking", "deprecated", "issues", "authors")
    } == {
        "sha": git(shop.path, "rev-parse", "main~3"),
        "type": "feat",
        "scope": "basket",
        "breaking": False,
        "deprecated": False,
        "issues": ["#12"],
        "authors": ["Lena", "Ben"],
    }
    assert answer["changes"][0]["left_out"] == "it reverts a change of the same range"


def test_notes_are_text_or_markdown_for_an_audience(shop: History) -> None:
    text = said("notes", *at(shop), "--title", "Shop", "--as", "1.1.0")
    page = said("notes", *at(shop), "--format", "markdown", "--audience", "stakeholders")

    assert text.splitlines()[:5] == [
        "Shop 1.1.0 (2026-09-21)", "4 commits since v1.0.0", "", "Features",
        f"- basket: gift cards ({git(shop.path, 'rev-parse', '--short=7', 'main~3')}, #13, #12, Lena, Ben)",
    ]  # fmt: skip
    assert page.startswith("# shop Unreleased at a glance (2026-09-21)\n\nNew: 1 feature.\n")


@pytest.mark.process("PREP-1", "VER-2")
def test_the_version_comes_with_its_reason_and_the_tags_left_aside(shop: History) -> None:
    text = said("version", *at(shop))
    facts = json.loads(said("version", *at(shop), "--format", "json", "--pre-release", "rc"))
    page = said("version", *at(shop), "--format", "markdown")

    assert text.splitlines() == [
        "1.1.0",
        "A minor release after v1.0.0 (4 commits): 1 commit brings a feature and none breaks anything.",
        f"- {git(shop.path, 'rev-parse', '--short=7', 'main~3')} feat(basket): gift cards (#13)",
        "Tags left aside, for they are no versions of this line: latest.",
    ]
    assert (facts["version"], facts["previous"], facts["ignored_tags"]) == ("1.1.0-rc.1", "1.0.0", ["latest"])
    assert page.startswith("## Next version: 1.1.0\n")


@pytest.mark.parametrize(
    ("since", "expected"), [("main~2", "1.0.1"), ("latest", "1.0.1"), ("v1.1.0-rc.1", "1.1.0")]
)
def test_the_version_goes_on_from_the_release_that_its_beginning_stands_for(
    shop: History, since: str, expected: str
) -> None:
    if since.startswith("v"):
        shop.tag(since)
    shop.commit("fix: the sum")

    facts = json.loads(said("version", *at(shop), "--from", since, "--format", "json"))

    assert (facts["version"], facts["from"]) == (expected, since)


@pytest.mark.process("PREP-3")
def test_the_changelog_has_every_commit_and_goes_into_a_file_without_writing_it(
    shop: History, tmp_path: Path
) -> None:
    file = tmp_path / "CHANGELOG.md"
    file.write_bytes(b"# Changelog\r\n\r\n## [1.0.0] - 2026-09-21\r\n\r\n- caf\xe9\r\n")
    whole = said("changelog", *at(shop))
    entry = said("changelog", *at(shop), "--to", "HEAD", "--as", "1.1.0")

    answer = subprocess.run(
        [*PROGRAM, "changelog", *at(shop), "--into", str(file)], capture_output=True, check=True
    )

    shas = git(shop.path, "log", "--format=%h", "--abbrev=7", "main").split()
    assert [sha for sha in shas if f"({sha}, Lena" not in whole] == []
    assert entry.startswith("## [1.1.0] - 2026-09-21\n\n### Added\n\n- **basket:** gift cards (#13), #12 (")
    assert entry.count("\n- ") == 4
    assert answer.stdout.endswith(b"\r\n\r\n## [1.0.0] - 2026-09-21\r\n\r\n- caf\xe9\r\n")
    assert answer.stdout.startswith(b"# Changelog\r\n\r\n## [1.1.0] - 2026-09-21\r\n\r\n### Added\r\n")
    assert file.read_bytes().endswith(b"caf\xe9\r\n")
    assert file.stat().st_size < len(answer.stdout)


def test_the_whole_changelog_is_there_as_json_too(shop: History) -> None:
    releases = json.loads(said("changelog", *at(shop), "--format", "json"))["releases"]

    assert [(r["version"], len(r["changes"])) for r in releases] == [("Unreleased", 4), ("1.0.0", 1)]


def test_a_teams_settings_are_read_from_its_file(shop: History, tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "users.md.j2").write_text("{{ version }} is out")
    shop.commit("Tidy up")
    config = tmp_path / "harbourmaster.toml"
    config.write_text('[notes]\ntemplates = "words"\nunconventional = "list"\n')

    page = said("notes", *at(shop), "--config", str(config), "--as", "2.0.0", "--format", "markdown")
    facts = json.loads(said("notes", *at(shop), "--config", str(config), "--format", "json"))

    assert page == "2.0.0 is out\n"
    assert [c["subject"] for c in facts["changes"] if c["listed"]] == ["Tidy up", "gift cards"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["notes", "--to=--output=x"], "has no tag, branch or commit '--output=x'."),
        (["notes", "--from", "v9.9.9"], "has no tag, branch or commit 'v9.9.9'."),
        (["version", "--repository", "/nowhere"], "/nowhere is not a folder."),
        (["changelog", "--into", "/nowhere"], "/nowhere cannot be read: No such file or directory."),
        (["notes", "--config", "/nowhere"], "The file cannot be read"),
    ],
)
def test_a_mistake_ends_in_one_sentence_and_code_1(shop: History, words: list[str], sentence: str) -> None:
    answer = ran(words[0], *at(shop), *words[1:], folder=shop.path)

    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""


def test_mistakes_in_the_settings_are_named_with_their_line(shop: History, tmp_path: Path) -> None:
    config = tmp_path / "harbourmaster.toml"
    config.write_text('[notes]\nunconventional = "lst"\ntemplate = "x"\n')

    answer = ran("notes", *at(shop), "--config", str(config))

    assert answer.returncode == 1
    assert (
        "harbourmaster.toml:2: `notes.unconventional` must be one of leave-out, list, pull-requests."
        in answer.stderr
    )
    assert (
        "harbourmaster.toml:3: `notes.template` is not a setting. Did you mean `templates`?" in answer.stderr
    )


def test_what_cannot_be_read_at_all_ends_with_code_2(shop: History) -> None:
    assert ran("notes", *at(shop), "--format", "html").returncode == 2


def test_text_for_a_terminal_carries_no_control_characters(shop: History) -> None:
    shop.commit("fix: \x1b[31mred\x07 and \u202ebackwards")

    text = said("notes", *at(shop))

    assert "- [31mred and backwards" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_the_commands_load_neither_slack_nor_sql_nor_typer(shop: History) -> None:
    script = (
        "import sys; from bot.cli import run; run(sys.argv[1:]); "
        "heavy = {'slack_sdk', 'slack_bolt', 'sqlalchemy', 'typer', 'rich', 'git', 'pydantic', 'matplotlib', 'jinja2'}; "
        "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules))))"
    )
    for command in ("version", "notes", "changelog"):
        answer = subprocess.run(
            [sys.executable, "-c", script, command, *at(shop)], capture_output=True, text=True, check=True
        )

        assert answer.stderr == ""


def test_a_shallow_clone_is_read_and_said_to_be_one(shop: History, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{shop.path}", str(clone))

    answer = ran("notes", "--repository", str(clone))

    assert answer.returncode == 0
    assert answer.stderr.startswith("This clone is shallow, so what was committed before it is missing here.")


def test_they_are_listed_with_the_others_and_answer_there_as_well(shop: History) -> None:
    helped = ran("--help").stdout
    through_the_module = subprocess.run(
        [sys.executable, "-m", "bot", "version", *at(shop)], capture_output=True, text=True, check=True
    )

    assert [name for name in ("version", "notes", "changelog") if name not in helped] == []
    assert through_the_module.stdout.startswith("1.1.0\n")


def test_commits_without_a_type_get_theirs_by_path_in_version_notes_and_changelog_alike(
    tmp_path: Path,
) -> None:
    shop = empty_history(tmp_path)
    shop.commit("Open the shop", file="src/door.py")
    shop.tag("v1.0.0")
    shop.commit("Widen the door", file="src/door.py")
    config = tmp_path / "harbourmaster.toml"
    config.write_text('[notes]\nlabels = { feat = ["src/*"] }\n')
    named = (*at(shop), "--config", str(config))

    assert said("version", *named).startswith("1.1.0\n")
    assert "Features\n- Widen the door" in said("notes", *named)
    for words in ((), ("--to", "HEAD")):
        assert "### Added\n\n- Widen the door" in said("changelog", *named, *words)


COMPONENTS = """
[products.shop.components.api]
paths = ["api"]
version = { file = "api/version.json", key = "version" }
[products.shop.components.web]
paths = ["web"]
tag_prefix = "web-v"
[products.shop.components.tools]
paths = ["tools"]
version = { file = "tools/VERSION", pattern = '(\\S+)' }
"""


@pytest.fixture
def parted(tmp_path: Path) -> tuple[str, ...]:
    """A repository of three components, of which one was touched, one was touched and has tags, and one stayed as it is."""
    shop = empty_history(tmp_path)
    shop.commit("feat: open", file="web/index.html")
    put(shop.path, "main", {"api/version.json": b'{"version": "1.2.0"}', "tools/VERSION": b"0.3.1\n"})
    shop.tag("web-v2.0.0")
    shop.tag("v1.0.0")
    shop.commit("fix: the sum", file="api/sum.py")
    shop.commit("feat!: a new face", file="web/face.html")
    config = tmp_path / "harbourmaster.toml"
    config.write_text(COMPONENTS)
    return (*at(shop), "--config", str(config))


@pytest.mark.process("PREP-1", "VER-1", "VER-3")
def test_each_component_has_a_version_of_its_own_from_the_changes_that_touch_it(
    parted: tuple[str, ...],
) -> None:
    text = said("version", *parted).splitlines()
    facts = json.loads(said("version", *parted, "--format", "json"))
    one = json.loads(said("version", *parted, "--component", "api", "--format", "json"))
    notes = json.loads(said("notes", *parted, "--component", "web", "--format", "json"))

    assert text[0] == "2.0.0"
    assert text[-3:] == [
        "- api 1.2.1 (1 commit after 1.2.0: 1 commit fixes something, and none brings a feature or breaks anything)",
        "- web 3.0.0 (1 commit after 2.0.0: 1 commit breaks something)",
        "- tools 0.3.1 (nothing has touched it)",
    ]
    assert [(c["name"], c["version"], c["commits"]) for c in facts["components"]] == [
        ("api", "1.2.1", 1),
        ("web", "3.0.0", 1),
        ("tools", "0.3.1", 0),
    ]
    assert one == facts["components"][0]
    assert notes["from"] == "web-v2.0.0"
    assert [c["subject"] for c in notes["changes"] if c["listed"]] == ["a new face"]


def test_a_component_that_is_not_there_is_refused_in_a_sentence(parted: tuple[str, ...]) -> None:
    unknown = ran("version", *parted, "--component", "apo")
    without = ran("version", *parted[:2], "--component", "api")

    assert (unknown.returncode, unknown.stderr) == (
        1, "There is no component 'apo'; the file has api, web, tools.\n",
    )  # fmt: skip
    assert without.stderr == "Which harbourmaster.toml describes it? Name the file with --config.\n"


def test_a_product_has_paths_and_templates_of_its_own_on_the_command_line_too(
    parted: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "users.md.j2").write_text("{{ product }}: {{ commits }}\n")
    config = Path(parted[-1])
    config.write_text('[products.shop.notes]\npaths = ["api"]\ntemplates = "words"\n[products.other]\n')

    page = said("notes", *parted, "--product", "shop", "--title", "Shop", "--format", "markdown")
    wrong = ran("notes", *parted, "--product", "shoe")
    config.write_text('[products.shop.notes]\npath = ["api"]\n')

    assert page == "Shop: 1\n"
    assert "There is no product 'shoe'; the file has shop, other." in wrong.stderr
    assert "2: `products.shop.notes.path` is not a setting." in ran("notes", *parted).stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (
            ["--from", "HEAD", "--to", "v1.0.0"],
            "HEAD comes after v1.0.0, so nothing lies between them. Exchange --from and --to.\n",
        ),
        (["--from", "v1.0.0", "--to", "v1.0.0"], ""),
        (
            ["--from", "untyped~2", "--to", "untyped"],
            "2 of these 2 commits say no type, as `feat: …` or `fix: …` would. `--unconventional list` or `pull-requests` "
            "lists them all the same.\n",
        ),
    ],
)
def test_empty_notes_say_what_may_be_the_reason(shop: History, words: list[str], hint: str) -> None:
    shop.branch("untyped", "main")
    shop.commit("Give gift cards", on="untyped")
    shop.commit("Mend the sum", on="untyped")

    answer = ran("notes", *at(shop), *words)

    assert (answer.returncode, answer.stderr) == (0, hint)
    assert "Nothing in this range is for the readers of notes." in answer.stdout
    assert "1970" not in answer.stdout


def test_machines_are_no_contributors(shop: History) -> None:
    shop.commit("fix: the sum\n\nCo-authored-by: dependabot[bot] <bot@x>\nCo-authored-by: Ada <a@x>")

    assert "With work by Ada, Ben, Lena.\n" in said("notes", *at(shop))


def test_issues_lead_to_the_page_of_the_repository_or_to_the_teams_tracker(
    shop: History, tmp_path: Path
) -> None:
    shop.commit("fix: the sum\n\nRefs: SHOP-7")
    git(shop.path, "config", "remote.origin.url", "https://github.com/ada/shop.git")
    settings = tmp_path / "harbourmaster.toml"
    settings.write_text('[notes]\nissues = "https://tracker.example/browse/{issue}"\n')
    page = said("notes", *at(shop), "--format", "markdown", "--config", str(settings))

    settings.write_text('[notes]\nissues = "https://tracker.example/browse"\n')
    mistaken = ran("notes", *at(shop), "--format", "markdown", "--config", str(settings))

    assert (
        "gift cards ([#13](https://github.com/ada/shop/issues/13)), [#12](https://github.com/ada/shop/issues/12) ("
        in page
    )
    assert "the sum, [SHOP-7](https://tracker.example/browse/SHOP-7) (" in page
    assert mistaken.stderr.rstrip().endswith(
        "harbourmaster.toml:2: `notes.issues` must have `{issue}` in it once, where the name of the issue belongs."
    )


def test_a_tag_may_be_written_out_as_pipelines_have_it(shop: History) -> None:
    shop.tag("v1.1.0")

    assert said("notes", *at(shop), "--to", "refs/tags/v1.1.0") == said("notes", *at(shop), "--to", "v1.1.0")
    assert "shop 1.1.0 (" in said("notes", *at(shop), "--to", "refs/tags/v1.1.0")
    assert json.loads(said("versions", *at(shop), "--to", "refs/tags/v1.1.0", "--format", "json"))["versions"]
