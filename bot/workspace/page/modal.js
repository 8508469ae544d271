// The modal on top of the stack: fields, errors, submit and close; and the question before a dangerous press.

import { renderBlocks } from "./blocks.js";
import { icon, make, show } from "./dom.js";
import { mrkdwn, plainText, words } from "./text.js";

let drawn = { id: "", look: "" };
let drafts = new Map();
let waiting = new Map();
let sending = Promise.resolve();
let submitting = false;

export function drawModal(box, view, world) {
  if (!view) {
    drawn = { id: "", look: "" };
    if (box.open) box.close();
    return;
  }
  const look = JSON.stringify([view.id, view.hash, view.errors]);
  if (look === drawn.look && box.open) return;
  const isNew = view.id !== drawn.id || !box.open;
  if (isNew) drafts = new Map();
  const held = isNew ? null : grip(box);
  drawn = { id: view.id, look };
  show(box, head(view, world), form(box, view, world));
  box.dataset.depth = view.depth;
  box.oncancel = (event) => { event.preventDefault(); world.act({ act: "close_all" }); };
  if (!box.open) box.showModal();
  box.scrollTop = 0;
  place(box, held, view);
}

// Where the focus and the caret were before the modal was drawn anew.
function grip(box) {
  const node = box.contains(document.activeElement) ? document.activeElement : null;
  const body = box.querySelector(".modal-body");
  const typing = node && /^(text|textarea|url)$/.test(node.type);
  return { key: node?.dataset.key, from: typing ? node.selectionStart : null, to: typing ? node.selectionEnd : null, scroll: body?.scrollTop || 0 };
}

function place(box, held, view) {
  const body = box.querySelector(".modal-body");
  if (held) body.scrollTop = held.scroll;
  const wrong = submitting ? Object.keys(view.errors)[0] : null;
  const first = body.querySelector("[autofocus]") || body.querySelector("input, textarea, select") || box.querySelector("button[type=submit]");
  const node = wrong ? body.querySelector(`[data-block="${CSS.escape(wrong)}"] :is(input, textarea, select)`)
    : held?.key ? box.querySelector(`[data-key="${CSS.escape(held.key)}"]`) : held ? null : first;
  node?.focus();
  if (held?.from !== null && held?.from !== undefined && node?.setSelectionRange && !wrong) node.setSelectionRange(held.from, held.to);
}

function head(view, world) {
  return make("header.modal-head",
    view.depth > 1 ? make("button.plain", { "aria-label": "Back", onclick: () => world.act({ act: "close" }) }, icon("back")) : null,
    make("h2", { id: "modal-title" }, words(view.content.title)),
    view.depth > 1 ? make("span.quiet", `${view.depth} of 3`) : null,
    make("button.plain.shut", { "aria-label": "Close", onclick: () => world.act({ act: "close_all" }) }, icon("cross")));
}

function form(box, view, world) {
  const inside = { ...world, values: withDrafts(view), errors: view.errors,
    press: async (block, item) => { await settle(); await world.act({ act: "click_in_modal", action_id: item.action_id, value: item.value, block_id: block.block_id }); },
    choose: (block, item, value) => keep(world, block, item, value) };
  const submit = async (event) => {
    event.preventDefault();
    if (submitting) return;
    submitting = true;
    const button = box.querySelector("button[type=submit]");
    button.disabled = true;
    button.classList.add("waiting");
    await settle();
    await world.act({ act: "submit" });
    await world.refresh();
    submitting = false;
    button.disabled = false;
    button.classList.remove("waiting");
  };
  return make("form.modal-form", { onsubmit: submit, novalidate: true, autocomplete: "off" },
    make(".modal-body", renderBlocks(view.content.blocks, inside)),
    make("footer",
      make("button", { onclick: () => world.act({ act: "close" }) }, plainText(view.content.close) || "Close"),
      view.content.submit ? make("button", { type: "submit", class: "primary" }, words(view.content.submit)) : null));
}

// Typed words are sent a moment after the last key, and always before a submit or a press. A field that asks the app on
// Enter alone is sent when it is left, which Enter does too.
function keep(world, block, item, value) {
  const key = `${block.block_id}/${item.action_id}`;
  const isTyped = item.type.endsWith("_input") && item.type !== "file_input";
  if (isTyped) drafts.set(key, value);
  clearTimeout(waiting.get(key)?.timer);
  const send = () => {
    waiting.delete(key);
    sending = sending.then(() => world.act({ act: "fill", block_id: block.block_id, action_id: item.action_id, value }));
    return sending;
  };
  const onEnter = isTyped && block.dispatch_action && !item.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  waiting.set(key, { send, timer: onEnter ? 0 : setTimeout(send, isTyped ? 250 : 0) });
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

export function confirmed(box, dialog, names) {
  return new Promise((resolve) => {
    const done = (answer) => { box.close(); resolve(answer); };
    show(box,
      make("h2", { id: "confirm-title" }, words(dialog.title)),
      make(".modal-body.words", dialog.text.type === "mrkdwn" ? mrkdwn(dialog.text.text, names) : words(dialog.text)),
      make("footer",
        make("button", { onclick: () => done(false) }, words(dialog.deny)),
        make("button", { class: `${dialog.style || "primary"} sure`, onclick: () => done(true) }, words(dialog.confirm))));
    box.oncancel = (event) => { event.preventDefault(); done(false); };
    box.showModal();
  });
}
