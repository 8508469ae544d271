"""What the checks of documentation, named versions and migrations say about real repositories."""

import json

import pytest

from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.findings import Severity
from bot.domain.kept_facts import MOST_FINDINGS
from bot.domain.words import Sha
from tests.facts.repositories import commit, tag
from tests.gates.gated import Gated, fact, failed, passed, with_settings

OPENAPI = "openapi: 3.0.0\ninfo: {{title: shop, version: {version}}}\npaths:\n{paths}"
ALIGNED = """
aligned = [
    "frontend.client compatible-with backend.api", "bot.commands at-least backend.api",
    "backend.schema tracks migrations.highest", "docs.version equal released",
]
[products.shop.versions]
"backend.api" = { file = "openapi.yaml", key = "info.version" }
"backend.schema" = { file = "schema.json", key = "version" }
"migrations.highest" = { highest = "migrations/*.sql" }
"frontend.client" = { file = "web/package.json", key = "version" }
"frontend.build" = { commits = true }
"bot.commands" = { file = "bot.toml", key = "bot.commands" }
"docs.version" = { file = "docs/index.md", pattern = 'for shop (\\S+)' }
"""


def parts_at(bare_files: dict[str, str | bytes | None]) -> dict[str, str | bytes | None]:
    return {
        "openapi.yaml": OPENAPI.format(version="2.3.0", paths="  /a: {get: {summary: a}}\n"),
        "schema.json": '{"version": 2}',
        "migrations/0001_a.sql": "CREATE TABLE a (id int);\n",
        "migrations/0002_b.sql": "CREATE TABLE b (id int);\n",
        "web/package.json": '{"version": "2.3.1"}',
        "docs/index.md": "for shop 1.1.0\n",
        "bot.toml": '[bot]\ncommands = "2.3.0"\n',
        **bare_files,
    }


@pytest.mark.process("PLAN-3", "DD-1", "DD-2", "DA-1", "DA-2", "DA-3", "DC-1", "DC-3", "DO-1")
def test_what_changed_without_its_documentation_is_found_by_name(gated: Gated) -> None:
    gated = with_settings(
        gated,
        '[[products.shop.docs]]\npaths = ["deploy/**"]\ndocs = ["docs/deploy.md"]\nitem = "DD-1"\n'
        '[[products.shop.docs]]\npaths = ["alerts/**"]\ndocs = ["docs/alerts.md"]\nitem = "DO-1"\n',
    )
    commit(gated.bare, "first", {
        "deploy/run.sh": "1", "alerts/a.yml": "1", ".env.example": "OLD=1\n",
        "docs/setup.md": "Set `OLD`, run `deploy/old.sh`.\n",
        "deploy/old.sh": "1", "openapi.yaml": OPENAPI.format(version="1", paths="  /a: {get: {summary: a}}\n"),
    })  # fmt: skip
    tag(gated.bare, "v1.0.0")
    head = commit(gated.bare, "second", {
        "deploy/run.sh": "2", "alerts/a.yml": "2", ".env.example": "PORT=1\n", "deploy/old.sh": None,
        "openapi.yaml": OPENAPI.format(version="1", paths="  /a: {get: {summary: a, deprecated: true}}\n  /b: {get: {}}\n"),
    })  # fmt: skip

    said = failed(gated.asks("documentation", head))

    assert sorted(f.name for f in said.found) == [
        "DC-1:PORT", "DC-3:OLD:docs/setup.md", "DD-1:docs/deploy.md", "DD-2:deploy/old.sh:docs/setup.md", "DO-1:docs/alerts.md",
    ]  # fmt: skip
    assert all(f.severity is Severity.BLOCKS for f in said.found)
    assert json.loads(fact(said, "api")) == ["GET /a: endpoint deprecated", "GET /b: new endpoint"]
    assert [row.split(":")[0] for row in json.loads(fact(said, "settings"))] == ["OLD", "PORT"]
    assert json.loads(fact(said, "advice"))[0].startswith("DA-1:GET /b: ")


@pytest.mark.process("PLAN-3")
def test_what_the_configuration_waives_does_not_stand_in_the_way(gated: Gated) -> None:
    gated = with_settings(gated, '[products.shop.waived]\n"DC-1:PORT" = "it is told to partners only"\n')
    commit(gated.bare, "first", {"README.md": "a"})
    tag(gated.bare, "v1.0.0")
    head = commit(gated.bare, "second", {".env.example": "PORT=1\n"})

    said = passed(gated.asks("documentation", head))

    assert said.summary == (
        "nothing lacks documentation since v1.0.0: 0 changes of the API, 1 setting changed, no rules are configured, "
        "1 waived in the configuration"
    )


