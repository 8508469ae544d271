// Renders blocks. What a press or a choice does is told by `act`, an object of functions the caller gives.

import { chart } from "./charts.js";
import { control, pressed } from "./controls.js";
import { div, icon, link, make, plainButton, span } from "./dom.js";
import { markdown, plainText, richText, textObject } from "./text.js";

const rich = (block) => div("rich", richText(block));
const actions = (block, act) => div("actions", block.elements.map((item) => element(block, item, act)));

const RENDER = {
  section, actions, image, input, table, data_table: dataTable, plan, task_card: task, container, card, video, file, auth_provider: provider,
  context_actions: actions, rich_text: rich, data_visualization: chart,
  header: (block) => make("h3", {}, textObject(block.text)),
  divider: () => make("hr"),
  context: (block) => div("context", block.elements.map((item) => item.type === "image" ? picture(item, "tiny") : span("", textObject(item)))),
  markdown: (block) => div("rich", markdown(block.text)),
  carousel: (block, act) => make("div", { class: "carousel", tabindex: 0 }, block.elements.map((item) => card(item, act))),
  alert: (block) => make("div", { class: `alert ${block.level || "default"}`, role: "note" }, textObject(block.text)),
};

export function renderBlocks(blocks, act) {
  return blocks.map((block) => {
    const render = RENDER[block.type];
    const shown = render ? render(block, act) : make("p", { class: "unknown quiet" }, `A block of the type ${block.type}.`);
    shown.classList.add("block");
    return shown;
  });
}

function section(block, act) {
  return div("section",
    div("section-body",
      block.text && div("words", textObject(block.text)),
      block.fields && div("fields", block.fields.map((item) => div("", textObject(item))))),
    block.accessory && div("accessory", element(block, block.accessory, act)));
}

// This page loads nothing from outside: a picture from elsewhere is shown by its words, with a way to open it.
export function picture(item, size = "") {
  const url = item.image_url || item.slack_file?.url || (item.slack_file ? `/files-pri/T-${item.slack_file.id}/picture` : "");
  const own = url.startsWith("/") ? url : url.startsWith(`${location.origin}/files-pri/`) ? url : null;
  const words = () => make("span", { class: `picture ${size}`, title: item.alt_text }, icon("image"), size ? null : link(url, item.alt_text || "picture"));
  if (!own) return words();
  const shown = make("img", { class: `photo ${size}`, src: own, alt: item.alt_text, onerror: () => shown.replaceWith(words()) });
  return shown;
}

function image(block) {
  return make("figure", {}, block.title && make("figcaption", {}, plainText(block.title)), picture(block));
}

function input(block, act) {
  const id = `${act.prefix}-${block.block_id}`;
  const error = act.errors?.[block.block_id];
  return div(error ? "field wrong" : "field",
    make("label", { for: id, id: `${id}-label` }, plainText(block.label), block.optional && span("quiet", " (optional)")),
    control(block, block.element, act, id),
    error && make("p", { class: "error", id: `${id}-error` }, error),
    block.hint && make("p", { class: "hint", id: `${id}-hint` }, plainText(block.hint)));
}

const cell = (item) => item.type === "rich_text" ? richText(item) : [String(item.text ?? item.value ?? "")];

function table(block) {
  const settings = block.column_settings || [];
  const [first, ...rest] = block.rows;
  const row = (tag) => (cells) => make("tr", {}, cells.map((item, index) => {
    const align = settings[index]?.align || (item.type === "raw_number" ? "right" : "left");
    return make(tag, { class: `to-${align}${settings[index]?.is_wrapped ? " wraps" : ""}` }, cell(item));
  }));
  return div("table-frame", make("table", {}, make("thead", {}, row("th")(first)), make("tbody", {}, rest.map(row("td")))));
}

// Sorted by a click on a column's head, in pages.
function dataTable(block) {
  const [head, ...rows] = block.rows;
  const size = block.page_size || 10;
  const value = (row, index) => row[index]?.value ?? cell(row[index] || {}).map((node) => node.textContent ?? node).join("");
  const box = div("table-frame");
  const draw = (page, by, up) => {
    const sorted = by < 0 ? rows : rows.toSorted((a, b) => {
      const [x, y] = [value(a, by), value(b, by)];
      return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1);
    });
    const last = Math.ceil(rows.length / size) - 1;
    const turn = (to, words) => plainButton({ disabled: to < 0 || to > last, onclick: () => draw(to, by, up) }, words);
    box.replaceChildren(
      make("table", {}, make("caption", {}, block.caption),
        make("thead", {}, make("tr", {}, head.map((item, index) => make("th", { "aria-sort": by !== index ? null : up ? "ascending" : "descending" },
          plainButton({ onclick: () => draw(0, index, by !== index || !up) }, cell(item), by === index && (up ? " ↑" : " ↓")))))),
        make("tbody", {}, sorted.slice(page * size, (page + 1) * size).map((row) => make("tr", {}, row.map((item, index) =>
          make(index === (block.row_header_column_index ?? 0) ? "th" : "td", { class: item.type === "raw_number" ? "to-right" : "" }, cell(item))))))),
      last > 0 ? div("pages", turn(page - 1, "‹ Back"), span("quiet", `${page * size + 1}–${Math.min(rows.length, (page + 1) * size)} of ${rows.length}`), turn(page + 1, "Next ›")) : "");
  };
  draw(0, -1, true);
  return box;
}

