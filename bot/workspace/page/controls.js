// Everything a person can choose or type: selects, pickers, checkboxes, radio buttons, menus and text fields.

import { buildAll, words } from "./build.js";
import { div, here, make, plainButton, show, span, visit } from "./dom.js";

// A button rests while its act is on the way, so that a double click is one click.
export async function pressed(node, act) {
	node.disabled = true;
	await act();
	node.disabled = false;
}

export function control(block, item, act) {
	const hint = words(item.placeholder);
	const field = {
		item, act, block, hint,
		state: act.values?.[block.block_id]?.[item.action_id] || {},
		common: {
			key: `${block.block_id}/${item.action_id}`, autofocus: act.prefix === "field" && item.focus_on_load,
			"aria-label": block.type === "input" ? null : hint || item.type.replace(/_/g, " "),
		},
		change: async (value) => item.confirm && !(await act.confirm(item.confirm)) ? act.redraw() : act.choose(block, item, value),
	};
	return (CONTROLS[item.type] || unknown)(field);
}

const unknown = ({ item }) => span("unknown quiet", item.type);
const CONTROLS = {
	plain_text_input: typed, number_input: typed, email_text_input: typed, url_text_input: typed, rich_text_input: typed,
	datepicker: picked("date", "date"), timepicker: picked("time", "time"), datetimepicker: picked("datetime-local", "date_time"),
	static_select: one((item) => item.option_groups || [item], "option"), multi_static_select: several((item) => item.option_groups || [item], "options"),
	external_select: external(one, "option"), multi_external_select: external(several, "options"),
	users_select: one(people, "user"), multi_users_select: several(people, "users"),
	channels_select: one(channels, "channel"), multi_channels_select: several(channels, "channels"),
	conversations_select: one(conversations, "conversation"), multi_conversations_select: several(conversations, "conversations"),
	checkboxes: (field) => ticks("checkbox", field, field.item.options, chosenIn(field, "options")),
	radio_buttons: (field) => ticks("radio", field, field.item.options, [chosenIn(field, "option")]),
	overflow, file_input: files,
};

const asGroup = (list) => [{ options: list.map(([value, name]) => ({ value, text: [name] })) }];
const named = (room) => [room.id, room.is_direct ? room.name : `#${room.name}`];
function people() { return asGroup(here.state.people.map((person) => [person.id, person.real_name || person.name])); }
function channels() { return asGroup(here.state.rooms.filter((room) => !room.is_direct).map(named)); }
function conversations({ filter = {} }) {
	const kind = (room) => room.is_direct ? "im" : room.is_private ? "private" : "public";
	return asGroup(here.state.rooms.filter((room) => (!filter.include || filter.include.includes(kind(room))) && !(room.is_direct && filter.exclude_bot_users)).map(named));
}

// What stands in the field: chosen before, or there from the beginning. Options are told by their values.
function chosenIn({ item, state }, key) {
	const here_ = item.default_to_current_conversation && here.state.room?.id;
	const found = state[`selected_${key}`] ?? item[`initial_${key}`] ?? (here_ && key.endsWith("s") ? [here_] : here_);
	return Array.isArray(found) ? found.map((one_) => one_.value ?? one_) : found?.value ?? found ?? (key.endsWith("s") ? [] : null);
}

function typed({ item, state, common, hint, act, block, change }) {
	const many = item.multiline || item.type === "rich_text_input";
	const eager = block.dispatch_action && item.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
	const send = (event) => eager ? change(event.target.value) : act.write?.(block, item, event.target.value);
	return make(many ? "textarea" : "input", {
		...common, type: many ? null : { email_text_input: "email", url_text_input: "url" }[item.type] || "text", rows: many ? 4 : null,
		placeholder: hint, maxlength: item.max_length, inputmode: item.type === "number_input" ? "decimal" : null,
		value: state.value ?? flat(state.rich_text_value) ?? item.initial_value ?? "",
		oninput: send,
		onkeydown: (event) => {
			if (event.key !== "Enter" || many || (block.type === "input" && !block.dispatch_action)) return;
			event.preventDefault();
			change(event.target.value);
		},
	});
}

const flat = (rich) => rich?.elements?.map((part) => part.text ?? flat(part)).join("");

