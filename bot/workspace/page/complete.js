// Completes commands, people, groups and channels while typing.

import { here, make, show, span } from "./dom.js";

export function complete(entry, list) {
	let found = [];
	let chosen = 0;

	const draw = () => {
		list.hidden = !found.length;
		entry.setAttribute("aria-activedescendant", found.length ? "chosen" : "");
		show(list, found.map((item, index) => make("li", { role: "option", id: index === chosen ? "chosen" : null, "aria-selected": String(index === chosen), onmousedown: (event) => { event.preventDefault(); take(index); } },
			make("strong", {}, item.word), item.hint && make("code", {}, item.hint), span("quiet", item.note))));
		list.querySelector("#chosen")?.scrollIntoView({ block: "nearest" });
	};
	const offer = (items) => { [found, chosen] = [items, 0]; draw(); };
	const take = (index) => {
		const { word, typed } = found[index];
		entry.value = `${entry.value.slice(0, entry.value.length - typed.length)}${word} `;
		offer([]);
		entry.focus();
	};

	entry.addEventListener("input", () => offer(matches(entry.value)));
	entry.addEventListener("blur", () => offer([]));
	entry.addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (!found.length) return;
		if (step) { chosen = (chosen + step + found.length) % found.length; draw(); }
		else if (event.key === "Tab" || (event.key === "Enter" && found[chosen].word !== found[chosen].typed)) take(chosen);
		else if (event.key === "Escape") offer([]);
		else return;
		event.preventDefault();
		event.stopPropagation();
	});
}

function matches(text) {
	const typed = /^\/\S*$|(?<=^|\s)[@#][\w.-]*$/.exec(text)?.[0];
	if (!typed || !here.state) return [];
	return candidates(typed[0]).filter((item) => item.word.startsWith(typed)).slice(0, 8).map((item) => ({ ...item, typed }));
}

function candidates(mark) {
	const { commands, rooms, groups, people } = here.state;
	if (mark === "/") return commands.map((item) => ({ word: item.name, hint: item.usage_hint, note: item.description }));
	if (mark === "#") return rooms.filter((room) => !room.is_direct).map((room) => ({ word: `#${room.name}`, note: "" }));
	return [...people.map((person) => ({ word: `@${person.name}`, note: person.real_name })),
		...groups.map((group) => ({ word: `@${group.handle}`, note: `${group.name}, ${group.members.length} people` })),
		...["here", "channel"].map((word) => ({ word: `@${word}`, note: "Everybody in this channel" }))];
}