const MARKS = { pending: "○", in_progress: "◐", complete: "✓", error: "✕" };

function plan(block) {
  const tasks = block.tasks || [];
  const done = tasks.filter((item) => item.status === "complete").length;
  return div("frame", div("plan-head", make("strong", {}, plainText(block.title)), tasks.length > 0 && span("quiet", `${done} of ${tasks.length}`)), tasks.map(task));
}

function task(block) {
  return div(`task ${block.status}`,
    make("span", { class: "mark", title: block.status, role: "img", "aria-label": block.status }, MARKS[block.status]),
    div("", plainText(block.title),
      block.details && div("quiet", richText(block.details)),
      block.output && div("", richText(block.output)),
      block.sources && div("context", block.sources.map((source) => link(source.url, source.text)))));
}

function titled(block) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : block.title && textObject(block.title);
  return [block.icon && picture(block.icon, "tiny"),
    div("", title && make("strong", {}, title), block.subtitle && div("quiet", textObject(block.subtitle)))];
}

function container(block, act) {
  const kind = `frame ${block.width || "standard"}`;
  const inner = renderBlocks(block.child_blocks, act);
  if (block.is_collapsible) return make("details", { class: kind, open: !block.default_collapsed }, make("summary", {}, titled(block)), inner);
  return div(kind, div("titled", titled(block)), block.has_header_divider && make("hr"), inner);
}

function card(block, act) {
  return div("frame card",
    block.hero_image && picture(block.hero_image),
    (block.title || block.subtitle || block.icon) && div("titled", titled(block)),
    block.body && div("", textObject(block.body)),
    block.actions && actions({ ...block, elements: block.actions }, act));
}

function video(block) {
  return div("frame card",
    make("strong", {}, link(block.title_url || block.video_url, plainText(block.title))),
    block.description && div("", plainText(block.description)),
    make("a", { class: "picture", href: /^https?:/i.test(block.video_url) ? block.video_url : null, target: "_blank", rel: "noopener noreferrer" }, icon("play"), block.alt_text),
    div("quiet", [block.author_name, block.provider_name].filter(Boolean).join(" · ")));
}

function file(block) {
  return span("frame attached", icon("file"), span("", make("strong", {}, block.external_id), div("quiet", `${block.source} file`)));
}

function provider(block, act) {
  const url = block.is_connected ? block.disconnect_url : block.auth_url;
  return div("frame",
    div("section", div("section-body", make("strong", {}, plainText(block.name)), block.description && div("", plainText(block.description)),
      div("quiet", block.is_connected ? "Connected" : "Not connected", [block.connected_identity, block.connected_context].map((text) => text && ` · ${plainText(text)}`))),
    url && link(url, block.is_connected ? "Disconnect" : "Connect"), block.accessory && element(block, block.accessory, act)),
    block.fallback && renderBlocks(block.fallback, act));
}

function element(block, item, act) {
  if (item.visible_to_user_ids?.length && !item.visible_to_user_ids.includes(act.me)) return null;
  switch (item.type) {
    case "image": return picture(item, "small");
    case "button": case "workflow_button": return button(block, item, act);
    case "icon_button": return button(block, item, act, icon(item.icon));
    case "feedback_buttons":
      return ["positive_button", "negative_button"].map((face, index) => button(block, { ...item[face], action_id: item.action_id }, act, index ? "👎" : "👍"));
    default: return control(block, item, act, `${act.prefix}-${block.block_id}-${item.action_id}`);
  }
}

function button(block, item, act, mark) {
  const press = async () => {
    if (item.confirm && !(await act.confirm(item.confirm))) return;
    if (item.url && /^https?:/i.test(item.url)) window.open(item.url, "_blank", "noopener,noreferrer");
    await pressed(node, () => act.press(block, item));
  };
  const node = make("button", {
    type: "button", class: item.style || (mark ? "quiet-button" : ""), onclick: press,
    "aria-label": item.accessibility_label, key: `${block.block_id}/${item.action_id}/${item.value || ""}`,
  }, mark && span("", mark, " "), plainText(item.text));
  return node;
}
