// Completes commands, people, groups and channels while typing.

import { make, show } from "./dom.js";

export function complete(entry, list, state) {
  let found = [];
  let chosen = 0;

  const draw = () => {
    list.hidden = found.length === 0;
    show(list, found.map((item, index) => make("li", {
      role: "option", "aria-selected": index === chosen ? "true" : "false",
      onclick: () => take(index),
    }, make("strong", {}, item.word), make("span", { class: "quiet" }, item.note))));
  };

  const take = (index) => {
    const item = found[index];
    entry.value = entry.value.slice(0, entry.value.length - item.typed.length) + item.word + " ";
    found = [];
    draw();
    entry.focus();
  };

  entry.addEventListener("input", () => {
    found = state() ? matches(entry.value, state()).slice(0, 8) : [];
    chosen = 0;
    draw();
  });
  entry.addEventListener("keydown", (event) => {
    if (!found.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && found[chosen].word !== found[chosen].typed)) {
      take(chosen);
    } else if (event.key === "Escape") {
      found = [];
      draw();
    } else {
      return;
    }
    event.preventDefault();
  });
  entry.addEventListener("blur", () => setTimeout(() => { found = []; draw(); }, 150));
}

function matches(text, state) {
  const typed = /(^\/\S*|(?<=^|\s)[@#][\w.-]*)$/.exec(text)?.[0];
  if (!typed) return [];
  return candidates(typed[0], state).filter((item) => item.word.startsWith(typed)).map((item) => ({ ...item, typed }));
}

function candidates(mark, state) {
  if (mark === "/") return state.commands.map((item) => ({ word: item.name, note: [item.usage_hint, item.description].filter(Boolean).join(" — ") }));
  if (mark === "#") return state.rooms.filter((room) => !room.is_im).map((room) => ({ word: `#${room.name}`, note: "" }));
  const groups = state.groups.map((group) => ({ word: `@${group.handle}`, note: `${group.name}, ${group.members} people` }));
  return [...state.people.map((person) => ({ word: `@${person.name}`, note: person.real_name })), ...groups];
}
