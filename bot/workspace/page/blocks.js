// Renders blocks and the elements in them. What a press or a choice does is told by `act`, an object the caller gives.

import { chart } from "./chart.js";
import { control } from "./controls.js";
import { icon, link, make, safe } from "./dom.js";
import { markdown } from "./markdown.js";
import { dataTable, table } from "./tables.js";
import { plainText, richText, words } from "./text.js";

const RENDER = {
  section, header, context, actions, divider, image, rich_text: rich, input, markdown: marked, table, data_table: dataTable,
  data_visualization: chart, plan, task_card: task, container, card, carousel, alert, context_actions: actions, video, file,
};

export function renderBlocks(blocks, act) {
  return blocks.map((block) => {
    const render = RENDER[block.type];
    const shown = render ? render(block, act) : make("p.quiet", `This block (${block.type}) cannot be shown here.`);
    shown.classList.add("block");
    if (block.block_id) shown.dataset.block = block.block_id;
    return shown;
  });
}

function section(block, act) {
  const body = make(".section-body", block.text ? make(".words", words(block.text, act.names)) : null,
    block.fields ? make(".fields", block.fields.map((item) => make(".words", words(item, act.names)))) : null);
  const side = block.accessory ? make(".accessory", element(block, block.accessory, act)) : null;
  return make("div", { class: side ? "section with-side" : "section" }, body, side);
}

function header(block, act) {
  return make("h3", words(block.text, act.names));
}

function context(block, act) {
  return make(".context", block.elements.map((item) =>
    make("span.words", item.type === "image" ? picture(item, "tiny") : words(item, act.names))));
}

function actions(block, act) {
  return make(".actions", block.elements.map((item) => element(block, item, act)));
}

function divider() {
  return make("hr");
}

function image(block, act) {
  return make("figure", block.title ? make("figcaption", words(block.title, act.names)) : null, picture(block));
}

// This page loads nothing from outside. The workspace's own pictures are shown; of foreign ones their words, and the way to them.
function picture(item, size = "") {
  const url = item.image_url || item.slack_file?.url || "";
  const said = item.alt_text || "picture";
  if (url.startsWith(`${location.origin}/`)) return make("img", { class: `shown-picture ${size}`, src: url, alt: said, loading: "lazy" });
  const inside = [icon("picture"), make("span.picture-words", said)];
  return safe(url) && !size ? make("span.picture", inside, link(url, "Open")) : make("span", { class: `picture ${size}`, title: said }, inside);
}

function video(block, act) {
  return make(".attachment", icon("film"),
    make("div", make("strong", block.title_url ? link(block.title_url, plainText(block.title)) : words(block.title)),
      make(".quiet", [block.author_name, block.provider_name].filter(Boolean).join(" · ")),
      block.description ? make("div", words(block.description, act.names)) : null,
      make("div", link(block.video_url, "Play"), make("span.quiet", ` ${block.alt_text || ""}`))));
}

function file(block) {
  return make(".attachment", icon("file"), make("div", make("strong", block.external_id),
    make(".quiet", `A ${block.source || "remote"} file`)));
}

function rich(block, act) {
  return make(".rich", richText(block, act.names));
}

function marked(block, act) {
  return make(".rich", markdown(block.text, act.names));
}

function input(block, act) {
  const id = `field-${block.block_id}`;
  const error = act.errors?.[block.block_id];
  const many = /checkboxes|radio|multi_|rich_text/.test(block.element.type);
  const label = [words(block.label), block.optional ? make("span.quiet", " (optional)") : null];
  return make("div", { class: error ? "field wrong" : "field" },
    many ? make(".label", { id: `${id}-label` }, label) : make("label", { for: id, id: `${id}-label` }, label),
    control(block, block.element, act, id),
    error ? make("p.error", { id: `${id}-error`, role: "alert" }, error) : null,
    block.hint ? make("p.hint", { id: `${id}-hint` }, words(block.hint)) : null);
}

