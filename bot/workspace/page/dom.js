// Small helpers to build the page. Foreign text only ever becomes a text node; there is no innerHTML anywhere.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "onclick" || name === "onchange" || name === "oninput" || name === "onsubmit") {
      node.addEventListener(name.slice(2), value);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden" || name === "multiple") {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat(4).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function show(node, ...children) {
  node.replaceChildren(...children.flat(4).filter((child) => child !== null && child !== undefined && child !== ""));
}

// Only addresses that a browser opens harmlessly become links.
export function link(url, label) {
  const safe = /^(https?:|mailto:)/i.test(url);
  if (!safe) return make("span", { class: "quiet" }, label);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

const HUES = 8;

export function avatar(name, isApp) {
  if (isApp) return make("img", { class: "avatar", src: "icon.svg", alt: "", width: 36, height: 36 });
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES;
  const initials = name.split(/\s+/).map((word) => word[0] || "").slice(0, 2).join("").toUpperCase();
  return make("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials);
}

export function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

// The page's own marks are drawn, so that they look the same where no emoji font is installed.
const MARKS = {
  lock: ["M4.5 7V5a3.5 3.5 0 0 1 7 0v2", "M3.5 7h9v6.5h-9z"],
  pin: ["M10 2 14 6 11 7 8.5 11.5 4.5 7.5 9 5z", "M6.5 9.5 2.5 13.5"],
  eye: ["M1.5 8C4 4 12 4 14.5 8 12 12 4 12 1.5 8z", "M8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"],
  house: ["M2 8 8 2.5 14 8", "M4 7v6.5h8V7"],
  letter: ["M2 4h12v8.5H2z", "M2 4.5 8 9l6-4.5"],
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  for (const stroke of MARKS[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", stroke);
    drawing.append(path);
  }
  return drawing;
}
