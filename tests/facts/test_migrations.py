"""Migrations of each convention in real repositories: what they do, their order, their guide."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import facts
from bot.cli.tables import Format, rendered
from bot.domain.migrations import digest
from bot.readers import python_migrations
from bot.readers.ruby import read_rails
from bot.readers.sql import read_sql
from tests.facts.repositories import asked, commit, tag

ALEMBIC = '''"""Orders get a total, so that invoices need no sum.

Revision ID: b2
Revises: a1
"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = {parent}

def upgrade():
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("total", sa.Integer()))
    op.execute("UPDATE orders SET total = 0")
    op.drop_column("orders", "sum")

def downgrade():
    op.add_column("orders", sa.Column("sum", sa.Integer()))
'''
DJANGO = """from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField(model_name="order", name="total", field=models.IntegerField()),
        migrations.RunPython(fill),
    ]
"""
RAILS = """# Customers may be gone.
class DropCustomers < ActiveRecord::Migration[7.1]
  def up
    drop_table :customers
    execute <<~SQL
      DELETE FROM orders
    SQL
  end

  def down
    raise ActiveRecord::IrreversibleMigration
  end
end
"""


def rows(report: facts.Report) -> list[tuple[str, ...]]:
    return list(report.tables[0].rows)


def names(report: facts.Report) -> set[str]:
    return {finding.name for finding in report.weighed.open}


@pytest.mark.parametrize(
    ("path", "text", "row"),
    [
        (
            "alembic/versions/b2_total.py",
            ALEMBIC.format(parent="None"),
            ("Alembic", "schema and data", "destructive", "way back",
             "adds column orders.total; changes data rows of orders; drops column orders.sum"),
        ),
        (
            "shop/migrations/0002_total.py",
            DJANGO,
            ("Django", "schema and data", "", "no way back", "adds column order.total; changes data rows, with Python code"),
        ),
        (
            "db/V2__total.sql",
            "ALTER TABLE orders ADD COLUMN total INT NOT NULL; CREATE INDEX i ON orders (total);",
            ("Flyway", "schema", "", "no way back", "adds column orders.total; adds index i on orders"),
        ),
        (
            "db/migrate/20260101120000_drop_customers.rb",
            RAILS,
            ("Rails", "schema and data", "destructive", "no way back", "drops table customers; changes data rows of orders"),
        ),
        (
            "migrations/0002_total.sql",
            "-- migrate:up\nDROP TABLE a;\n-- migrate:down\nCREATE TABLE a (b INT);\n",
            ("SQL", "schema", "destructive", "way back", "drops table a"),
        ),
        (
            "alembic/versions/3_index.py",
            'revision = "3"\ndown_revision = None\nNEW = ["i"]\ndef upgrade():\n    for name in NEW:\n'
            '        op.create_index(name, "orders", ["id"])\n',
            ("Alembic", "schema", "", "no way back", "adds index of a computed name on orders"),
        ),
    ],
)  # fmt: skip
def test_a_migration_of_each_convention_is_found_and_read(
    bare: Path, path: str, text: str, row: tuple[str, ...]
) -> None:
    commit(bare, "feat: total", {path: text, "src/migrate.sql": "DROP TABLE never_read"})

    report = facts.migrations(asked(bare))

    assert rows(report) == [(path, *row)]


@pytest.mark.process("PLAN-4")
def test_the_migrations_since_the_last_release_are_listed_in_their_order(bare: Path) -> None:
    commit(
        bare,
        "feat: open",
        {"migrations/1_a.up.sql": "CREATE TABLE a (b INT)", "migrations/1_a.down.sql": "DROP TABLE a"},
    )
    tag(bare, "v1.0.0")
    commit(bare, "feat: more", {
        "migrations/10_c.up.sql": "UPDATE a SET b = 1",
        "migrations/9_b.up.sql": "DROP TABLE a", "migrations/9_b.down.sql": "CREATE TABLE a (b INT)",
    })  # fmt: skip

    report = facts.migrations(asked(bare))

    assert rows(report) == [
        ("migrations/9_b.up.sql", "SQL", "schema", "destructive", "way back", "drops table a"),
        ("migrations/10_c.up.sql", "SQL", "data", "", "no way back", "changes data rows of a"),
    ]
    assert {name for name in names(report) if name.startswith("VA-3")} == {
        "VA-3:the-number-2-to-8-is-missing-between-migrations/1_a.up.sql-and-migrations/9_b.up.sql"
    }
    assert facts.stands_in_the_way(report)


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"a": ("a", "None"), "b": ("b", '"a"'), "c": ("c", '"a"')}, "has 2 heads, b and c; merge them"),
        ({"a": ("a", "None"), "b": ("b", '"x"')}, "builds on x, which does not exist"),
        (
            {"a": ("a", '"b"'), "b": ("b", '"a"')},
            "has no head, so its migrations build on each other in a circle",
        ),
        ({"a": ("a", "None"), "b": ("a", "None")}, "a is the id of"),
    ],
)
def test_an_alembic_chain_that_is_broken_blocks(
    bare: Path, files: dict[str, tuple[str, str]], fault: str
) -> None:
    texts = {
        f"alembic/versions/{name}.py": f'revision = "{id_}"\ndown_revision = {parent}\ndef upgrade():\n    op.drop_table("t")\n'
        for name, (id_, parent) in files.items()
    }
    commit(bare, "feat: chain", texts)

    report = facts.migrations(asked(bare))

    said = [f.sentence for f in report.weighed.open if f.item == "VA-3"]
    assert any(fault in sentence for sentence in said), said


def test_a_chain_with_a_merge_has_one_head(bare: Path) -> None:
    parents = {"a": "None", "b": '"a"', "c": '"a"', "d": '("b", "c")'}
    commit(bare, "feat: chain", {
        f"alembic/versions/{name}.py": f'revision: str = "{name}"\ndown_revision = {parent}\ndef upgrade():\n    pass\n'
        for name, parent in parents.items()
    })  # fmt: skip

    report = facts.migrations(asked(bare))

    assert [finding for finding in report.weighed.open if finding.item == "VA-3"] == []
    assert [row[0][-4] for row in rows(report)] == ["a", "b", "c", "d"]


def test_a_released_migration_that_was_changed_blocks(bare: Path) -> None:
    commit(bare, "feat: open", {"db/V1__a.sql": "CREATE TABLE a (b INT)", "db/V2__b.sql": "DROP TABLE x"})
    tag(bare, "v1.0.0")
    commit(bare, "fix: history", {"db/V1__a.sql": "CREATE TABLE a (b BIGINT)", "db/V2__b.sql": None})

    report = facts.migrations(asked(bare))

    assert {"VA-3:db/V1__a.sql", "VA-3:db/V2__b.sql"} <= names(report)


@pytest.mark.process("CM-1", "CM-2", "CM-3", "CM-4")
def test_the_guide_is_drafted_and_names_what_is_missing(bare: Path) -> None:
    commit(bare, "feat: total\n\nInvoices need <!channel> no sum.", {
        "db/V1__a.sql": "ALTER TABLE orders DROP COLUMN sum; UPDATE orders SET total = 0;", "db/V2__b.sql": "VACUUM THE MOON"
    })  # fmt: skip

    report = facts.migrations(asked(bare))
    guide = rendered(report, Format.MARKDOWN)

    first = guide.split("## 2.")[0]
    assert "**Why:** Invoices need \\<!channel\\> no sum." in first
    assert (
        "- drops column orders.sum (locks the whole table against reads and writes); what was there is lost"
        in first
    )
    assert (
        "- changes rows of orders (locks the rows it changes until it commits); impact: (to be written)"
        in first
    )
    assert "**Way back:** (to be written: the migration has none)" in first
    assert "- The column orders.sum is gone, and nothing that runs asks for it." in first
    assert {"CM-2:db/V1__a.sql", "CM-3:db/V1__a.sql", "CM-4:db/V2__b.sql", "PLAN-4:db/V2__b.sql"} <= names(
        report
    )


def test_a_migration_that_cannot_be_read_is_inconclusive_and_never_harmless(bare: Path) -> None:
    commit(bare, "feat: odd", {
        "db/V1__a.sql": "SELEC FROM WHERE ((", "shop/migrations/0001_a.py": "def (", "db/V3__c.sql": b"-- x" + b" " * (5 << 20)
    })  # fmt: skip

    report = facts.migrations(asked(bare))

    unread = {f.name for f in report.weighed.open if f.severity.value == "inconclusive"}
    assert unread == {"PLAN-4:db/V1__a.sql", "PLAN-4:shop/migrations/0001_a.py", "PLAN-4:db/V3__c.sql"}
    assert {row[2] for row in rows(report)} == {"unknown"}


def test_the_digest_changes_with_any_file_and_not_with_the_order() -> None:
    files = [("a.sql", "1" * 40), ("b.sql", "2" * 40)]

    assert digest(files) == digest(reversed(files))
    assert len({digest(files), digest(files[:1]), digest([("a.sql", "3" * 40), files[1]])}) == 3
    assert digest([]) == ""


@pytest.mark.parametrize(
    ("sql", "lock"),
    [
        ("CREATE INDEX i ON t (a)", "locks the table against writes while it runs"),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", ""),
        ("ALTER TABLE t ALTER COLUMN a TYPE BIGINT", "rewrites the table, which stays locked meanwhile"),
        (
            "ALTER TABLE t ADD COLUMN a INT NOT NULL",
            "fails on a table that has rows: NOT NULL without a default",
        ),
        ("ALTER TABLE t ADD COLUMN a INT NOT NULL DEFAULT 0", ""),
        ("TRUNCATE TABLE t", "locks the whole table against reads and writes"),
    ],
)
def test_the_likely_lock_is_said(sql: str, lock: str) -> None:
    read = read_sql(sql, "postgres")

    assert [change.lock for change in read.changes] == [lock]
    assert read.unread == ""


@given(st.text(max_size=200))
def test_no_text_gets_past_the_readers_of_migrations(text: str) -> None:
    sql, rails, tree = read_sql(text, ""), read_rails(text, ""), python_migrations.parsed(text)

    assert isinstance(sql.unread, str)
    assert isinstance(rails[2], str)
    if tree is not None:
        python_migrations.read_alembic(tree, "")
        python_migrations.read_django(tree, "app", "0001", "")
