"""Declarations of the blocks that show data: table, data_table and data_visualization.

Limits: slackblocks 3.0.0 (`_limits.py`) and Slack's pages on the table, data table and data visualization blocks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.blockkit.rules import (
    Bool,
    Finding,
    Items,
    Number,
    Of,
    Optional,
    Place,
    Record,
    Rule,
    Shape,
    Str,
    Surface,
)
from bot.workspace.blockkit.sizes import characters

NOT_MODAL = frozenset({Surface.MESSAGE, Surface.HOME})
CELLS = ("raw_text", "raw_number", "rich_text")
BLOCK_ID: Mapping[str, Rule] = {"block_id": Str()}
LABEL = Str(20)
LONGEST_TABLE = 10_000
LONGEST_DATA_TABLE = 20_000


def cells_fit(most: int) -> Any:
    """All cells of one table together may hold `most` characters."""

    def check(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
        size = characters(value.get("rows"))
        if size > most:
            yield place.at("rows").says(
                f"must be less than {most + 1} characters", "max_length", [str(most)], size
            )

    return check


def header_is_plain(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """The first row of a data table names the columns and may hold no rich text."""
    rows = value.get("rows")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    for column, cell in enumerate(first):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            here = place.at("rows").at(0).at(column)
            yield here.says("rich_text is not allowed in the header row", "enum", CELLS[:2], "rich_text")


def header_column_exists(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """`row_header_column_index` counts from 0 and points at a column of the first row."""
    index, rows = value.get("row_header_column_index"), value.get("rows")
    if not isinstance(index, int) or not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
        return
    if index >= len(rows[0]):
        most = len(rows[0]) - 1
        yield place.at("row_header_column_index").says(
            f"must be less than or equal to {most}", "maximum", [str(most)], index
        )


def points_fit_the_categories(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """Every series has one point for each category, with that label, and no two series share a name."""
    series, axis = value.get("series"), value.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(series, list) or not isinstance(categories, list):
        return
    names: set[str] = set()
    for number, item in enumerate(series):
        if not isinstance(item, dict) or not isinstance(item.get("data"), list):
            continue
        here = place.at("series").at(number)
        labels = [point.get("label") for point in item["data"] if isinstance(point, dict)]
        if labels != categories:
            yield here.at("data").says("labels must match axis_config.categories", "enum", (), len(labels))
        name = item.get("name")
        if isinstance(name, str) and name in names:
            yield here.at("name").says(f"`name` {name} already exists", "unique", (), name)
        names.update([name] if isinstance(name, str) else [])


def _chart(name: str) -> Shape:
    """A chart with axes: bars, areas and lines differ in looks alone."""
    return Shape(
        name,
        {"series": Items(Record("series"), 12), "axis_config": Record("axis_config")},
        needs=("series", "axis_config"),
        extras=(points_fit_the_categories,),
    )


CHARTS = (
    Shape(
        "segment", {"label": LABEL, "value": Number(0, fractions=True)}, needs=("label", "value"), typed=False
    ),
    Shape("point", {"label": LABEL, "value": Number(fractions=True)}, needs=("label", "value"), typed=False),
    Shape("series", {"name": LABEL, "data": Items(Record("point"), 20)}, needs=("name", "data"), typed=False),
    Shape(
        "axis_config",
        {"categories": Items(LABEL, 20), "x_label": Str(50), "y_label": Str(50)},
        needs=("categories",),
        typed=False,
    ),
    Shape("pie", {"segments": Items(Record("segment"), 12)}, needs=("segments",)),
    _chart("bar"),
    _chart("area"),
    _chart("line"),
)

TABLES = (
    Shape("raw_text", {"text": Str(10000, least=0)}, needs=("text",)),
    Shape("raw_number", {"value": Number(fractions=True), "text": Str(least=0)}, needs=("value",)),
    Shape(
        "column_setting",
        {"is_wrapped": Bool(), "align": Str(among=("left", "center", "right"))},
        typed=False,
    ),
    Shape(
        "table",
        {
            **BLOCK_ID,
            "rows": Items(Items(Of(CELLS), 20), 100),
            "column_settings": Items(Optional(Record("column_setting")), 20),
        },
        needs=("rows",),
        surfaces=NOT_MODAL,
        extras=(cells_fit(LONGEST_TABLE),),
    ),
    Shape(
        "data_table",
        {
            **BLOCK_ID,
            "caption": Str(),
            "rows": Items(Items(Of(CELLS), 20), 201, least=2),
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0, 19),
        },
        needs=("caption", "rows"),
        surfaces=NOT_MODAL,
        extras=(cells_fit(LONGEST_DATA_TABLE), header_is_plain, header_column_exists),
    ),
    Shape(
        "data_visualization",
        {**BLOCK_ID, "title": Str(50), "chart": Of(("pie", "bar", "area", "line"))},
        needs=("title", "chart"),
        surfaces=NOT_MODAL,
    ),
)
