"""Named versions read from a real repository, and the rules between them."""

import json
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import facts
from bot.cli.tables import Format, rendered
from bot.config.facts import FactKeys, load_facts
from bot.config.mistakes import ConfigMistakes
from bot.readers.keyed import NotReadable, pattern_match, value_at
from bot.readers.openapi import read_openapi
from bot.readers.settings import read_settings
from tests.facts.repositories import asked, commit, tag

ROOT = Path(__file__).parents[2]
RULES = """aligned = [
  "frontend.client compatible-with backend.api",
  "bot.commands equal backend.services",
  "backend.schema tracks backend.migrations",
  "docs.version equal released",
]
[products.shop.versions]
"backend.api" = { file = "openapi.yaml", key = "info.version" }
"backend.services" = { file = "services.json", key = "version" }
"backend.schema" = { file = "app.toml", key = "database.schema" }
"backend.migrations" = { highest = "db/V*.sql" }
"frontend.client" = { file = "client.ts", pattern = '^export const API = "([^"]+)"' }
"frontend.build" = { commits = true }
"bot.commands" = { file = "bot.xml", key = "commands.@version" }
"docs.version" = { file = "docs/index.md", pattern = '^Version (\\S+)$' }
"""
FILES = {
    "openapi.yaml": "openapi: 3.0.0\ninfo:\n  version: '3.2'\n",
    "services.json": '{"version": "7"}',
    "app.toml": "[database]\nschema = 2\n",
    "db/V1__a.sql": "",
    "db/V2__b.sql": "",
    "db/U2__b.sql": "",
    "client.ts": 'export const API = "3.1.4";\n',
    "bot.xml": '<bot><commands version="7"/></bot>',
    "docs/index.md": "# Shop\nVersion 1.1.0\n",
}


def verdicts(report: facts.Report) -> dict[str, str]:
    return {each["item"]: each["verdict"].value for each in report.facts["rules"]}


@pytest.mark.process("VB-1", "VB-2", "VB-3", "VB-4", "VF-2", "VF-3")
def test_each_named_version_is_read_from_its_source_and_compared_with_the_last_release(
    bare: Path, configured: Callable[[str], Path]
) -> None:
    first = commit(bare, "feat: open", FILES)
    tag(bare, "v1.0.0")
    second = commit(bare, "feat: api", {"openapi.yaml": "openapi: 3.0.0\ninfo:\n  version: 3.10.0\n"})
    tag(bare, "v1.1.0")

    report = facts.versions(asked(bare, until="v1.1.0", config=configured(RULES)))

    assert report.tables[0].rows == [
        ("backend.api", "3.10.0", "3.2", "changed", f"openapi.yaml {second[:7]}"),
        ("backend.services", "7", "7", "", f"services.json {first[:7]}"),
        ("backend.schema", "2", "2", "", f"app.toml {first[:7]}"),
        ("backend.migrations", "2", "2", "", f"db/V2__b.sql {first[:7]}"),
        ("frontend.client", "3.1.4", "3.1.4", "", f"client.ts {first[:7]}"),
        ("frontend.build", "2", "1", "changed", second[:7]),
        ("bot.commands", "7", "7", "", f"bot.xml {first[:7]}"),
        ("docs.version", "1.1.0", "1.1.0", "", f"docs/index.md {first[:7]}"),
    ]
    assert set(verdicts(report).values()) == {"holds"}
    assert not facts.stands_in_the_way(report)


