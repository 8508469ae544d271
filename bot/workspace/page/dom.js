// Small helpers to build the page. Foreign text only ever becomes a text node; there is no innerHTML anywhere.

const LISTENERS = new Set(["onclick", "onchange", "oninput", "onsubmit", "onkeydown", "ontoggle"]);
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "multiple", "open", "selected"]);

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (LISTENERS.has(name)) node.addEventListener(name.slice(2), value);
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
  if (!safe(url)) return make("span", { class: "quiet" }, label);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

const HUES = 8;

export function avatar(name, isApp, size = 36) {
  if (isApp) return make("img", { class: "avatar", src: "icon.svg", alt: "", width: size, height: size });
  const hue = [...name].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) % HUES;
  const initials = name.split(/\s+/).map((word) => [...word][0] || "").slice(0, 2).join("").toUpperCase();
  return make("span", { class: `avatar hue-${hue}${size < 30 ? " small" : ""}`, "aria-hidden": "true" }, initials);
}

// The page's own marks are drawn, so that they look the same where no symbol font is installed.
const MARKS = {
  lock: "M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3.5 7h9v6.5h-9z",
  pin: "M10 2 14 6 11 7 8.5 11.5 4.5 7.5 9 5zM6.5 9.5 2.5 13.5",
  eye: "M1.5 8C4 4 12 4 14.5 8 12 12 4 12 1.5 8zM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
  house: "M2 8 8 2.5 14 8M4 7v6.5h8V7",
  letter: "M2 3.5h12v9H2zM2 4.5 8 9l6-4.5",
  hash: "M6.5 2 5 14M11 2 9.5 14M2.5 6h11M2 10h11",
  cross: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  menu: "M2 4h12M2 8h12M2 12h12",
  send: "M2 8 14 2.5 10.5 14 7.5 9.5zM7.5 9.5 14 2.5",
  window: "M6 3H3v10h10v-3M9 3h4v4M13 3 7.5 8.5",
  pulse: "M1.5 8.5h3l2-5.5 3 10 2-4.5h3",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
  moon: "M13 10A6 6 0 0 1 6 3a5.5 5.5 0 1 0 7 7z",
  half: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  back: "M13.5 8h-11M6.5 4 2.5 8l4 4",
  reply: "M2.5 3h11v7.5H7L4 13.5v-3H2.5z",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 9h6l.5-9",
  file: "M4 1.5h5.5L12.5 5v9.5H4zM9 2v3.5h3.5",
  film: "M2 3.5h12v9H2zM6.5 6v4L10 8z",
  picture: "M2 3h12v10H2zM2.5 11.5 6 7.5l2.5 2.5 2-2 3 3M10.5 5.5h.1",
  good: "M2.5 7.5h2.5v6H2.5zM5 8l2.5-5.5c1.5 0 2 1 1.7 2.2L8.8 6.5h4.4l-1 7H5",
  bad: "M2.5 8.5h2.5v-6H2.5zM5 8l2.5 5.5c1.5 0 2-1 1.7-2.2L8.8 9.5h4.4l-1-7H5",
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
  down: "M4 6l4 4 4-4",
  sort: "M5 6.5 8 3l3 3.5M5 9.5 8 13l3-3.5",
};

export function icon(name) {
  return draw("svg", { viewBox: "0 0 16 16", class: `icon icon-${name}`, "aria-hidden": "true" }, draw("path", { d: MARKS[name] }));
}
