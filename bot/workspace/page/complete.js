// Completes commands, people, groups and channels while typing; a command that stands there keeps its hint in sight.

import { make, show } from "./dom.js";

export function complete(entry, list, state) {
  let found = [];
  let chosen = 0;

  const draw = (hint) => {
    list.hidden = found.length === 0 && !hint;
    show(list, hint ? make("li.usage", make("strong", hint.name), make("code", hint.usage_hint), make("span.quiet", hint.description)) : null,
      found.map((item, index) => make("li", {
        role: "option", id: `${list.id}-${index}`, "aria-selected": index === chosen ? "true" : "false",
        onclick: () => take(index),
      }, make("strong", item.word), make("span.quiet", item.note))));
    entry.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) entry.setAttribute("aria-activedescendant", `${list.id}-${chosen}`); else entry.removeAttribute("aria-activedescendant");
  };
  const look = () => {
    found = state() ? matches(entry.value, state()).slice(0, 8) : [];
    chosen = 0;
    const command = /^(\/\S+)\s/.exec(entry.value)?.[1];
    draw(found.length ? null : state()?.commands.find((item) => item.name === command));
  };
  const take = (index) => {
    const item = found[index];
    entry.value = `${entry.value.slice(0, entry.value.length - item.typed.length)}${item.word} `;
    entry.focus();
    look();
  };
  const stop = () => { found = []; draw(); };

  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) entry.setAttribute(name, value);
  entry.addEventListener("input", look);
  entry.addEventListener("focus", look);
  entry.addEventListener("keydown", (event) => {
    const down = event.key === "ArrowDown";
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && (!found.length || found[chosen].word === found[chosen].typed)) {
      stop();
      entry.form.requestSubmit();
    } else if (found.length && (down || event.key === "ArrowUp")) {
      chosen = (chosen + (down ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (found.length && (event.key === "Tab" || event.key === "Enter")) {
      take(chosen);
    } else if (event.key === "Escape" && !list.hidden) {
      stop();
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  });
  entry.addEventListener("blur", () => setTimeout(stop, 150));
}

function matches(text, state) {
  const typed = /(^\/\S*|(?<=^|\s)[@#][\w.-]*)$/.exec(text)?.[0];
  if (!typed) return [];
  return candidates(typed[0], state).filter((item) => item.word.toLowerCase().startsWith(typed.toLowerCase())).map((item) => ({ ...item, typed }));
}

function candidates(mark, state) {
  if (mark === "/") return state.commands.map((item) => ({ word: item.name, note: [item.usage_hint, item.description].filter(Boolean).join(" — ") }));
  if (mark === "#") return state.rooms.filter((room) => !room.is_im).map((room) => ({ word: `#${room.name}`, note: `${room.members} members` }));
  const groups = state.groups.map((group) => ({ word: `@${group.handle}`, note: `${group.name}, ${group.members} people` }));
  return [...state.people.map((person) => ({ word: `@${person.name}`, note: person.real_name })), ...groups];
}