@pytest.mark.process("VA-1", "VA-2", "VA-3", "VA-4")
@pytest.mark.parametrize(
    ("files", "until", "item", "verdict"),
    [
        ({"client.ts": 'export const API = "4.0.0"'}, "v1.1.0", "VA-1", "broken"),
        ({"client.ts": 'export const API = "3.3.0"'}, "v1.1.0", "VA-1", "broken"),
        ({"client.ts": 'export const API = "3.2.9"'}, "v1.1.0", "VA-1", "holds"),
        ({"client.ts": "nothing"}, "v1.1.0", "VA-1", "inconclusive"),
        ({"openapi.yaml": None}, "v1.1.0", "VA-1", "inconclusive"),
        ({"openapi.yaml": "a: &a [1]\nb: *a"}, "v1.1.0", "VA-1", "inconclusive"),
        ({"services.json": '{"version": "8"}'}, "v1.1.0", "VA-2", "broken"),
        ({"db/V3__c.sql": ""}, "v1.1.0", "VA-3", "broken"),
        ({"db/V1__again.sql": ""}, "v1.1.0", "VA-3", "broken"),
        ({"db/V4__d.sql": "", "app.toml": "[database]\nschema = 4\n"}, "v1.1.0", "VA-3", "broken"),
        ({"db/V3__d.sql": "", "app.toml": "[database]\nschema = 3\n"}, "v1.1.0", "VA-3", "holds"),
        ({"docs/index.md": "Version 1.0.0\n"}, "v1.1.0", "VA-4", "broken"),
        ({}, "main", "VA-4", "inconclusive"),
    ],
)
def test_a_rule_holds_is_broken_or_cannot_be_judged(
    bare: Path, configured: Callable[[str], Path], files: dict[str, str | None], until: str, item: str, verdict: str
) -> None:  # fmt: skip
    commit(bare, "feat: open", FILES)
    commit(bare, "feat: more", files)
    tag(bare, "v1.1.0")

    report = facts.versions(asked(bare, until=until, config=configured(RULES)))

    assert verdicts(report)[item] == verdict
    assert facts.stands_in_the_way(report) == (verdict != "holds")


def test_a_broken_rule_shows_both_values_both_files_and_both_commits(
    bare: Path, configured: Callable[[str], Path]
) -> None:
    first = commit(bare, "feat: open", FILES)
    second = commit(bare, "feat: client", {"client.ts": 'export const API = "3.3.0"'})

    report = facts.versions(asked(bare, config=configured(RULES)))

    assert report.facts["rules"][0]["sentence"] == (
        "“frontend.client compatible-with backend.api” is broken: "
        f"frontend.client is 3.3.0 in client.ts at {second[:7]}, backend.api is 3.2 in openapi.yaml at {first[:7]}."
    )