def test_a_first_release_has_nothing_to_compare_with(gated: Gated) -> None:
    head = commit(
        gated.bare, "first", {"README.md": "a", "migrations/0001_a.sql": "CREATE TABLE a (id int);\n"}
    )

    assert "nothing to compare with" in passed(gated.asks("documentation", head, previous=None)).summary
    assert (
        passed(gated.asks("migrations", head, previous=None)).summary
        == "1 migration since the beginning; the guide lacks 2 things"
    )
    assert "1 version read" in passed(gated.asks("alignment", head, previous=None)).summary


def test_a_file_that_cannot_be_read_is_inconclusive_and_no_pass(gated: Gated) -> None:
    commit(gated.bare, "first", {"openapi.yaml": OPENAPI.format(version="1", paths="  /a: {get: {}}\n")})
    tag(gated.bare, "v1.0.0")
    head = commit(gated.bare, "second", {"openapi.yaml": "a: [1\n"})

    (found,) = failed(gated.asks("documentation", head)).found

    assert (found.name, found.severity) == ("DA-1:openapi.yaml", Severity.INCONCLUSIVE)


@pytest.mark.process(
    "VB-1",
    "VB-2",
    "VB-3",
    "VB-4",
    "VF-1",
    "VF-2",
    "VF-3",
    "VF-4",
    "VT-1",
    "VT-2",
    "VT-3",
    "VT-4",
    "VA-1",
    "VA-2",
    "VA-3",
    "VA-4",
)
def test_versions_that_do_not_fit_are_shown_with_both_values_files_and_commits(gated: Gated) -> None:
    gated = with_settings(gated, ALIGNED)
    first = commit(gated.bare, "first", parts_at({}))
    tag(gated.bare, "v1.0.0")
    assert passed(gated.asks("alignment", first)).summary == "7 versions read, 4 rules kept"
    head = commit(
        gated.bare,
        "second",
        {
            "web/package.json": '{"version": "2.4.0"}',
            "migrations/0004_c.sql": "CREATE TABLE c (id int);\n",
            "docs/index.md": "for nobody\n",
            "bot.toml": '[bot]\ncommands = "2.2.0"\n',
        },
    )

    said = failed(gated.asks("alignment", head))

    by_item = {f.item: f for f in said.found if not f.name.startswith("version:")}
    assert by_item["VA-1"].sentence == (
        f"“frontend.client compatible-with backend.api” is broken: frontend.client is 2.4.0 in web/package.json at {head[:7]}, "
        f"backend.api is 2.3.0 in openapi.yaml at {first[:7]}."
    )
    assert "bot.commands is 2.2.0 in bot.toml" in by_item["VA-2"].sentence
    assert "the number 3 is missing" in by_item["VA-3"].sentence
    assert by_item["VA-4"].severity is Severity.INCONCLUSIVE
    assert said.summary == "of 4 rules 3 broken and 1 not to be judged; 1 version unreadable"
    rows = {row["name"]: row for row in json.loads(fact(said, "versions"))}
    assert (rows["frontend.client"]["now"], rows["frontend.client"]["before"]) == ("2.4.0", "2.3.1")
    assert not rows["backend.api"]["has_changed"]
    assert all(" " not in f.name for f in said.found)


@pytest.mark.process("PLAN-4", "CM-1", "CM-2", "CM-3", "CM-4")
def test_migrations_are_listed_in_order_with_what_they_do_and_a_draft_of_their_guide(gated: Gated) -> None:
    commit(gated.bare, "first", parts_at({}))
    tag(gated.bare, "v1.0.0")
    head = commit(
        gated.bare,
        "second",
        {"migrations/0004_d.sql": "DELETE FROM a;\n", "migrations/0003_c.sql": "-- Why.\nDROP TABLE b;\n"},
    )

    said = passed(gated.asks("migrations", head))

    assert [row.partition(", likely")[0] for row in json.loads(fact(said, "plan"))] == [
        "migrations/0003_c.sql: schema, destructive, no way back",
        "migrations/0004_d.sql: data, destructive, no way back",
    ]
    assert said.summary.startswith("2 migrations since v1.0.0, 2 of them destructive")
    assert len(fact(said, "migrations")) == 64
    assert "# Migration guide for 1.1.0" in fact(said, "guide")
    assert {row.partition(":")[0] for row in json.loads(fact(said, "advice"))} >= {"CM-1", "CM-2", "CM-3"}


