// Emoji: those drawn in index.html are shown as drawings, because not every machine has an emoji font.
// The character stays in the page beside its drawing, for screen readers, for copying and for searching.

import { draw, make } from "./dom.js";

const DRAWN = new Map([...document.querySelectorAll("symbol[data-emoji]")].flatMap((node) => [...node.dataset.emoji].map((one) => [one, node.id])));
const KNOWN = new RegExp(`(?:${[...DRAWN.keys()].join("|")})\\uFE0F?`, "gu");
let names = {};

// Slack's names, as the workspace knows them: `tada` is one character.
export function learn(known) {
  names = known;
}

function picture(character) {
  const id = DRAWN.get(character.replace("\uFE0F", ""));
  if (!id) return character;
  return make("span.emoji", draw("svg", { "aria-hidden": "true" }, draw("use", { href: `#${id}` })), make("span.unseen", character));
}

export function emoji(name) {
  return names[name] ? picture(names[name]) : `:${name}:`;
}

export function named(text) {
  return text.includes(":") ? text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => names[name] || whole) : text;
}

// Text as nodes, with drawings in place of the emoji that are drawn.
export function withPictures(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(KNOWN)) {
    if (match.index > last) nodes.push(text.slice(last, match.index));
    nodes.push(picture(match[0]));
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(text.slice(last));
  return nodes;
}