function plan(block, act) {
  const tasks = block.tasks || [];
  const done = tasks.filter((item) => item.status === "complete").length;
  return make(".panel", make(".panel-head", make("strong", words(block.title)),
    tasks.length ? make("span.quiet", `${done} of ${tasks.length}`) : null), tasks.map((item) => task(item, act)));
}

const STATES = { pending: "○", in_progress: "◐", complete: "●", error: "✕" };
const SAID = { pending: "not begun", in_progress: "in progress", complete: "complete", error: "failed" };

function task(block, act) {
  const status = block.status || "pending";
  return make("div", { class: `task ${status}` },
    make("span.mark", { role: "img", "aria-label": SAID[status], title: SAID[status] }, STATES[status]),
    make("div", words(block.title), block.details ? make(".quiet.rich", richText(block.details, act.names)) : null,
      block.output ? make(".rich", richText(block.output, act.names)) : null,
      block.sources ? make(".sources", block.sources.map((source) => link(source.url, source.text))) : null));
}

function titled(block, act) {
  return make(".card-head", block.icon ? picture(block.icon, "tiny") : null,
    make("div", block.title ? make("strong", words(block.title, act.names)) : null,
      block.subtitle ? make(".quiet", words(block.subtitle, act.names)) : null));
}

function container(block, act) {
  const inner = renderBlocks(block.child_blocks || [], act);
  const kind = `panel width-${block.width || "standard"}`;
  if (!block.is_collapsible) return make("div", { class: kind }, block.title || block.icon ? titled(block, act) : null, inner);
  return make("details", { class: kind, open: !block.default_collapsed }, make("summary", block.title ? titled(block, act) : "Details"), inner);
}

function card(block, act) {
  return make(".panel.card", block.hero_image ? picture(block.hero_image) : null,
    block.title || block.subtitle || block.icon ? titled(block, act) : null,
    block.body ? make(".words", words(block.body, act.names)) : null,
    block.actions ? actions({ ...block, elements: block.actions }, act) : null);
}

function carousel(block, act) {
  return make(".carousel", { tabindex: 0, role: "group", "aria-label": "Cards; scroll sideways" },
    block.elements.map((item) => card({ block_id: block.block_id, ...item }, act)));
}

function alert(block, act) {
  const level = block.level || "default";
  return make("div", { class: `alert ${level}`, role: "note" }, make("strong.unseen", `${level}: `), words(block.text, act.names));
}

const PRESSED = new Set(["button", "workflow_button", "icon_button"]);

function element(block, item, act) {
  if (item.visible_to_user_ids?.length && !item.visible_to_user_ids.includes(act.me)) return null;
  if (item.type === "image") return picture(item);
  if (PRESSED.has(item.type)) return button(block, item, act);
  if (item.type === "feedback_buttons") return feedback(block, item, act);
  return control(block, item, act, `field-${block.block_id}-${item.action_id}`);
}

function button(block, item, act) {
  const press = async (event) => {
    const node = event.currentTarget;
    if (item.confirm && !(await act.confirm(item.confirm))) return;
    if (safe(item.url)) window.open(item.url, "_blank", "noopener,noreferrer");
    node.disabled = true;
    node.classList.add("waiting");
    await act.press(block, item);
    node.disabled = false;
    node.classList.remove("waiting");
  };
  const mark = { icon_button: "trash", workflow_button: "bolt" }[item.type];
  return make("button", {
    class: `${item.style || ""}${mark === "trash" ? " quiet-button" : ""}`, onclick: press,
    "aria-label": item.accessibility_label, data: { key: `${block.block_id}/${item.action_id}`, action: item.action_id || "" },
  }, mark ? icon(mark) : null, item.url ? icon("window") : null, make("span.button-words", words(item.text)));
}

function feedback(block, item, act) {
  const one = (side, mark) => make("button", {
    class: "quiet-button", "aria-label": side.accessibility_label, data: { key: `${block.block_id}/${item.action_id}/${side.value}` },
    onclick: () => act.press(block, { ...item, value: side.value }),
  }, icon(mark), make("span", words(side.text)));
  return make("span.feedback", one(item.positive_button, "good"), one(item.negative_button, "bad"));
}
