"""The documentation follows what is released: every finding is met in Slack by its name, mended, or answered for."""

from pathlib import Path

import pytest

from tests.facts.repositories import commit, tag
from tests.scenarios.story import story

RULES = "".join(
    f'[[products.shop.docs]]\npaths = ["{paths}"]\ndocs = ["{page}"]\nitem = "{item}"\n'
    for item, paths, page in (
        ("DD-1", "deploy/**", "docs/deploy.md"),
        ("DD-3", "compose.yaml", "docs/architecture.md"),
        ("DD-4", "deploy/**", "docs/steps.md"),
        ("DO-1", "alerts/**", "docs/monitoring.md"),
        ("DO-2", "errors/**", "docs/trouble.md"),
        ("DO-3", "tuning/**", "docs/tuning.md"),
        ("DO-4", "backup/**", "docs/backup.md"),
    )
)
API = """openapi: 3.0.0
info: {title: shop, version: "1"}
paths:
  /carts: {get: {summary: Carts}}
  /old: {get: {summary: Old}}
"""
API_NOW = """openapi: 3.0.0
info: {title: shop, version: "2"}
paths:
  /carts:
    get: {summary: Carts, deprecated: true, parameters: [{name: page, in: query, schema: {type: integer}}]}
  /gifts: {get: {}}
"""
FILES = dict.fromkeys(
    ("deploy/run.sh", "deploy/old.sh", "compose.yaml", "alerts/a", "errors/e", "tuning/t", "backup/b"), "1"
)
BEFORE = {
    **FILES, "api/openapi.yaml": API, ".env.example": "GONE=1\nRETRIES=3\n",
    "docs/setup.md": "Set `GONE`, then run `deploy/old.sh`.\n",
}  # fmt: skip
NOW = {
    **dict.fromkeys(FILES, "2"), "deploy/old.sh": None, "api/openapi.yaml": API_NOW,
    ".env.example": "RETRIES=5\nFRESH=1\nSESSION_SECRET=\n",
}  # fmt: skip
NOT_MENDED = (
    "DD-1:docs/deploy.md", "DD-3:docs/architecture.md", "DD-4:docs/steps.md", "DO-1:docs/monitoring.md", "DO-2:docs/trouble.md",
    "DO-3:docs/tuning.md",
)  # fmt: skip


@pytest.mark.process("DD-1", "DD-2", "DD-3", "DD-4", "DA-1", "DA-2", "DA-3", "DA-4")
@pytest.mark.process("DC-1", "DC-2", "DC-3", "DC-4", "DO-1", "DO-2", "DO-3", "DO-4", "PLAN-3")
def test_whatever_changed_without_its_documentation_is_found_told_and_answered_for(tmp_path: Path) -> None:
    with story(tmp_path, automates=("documentation", "notes"), settings=RULES) as shop:
        remote = shop.stage.folder / "remote" / "shop.git"
        shop.until_read()
        commit(remote, "feat: what there was", BEFORE)
        tag(remote, "v1.4.0")
        commit(remote, "feat!: what there is\n\nBREAKING CHANGE: use /gifts", NOW)
        shop.until(lambda: "2.0.0" in shop.says("eli", "version"), "the tag and the changes are read")

        shop.started("shop 2.0.0")
        shop.until_logged("*PLAN-3* failed")
        listed = shop.says("eli", "findings")

        for name in (
            "DD-1:docs/deploy.md", "DD-2:deploy/old.sh:docs/setup.md", "DD-3:docs/architecture.md", "DD-4:docs/steps.md",
            "DC-1:FRESH", "DC-2:RETRIES", "DC-3:GONE:docs/setup.md", "DC-4:SESSION_SECRET",
            "DO-1:docs/monitoring.md", "DO-2:docs/trouble.md", "DO-3:docs/tuning.md", "DO-4:docs/backup.md",
            "DA-1:GET /gifts", "DA-2:GET /carts:page",
        ):  # fmt: skip
            assert name.replace(" ", "_") in listed.replace(" ", "_"), name

        for_operators = shop.says("devi", "notes operators")
        for_users = shop.says("eli", "notes users")
        for row in (
            "GET /gifts: new endpoint",
            "GET /carts: endpoint deprecated",
            "GET /old: endpoint removed",
        ):
            assert row in for_operators
            assert row in for_users
        assert "query parameter page added (optional)" in for_operators
        assert "RETRIES: default changed from `3` to `5`" in for_operators.replace("\\", "")
        assert "RETRIES" not in for_users

        mended = {"docs/setup.md": "Set FRESH, RETRIES and SESSION_SECRET.\n", "docs/backup.md": "2"}
        commit(remote, "docs: setup and backup", mended)
        shop.until_logged("*PLAN-3* failed: 6 findings since v1.4.0")
        left = shop.says("eli", "findings")
        assert "DC-" not in left, "what was mended is found no more"
        assert "DO-4" not in left
        for name in NOT_MENDED:
            assert shop.says("eli", f"waive PLAN-3 {name} nothing new for readers").startswith("You answer")
        shop.until_card(lambda text: "✅ *PLAN-3*" in text)
