// The modal on top of the stack, with its fields, errors and buttons; and the dialog that asks for confirmation.

import { buildAll, words } from "./build.js";
import { pressed } from "./controls.js";
import { div, make, plainButton, show, span } from "./dom.js";

let drawn = "";
let sending = Promise.resolve();

// Words go out one after the other, so that a submit never overtakes what was typed before it.
export function ask(wish) {
	const answer = sending.then(() => post(wish));
	if (wish.view || wish.act === "submit") sending = answer;
	return answer;
}

async function post(wish) {
	try {
		const headers = { "Content-Type": "application/json" };
		return await (await fetch("/page/act", { method: "POST", headers, body: JSON.stringify(wish) })).json();
	} catch (problem) {
		if (!(problem instanceof TypeError)) throw problem;
		return { problem: "The workspace does not answer. Is it still running?" };
	}
}

export function drawModal(box, view, hands) {
	if (!view) {
		drawn = "";
		box.close();
		return;
	}
	const look = JSON.stringify([view.id, view.hash, view.errors]);
	if (look === drawn && box.dataset.view) return;
	const same = drawn.startsWith(`["${view.id}"`);
	drawn = look;
	const focused = same && box.contains(document.activeElement) ? document.activeElement : null;
	const key = focused?.dataset.key;
	const place = [focused?.selectionStart, focused?.selectionEnd];
	const typed = same ? [...box.querySelectorAll("textarea, input[type=text]")].map((node) => [node.dataset.key, node.value]) : [];
	const { act } = hands({});
	const submit = make("button", { type: "submit", class: "primary" }, buildAll(view.submit));
	show(box,
		make("header", { class: "modal-head" },
			make("h2", { id: "modal-title" }, buildAll(view.title)),
			view.depth > 1 && span("quiet", `${view.depth} of 3`),
			plainButton({ class: "plain close", "aria-label": "Close", onclick: () => act({ act: "close_all" }) }, "✕")),
		make("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); pressed(submit, () => act({ act: "submit" })); } },
			div("modal-body", buildAll(view.drawn, hands({ view: view.id }, { values: view.values, errors: view.errors, prefix: "field" }))),
			make("footer", {},
				make("button", { type: "button", onclick: () => act({ act: "close" }) }, words(view.close) || (view.depth > 1 ? "Back" : "Close")),
				view.submit && submit)));
	// What is on its way to the server stays in its field.
	for (const [field, value] of typed) for (const node of box.querySelectorAll(`[data-key="${CSS.escape(field)}"]`)) node.value = value;
	box.dataset.view = view.id;
	if (!box.open) box.showModal();
	box.oncancel = (event) => { event.preventDefault(); act({ act: "close_all" }); };
	const wrong = Object.keys(view.errors)[0];
	const next = (key && box.querySelector(`[data-key="${CSS.escape(key)}"]`)) || (wrong && box.querySelector(`[data-key^="${CSS.escape(wrong)}/"]`))
		|| box.querySelector("[autofocus]") || box.querySelector(".modal-body :is(input, select, textarea, summary)") || box.querySelector("footer button:last-child");
	next.focus();
	if (key === next.dataset.key && place[0] >= 0 && next.setSelectionRange && next.type !== "email") next.setSelectionRange(...place);
}

export function confirmed({ title, text, confirm, deny, style = "primary" }) {
	return new Promise((resolve) => {
		const box = document.getElementById("confirm");
		const done = (answer) => { box.close(); resolve(answer); };
		const yes = make("button", { type: "button", class: style, onclick: () => done(true) }, buildAll(confirm));
		show(box, make("h2", { id: "confirm-title" }, buildAll(title)), div("modal-body", buildAll(text)),
			make("footer", {}, make("button", { type: "button", onclick: () => done(false) }, buildAll(deny)), yes));
		box.oncancel = (event) => { event.preventDefault(); done(false); };
		box.showModal();
		yes.focus();
	});
}
