// Small helpers to build the page. Foreign text only ever becomes a text node; there is no innerHTML anywhere.

const PROPERTIES = new Set(["value", "checked", "disabled", "open", "selected"]);

// `make(".panel", { title: "…" }, child)`: a tag (a div if none) with its classes, attributes if any, children.
export function make(kind, ...children) {
  const [tag, ...classes] = kind.split(".");
  const attributes = children[0]?.constructor === Object ? children.shift() : {};
  const node = document.createElement(tag || "div");
  if (tag === "button") node.type = "button";
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...wanted(children));
  return node;
}

export function show(node, ...children) {
  node.replaceChildren(...wanted(children));
}

function wanted(children) {
  return children.flat(6).filter((child) => child !== null && child !== undefined && child !== "" && child !== false);
}

const SVG = "http://www.w3.org/2000/svg";

export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...wanted(children));
  return node;
}

// Only addresses that a browser opens harmlessly become links.
export function safe(url) {
  return /^(https?:\/\/|mailto:)/i.test(url || "");
}

export function link(url, label) {
  if (!safe(url)) return make("span.quiet", label);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

const HUES = 8;

export function avatar(name, isApp, size = 36) {
  if (isApp) return make("img.avatar", { src: "icon.svg", alt: "", width: size, height: size });
  const hue = [...name].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) % HUES;
  const initials = name.split(/\s+/).map((word) => [...word][0] || "").slice(0, 2).join("").toUpperCase();
  return make("span", { class: `avatar hue-${hue}${size < 30 ? " small" : ""}`, "aria-hidden": "true" }, initials);
}

// The page's own marks are drawn, so that they look the same where no symbol font is installed; they stand in index.html.
export function icon(name) {
  return draw("svg", { class: `icon icon-${name}`, "aria-hidden": "true" }, draw("use", { href: `#i-${name}` }));
}

// Draws a list anew, but keeps every entry whose look is unchanged, and the focus. An entry is { id, look, build }.
export function reconcile(list, entries) {
  const before = list.drawn || new Map();
  const ids = new Set(entries.map((entry) => entry.id));
  for (const [id, { node }] of before) if (!ids.has(id)) node.remove();
  list.drawn = new Map();
  let place = list.firstChild;
  for (const { id, look, build } of entries) {
    const old = before.get(id);
    const node = old?.look === look ? old.node : build();
    list.drawn.set(id, { look, node });
    if (old && old.node !== node) {
      if (place === old.node) place = place.nextSibling;
      keepFocus(old.node, () => { old.node.replaceWith(node); return node; });
    }
    if (node === place) place = place.nextSibling;
    else if (node.nextSibling !== place || !node.parentNode) list.insertBefore(node, place);
  }
}

// Whatever `change` does to this part of the page, the focus stays on the element with the same key.
export function keepFocus(box, change) {
  const held = document.activeElement;
  const key = box.contains(held) ? held.dataset.key : null;
  const now = change() || box;
  if (key) (now.dataset.key === key ? now : now.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
}