function picked(type, key) {
	const local = (seconds) => {
		const when = new Date(seconds * 1000);
		return new Date(when - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
	};
	const moment = key === "date_time";
	return (field) => {
		const value = chosenIn(field, key);
		return make("input", { ...field.common, type, title: field.item.timezone, value: (moment && value ? local(value) : value) ?? "",
			onchange: ({ target }) => field.change(target.value ? moment ? Math.floor(new Date(target.value) / 1000) : target.value : null) });
	};
}

function one(groupsOf, key) {
	return (field) => {
		const selected = chosenIn(field, key);
		const option = ({ value, text, description }) => make("option", { value, selected: value === selected }, words(text) + (description ? ` — ${words(description)}` : ""));
		const node = make("select", { ...field.common, onchange: () => field.change(node.value || null) }, make("option", { value: "" }, field.hint || "Choose…"),
			groupsOf(field.item).map((group) => group.label ? make("optgroup", { label: words(group.label) }, group.options.map(option)) : group.options?.map(option)));
		return node;
	};
}

// Several of many: the chosen ones stand in the field, and the list opens below.
function several(groupsOf, key) {
	return (field) => {
		const options = groupsOf(field.item).flatMap((group) => group.options || []);
		const summary = make("summary", field.common);
		const draw = (values) => show(summary, values.map((value) => span("chosen", words(options.find((option) => option.value === value)?.text || [value]))), !values.length && (field.hint || "Choose…"));
		const chosen = chosenIn(field, key);
		draw(chosen);
		return closing(make("details", { class: "several" }, summary,
			ticks("checkbox", { ...field, common: {}, change: (values) => { draw(values); return field.change(values); } }, options, chosen)));
	};
}

function ticks(type, { item, common, change }, options, selected) {
	const chosen = new Set(selected);
	const name = `${item.action_id}-${Math.random()}`;
	const report = ({ target: { value, checked } }) => {
		if (type === "radio") return change(value);
		if (checked) chosen.add(value); else chosen.delete(value);
		limit();
		return change([...chosen]);
	};
	const node = make("fieldset", { ...common, class: "ticks" }, options.map(({ value, text, description }) => make("label", { class: "tick" },
		make("input", { type, name, value, checked: chosen.has(value), onchange: report }), span("", buildAll(text), description && make("small", { class: "quiet" }, buildAll(description))))));
	const limit = () => node.querySelectorAll("input").forEach((box) => { box.disabled = chosen.size >= (item.max_selected_items || Infinity) && !box.checked; });
	limit();
	return node;
}

// A list that opens on demand closes with Escape or a click elsewhere, and is walked with the arrow keys.
function closing(node) {
	node.addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.key === "Escape" && node.open) {
			node.open = false;
			node.firstChild.focus();
		} else if (step) {
			node.open = true;
			const stops = [...node.querySelectorAll("button, input:enabled")];
			const now = stops.indexOf(document.activeElement);
			stops.at(now < 0 ? (step < 0 ? -1 : 0) : (now + step) % stops.length)?.focus();
		} else {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
	});
	return node;
}

addEventListener("click", ({ target }) => {
	for (const open of document.querySelectorAll(":is(.several, .overflow)[open]")) if (!open.contains(target)) open.open = false;
});

function overflow({ item, common, change }) {
	const node = make("details", { class: "overflow" }, make("summary", { ...common, "aria-label": "More actions" }, "⋯"),
		div("menu", item.options.map((option) => plainButton({
			onclick: () => {
				node.open = false;
				visit(option.url);
				change(option.value);
			},
		}, buildAll(option.text), option.description && make("small", { class: "quiet" }, buildAll(option.description))))));
	return closing(node);
}

function files({ item, state, common, change }) {
	const names = (state.files || item.initial_files || []).map((file) => file.name).join(", ");
	return make("input", { ...common, type: "file", title: names, multiple: (item.max_files || 10) > 1, accept: item.filetypes?.map((kind) => `.${kind}`).join(","),
		onchange: ({ target }) => change([...target.files].map((file) => file.name)) });
}

// The app itself offers the options for what is typed.
function external(kind, key) {
	return (field) => {
		const kept = [field.state[`selected_${key}`] ?? field.item[`initial_${key}`] ?? []].flat().map(({ value, text }) => ({ value, text: text.text ? [text.text] : text }));
		const box = div("external");
		const draw = (options) => kind(() => [{ options: [...kept, ...options] }], key)({ ...field, common: box.children.length ? {} : field.common });
		const search = make("input", { type: "search", "aria-label": "Search", placeholder: "Search…", oninput: async () => {
			const { options = [] } = search.value.length < (field.item.min_query_length ?? 3) ? {} : await field.act.suggest(field.block, field.item, search.value);
			box.lastChild.replaceWith(draw(options));
		} });
		box.append(search, draw([]));
		return box;
	};
}
