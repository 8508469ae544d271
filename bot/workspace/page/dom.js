// Small helpers to build the page. Foreign text only ever becomes a text node; there is no innerHTML anywhere.

// What the server last said; everything that is drawn reads names and people from here.
export const here = { state: null };

const PROPERTIES = ["value", "checked", "disabled", "hidden", "open", "selected"];

export function make(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === undefined || value === null || value === false) continue;
		if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
		else if (name === "key") node.dataset.key = value;
		else if (PROPERTIES.includes(name)) node[name] = value;
		else node.setAttribute(name, value === true ? "" : value);
	}
	show(node, children);
	return node;
}

export function show(node, ...children) {
	node.replaceChildren(...children.flat(5).filter((child) => child || child === 0));
}

export const div = (name, ...children) => make("div", { class: name }, children);
export const span = (name, ...children) => make("span", { class: name }, children);
export const visit = (url) => /^https?:/i.test(url || "") && window.open(url, "_blank", "noopener,noreferrer");
export const plainButton = (attributes, ...children) => make("button", { type: "button", class: "plain", ...attributes }, children);

export function nameOf(id) {
	const { app, names, people } = here.state;
	if (id === app.id) return app.name;
	return people.find((person) => person.id === id)?.real_name || names[id] || id;
}

export function avatar(id, small) {
	const kind = small ? "avatar small" : "avatar";
	if (id === here.state.app.id) return make("img", { class: kind, src: "icon.svg", alt: "" });
	const name = nameOf(id);
	const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 8;
	const initials = name.split(/\s+/).map((word) => word[0] || "").slice(0, 2).join("").toUpperCase();
	return make("span", { class: `${kind} hue-${hue}`, "aria-hidden": "true" }, initials);
}

export const moment = (ts) => new Date(Number(ts) * 1000);
export const clock = (when) => when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function day(when) {
	const now = new Date(Date.now() + here.state.ahead * 1000);
	const ago = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(when).setHours(0, 0, 0, 0)) / 86400000);
	if (ago >= -1 && ago <= 1) return ["Tomorrow", "Today", "Yesterday"][ago + 1];
	return when.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

export function drawn(tag, attributes, ...children) {
	const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
	node.append(...children);
	return node;
}

// The page's own marks are drawn, so that they look the same where no emoji font is installed.
const MARKS = {
	lock: "M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3.5 7h9v6.5h-9z",
	pin: "M10 2 14 6 11 7 8.5 11.5 4.5 7.5 9 5zM6.5 9.5 2.5 13.5",
	eye: "M1.5 8C4 4 12 4 14.5 8 12 12 4 12 1.5 8zM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
	house: "M2 8 8 2.5 14 8M4 7v6.5h8V7",
	speech: "M2 3h12v8H7l-3 3v-3H2z",
	pulse: "M1.5 8.5h3l2-5 3 9 2-4h3",
	file: "M4 1.5h5l3 3v10H4zM9 1.5v3h3",
	image: "M2 3h12v10H2zM2 11l3.5-3.5 3 3L11 8l3 3M10.5 5.5h.01",
	trash: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.5 9h6l.5-9",
};

export const icon = (name) => drawn("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }, drawn("path", { d: MARKS[name] }));
