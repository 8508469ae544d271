// The inspector: what was said between the workspace and the app, and what can go wrong on request.

import { div, here, make, plainButton, show, span } from "./dom.js";
import { confirmed } from "./modal.js";

let tab = "log";
let total = 0;
let declared = null;
let wanted = "";

export function toggleTools(box, button, wish) {
	box.hidden = !box.hidden && (!wish || tab === wish);
	tab = wish || tab;
	button.setAttribute("aria-expanded", String(!box.hidden));
	show(box);
	return !box.hidden;
}

export async function drawTools(box, act) {
	if (box.hidden) return;
	if (!box.firstChild) build(box, act);
	const now = box.querySelector(".now");
	if (now) show(now, here.state.faults.length ? here.state.faults.map((words) => span("chip trouble", words)) : span("quiet", "Everything works."));
	if (tab === "log") await look(box.querySelector(".log"));
}

function build(box, act) {
	const turn = (name) => { tab = name; show(box); drawTools(box, act); };
	const head = (name, words) => make("button", { type: "button", role: "tab", class: "plain", "aria-selected": String(tab === name), onclick: () => turn(name) }, words);
	const reset = async () => {
		const sure = await confirmed({ title: ["Reset the workspace?"], text: ["Every message, window and fault is forgotten. The app stays connected and keeps its own memory."], confirm: ["Reset"], deny: ["Keep it"], style: "danger" });
		if (sure) act({ act: "reset" });
	};
	show(box,
		make("header", { class: "head", role: "tablist" }, head("log", "Requests"), head("faults", "Faults"),
			make("button", { type: "button", class: "danger", onclick: reset }, "Reset…"),
			plainButton({ class: "plain close", "aria-label": "Close the inspector", onclick: () => toggleTools(box, document.getElementById("tools-open")) }, "✕")),
		tab === "log" ? logPane() : faultPane(act));
	total = 0;
}

function logPane() {
	const filter = make("input", { type: "search", placeholder: "Filter, as chat.update or error", "aria-label": "Filter", value: wanted,
		oninput: (event) => { wanted = event.target.value.toLowerCase(); event.target.nextSibling.childNodes.forEach(sift); } });
	return div("pane", filter, div("log"));
}

const sift = (line) => { line.hidden = !line.firstChild.textContent.toLowerCase().includes(wanted); };

async function look(list) {
	const seen = total;
	const fresh = await (await fetch(`/page/log?after=${seen}`)).json();
	if (total !== seen) return;
	total = fresh.total;
	if (fresh.was_reset) show(list);
	for (const line of fresh.lines) {
		const node = drawLine(line);
		sift(node);
		list.prepend(node);
	}
}

const WAYS = { request: "→", envelope: "←", response: "→", ack: "→", refusal: "✕", connection: "⇄", fault: "⚡" };

function drawLine(line) {
	const findings = line.detail.split("\n").filter((words) => words.includes("json-pointer"));
	const node = make("details", { class: line.error ? "line wrong" : "line" },
		make("summary", {}, make("span", { class: "mark", title: line.kind }, WAYS[line.kind]), make("strong", {}, line.name),
			span("quiet", findings.length ? `${findings.length} findings` : line.detail), span("result", line.error ? `error: ${line.error}` : "ok"), span("ms", line.ms === null ? "" : `${line.ms} ms`)));
	node.addEventListener("toggle", async () => {
		if (node.childNodes.length > 1) return;
		const said = await (await fetch(`/page/log/${line.number}`)).json();
		const part = (title, value) => value && [make("h4", {}, title), make("pre", { tabindex: 0 }, JSON.stringify(value, null, 2))];
		const inwards = line.kind === "request" || line.kind === "response";
		node.append(div("said", div("quiet", new Date(line.at * 1000).toLocaleTimeString(), ` · ${line.kind}`),
			findings.length > 0 && make("ul", { class: "error" }, findings.map((words) => make("li", {}, words))),
			part(inwards ? "The app asked" : "Sent to the app", said.sent), part(inwards ? "The answer" : "Acknowledged with", said.answer)));
	});
	return node;
}

function faultPane(act) {
	const pane = div("pane", div("now context"), make("button", { type: "button", onclick: () => act({ act: "fault", name: "clear", arguments: {} }) }, "Everything works again"));
	listFaults(pane, act);
	return pane;
}

async function listFaults(pane, act) {
	declared ||= await (await fetch("/page/faults")).json();
	const groups = Map.groupBy(declared.declared.filter((fault) => fault.name !== "clear"), (fault) => fault.group);
	for (const [group, faults] of groups) pane.append(make("h3", {}, group), ...faults.map((fault) => drawFault(fault, act)));
	pane.append(make("datalist", { id: "methods" }, ["*", ...declared.methods].map((name) => make("option", { value: name }))));
}

function drawFault(fault, act) {
	const fields = fault.arguments.map((item) => [item, field(item)]);
	const submit = (event) => {
		event.preventDefault();
		act({ act: "fault", name: fault.name, arguments: Object.fromEntries(fields.map(([item, node]) => [item.name, item.kind === "switch" ? node.checked : node.value])) });
	};
	return make("form", { class: "fault", onsubmit: submit }, make("p", {}, fault.sentence),
		fields.map(([item, node]) => make("label", {}, `${item.label} `, node)), make("button", { type: "submit" }, "Do it"));
}

function field(item) {
	switch (item.kind) {
		case "switch": return make("input", { type: "checkbox", checked: item.default });
		case "choice": return make("select", {}, item.choices.map((name) => make("option", { value: name, selected: name === item.default }, name)));
		case "number": return make("input", { type: "number", min: 0, step: "any", value: item.default });
		default: return make("input", { type: "text", value: item.default, list: item.kind === "method" ? "methods" : null });
	}
}
