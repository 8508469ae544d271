"""Draws the charts of data_visualization as SVG: bars, lines, areas and pies, with a legend that tells the names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.drawing.nodes import Tree, node

Json = Mapping[str, Any]
WIDE, HIGH, LEFT, FOOT, TOP = 480, 200, 46, 22, 8
HUES = 8


def draw_chart(block: Json) -> Tree:
    """The figure with its title, the labels of its axes, the picture, and the legend."""
    chart, title = block["chart"], block["title"]
    is_pie = chart["type"] == "pie"
    axis = {} if is_pie else chart["axis_config"]
    labels = " · ".join(axis[name] for name in ("x_label", "y_label") if axis.get(name))
    legend = (
        [f"{part['label']}: {part['value']:g}" for part in chart["segments"]]
        if is_pie
        else [one["name"] for one in chart["series"]]
    )
    shape = (
        {"viewBox": "0 0 120 120", "class": "pie"}
        if is_pie
        else {"viewBox": f"0 0 {WIDE} {HIGH}", "class": "chart"}
    )
    picture = node(
        "svg", {**shape, "role": "img", "aria-label": f"{title}, {chart['type']} chart"},
        _slices(chart["segments"]) if is_pie else list(_Plot(chart).draw()),
    )  # fmt: skip
    named = [node("span", "", node("span", f"dot hue-{n % HUES}"), name) for n, name in enumerate(legend)]
    head = node("figcaption", "", node("strong", "", title), labels and node("span", "quiet", f" {labels}"))
    return node("figure", "frame", head, picture, node("div", "context", named))


def _slices(segments: list[Json]) -> list[Tree]:
    """A circle for each part, with a stroke as wide as its radius, of which dashes leave this part alone."""
    whole = sum(part["value"] for part in segments) or 1
    drawn, at = [], 0.0
    for number, part in enumerate(segments):
        share = part["value"] / whole * 100
        attributes = {
            "cx": 60, "cy": 60, "r": 28, "pathLength": 100, "class": f"slice hue-{number % HUES}", "stroke-width": 56,
            "stroke-dasharray": f"{share:.3f} {100 - share:.3f}", "stroke-dashoffset": f"{-at:.3f}",
            "transform": "rotate(-90 60 60)",
        }  # fmt: skip
        drawn.append(node("circle", attributes, node("title", "", f"{part['label']}: {part['value']:g}")))
        at += share
    return drawn


@dataclass(frozen=True)
class _Plot:
    """A chart with axes; y grows downwards in pixels."""

    chart: Json

    def draw(self) -> Iterator[Tree]:
        for value in sorted({self._top, 0, self._low}):
            at = self._y(value)
            yield node("line", {"x1": LEFT, "x2": WIDE, "y1": at, "y2": at, "class": "axis"})
            yield _words(LEFT - 6, at + 4, f"{value:g}", "end")
        for number, name in enumerate(self.chart["axis_config"]["categories"]):
            yield _words(self._x(number), HIGH - 6, name, "middle")
        for number, one in enumerate(self.chart["series"]):
            yield from self._series(number, one)

    @property
    def _values(self) -> list[float]:
        return [point["value"] for one in self.chart["series"] for point in one["data"]]

    @property
    def _top(self) -> float:
        return max(0, *self._values)

    @property
    def _low(self) -> float:
        return min(0, *self._values)

    @property
    def _step(self) -> float:
        return (WIDE - LEFT) / len(self.chart["axis_config"]["categories"])

    def _x(self, number: int) -> float:
        return round(LEFT + self._step * (number + 0.5), 1)

    def _y(self, value: float) -> float:
        return round(TOP + (self._top - value) / ((self._top - self._low) or 1) * (HIGH - FOOT - TOP), 1)

    def _series(self, number: int, one: Json) -> Iterator[Tree]:
        kind, hue, values = (
            self.chart["type"],
            f"hue-{number % HUES}",
            [point["value"] for point in one["data"]],
        )
        points = " ".join(f"{self._x(n)},{self._y(value)}" for n, value in enumerate(values))
        if kind == "area":
            ends = f"{self._x(0)},{self._y(0)} {points} {self._x(len(values) - 1)},{self._y(0)}"
            yield node("polygon", {"points": ends, "class": f"area {hue}"})
        if kind != "bar":
            yield node("polyline", {"points": points, "class": f"stroke {hue}"})
        for n, point in enumerate(one["data"]):
            title = node("title", "", f"{one['name']}, {point['label']}: {point['value']:g}")
            shape = self._bar(number, n, point["value"]) if kind == "bar" else self._dot(n, point["value"])
            yield node("rect" if kind == "bar" else "circle", {**shape, "class": hue}, title)

    def _bar(self, series: int, n: int, value: float) -> Json:
        width = round(self._step * 0.7 / len(self.chart["series"]), 1)
        top, bottom = sorted((self._y(value), self._y(0)))
        left = round(self._x(n) - self._step * 0.35 + width * series, 1)
        return {"x": left, "y": top, "width": width, "height": round(bottom - top, 1) or 0.5}

    def _dot(self, n: int, value: float) -> Json:
        return {"cx": self._x(n), "cy": self._y(value), "r": 4}


def _words(x: float, y: float, words: str, anchor: str) -> Tree:
    return node("text", {"x": x, "y": y, "text-anchor": anchor}, words)
