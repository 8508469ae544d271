// Everything a person can choose or type: selects, pickers, checkboxes, radio buttons and text fields.

import { make } from "./dom.js";
import { plainText } from "./text.js";

export function control(block, item, act, id) {
  const state = act.values?.[block.block_id]?.[item.action_id] || {};
  const common = {
    id,
    data: { key: `${block.block_id}/${item.action_id}` },
    "aria-invalid": act.errors?.[block.block_id] ? "true" : null,
    "aria-describedby": act.errors?.[block.block_id] ? `${id}-error` : null,
  };
  const change = (value) => act.choose(block, item, value);
  const render = CONTROLS[item.type];
  return render ? render(item, state, common, change, act) : make("span", { class: "quiet" }, `(${item.type})`);
}

const CONTROLS = {
  plain_text_input: typed("text"), number_input: typed("text"), email_text_input: typed("email"), url_text_input: typed("url"),
  datepicker: picked("date", "selected_date", "initial_date"), timepicker: picked("time", "selected_time", "initial_time"),
  datetimepicker: moment,
  static_select: (item, state, common, change) => single(item, optionsOf(item), state.selected_option ?? item.initial_option, common, change),
  external_select: (item, state, common, change) => single(item, optionsOf(item), state.selected_option ?? item.initial_option, common, change),
  multi_static_select: (item, state, common, change) => ticks("checkbox", item, optionsOf(item), state.selected_options ?? item.initial_options ?? [], common, change),
  checkboxes: (item, state, common, change) => ticks("checkbox", item, item.options, state.selected_options ?? item.initial_options ?? [], common, change),
  radio_buttons: (item, state, common, change) => ticks("radio", item, item.options, [state.selected_option ?? item.initial_option].filter(Boolean), common, change),
  users_select: (item, state, common, change, act) => one(item, people(act), state.selected_user ?? item.initial_user, common, change),
  channels_select: (item, state, common, change, act) => one(item, channels(act), state.selected_channel ?? item.initial_channel, common, change),
  conversations_select: (item, state, common, change, act) => one(item, channels(act), state.selected_conversation ?? item.initial_conversation, common, change),
  multi_users_select: (item, state, common, change, act) => several(item, people(act), state.selected_users ?? item.initial_users ?? [], common, change),
  overflow,
};

function optionsOf(item) {
  return [...(item.options || []), ...(item.option_groups || []).flatMap((group) => group.options)];
}

function asOption(id, name) {
  return { value: id, text: { text: name } };
}

function people(act) {
  return act.people.map((person) => asOption(person.id, person.real_name || person.name));
}

function channels(act) {
  return act.rooms.filter((room) => !room.is_im).map((room) => asOption(room.id, `#${room.name}`));
}

function typed(type) {
  return (item, state, common, change) => make(item.multiline ? "textarea" : "input", {
    ...common,
    type: item.multiline ? null : type,
    rows: item.multiline ? 4 : null,
    placeholder: plainText(item.placeholder),
    maxlength: item.max_length,
    inputmode: item.type === "number_input" ? "decimal" : null,
    value: state.value ?? item.initial_value ?? "",
    oninput: (event) => change(event.target.value),
  });
}

function picked(type, key, initial) {
  return (item, state, common, change) => make("input", {
    ...common, type, value: state[key] ?? item[initial] ?? "", onchange: (event) => change(event.target.value || null),
  });
}

function moment(item, state, common, change) {
  const seconds = state.selected_date_time ?? item.initial_date_time;
  const local = seconds ? new Date((seconds - new Date().getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16) : "";
  const onchange = (event) => change(event.target.value ? Math.floor(new Date(event.target.value).getTime() / 1000) : null);
  return make("input", { ...common, type: "datetime-local", value: local, onchange });
}

function single(item, options, selected, common, change) {
  return one(item, options, selected?.value, common, change);
}

function one(item, options, selected, common, change) {
  const blank = make("option", { value: "" }, plainText(item.placeholder) || "Choose…");
  const node = make("select", { ...common, onchange: (event) => change(event.target.value || null) },
    blank, options.map((option) => make("option", { value: option.value }, plainText(option.text))));
  node.value = selected ?? "";
  return node;
}

function several(item, options, selected, common, change) {
  return ticks("checkbox", item, options, selected.map((value) => ({ value })), common, change);
}

function ticks(type, item, options, selected, common, change) {
  const chosen = new Set(selected.map((option) => option.value));
  const report = (event) => {
    if (type === "radio") { change(event.target.value); return; }
    if (event.target.checked) chosen.add(event.target.value); else chosen.delete(event.target.value);
    change([...chosen]);
  };
  const rows = options.map((option) => make("label", { class: "tick" },
    make("input", { type, name: common.id, value: option.value, checked: chosen.has(option.value), onchange: report }),
    make("span", {}, plainText(option.text), option.description ? make("small", { class: "quiet" }, plainText(option.description)) : null)));
  return make("fieldset", { ...common, class: "ticks" }, rows);
}

function overflow(item, state, common, change) {
  const node = make("details", { ...common, class: "overflow" },
    make("summary", { "aria-label": "More actions" }, "⋯"),
    make("div", { class: "menu" }, item.options.map((option) =>
      make("button", { type: "button", class: "plain", onclick: () => { node.open = false; change(option.value); } }, plainText(option.text)))));
  return node;
}