@pytest.mark.process("VF-1", "VF-4", "VT-1", "VT-2", "VT-3", "VT-4")
def test_the_example_of_the_page_reads_all_twelve_versions(bare: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    example = page.split("```toml\n[products.shop]\naligned")[1].split("```")[0]
    file = tmp_path / "harbourmaster.toml"
    file.write_text(f"[products.shop]\naligned{example}")
    commit(
        bare,
        "feat: open",
        {
            "api/openapi.yaml": "info: {version: 3.2.0}",
            "backend/settings.toml": "[database]\nschema = 1",
            "proto/package.json": '{"version": "2.1.0"}',
            "db/migrations/V1__a.sql": "",
            "web/package.json": '{"version": "5.0.0", "config": {"api_version": "3.1.0"}}',
            "web/flags.json": '{"version": 12}',
            "bot/pyproject.toml": '[project]\nversion = "2.0.0"',
            "bot/webhook.xml": '<w><handler version="4"/></w>',
            "bot/session.py": "PROTOCOL = 6\n",
            "bot/updates.yaml": "processing: {version: 1.5}",
            "docs/index.md": "Version 1.0.0\n",
        },
    )
    tag(bare, "v1.0.0")

    report = facts.versions(asked(bare, until="v1.0.0", config=file))

    said = dict(re.findall(r'^"([\w.]+)" = .*# (V[BFT]-\d)$', example, re.MULTILINE))
    assert sorted(said.values()) == [f"V{part}-{n}" for part in "BFT" for n in range(1, 5)]
    read = {each["name"]: each["now"]["value"] for each in report.facts["versions"]}
    assert read == {
        "backend.api": "3.2.0", "backend.schema": "1", "backend.services": "2.1.0", "backend.migrations": "1",
        "frontend.app": "5.0.0", "frontend.api_client": "3.1.0", "frontend.build": "1", "frontend.flags": "12",
        "bot.commands": "2.0.0", "bot.webhook": "4", "bot.sessions": "6", "bot.updates": "1.5", "docs.version": "1.0.0",
    }  # fmt: skip
    assert not facts.stands_in_the_way(report)


def test_links_odd_paths_and_large_files_do_no_harm(bare: Path, configured: Callable[[str], Path]) -> None:
    commit(
        bare,
        "feat: odd",
        {"a\nb\udcff.json": '{"version": "1"}', "big.json": b" " * (5 << 20), "-x.json": "{}"},
    )
    config = configured(
        '[products.shop.versions]\nbig = { file = "big.json", key = "version" }\ndash = { file = "-x.json", key = "a" }\n'
    )

    report = facts.versions(asked(bare, config=config))

    assert "5242880 bytes" in report.facts["versions"][0]["now"]["why"]
    assert "has no key a" in report.facts["versions"][1]["now"]["why"]
    for shape in Format:
        assert rendered(report, shape).encode()


def test_without_a_configuration_the_usual_files_are_read(bare: Path) -> None:
    commit(bare, "feat: open", {"package.json": '{"version": "1.2.3"}'})

    report = facts.versions(asked(bare))

    assert [row[:2] for row in report.tables[0].rows] == [("node.version", "1.2.3"), ("build", "1")]
    assert json.loads(rendered(report, Format.JSON))["versions"][0]["now"]["value"] == "1.2.3"


def test_every_mistake_of_the_fact_settings_is_named_with_its_line(configured: Callable[[str], Path]) -> None:
    file = configured(
        'aligned = [\n  "a equal",\n  "a equals b",\n  "a equal c",\n]\nhotfix_lines = 0\n'
        '[products.shop.versions]\na = { file = "/etc/x", key = "v" }\nb = { file = "x" }\n'
        'c = { file = "x", pattern = "(a)(b)" }\n[[products.shop.docs]]\npaths = []\ndocs = ["d"]\nitem = "XX-1"\n'
    )

    with pytest.raises(ConfigMistakes) as caught:
        load_facts(file, None)

    lines = [int(line) for line in re.findall(r"toml:(\d+): ", str(caught.value))]
    assert lines == [3, 4, 7, 9, 10, 11, 13, 15]


def test_a_rule_that_names_an_unknown_version_is_a_mistake_with_a_hint() -> None:
    whole = tomllib.loads(
        'aligned = ["backend.apis equal backend.api"]\n[versions]\n"backend.api" = { commits = true }'
    )

    with pytest.raises(
        ValueError, match=r"backend\.apis`, which is not configured\. Did you mean `backend\.api`"
    ):
        FactKeys.model_validate(whole)


def test_a_pattern_that_would_take_for_ever_elsewhere_takes_no_time_here() -> None:
    with pytest.raises(NotReadable):
        pattern_match(b"a" * 100_000 + b"!", r"^((?:a+)+)$")


@given(st.binary(max_size=400), st.sampled_from(["a.toml", "a.json", "a.yaml", "a.xml", ".env.example"]))
def test_no_content_of_a_file_gets_past_the_readers(content: bytes, path: str) -> None:
    for read in (
        lambda: value_at(path, content, "a.b"),
        lambda: read_settings(path, content),
        lambda: read_openapi(path, content),
    ):
        with suppress(NotReadable):  # the one answer there may be besides a value
            read()


def test_deep_and_growing_documents_are_refused() -> None:
    entities = b'<!DOCTYPE a [<!ENTITY b "c">]><a><v>&b;</v></a>'

    for path, content in (("a.json", b"[" * 100_000), ("a.yaml", b"[" * 5_000), ("a.xml", entities)):
        with pytest.raises(NotReadable):
            value_at(path, content, "v")
