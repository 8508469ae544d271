// Everything a person can choose or type: selects, pickers, checkboxes, radio buttons, menus and text fields.

import { div, here, make, plainButton, span } from "./dom.js";
import { plainText, textObject } from "./text.js";

// A button or field rests while its act is on the way, so that a double click is one click.
export async function pressed(node, act) {
  node.disabled = true;
  await act();
  node.disabled = false;
}

export function control(block, item, act, id) {
  const wrong = act.errors?.[block.block_id];
  const label = block.type === "input" ? null : plainText(item.placeholder) || item.type.replaceAll("_", " ");
  const field = {
    item, act, block,
    state: act.values?.[block.block_id]?.[item.action_id] || {},
    common: {
      id, key: `${block.block_id}/${item.action_id}`, autofocus: item.focus_on_load, "aria-label": label,
      "aria-invalid": wrong ? "true" : null,
      "aria-describedby": wrong ? `${id}-error` : block.hint ? `${id}-hint` : null,
    },
    change: async (value) => {
      if (item.confirm && !(await act.confirm(item.confirm))) return act.redraw();
      return act.choose(block, item, value);
    },
  };
  return CONTROLS[item.type]?.(field) || span("unknown quiet", item.type);
}

const CONTROLS = {
  plain_text_input: typed("text"), number_input: typed("text"), email_text_input: typed("email"), url_text_input: typed("url"), rich_text_input: typed("text"),
  datepicker: picked("date", "selected_date", "initial_date"), timepicker: picked("time", "selected_time", "initial_time"), datetimepicker: moment,
  static_select: (field) => one(field, groupsOf(field.item), (field.state.selected_option ?? field.item.initial_option)?.value),
  external_select: external,
  users_select: (field) => one(field, people(), field.state.selected_user ?? field.item.initial_user),
  channels_select: (field) => one(field, channels(), field.state.selected_channel ?? field.item.initial_channel),
  conversations_select: (field) => one(field, conversations(field), field.state.selected_conversation ?? field.item.initial_conversation ?? current(field)),
  multi_static_select: (field) => several(field, groupsOf(field.item), values(field.state.selected_options ?? field.item.initial_options)),
  multi_external_select: external,
  multi_users_select: (field) => several(field, people(), field.state.selected_users ?? field.item.initial_users),
  multi_channels_select: (field) => several(field, channels(), field.state.selected_channels ?? field.item.initial_channels),
  multi_conversations_select: (field) => several(field, conversations(field), field.state.selected_conversations ?? field.item.initial_conversations ?? [current(field)].filter(Boolean)),
  checkboxes: (field) => ticks("checkbox", field, field.item.options, values(field.state.selected_options ?? field.item.initial_options)),
  radio_buttons: (field) => ticks("radio", field, field.item.options, values([field.state.selected_option ?? field.item.initial_option])),
  overflow, file_input: files,
};

const values = (options) => (options || []).filter(Boolean).map((option) => option.value);
const groupsOf = (item) => item.option_groups || [{ options: item.options || [] }];
const asOptions = (list) => [{ options: list.map(([value, text]) => ({ value, text })) }];
const people = () => asOptions(here.state.people.map((person) => [person.id, person.real_name || person.name]));
const channels = () => asOptions(here.state.rooms.filter((room) => !room.is_direct).map((room) => [room.id, `#${room.name}`]));
const current = ({ item }) => item.default_to_current_conversation ? here.state.room?.id : null;

function conversations({ item }) {
  const wanted = item.filter?.include || ["public", "private", "im", "mpim"];
  const rooms = here.state.rooms.filter((room) => wanted.includes(room.is_direct ? "im" : room.is_private ? "private" : "public") && !(room.is_direct && item.filter?.exclude_bot_users));
  return asOptions(rooms.map((room) => [room.id, room.is_direct ? room.name : `#${room.name}`]));
}

const flatText = (value) => typeof value === "string" ? value : value?.text ?? (value?.elements || []).map(flatText).join("");

function typed(type) {
  return ({ item, state, common, act, block, change }) => {
    const many = item.multiline || item.type === "rich_text_input";
    const eager = item.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
    const send = (event) => change(event.target.value);
    return make(many ? "textarea" : "input", {
      ...common, type: many ? null : type, rows: many ? 4 : null,
      placeholder: plainText(item.placeholder), maxlength: item.max_length,
      inputmode: item.type === "number_input" ? "decimal" : null,
      value: state.value ?? flatText(state.rich_text_value ?? item.initial_value ?? ""),
      oninput: (event) => block.dispatch_action && eager ? send(event) : act.write?.(block, item, event.target.value),
      onkeydown: (event) => {
        if (event.key !== "Enter" || many || !(block.dispatch_action || block.type !== "input")) return;
        event.preventDefault();
        send(event);
      },
    });
  };
}

function picked(type, key, initial) {
  return ({ item, state, common, change }) => make("input", {
    ...common, type, title: item.timezone, value: state[key] ?? item[initial] ?? "", onchange: (event) => change(event.target.value || null),
  });
}

function moment({ item, state, common, change }) {
  const seconds = state.selected_date_time ?? item.initial_date_time;
  const when = new Date(seconds * 1000);
  const local = seconds ? new Date(when - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16) : "";
  const onchange = (event) => change(event.target.value ? Math.floor(new Date(event.target.value).getTime() / 1000) : null);
  return make("input", { ...common, type: "datetime-local", value: local, onchange });
}

