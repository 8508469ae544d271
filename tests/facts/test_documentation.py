"""The documentation checks between two tags of real repositories."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import facts
from bot.cli.tables import Format, rendered
from tests.facts.repositories import asked, commit, tag

API = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders": {
            "get": {"summary": "List", "parameters": [{"$ref": "#/components/parameters/limit"}]},
            "post": {
                "summary": "Order",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
            },
        },
        "/old": {"get": {"summary": "Old"}},
    },
    "components": {
        "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}, "description": "how many"}},
        "schemas": {
            "Order": {
                "required": ["item"],
                "properties": {"item": {"type": "string"}, "self": {"$ref": "#/components/schemas/Order"}},
            }
        },
    },
}  # fmt: skip


def names(report: facts.Report) -> set[str]:
    return {finding.name for finding in report.weighed.open}


def told(report: facts.Report, table: int) -> set[tuple[str, ...]]:
    return {row[:3] for row in report.tables[table].rows}


def release(bare: Path, before: dict[str, str | None], after: dict[str, str | None]) -> None:
    commit(bare, "feat: open", before)
    tag(bare, "v1.0.0")
    commit(bare, "feat: more", after)


@pytest.mark.process("DA-1", "DA-2", "DA-3", "DA-4")
def test_the_difference_of_an_api_is_told_with_its_endpoints_parameters_and_deprecations(bare: Path) -> None:
    new = json.loads(json.dumps(API))
    del new["paths"]["/old"]
    new["paths"]["/orders"]["get"]["deprecated"] = True
    new["paths"]["/carts"] = {"get": {"parameters": [{"name": "id", "in": "query", "required": True}]}}
    new["components"]["parameters"]["limit"]["schema"]["type"] = "string"
    new["components"]["schemas"]["Order"]["properties"]["gift"] = {"type": "boolean"}
    release(bare, {"openapi.json": json.dumps(API)}, {"openapi.json": json.dumps(new)})

    report = facts.docs(asked(bare))

    assert told(report, 0) == {
        ("added", "GET /carts", "new endpoint"),
        ("removed", "GET /old", "endpoint removed without having been deprecated"),
        ("deprecated", "GET /orders", "endpoint deprecated"),
        ("changed", "GET /orders", "query parameter limit changed from integer to string"),
        ("added", "POST /orders", "body parameter gift added (optional)"),
    }
    assert names(report) == {"DA-1:GET /carts", "DA-2:GET /carts:id", "DA-2:POST /orders:gift"}
    assert {c["what"] for c in report.facts["api"] if c["is_breaking"]} == {"GET /old", "GET /orders"}


@pytest.mark.process("DC-1", "DC-2", "DC-3", "DC-4")
def test_settings_that_no_page_names_and_removed_ones_that_a_page_still_names_are_found(bare: Path) -> None:
    release(
        bare,
        {
            ".env.example": "PORT=80\nOLD=1\nKEPT=a\nADMIN_TOKEN=secret-one\n",
            "docs/settings.md": "`OLD` and `KEPT`, and PORT_RANGE",
            "app.py": "import os\nos.environ['MOVED']\n",
        },
        {
            ".env.example": "PORT=8080\nKEPT=b\nADMIN_TOKEN=secret-two\nMOVED=1\n",
            "app.py": "import os\nos.getenv('CACHE_SIZE')\n",
            "tests/x.py": "os.getenv('ONLY_IN_TESTS')",
        },
    )

    report = facts.docs(asked(bare))

    assert told(report, 1) == {
        ("changed", "PORT", "default changed from `80` to `8080`"),
        ("changed", "KEPT", "default changed from `a` to `b`"),
        ("changed", "ADMIN_TOKEN", "default changed from a value that is not repeated here to a value that is not repeated here"),
        ("changed", "MOVED", "default changed from none to `1`"),
        ("added", "CACHE_SIZE", "new setting without a default"),
        ("removed", "OLD", "setting removed"),
    }  # fmt: skip
    assert names(report) == {
        "DC-2:PORT",
        "DC-2:MOVED",
        "DC-4:ADMIN_TOKEN",
        "DC-1:CACHE_SIZE",
        "DC-3:OLD:docs/settings.md",
    }
    assert "secret" not in rendered(report, Format.JSON)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("settings.toml", "[cache]\nsize = 1\n", "[cache]\nsize = 2\n"),
        ("settings.yaml", "cache: {size: 1}", "cache: {size: 2}"),
        ("settings.json", '{"cache": {"size": 1}}', '{"cache": {"size": 2}}'),
        (
            "schema.json",
            '{"type": "object", "properties": {"cache": {"properties": {"size": {"default": 1}}}}}',
            '{"type": "object", "properties": {"cache": {"properties": {"size": {"default": 2}}}}}',
        ),
    ],
)
def test_settings_are_declared_in_several_kinds_of_files(
    bare: Path, configured: Callable[[str], Path], path: str, before: str, after: str
) -> None:
    release(bare, {path: before}, {path: after})

    report = facts.docs(asked(bare, config=configured(f'settings = ["{path}"]\n')))

    assert told(report, 1) == {("changed", "cache.size", "default changed from `1` to `2`")}


@pytest.mark.process("DD-1", "DD-3", "DD-4", "DO-1", "DO-2", "DO-3", "DO-4")
@pytest.mark.parametrize("item", ["DD-1", "DD-3", "DD-4", "DO-1", "DO-2", "DO-3", "DO-4"])
def test_a_rule_asks_for_pages_with_files_and_a_waiver_needs_its_name(
    bare: Path, configured: Callable[[str], Path], item: str
) -> None:
    rule = f'[[products.shop.docs]]\npaths = ["deploy/**"]\ndocs = ["docs/deploy.md"]\nitem = "{item}"\n'
    release(bare, {"deploy/a/x.sh": "1", "docs/deploy.md": "1"}, {"deploy/a/x.sh": "2"})

    bad = facts.docs(asked(bare, config=configured(rule)))
    waived = facts.docs(
        asked(bare, config=configured(f'waived = {{ "{item}:docs/deploy.md" = "no", "X" = "y" }}\n{rule}'))
    )
    commit(bare, "docs: deploy", {"docs/deploy.md": "2"})
    good = facts.docs(asked(bare, config=configured(rule)))

    assert [f.sentence for f in bad.weighed.open] == ["deploy/a/x.sh changed, and docs/deploy.md did not."]
    assert facts.stands_in_the_way(bad)
    assert (names(waived), waived.weighed.idle, facts.stands_in_the_way(waived)) == (set(), ("X",), False)
    assert names(good) == set()


@pytest.mark.process("DD-2")
def test_a_step_that_names_a_file_that_is_gone_is_found(bare: Path) -> None:
    release(
        bare,
        {
            "bin/start.sh": "1",
            "docs/run.md": "Run `bin/start.sh`, then `bin/never.sh`.",
            "CHANGELOG.md": "`bin/start.sh`",
        },
        {"bin/start.sh": None},
    )

    assert names(facts.docs(asked(bare))) == {"DD-2:bin/start.sh:docs/run.md"}


@pytest.mark.parametrize("broken", ["{", "[1]", '{"a": 1}', "\udcff"])
def test_an_api_file_that_cannot_be_read_is_inconclusive(bare: Path, broken: str) -> None:
    commit(bare, "feat: open", {"openapi.json": json.dumps(API)})
    tag(bare, "v1.0.0")
    commit(bare, "feat: more", {"openapi.json": broken.encode("utf-8", "surrogateescape")})

    report = facts.docs(asked(bare))

    assert [(f.name, f.severity.value) for f in report.weighed.open] == [
        ("DA-1:openapi.json", "inconclusive")
    ]
    assert facts.stands_in_the_way(report)


def test_references_in_a_circle_or_elsewhere_end(bare: Path) -> None:
    circle = {"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [
        {"$ref": "#/x"}, {"$ref": "https://example.com/p"}, {"$ref": "#/paths/~1a/get/parameters/2"},
    ]}}}, "x": {"$ref": "#/y"}, "y": {"$ref": "#/x"}}  # fmt: skip
    release(bare, {"openapi.json": json.dumps(API)}, {"openapi.json": json.dumps(circle)})

    assert ("added", "GET /a", "new endpoint") in told(facts.docs(asked(bare)), 0)
