// Everything a person can choose or type: selects, pickers, checkboxes, radio buttons and text fields.

import { fromWall, wall } from "./dates.js";
import { icon, make } from "./dom.js";
import { plainText, words } from "./text.js";

export function control(block, item, act, id) {
  const state = act.values?.[block.block_id]?.[item.action_id] || {};
  const wrong = act.errors?.[block.block_id];
  const described = [wrong && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const common = {
    id,
    data: { key: `${block.block_id}/${item.action_id}` },
    "aria-invalid": wrong ? "true" : null,
    "aria-describedby": described || null,
    "aria-label": block.type === "input" ? null : plainText(item.placeholder) || item.action_id,
    "aria-required": block.type === "input" && !block.optional ? "true" : null,
  };
  const change = async (value, node, before) => {
    if (item.confirm && !(await act.confirm(item.confirm))) { node.value = before; return; }
    act.choose(block, item, value);
  };
  const render = CONTROLS[item.type];
  return render ? render(item, state, common, change, act) : make("span.quiet", `This field (${item.type}) cannot be shown here.`);
}

const list = (options) => (item, state, common, change) => one(item, options(item), (state.selected_option ?? item.initial_option)?.value, common, change);
const many = (kind, key) => (item, state, common, change) => ticks(kind, optionsOf(item), chosen(item, state, key), common, change);
const entity = (source, key) => (item, state, common, change, act) => one(item, source(act), state[`selected_${key}`] ?? item[`initial_${key}`], common, change);
const entities = (source, key) => (item, state, common, change, act) =>
  ticks("checkbox", source(act), state[`selected_${key}`] ?? item[`initial_${key}`] ?? [], common, change);

const CONTROLS = {
  plain_text_input: typed("text"), number_input: typed("text"), email_text_input: typed("email"), url_text_input: typed("url"), rich_text_input: typed("text"),
  datepicker: picked("date", "date"), timepicker: picked("time", "time"), datetimepicker: moment,
  static_select: list(optionsOf), external_select: list((item) => (item.initial_option ? [item.initial_option] : [])),
  multi_static_select: many("checkbox", "options"), multi_external_select: many("checkbox", "options"), checkboxes: many("checkbox", "options"),
  radio_buttons: many("radio", "option"),
  users_select: entity(people, "user"), channels_select: entity(channels, "channel"), conversations_select: entity(channels, "conversation"),
  multi_users_select: entities(people, "users"), multi_channels_select: entities(channels, "channels"), multi_conversations_select: entities(channels, "conversations"),
  overflow, file_input: files,
};

function optionsOf(item) {
  return [...(item.options || []), ...(item.option_groups || []).flatMap((group) => group.options), ...(item.options || item.option_groups ? [] : item.initial_options || [])];
}

function chosen(item, state, key) {
  return [state[`selected_${key}`] ?? item[`initial_${key}`] ?? []].flat().map((option) => option.value);
}

function people(act) {
  return act.people.map((person) => ({ value: person.id, text: person.real_name || person.name }));
}

function channels(act) {
  return act.rooms.filter((room) => !room.is_im).map((room) => ({ value: room.id, text: `#${room.name}` }));
}

function typed(type) {
  return (item, state, common, change) => {
    const long = item.multiline || item.type === "rich_text_input";
    const starts = typeof item.initial_value === "string" ? item.initial_value : "";
    return make(long ? "textarea" : "input", {
      ...common, type: long ? null : type, rows: long ? 4 : null, placeholder: plainText(item.placeholder), maxlength: item.max_length, dir: "auto",
      inputmode: item.type === "number_input" ? "decimal" : null, autofocus: item.focus_on_load,
      value: state.value ?? starts, oninput: (event) => change(event.target.value),
    });
  };
}

function picked(type, key) {
  return (item, state, common, change) => make("input", {
    ...common, type, value: state[`selected_${key}`] ?? item[`initial_${key}`] ?? "", onchange: ({ target }) => change(target.value || null, target, ""),
  });
}

function moment(item, state, common, change) {
  const seconds = state.selected_date_time ?? item.initial_date_time;
  return make("input", { ...common, type: "datetime-local", value: seconds ? wall(seconds) : "",
    onchange: ({ target }) => change(target.value ? fromWall(target.value) : null, target, "") });
}

function one(item, options, selected, common, change) {
  const asOption = (option) => make("option", { value: option.value }, plainText(option.text));
  const inGroups = item.option_groups?.map((group) => make("optgroup", { label: plainText(group.label) }, group.options.map(asOption)));
  const node = make("select", { ...common, onchange: () => change(node.value || null, node, selected ?? "") },
    make("option", { value: "" }, plainText(item.placeholder) || "Choose…"), inGroups || options.map(asOption));
  node.value = selected ?? "";
  return node;
}

function ticks(type, options, selected, common, change) {
  const taken = new Set(selected);
  const report = ({ target }) => {
    if (type === "radio") { change(target.value, target, target.value); return; }
    if (target.checked) taken.add(target.value); else taken.delete(target.value);
    change([...taken], target, target.value);
  };
  return make("div", { ...common, class: "ticks", role: type === "radio" ? "radiogroup" : "group", "aria-required": null, "aria-labelledby": `${common.id}-label` },
    options.map((option) => make("label.tick",
      make("input", { type, name: common.id, value: option.value, checked: taken.has(option.value), onchange: report, data: { key: `${common.data.key}/${option.value}` } }),
      make("span", words(option.text), option.description ? make("small.quiet", words(option.description)) : null))));
}

// Nothing is uploaded in a rehearsal: the app gets the names of the files.
function files(item, state, common, change) {
  const accept = item.filetypes?.map((name) => `.${name}`).join(",");
  return make("input", { ...common, type: "file", accept, multiple: (item.max_files ?? 10) > 1,
    onchange: ({ target }) => change([...target.files].map((file) => file.name), target, "") });
}

function overflow(item, state, common, change) {
  const close = (event) => { if (event.key === "Escape" && node.open) { node.open = false; node.firstChild.focus(); event.stopPropagation(); } };
  const choice = (option) => make("button", {
    class: "plain", role: "menuitem", onclick: () => { node.open = false; change(option.value, node, ""); },
  }, words(option.text), option.description ? make("small.quiet", words(option.description)) : null);
  const node = make("details.overflow", { onkeydown: close },
    make("summary", { ...common, "aria-label": "More actions", "aria-haspopup": "menu" }, icon("more")),
    make(".menu", { role: "menu" }, item.options.map(choice)));
  return node;
}