function one({ item, common, change }, groups, selected) {
  const options = (group) => group.options.map((option) =>
    make("option", { value: option.value, selected: option.value === selected }, plainText(option.text) + (option.description ? ` — ${plainText(option.description)}` : "")));
  const node = make("select", { ...common, onchange: () => change(node.value || null) },
    make("option", { value: "" }, plainText(item.placeholder) || "Choose…"),
    groups.map((group) => group.label ? make("optgroup", { label: plainText(group.label) }, options(group)) : options(group)));
  return node;
}

// Several of many: the chosen ones stand in the field, and its list opens below.
function several(field, groups, selected = []) {
  const { item, common } = field;
  const options = groups.flatMap((group) => group.options);
  const summary = make("summary", common);
  const draw = (chosen) => summary.replaceChildren(...(chosen.length
    ? chosen.map((value) => span("chosen", plainText(options.find((option) => option.value === value)?.text || value)))
    : [plainText(item.placeholder) || "Choose…"]));
  draw(selected);
  const rows = ticks("checkbox", { ...field, common: {}, change: (chosen) => { draw(chosen); return field.change(chosen); } }, options, selected);
  return closing(make("details", { class: "several" }, summary, rows));
}

function ticks(type, { item, common, change }, options, selected) {
  const chosen = new Set(selected);
  const most = item.max_selected_items || Infinity;
  const report = (event) => {
    const { value, checked } = event.target;
    if (type === "radio") { change(value); return; }
    if (checked) chosen.add(value); else chosen.delete(value);
    limit();
    change([...chosen]);
  };
  const rows = options.map((option) => make("label", { class: "tick" },
    make("input", { type, name: common.id || item.action_id, value: option.value, checked: chosen.has(option.value), onchange: report }),
    span("", textObject(option.text), option.description && make("small", { class: "quiet" }, textObject(option.description)))));
  const node = make("fieldset", { ...common, class: "ticks", "aria-labelledby": common.id && !common["aria-label"] ? `${common.id}-label` : null }, rows);
  const limit = () => node.querySelectorAll("input").forEach((box) => { box.disabled = chosen.size >= most && !box.checked; });
  limit();
  return node;
}

// A list that opens on demand closes with Escape, with a click elsewhere, and is walked with the arrow keys.
function closing(node) {
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && node.open) {
      node.open = false;
      node.firstChild.focus();
    } else if (step && (node.open || step === 1)) {
      node.open = true;
      const stops = [...node.querySelectorAll("button, input:enabled")];
      stops.at((stops.indexOf(document.activeElement) + step) % stops.length)?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  node.addEventListener("focusout", (event) => { if (event.relatedTarget && !node.contains(event.relatedTarget)) node.open = false; });
  return node;
}

addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.several[open], details.overflow[open]")) if (!open.contains(event.target)) open.open = false;
});

function overflow({ item, common, change }) {
  const node = make("details", { class: "overflow" },
    make("summary", { ...common, "aria-label": "More actions" }, "⋯"),
    div("menu", item.options.map((option) => plainButton({
      onclick: () => {
        node.open = false;
        if (/^https?:/i.test(option.url || "")) window.open(option.url, "_blank", "noopener,noreferrer");
        change(option.value);
      },
    }, plainText(option.text), option.description && make("small", { class: "quiet" }, plainText(option.description))))));
  return closing(node);
}

function files({ item, state, common, change }) {
  const chosen = (state.files || item.initial_files || []).map((file) => file.name);
  return div("", make("input", { ...common, type: "file", multiple: (item.max_files || 10) > 1, accept: item.filetypes?.map((kind) => `.${kind}`).join(","),
    onchange: (event) => change([...event.target.files].map((file) => file.name)) }),
  chosen.length > 0 && div("quiet", chosen.join(", ")));
}

// The app itself offers the options for what is typed here.
function external(field) {
  const { item, act, block, common, state } = field;
  const many = item.type.startsWith("multi_");
  const kept = many ? state.selected_options ?? item.initial_options ?? [] : [state.selected_option ?? item.initial_option].filter(Boolean);
  const found = div("menu");
  const node = make("details", { class: "several" }, make("summary", common, kept.length ? kept.map((option) => span("chosen", plainText(option.text))) : plainText(item.placeholder) || "Search…"));
  const search = async (text) => {
    const { options = [] } = text.length < (item.min_query_length ?? 3) ? {} : await act.suggest(block, item, text);
    found.replaceChildren(...options.map((option) => plainButton({ onclick: () => {
      const chosen = many ? [...new Set([...values(kept), option.value])] : option.value;
      node.open = false;
      node.firstChild.replaceChildren(...[...(many ? kept : []), option].map((one) => span("chosen", plainText(one.text))));
      if (many) kept.push(option);
      field.change(chosen);
    } }, plainText(option.text))), options.length ? "" : span("quiet", `Type ${item.min_query_length ?? 3} letters or more.`));
  };
  node.append(make("input", { type: "text", "aria-label": "Search", oninput: (event) => search(event.target.value) }), found);
  node.addEventListener("toggle", () => node.open && search(""));
  return closing(node);
}
