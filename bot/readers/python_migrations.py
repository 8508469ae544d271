"""Reads migrations of Alembic and Django as syntax trees. The files are never imported or run."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.migrations import Change, Effect
from bot.readers.sql import read_sql

_REWRITES = "may rewrite or lock the table"
_LOCKS = "locks the table against writes while it runs"
_ALEMBIC = {
    "create_table": (Effect.ADDS, "table", False, ""),
    "drop_table": (Effect.DROPS, "table", True, "locks the whole table"),
    "rename_table": (Effect.CHANGES, "table", True, "locks the whole table"),
    "add_column": (Effect.ADDS, "column", False, ""),
    "drop_column": (Effect.DROPS, "column", True, "locks the whole table"),
    "alter_column": (Effect.CHANGES, "column", False, _REWRITES),
    "create_index": (Effect.ADDS, "index", False, _LOCKS),
    "drop_index": (Effect.DROPS, "index", False, ""),
    "bulk_insert": (Effect.DATA, "rows of", False, ""),
    "drop_constraint": (Effect.DROPS, "constraint", False, "locks the whole table"),
    "create_foreign_key": (Effect.ADDS, "constraint", False, _LOCKS),
    "create_unique_constraint": (Effect.ADDS, "constraint", False, _LOCKS),
    "create_check_constraint": (Effect.ADDS, "constraint", False, _LOCKS),
    "create_primary_key": (Effect.ADDS, "constraint", False, _LOCKS),
}
_DJANGO = {
    "CreateModel": (Effect.ADDS, "table", False, ""),
    "DeleteModel": (Effect.DROPS, "table", True, "locks the whole table"),
    "RenameModel": (Effect.CHANGES, "table", True, "locks the whole table"),
    "AddField": (Effect.ADDS, "column", False, ""),
    "RemoveField": (Effect.DROPS, "column", True, "locks the whole table"),
    "AlterField": (Effect.CHANGES, "column", False, _REWRITES),
    "RenameField": (Effect.CHANGES, "column", True, "locks the whole table"),
    "AddIndex": (Effect.ADDS, "index", False, _LOCKS),
    "RemoveIndex": (Effect.DROPS, "index", False, ""),
    "AddConstraint": (Effect.ADDS, "constraint", False, _LOCKS),
    "RemoveConstraint": (Effect.DROPS, "constraint", False, ""),
    "AlterModelTable": (Effect.CHANGES, "table", True, "locks the whole table"),
}
_DJANGO_STATE_ONLY = frozenset({"AlterModelOptions", "AlterModelManagers", "SeparateDatabaseAndState"})


@dataclass(frozen=True)
class PythonMigration:
    """What a file says about itself; `parents` as it writes them (Django: `app.name`)."""

    id: str
    parents: tuple[str, ...]
    changes: tuple[Change, ...]
    is_reversible: bool
    rationale: str
    unread: str


def parsed(text: str) -> ast.Module | None:
    """The syntax tree, None for what is not Python or is nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a stray escape in a file of others is no concern of our reader
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def read_alembic(tree: ast.Module, dialect: str) -> PythonMigration | None:
    """None when the file has no `revision`, so that it is no migration."""
    assigned = _assignments(tree)
    revision = _text(assigned.get("revision"))
    if revision is None:
        return None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    down = functions.get("downgrade")
    changes, unread = _operations(functions.get("upgrade"), "op", dialect)
    return PythonMigration(
        id=revision,
        parents=_texts(assigned.get("down_revision")),
        changes=changes,
        is_reversible=down is not None and _does_something(down),
        rationale=_alembic_words(tree),
        unread=unread,
    )


