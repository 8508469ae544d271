// Tables: the plain one, and the data table that a reader can sort and leaf through.

import { icon, make } from "./dom.js";
import { richText } from "./text.js";

function cell(item, act) {
  if (item.type === "rich_text") return richText(item, act.names);
  if (item.type === "raw_number" && item.text === undefined) return [String(item.value)];
  return [String(item.text ?? item.value ?? "")];
}

function weight(item) {
  return item.type === "raw_number" ? item.value : JSON.stringify(item.elements || item.text || "").toLowerCase();
}

function frame(caption, head, body, foot) {
  return make(".table-block",
    make(".table-frame", { tabindex: 0, role: "group", "aria-label": caption || "Table" },
      make("table", caption ? make("caption", caption) : null, head, body)), foot);
}

export function table(block, act) {
  const settings = block.column_settings || [];
  const [first, ...rest] = block.rows;
  const look = (item, index) => ({
    class: `to-${settings[index]?.align || (item.type === "raw_number" ? "right" : "left")}${settings[index]?.is_wrapped === false ? " unwrapped" : ""}`,
  });
  return frame(block.caption, make("thead", make("tr", first.map((item, index) => make("th", { scope: "col", ...look(item, index) }, cell(item, act))))),
    make("tbody", rest.map((row) => make("tr", row.map((item, index) => make("td", look(item, index), cell(item, act)))))));
}

export function dataTable(block, act) {
  const [first, ...rest] = block.rows;
  const size = block.page_size || 10;
  const title = block.row_header_column_index ?? -1;
  const place = { column: -1, down: false, page: 0 };
  const body = make("tbody");
  const foot = make(".table-foot");
  const heads = first.map((item, index) => make("th", { scope: "col" },
    make("button.plain.sorter", { onclick: () => sort(index) }, cell(item, act), icon("sort"))));

  const sort = (index) => {
    Object.assign(place, { column: index, down: place.column === index && !place.down, page: 0 });
    fill();
  };
  const turn = (by) => make("button", {
    class: "plain", disabled: place.page + by < 0 || (place.page + by) * size >= rest.length,
    onclick: () => { place.page += by; fill(); },
  }, by < 0 ? "Previous" : "Next");
  const fill = () => {
    const order = (a, b) => (weight(a[place.column]) < weight(b[place.column]) ? -1 : 1) * (place.down ? -1 : 1);
    const sorted = place.column < 0 ? rest : [...rest].sort(order);
    heads.forEach((head, index) => head.setAttribute("aria-sort", index !== place.column ? "none" : place.down ? "descending" : "ascending"));
    body.replaceChildren(...sorted.slice(place.page * size, (place.page + 1) * size).map((row) => make("tr", row.map((item, index) =>
      make(index === title ? "th" : "td", { scope: index === title ? "row" : null, class: item.type === "raw_number" ? "to-right" : null }, cell(item, act))))));
    const last = Math.min(rest.length, (place.page + 1) * size);
    foot.replaceChildren(`${place.page * size + 1}–${last} of ${rest.length}`, ...(rest.length > size ? [turn(-1), turn(1)] : []));
  };
  fill();
  return frame(block.caption, make("thead", make("tr", heads)), body, foot);
}
