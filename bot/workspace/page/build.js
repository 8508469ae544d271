// Builds nodes from what the server has drawn: `[tag, attributes, child, …]`. Some tags are not HTML's: they need a hand here.

import { control, pressed } from "./controls.js";
import { clock, day, div, drawn, icon, make, plainButton, show, span, visit } from "./dom.js";

const SVG = ["svg", "circle", "rect", "line", "polyline", "polygon", "text", "title"];
const HTML = ["a", "p", "div", "span", "strong", "em", "s", "u", "mark", "code", "pre", "br", "hr", "ul", "ol", "li", "blockquote", "figure", "figcaption",
	"table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "details", "summary"];
const OWN = { go, date, swatch, photo, field, sortable, press, control: (item, act) => control(item.block, item.item, act), icon: ({ name }) => icon(name) };

// A drawing can press and choose only through `act`; its attributes are plain values and never listeners.
export function build(tree, act) {
	if (typeof tree === "string") return tree;
	if (Array.isArray(tree[0])) return tree.map((one) => build(one, act));
	const [tag, attributes, ...children] = tree;
	const inner = children.map((child) => build(child, act)).flat(3);
	if (OWN[tag]) {
		const node = OWN[tag](attributes, act, inner);
		if (attributes.class?.endsWith("block")) node.classList.add("block");
		return node;
	}
	const plain = Object.fromEntries(Object.entries(attributes).filter(([name]) => !/^on|^style$/.test(name)));
	if (SVG.includes(tag)) return drawn(tag, plain, ...inner);
	return make(HTML.includes(tag) ? tag : "span", plain, inner);
}

export const buildAll = (trees, act) => (trees || []).map((tree) => build(tree, act));

// The words of a drawn text, for places where only words may stand.
export const words = (trees) => (trees || []).map((tree) => typeof tree === "string" ? tree : tree[0] === "date" ? tree[1].fallback : words(tree.slice(2))).join("");

function go({ to }, act, inner) {
	return make("button", { type: "button", class: "mention", onclick: () => dispatchEvent(new CustomEvent("go", { detail: to })) }, inner);
}

function date({ seconds, format, fallback }) {
	const when = new Date(seconds * 1000);
	const say = (options) => when.toLocaleDateString([], options);
	const month = (style) => say({ day: "numeric", month: style, year: "numeric" });
	const long = say({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
	const text = (format || "").replace(/\{(\w+)\}/g, (whole, name) => {
		const pretty = day(when);
		if (name === "ago" || (name.endsWith("_pretty") && /^[TY]o|^Ye/.test(pretty))) return pretty.toLowerCase();
		if (name.startsWith("time")) return name === "time_secs" ? when.toLocaleTimeString() : clock(when);
		if (name === "date_num") return when.toLocaleDateString();
		if (!name.startsWith("date")) return whole;
		return name.startsWith("date_long") ? long : month(name.startsWith("date_short") ? "short" : "long");
	});
	const title = `${long}, ${clock(when)} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
	return make("time", { class: "date", title }, text || fallback);
}

function swatch({ color }) {
	const node = span("swatch");
	node.style.backgroundColor = color;
	return node;
}

function photo({ alt, ...more }) {
	const node = make("img", { ...more, alt, onerror: () => node.replaceWith(make("span", { class: "picture" }, icon("image"), alt)) });
	return node;
}

function field({ block, label, hint }, act, inner) {
	const id = `${act.prefix}-${block}`;
	const error = act.errors?.[block];
	inner[0].id ||= id;
	const one = inner[0].matches("input,select,textarea");
	if (!one) inner[0].setAttribute("aria-labelledby", `${id}-label`);
	if (error || hint) inner[0].setAttribute("aria-describedby", `${id}-${error ? "error" : "hint"}`);
	if (error) inner[0].setAttribute("aria-invalid", "true");
	return div(error ? "field wrong" : "field",
		make(one ? "label" : "span", { class: "label", for: one ? inner[0].id : null, id: `${id}-label` }, buildAll(label)), inner,
		error && make("p", { class: "error", id: `${id}-error` }, error), hint && make("p", { class: "hint", id: `${id}-hint` }, buildAll(hint)));
}

// A data table: sorted by a click on a column's head, and shown in pages.
function sortable({ caption, size, head, rows }, act) {
	const box = div("");
	const built = rows.map((row) => build(row, act));
	const draw = (page, by, up) => {
		const value = (number) => rows[number].slice(2)[by][1].sort;
		const order = [...rows.keys()];
		if (by >= 0) order.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (up ? 1 : -1));
		const turn = (to, label) => plainButton({ disabled: to < 0 || to * size >= rows.length, onclick: () => draw(to, by, up) }, label);
		show(box, make("table", {}, make("caption", {}, caption),
			make("thead", {}, make("tr", {}, head.map((cell, index) => make("th", { "aria-sort": by !== index ? null : up ? "ascending" : "descending" },
				plainButton({ onclick: () => draw(0, index, by !== index || !up) }, buildAll(cell), by === index && (up ? " ↑" : " ↓")))))),
			make("tbody", {}, order.slice(page * size, (page + 1) * size).map((number) => built[number]))),
		rows.length > size && div("context", turn(page - 1, "‹ Back"), `${page * size + 1}–${Math.min(rows.length, (page + 1) * size)} of ${rows.length}`, turn(page + 1, "Next ›")));
	};
	draw(0, -1, true);
	return box;
}

function press({ block, item, mark }, act) {
	const click = async () => {
		if (item.confirm && !(await act.confirm(item.confirm))) return;
		visit(item.url);
		await pressed(node, () => act.press(block, item));
	};
	const node = make("button", { type: "button", class: item.style || (mark && "soft"), onclick: click, "aria-label": item.accessibility_label, key: `${block.block_id}/${item.action_id}/${item.value || ""}` },
		mark && span("", mark === "trash" ? icon(mark) : mark, " "), buildAll(item.text));
	return node;
}
