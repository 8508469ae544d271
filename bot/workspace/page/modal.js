// The modal on top of the stack: fields, errors, submit and close. What is typed survives updates by the app.

import { renderBlocks } from "./blocks.js";
import { make, show } from "./dom.js";
import { plainText } from "./text.js";

let drawn = "";
let drafts = new Map();
let waiting = new Map();
let sending = Promise.resolve();
let submitting = false;

export function drawModal(box, view, world) {
  if (!view) {
    drawn = "";
    drafts = new Map();
    if (box.open) box.close();
    return;
  }
  const look = JSON.stringify([view.id, view.hash, view.errors, submitting]);
  if (look === drawn && box.open) return;
  if (!drawn.startsWith(`["${view.id}"`)) drafts = new Map();
  drawn = look;
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  show(box, head(view, world), form(box, view, world));
  if (!box.open) box.showModal();
  box.oncancel = (event) => { event.preventDefault(); world.act({ act: "close_all" }); };
  const key = focused || firstWrong(view);
  if (key) box.querySelector(`[data-key^="${CSS.escape(key)}"]`)?.focus();
}

function firstWrong(view) {
  return Object.keys(view.errors)[0] || null;
}

function head(view, world) {
  return make("header", { class: "modal-head" },
    make("h2", { id: "modal-title" }, plainText(view.content.title)),
    view.depth > 1 ? make("span", { class: "quiet" }, `${view.depth} of 3`) : null,
    make("button", { class: "plain", type: "button", "aria-label": "Close", onclick: () => world.act({ act: "close_all" }) }, "✕"));
}

function form(box, view, world) {
  const inside = { ...world, values: withDrafts(view), errors: view.errors,
    press: async (block, item) => { await settle(world); await world.act({ act: "click_in_modal", action_id: item.action_id, value: item.value }); },
    choose: (block, item, value) => keep(world, block, item, value) };
  const submit = async (event) => {
    event.preventDefault();
    if (submitting) return;
    submitting = true;
    const button = box.querySelector("button[type=submit]");
    button.disabled = true;
    await settle(world);
    await world.act({ act: "submit" });
    submitting = false;
    button.disabled = false;
  };
  return make("form", { class: "modal-form", onsubmit: submit, novalidate: true },
    make("div", { class: "modal-body" }, renderBlocks(view.content.blocks, inside)),
    make("footer", {},
      make("button", { type: "button", onclick: () => world.act({ act: "close" }) }, plainText(view.content.close) || "Close"),
      view.content.submit ? make("button", { type: "submit", class: "primary" }, plainText(view.content.submit)) : null));
}

// Typed words are sent a moment after the last key, and always before a submit or a press.
function keep(world, block, item, value) {
  const key = `${block.block_id}/${item.action_id}`;
  if (item.type.includes("text_input") || item.type === "number_input") drafts.set(key, value);
  clearTimeout(waiting.get(key)?.timer);
  const send = () => {
    waiting.delete(key);
    sending = sending.then(() => world.act({ act: "fill", block_id: block.block_id, value }));
    return sending;
  };
  waiting.set(key, { send, timer: setTimeout(send, item.type.includes("input") ? 250 : 0) });
}

async function settle() {
  for (const { send, timer } of [...waiting.values()]) {
    clearTimeout(timer);
    send();
  }
  await sending;
}

function withDrafts(view) {
  const values = structuredClone(view.values);
  for (const [key, value] of drafts) {
    const [block, action] = key.split("/");
    if (values[block]?.[action]) values[block][action].value = value;
  }
  return values;
}