@pytest.mark.process("PREP-4")
def test_the_digest_changes_with_the_files_and_with_nothing_else(gated: Gated) -> None:
    commit(gated.bare, "first", {"README.md": "a"})
    tag(gated.bare, "v1.0.0")
    none = commit(gated.bare, "docs", {"README.md": "b"})
    with_one = commit(gated.bare, "db", {"migrations/0001_a.sql": "CREATE TABLE a (id int);\n"})
    elsewhere = commit(gated.bare, "docs", {"README.md": "c"})
    changed = commit(gated.bare, "db", {"migrations/0001_a.sql": "CREATE TABLE a (id bigint);\n"})

    digests = [
        fact(passed(gated.asks("migrations", at)), "migrations")
        for at in (none, with_one, elsewhere, changed)
    ]

    assert digests[0] == ""
    assert digests[1] == digests[2] != digests[3]
    assert passed(gated.asks("migrations", none)).summary == "no migrations since v1.0.0"


@pytest.mark.process("VA-3")
def test_gaps_and_what_was_changed_after_its_release_stand_in_the_way(gated: Gated) -> None:
    commit(gated.bare, "first", parts_at({}))
    tag(gated.bare, "v1.0.0")
    head = commit(gated.bare, "second", {
        "migrations/0001_a.sql": "CREATE TABLE a (id bigint);\n", "migrations/0005_e.sql": "CREATE TABLE e (id int);\n",
    })  # fmt: skip

    said = failed(gated.asks("migrations", head))

    assert "was changed after it was released" in " ".join(f.sentence for f in said.found)
    assert "is missing" in " ".join(f.sentence for f in said.found)
    assert fact(said, "migrations")


def test_findings_beyond_the_cap_are_a_finding_of_their_own(gated: Gated) -> None:
    commit(gated.bare, "first", {"README.md": "a"})
    tag(gated.bare, "v1.0.0")
    head = commit(gated.bare, "second", {".env.example": "".join(f"S{n}=1\n" for n in range(150))})

    found = failed(gated.asks("documentation", head)).found

    assert len(found) == MOST_FINDINGS + 1
    assert found[-1].name == "PREP-X:and-50-more"


def test_a_commit_that_is_nowhere_yet_is_tried_again_and_a_lost_tag_is_said(gated: Gated) -> None:
    commit(gated.bare, "first", {"README.md": "a"})
    tag(gated.bare, "v1.0.0")

    with pytest.raises(OutsideError, match="The mirror has no commit 1111111"):
        gated.asks("migrations", Sha("1" * 40))
    with pytest.raises(OutsideRefusal, match=r"The tag v0.9.0 is gone"):
        gated.asks("migrations", commit(gated.bare, "second", {"README.md": "b"}), previous="v0.9.0")


ONE, BOTH = "  /a: {get: {summary: a}}\n", "  /a: {get: {summary: a}}\n  /b: {get: {summary: b}}\n"


@pytest.mark.process("PREP-1", "VER-1", "TM-1")
@pytest.mark.parametrize(
    ("files", "is_broken"),
    [
        pytest.param(
            {"openapi.yaml": OPENAPI.format(version="2", paths=ONE)}, True, id="an endpoint is gone"
        ),
        pytest.param(
            {"openapi.yaml": OPENAPI.format(version="2", paths=BOTH + "  /c: {get: {summary: c}}\n")},
            False,
            id="one has come",
        ),
        pytest.param(
            {"openapi.yaml": None, "api/openapi.yaml": OPENAPI.format(version="1", paths=BOTH)},
            False,
            id="the file has moved",
        ),
        pytest.param({"openapi.yaml": "{"}, False, id="a file that nobody can read"),
        pytest.param({"other.yaml": "1"}, False, id="no API"),
    ],
)
def test_what_breaks_for_callers_of_the_api_asks_for_a_major_version(
    gated: Gated, files: dict[str, str | None], is_broken: bool
) -> None:
    commit(gated.bare, "first", {"openapi.yaml": OPENAPI.format(version="1", paths=BOTH)})
    tag(gated.bare, "v1.0.0")
    head = commit(gated.bare, "feat: another way to ask", files)
    gated.parts().repository("shop").refresh()

    judged = gated.asks("version", head)

    if not is_broken:
        assert fact(passed(judged), "suggested") == "1.1.0"
        return
    (finding,) = failed(judged).found
    assert finding.name == "VER-1:2.0.0"
    assert finding.sentence.startswith(
        "The changes ask for 2.0.0, because the API breaks for its callers, although no commit says so: "
        "GET /b (endpoint removed without having been deprecated), and 1.1.0 promises less."
    )
