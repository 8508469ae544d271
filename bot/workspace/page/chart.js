// Draws the charts of data_visualization blocks: pie, bar, line and area. The figures stand in the legend as text, too.

import { draw, make } from "./dom.js";

const COLOURS = 6;
const WIDE = 420;
const HIGH = 190;
const LEFT = 44;
const BOTTOM = 24;

export function chart(block) {
  const { chart: plot = {} } = block;
  const drawing = plot.type === "pie" ? pie(plot.segments || []) : axes(plot);
  return make("figure.chart", make("figcaption", block.title || ""),
    make(".chart-body", drawing, plot.type === "pie" ? legend(shares(plot.segments || [])) : legend(ranges(plot))));
}

function legend(entries) {
  return make("ul.legend", entries.map(([name, figure], index) =>
    make("li", make("span", { class: `dot colour-${index % COLOURS}` }), make("span", name), make("span.quiet", figure))));
}

function shares(segments) {
  const total = segments.reduce((sum, item) => sum + item.value, 0) || 1;
  return segments.map((item) => [item.label, `${item.value} (${Math.round((100 * item.value) / total)} %)`]);
}

function ranges(plot) {
  return (plot.series || []).map((one) => [one.name, one.data.map((point) => `${point.label} ${point.value}`).join(", ")]);
}

function pie(segments) {
  const total = segments.reduce((sum, item) => sum + item.value, 0) || 1;
  let turned = 0;
  const at = (share) => `${(60 + 55 * Math.sin(2 * Math.PI * share)).toFixed(2)} ${(60 - 55 * Math.cos(2 * Math.PI * share)).toFixed(2)}`;
  const slices = segments.map((item, index) => {
    const from = turned;
    turned += item.value / total;
    const whole = item.value === total;
    const d = whole ? "M60 5a55 55 0 1 1-.01 0z" : `M60 60L${at(from)}A55 55 0 ${turned - from > 0.5 ? 1 : 0} 1 ${at(turned)}z`;
    return draw("path", { d, class: `fill-${index % COLOURS}` });
  });
  return draw("svg", { viewBox: "0 0 120 120", class: "pie", role: "img", "aria-label": "Pie chart; the figures follow" }, slices);
}

// A round number at or above the highest value, so that the axis reads well.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value);
}

function axes(plot) {
  const series = plot.series || [];
  const names = plot.axis_config?.categories || series[0]?.data.map((point) => point.label) || [];
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const top = ceiling(Math.max(0, ...values));
  const low = Math.min(0, ...values);
  const y = (value) => 8 + (HIGH - BOTTOM - 8) * (1 - (value - low) / (top - low || 1));
  const slot = (WIDE - LEFT) / Math.max(1, names.length);
  const x = (index) => LEFT + slot * (index + 0.5);
  const value = (one, name) => one.data.find((point) => point.label === name)?.value ?? null;
  const marks = plot.type === "bar" ? bars(series, names, { x, y, slot, value }) : lines(plot, series, names, { x, y, value });
  const grid = [low, (low + top) / 2, top].flatMap((level) => [
    draw("line", { x1: LEFT, x2: WIDE, y1: y(level), y2: y(level), class: "grid" }),
    draw("text", { x: LEFT - 6, y: y(level) + 4, class: "tick-y" }, String(Number(level.toPrecision(4)))),
  ]);
  const every = Math.ceil(names.length / 8);
  const ticks = names.map((name, index) => (index % every ? null
    : draw("text", { x: x(index), y: HIGH - 8, class: "tick-x" }, name.length > 12 ? `${name.slice(0, 11)}…` : name)));
  const label = [plot.axis_config?.y_label, plot.axis_config?.x_label].filter(Boolean).join(" by ");
  return make(".plot", label ? make(".quiet", label) : null,
    draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": `${plot.type} chart; the figures follow` }, grid, marks, ticks));
}

function bars(series, names, { x, y, slot, value }) {
  const width = Math.min(36, (slot * 0.72) / Math.max(1, series.length));
  return series.flatMap((one, row) => names.map((name, index) => {
    const amount = value(one, name);
    if (amount === null) return null;
    const left = x(index) - (width * series.length) / 2 + width * row;
    const [from, to] = [y(Math.max(0, amount)), y(Math.min(0, amount))];
    return draw("rect", { x: left + 1, y: from, width: Math.max(1, width - 2), height: Math.max(1, to - from), rx: 2, class: `fill-${row % COLOURS}` },
      draw("title", {}, `${one.name}, ${name}: ${amount}`));
  }));
}

function lines(plot, series, names, { x, y, value }) {
  return series.flatMap((one, row) => {
    const points = names.map((name, index) => [x(index), value(one, name)]).filter(([, amount]) => amount !== null);
    if (!points.length) return [];
    const path = points.map(([left, amount]) => `${left.toFixed(1)} ${y(amount).toFixed(1)}`).join("L");
    const area = plot.type === "area"
      ? draw("path", { d: `M${points[0][0]} ${y(0)}L${path}L${points.at(-1)[0]} ${y(0)}z`, class: `fill-${row % COLOURS} soft` }) : null;
    return [area, draw("path", { d: `M${path}`, class: `line-${row % COLOURS}` }),
      points.map(([left, amount]) => draw("circle", { cx: left, cy: y(amount), r: 2.6, class: `fill-${row % COLOURS}` }))];
  });
}
