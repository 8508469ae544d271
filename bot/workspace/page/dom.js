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
