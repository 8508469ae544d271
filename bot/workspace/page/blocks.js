// Renders blocks. What a press or a choice does is told by `act`, an object of functions the caller gives.

import { control } from "./controls.js";
import { link, make } from "./dom.js";
import { markdown, plainText, richText, textObject } from "./text.js";

const RENDER = {
  section, header, context, actions, divider, image, rich_text: rich, input, markdown: marked,
  table, data_table: table, plan, task_card: task, container, card, carousel, alert,
  context_actions: actions, video: image,
};

export function renderBlocks(blocks, act) {
  return blocks.map((block) => {
    const render = RENDER[block.type];
    const shown = render ? render(block, act) : make("p", { class: "quiet" }, `(a ${block.type} block)`);
    shown.classList.add("block");
    return shown;
  });
}

function section(block, act) {
  const body = make("div", { class: "section-body" });
  if (block.text) body.append(make("div", { class: "words" }, textObject(block.text, act.names)));
  if (block.fields) {
    body.append(make("div", { class: "fields" }, block.fields.map((item) => make("div", {}, textObject(item, act.names)))));
  }
  const side = block.accessory ? make("div", { class: "accessory" }, element(block, block.accessory, act)) : null;
  return make("div", { class: "section" }, body, side);
}

function header(block, act) {
  return make("h3", {}, textObject(block.text, act.names));
}

function context(block, act) {
  return make("div", { class: "context" }, block.elements.map((item) =>
    make("span", {}, item.type === "image" ? picture(item) : textObject(item, act.names))));
}

function actions(block, act) {
  return make("div", { class: "actions" }, block.elements.map((item) => element(block, item, act)));
}

function divider() {
  return make("hr");
}

function image(block) {
  return make("figure", {}, block.title ? make("figcaption", {}, plainText(block.title)) : null, picture(block));
}

// Pictures come from outside, and this page loads nothing from outside: it shows their words.
function picture(item) {
  return make("span", { class: "picture" }, item.alt_text || "picture");
}

function rich(block, act) {
  return make("div", { class: "rich" }, richText(block, act.names));
}

function marked(block, act) {
  return make("div", { class: "rich" }, markdown(block.text, act.names));
}

function input(block, act) {
  const id = `field-${block.block_id}`;
  const error = act.errors?.[block.block_id];
  const label = make("label", { for: id }, plainText(block.label), block.optional ? make("span", { class: "quiet" }, " (optional)") : null);
  return make("div", { class: error ? "field wrong" : "field" },
    label,
    control(block, block.element, act, id),
    error ? make("p", { class: "error", id: `${id}-error` }, error) : null,
    block.hint ? make("p", { class: "hint" }, plainText(block.hint)) : null);
}

function cell(item, act) {
  if (item.type === "rich_text") return richText(item, act.names);
  return [String(item.text ?? item.value ?? "")];
}

function table(block, act) {
  const settings = block.column_settings || [];
  const [first, ...rest] = block.rows;
  const align = (index) => `to-${settings[index]?.align || "left"}`;
  return make("div", { class: "table-frame" },
    make("table", {},
      block.caption ? make("caption", {}, block.caption) : null,
      make("thead", {}, make("tr", {}, first.map((item, index) => make("th", { class: align(index) }, cell(item, act))))),
      make("tbody", {}, rest.map((row) => make("tr", {}, row.map((item, index) => make("td", { class: align(index) }, cell(item, act))))))));
}

function plan(block, act) {
  return make("div", { class: "plan" }, make("strong", {}, plainText(block.title)), (block.tasks || []).map((item) => task(item, act)));
}

const MARKS = { pending: "○", in_progress: "◐", complete: "●", error: "✕" };

function task(block, act) {
  return make("div", { class: `task ${block.status || "pending"}` },
    make("span", { class: "mark", title: block.status || "pending" }, MARKS[block.status] || "○"),
    make("div", {}, plainText(block.title), block.details ? richText(block.details, act.names) : null,
      (block.sources || []).map((source) => link(source.url, source.text))));
}

function container(block, act) {
  const inner = renderBlocks(block.child_blocks || [], act);
  if (!block.is_collapsible) return make("div", { class: "container" }, block.title ? make("strong", {}, plainText(block.title)) : null, inner);
  return make("details", { class: "container", open: !block.default_collapsed }, make("summary", {}, plainText(block.title) || "Details"), inner);
}

function card(block, act) {
  return make("div", { class: "card" },
    block.title ? make("strong", {}, textObject(block.title, act.names)) : null,
    block.subtitle ? make("div", { class: "quiet" }, textObject(block.subtitle, act.names)) : null,
    block.body ? make("div", {}, textObject(block.body, act.names)) : null,
    block.actions ? actions({ ...block, elements: block.actions }, act) : null);
}

function carousel(block, act) {
  return make("div", { class: "carousel" }, block.elements.map((item) => card({ block_id: block.block_id, ...item }, act)));
}

function alert(block, act) {
  return make("div", { class: `alert ${block.level || "default"}`, role: "note" }, textObject(block.text, act.names));
}

function element(block, item, act) {
  if (item.visible_to_user_ids?.length && !item.visible_to_user_ids.includes(act.me)) return null;
  if (item.type === "image") return picture(item);
  if (item.type === "button" || item.type === "icon_button" || item.type === "workflow_button") return button(block, item, act);
  return control(block, item, act, `field-${block.block_id}-${item.action_id}`);
}

function button(block, item, act) {
  const press = async () => {
    if (item.confirm && !(await act.confirm(item.confirm))) return;
    if (item.url && /^https?:/i.test(item.url)) window.open(item.url, "_blank", "noopener,noreferrer");
    node.disabled = true;
    await act.press(block, item);
    node.disabled = false;
  };
  const node = make("button", {
    type: "button", class: item.style || "", onclick: press,
    "aria-label": item.accessibility_label, data: { key: `${block.block_id}/${item.action_id}` },
  }, plainText(item.text));
  return node;
}