def read_django(tree: ast.Module, app: str, name: str, dialect: str) -> PythonMigration | None:
    """None when the file has no class Migration."""
    found = next((n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Migration"), None)
    if found is None:
        return None
    assigned = _assignments(found)
    listed = assigned.get("operations")
    changes: list[Change] = []
    unread: list[str] = []
    is_reversible = True
    for call in listed.elts if isinstance(listed, ast.List) else []:
        made, problem, has_way_back = _django_operation(call, dialect)
        changes += made
        unread += [problem] if problem else []
        is_reversible = is_reversible and has_way_back
    if listed is not None and not isinstance(listed, ast.List):
        unread.append("its operations are computed")
    return PythonMigration(
        id=f"{app}.{name}",
        parents=_django_parents(assigned.get("dependencies")),
        changes=tuple(changes),
        is_reversible=is_reversible,
        rationale=(ast.get_docstring(tree) or "").strip()[:600],
        unread="; ".join(unread[:3]),
    )


def _django_operation(node: ast.expr, dialect: str) -> tuple[list[Change], str, bool]:
    if not isinstance(node, ast.Call):
        return [], "an operation is computed", False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    words = {k.arg: _text(k.value) for k in node.keywords if k.arg}
    if name in _DJANGO:
        effect, kind, destructive, lock = _DJANGO[name]
        first = (
            words.get("name") or words.get("old_name") or (_text(node.args[0]) if node.args else None) or "?"
        )
        what = f"{kind} {words['model_name']}.{first}" if words.get("model_name") else f"{kind} {first}"
        return [Change(effect, what, destructive, lock)], "", True
    reverse = len(node.args) > 1 or any(k.arg in ("reverse_code", "reverse_sql") for k in node.keywords)
    if name == "RunPython":
        return (
            [Change(Effect.DATA, "rows, with Python code")],
            "it runs Python code, which is not judged",
            reverse,
        )
    if name == "RunSQL":
        sql = (_text(node.args[0]) if node.args else words.get("sql")) or ""
        read = read_sql(sql, dialect)
        return list(read.changes), read.unread if sql else "its SQL is computed", reverse
    return (
        [],
        ""
        if name in _DJANGO_STATE_ONLY - {"SeparateDatabaseAndState"}
        else f"{name or 'an operation'} is not known",
        True,
    )


def _operations(upgrade: ast.FunctionDef | None, module: str, dialect: str) -> tuple[tuple[Change, ...], str]:
    if upgrade is None:
        return (), "it has no function upgrade"
    changes: list[Change] = []
    unread: list[str] = []
    for node, table in _calls(upgrade, {module: None}):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in _ALEMBIC:
            changes.append(_alembic_change(node, name, table))
        elif name == "execute":
            sql = _sql_text(node.args[0]) if node.args else None
            read = read_sql(sql or "", dialect)
            changes += read.changes
            unread += [read.unread] if read.unread else []
            unread += [] if sql else ["it executes SQL that is computed"]
        elif name not in ("batch_alter_table", "f", "get_bind", "get_context"):
            unread.append(f"op.{name} is not known")
    return tuple(changes), "; ".join(dict.fromkeys(unread[:3]))


def _calls(node: ast.AST, owners: Mapping[str, str | None]) -> Iterator[tuple[ast.Call, str | None]]:
    """The calls `owner.…(…)` in the order of the text, each with the table that its owner stands for, if any."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=str(owner)))) if owner in owners:
            yield node, owners[owner]
        case ast.With():
            owners = {**owners, **_batch_tables(node)}
    for below in ast.iter_child_nodes(node):
        yield from _calls(below, owners)


def _alembic_change(node: ast.Call, name: str, table: str | None) -> Change:
    effect, kind, destructive, lock = _ALEMBIC[name]
    words = [_text(argument) or _column_name(argument) for argument in node.args[:2]]
    named = [word for word in (table, *words) if word]
    match kind:
        case "index" | "constraint":
            on = table or words[1] if len(words) > 1 else table
            named_so = words[0] if words and words[0] else "of a computed name"
            what = f"{kind} {named_so}" + (f" on {on}" if on else "")
        case "column":
            what = f"{kind} {'.'.join(named[:2])}"
        case _:
            what = f"{kind} {named[0] if named else '?'}"
    retyped = name == "alter_column" and any(k.arg in ("type_", "new_column_name") for k in node.keywords)
    return Change(effect, what, destructive or retyped, lock)


def _batch_tables(node: ast.With) -> dict[str, str]:
    """The names that `with op.batch_alter_table("t") as batch:` gives, each with its table."""
    found = {}
    for item in node.items:
        match item.context_expr, item.optional_vars:
            case ast.Call(func=ast.Attribute(attr="batch_alter_table"), args=[first, *_]), ast.Name(id=name):
                found[name] = _text(first) or "?"
    return found


def _column_name(node: ast.expr) -> str | None:
    return _text(node.args[0]) if isinstance(node, ast.Call) and node.args else None


def _sql_text(node: ast.expr) -> str | None:
    """A literal, or one inside `text("…")`."""
    return _text(node) or (_text(node.args[0]) if isinstance(node, ast.Call) and node.args else None)


def _does_something(function: ast.FunctionDef) -> bool:
    body = [n for n in function.body if not isinstance(n, ast.Pass)]
    body = [n for n in body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    return bool(body) and not any(isinstance(n, ast.Raise) for n in body)


def _assignments(node: ast.Module | ast.ClassDef) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for line in node.body:
        if isinstance(line, ast.Assign):
            found.update({t.id: line.value for t in line.targets if isinstance(t, ast.Name)})
        elif isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
            found[line.target.id] = line.value
    return found


def _django_parents(node: ast.expr | None) -> tuple[str, ...]:
    pairs = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    named = [_texts(pair) for pair in pairs if isinstance(pair, ast.Tuple)]
    return tuple(".".join(pair) for pair in named if len(pair) == 2)


def _alembic_words(tree: ast.Module) -> str:
    """The docstring without the lines that Alembic itself writes there."""
    lines = (ast.get_docstring(tree) or "").splitlines()
    own = ("Revision ID:", "Revises:", "Create Date:")
    return " ".join(line.strip() for line in lines if line.strip() and not line.startswith(own))[:600]


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _texts(node: ast.expr | None) -> tuple[str, ...]:
    """One text, or a tuple or list of them."""
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(text for text in map(_text, node.elts) if text is not None)
    one = _text(node)
    return () if one is None else (one,)
