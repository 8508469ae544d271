// Draws the charts of data_visualization: bars, lines, areas and pies, with a legend that tells every number.

import { div, drawn, make, span } from "./dom.js";

const WIDE = 480, HIGH = 200, LEFT = 46, FOOT = 22;

export function chart(block) {
  const { chart: data, title } = block;
  const pie = data.type === "pie";
  const names = pie ? data.segments.map((part) => `${part.label}: ${part.value}`) : data.series.map((one) => one.name);
  const axes = pie ? [] : [data.axis_config.x_label, data.axis_config.y_label].filter(Boolean);
  const picture = drawn("svg", { viewBox: pie ? "0 0 120 120" : `0 0 ${WIDE} ${HIGH}`, class: pie ? "pie" : "chart", role: "img", "aria-label": `${title}, ${data.type} chart` },
    ...(pie ? slices(data.segments) : plot(data)));
  return make("figure", { class: "frame" }, make("figcaption", {}, make("strong", {}, title), axes.length > 0 && span("quiet", ` ${axes.join(" · ")}`)), picture,
    div("context", names.map((name, index) => span("", span(`dot hue-${index % 8}`), name))));
}

const tip = (words) => drawn("title", {}, words);

function slices(segments) {
  const sum = segments.reduce((total, part) => total + part.value, 0) || 1;
  let at = 0;
  return segments.map((part, index) => {
    const share = (part.value / sum) * 100;
    // A circle with a stroke as wide as its radius; the dashes cut out this part of it.
    const slice = drawn("circle", {
      cx: 60, cy: 60, r: 28, pathLength: 100, class: `line hue-${index % 8}`, "stroke-width": 56,
      "stroke-dasharray": `${share} ${100 - share}`, "stroke-dashoffset": -at, transform: "rotate(-90 60 60)",
    }, tip(`${part.label}: ${part.value}`));
    at += share;
    return slice;
  });
}

function plot({ type, series, axis_config: { categories } }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const top = Math.max(0, ...values), low = Math.min(0, ...values), span = top - low || 1;
  const y = (value) => 8 + ((top - value) / span) * (HIGH - FOOT - 8);
  const step = (WIDE - LEFT) / categories.length;
  const middle = (index) => LEFT + step * (index + 0.5);
  const write = (x, at, words, anchor) => drawn("text", { x, y: at, "text-anchor": anchor }, words);
  const nodes = [top, 0, low].filter((value, index, all) => all.indexOf(value) === index).flatMap((value) => [
    drawn("line", { x1: LEFT, x2: WIDE, y1: y(value), y2: y(value), class: "axis" }), write(LEFT - 6, y(value) + 4, String(value), "end")]);
  nodes.push(...categories.map((name, index) => write(middle(index), HIGH - 6, name, "middle")));
  series.forEach((one, number) => {
    const hue = `hue-${number % 8}`;
    const points = one.data.map((point, index) => `${middle(index)},${y(point.value)}`);
    if (type === "area") nodes.push(drawn("polygon", { points: [`${middle(0)},${y(0)}`, ...points, `${middle(points.length - 1)},${y(0)}`].join(" "), class: `area ${hue}` }));
    if (type !== "bar") nodes.push(drawn("polyline", { points: points.join(" "), class: `line ${hue}` }));
    one.data.forEach((point, index) => {
      const words = tip(`${one.name}, ${point.label}: ${point.value}`);
      const width = (step * 0.7) / series.length;
      nodes.push(type === "bar"
        ? drawn("rect", { x: middle(index) - step * 0.35 + width * number, y: Math.min(y(point.value), y(0)), width, height: Math.abs(y(point.value) - y(0)), class: hue }, words)
        : drawn("circle", { cx: middle(index), cy: y(point.value), r: 4, class: hue }, words));
    });
  });
  return nodes;
}
