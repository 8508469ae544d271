// The inspector: every request and delivery with its latency and findings, and the panel of what can go wrong.

import { withSeconds } from "./dates.js";
import { icon, make, reconcile, show } from "./dom.js";

const KINDS = {
  all: ["Everything", () => true],
  calls: ["Calls of the app", (line) => line.kind === "request"],
  deliveries: ["Deliveries and acknowledgements", (line) => ["envelope", "ack", "response"].includes(line.kind)],
  problems: ["Problems and findings", (line) => line.error || line.kind === "refusal"],
};
const MOST = 300;

let world = null;
let lines = [];
let next = 0;
let wanted = "all";
let page = "traffic";
let offered = [];
let busy = false;
const parts = {};

export function openInspector(box, given) {
  world = given;
  if (parts.body) return;
  parts.tabs = ["traffic", "faults"].map((name) => make("button", { role: "tab", class: "tab", onclick: () => turn(name) }, name === "traffic" ? "Traffic" : "Faults"));
  parts.filter = make("select", { "aria-label": "Show", onchange: () => { wanted = parts.filter.value; draw(); } },
    Object.entries(KINDS).map(([name, [words]]) => make("option", { value: name }, words)));
  parts.list = make(".lines");
  parts.body = make(".inspector-body", { tabindex: 0, role: "tabpanel" });
  parts.wrong = make(".wrong-now");
  show(box, make("header.room-head", make("h1", "Inspector"), make(".tabs", { role: "tablist" }, parts.tabs),
    make("button.plain", { "aria-label": "Close the inspector", onclick: given.close }, icon("cross"))), parts.body);
  turn("traffic");
}

function turn(name) {
  page = name;
  parts.tabs.forEach((tab, index) => tab.setAttribute("aria-selected", String((index === 0) === (name === "traffic"))));
  if (name === "traffic") show(parts.body, make(".filter", parts.filter), parts.list);
  else show(parts.body, parts.wrong, groups(), reset());
  draw();
}

export async function readLog() {
  if (busy || !parts.body) return;
  busy = true;
  try {
    const fresh = await (await fetch(`/page/log?after=${next}`)).json();
    if (fresh.start !== next || fresh.next < next) lines = [];
    lines = [...lines, ...fresh.lines].slice(-MOST);
    next = fresh.next;
    if (!offered.length) { offered = fresh.offered; if (page === "faults") turn("faults"); }
    show(parts.wrong, fresh.wrong.length ? make("ul", fresh.wrong.map((one) => make("li", one))) : make("p.quiet", "Everything works."),
      make("p.quiet", fresh.way), fresh.wrong.length ? make("button", { onclick: () => fault("clear", {}) }, "Let everything work again") : null);
    draw();
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
  } finally {
    busy = false;
  }
}

function draw() {
  if (page !== "traffic") return;
  const shown = lines.filter(KINDS[wanted][1]).reverse();
  reconcile(parts.list, shown.length ? shown.map((line) => ({ id: line.number, look: "", build: () => row(line) }))
    : [{ id: "none", look: wanted, build: () => make("p.empty", "Nothing of this kind yet.") }]);
}

const ARROWS = { request: "→ Slack", envelope: "→ app", ack: "ack", response: "→ Slack", refusal: "refused", connection: "socket", fault: "fault" };

function row(line) {
  const latency = line.latency === null ? "" : `${line.latency < 10 ? line.latency.toFixed(1) : Math.round(line.latency)} ms`;
  const verdict = line.error || (line.kind === "envelope" ? "acknowledged" : line.kind === "request" ? "ok" : "");
  const slow = line.kind === "envelope" && line.latency > 1000;
  return make("article", { class: `line ${line.kind}${line.error ? " bad" : ""}` },
    make(".line-head", make("time", withSeconds(line.at)), make("span.kind", ARROWS[line.kind] || line.kind),
      make("strong", line.name), make("span", { class: slow ? "latency slow" : "latency" }, latency)),
    verdict || line.detail ? make(".line-more", verdict ? make("span.verdict", verdict) : null,
      line.detail ? make("pre", line.detail) : null) : null);
}

function groups() {
  const names = [...new Set(offered.map((item) => item.group))];
  return names.map((name, index) => make("details.panel", { open: index === 0 }, make("summary", name),
    offered.filter((item) => item.group === name && item.name !== "clear").map(offer)));
}

function offer(item) {
  const send = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(item.arguments.map((one) => {
      const node = event.target.elements[one.name];
      return [one.name, one.kind === "switch" ? node.checked : node.value];
    }));
    fault(item.name, values);
  };
  return make("form.fault", { onsubmit: send }, make("p", item.sentence),
    make(".fault-fields", item.arguments.map((one) => ask(item, one)), make("button", { type: "submit" }, item.is_deed ? "Do it" : "Set")));
}

function ask(item, one) {
  const id = `fault-${item.name}-${one.name}`;
  if (one.kind === "switch") return make("label.tick", make("input", { type: "checkbox", name: one.name, checked: one.default }), one.label);
  const field = one.kind === "choice"
    ? make("select", { name: one.name, id }, one.choices.map((choice) => make("option", { selected: choice === one.default }, choice)))
    : make("input", { name: one.name, id, value: String(one.default), list: one.choices.length ? `${id}-list` : null, type: one.kind === "number" ? "number" : "text", min: 0, step: "any" });
  return make("label", { class: one.kind }, make("span.quiet", one.label), field,
    one.kind !== "choice" && one.choices.length ? make("datalist", { id: `${id}-list` }, one.choices.map((choice) => make("option", { value: choice }))) : null);
}

async function fault(name, values) {
  await world.control({ do: "fault", name, arguments: values });
  await readLog();
}

const text = (words) => ({ type: "plain_text", text: words });

function reset() {
  const ask = { title: text("Start over?"), text: text("All messages, modals and notifications of this workspace go away. The app keeps what it knows."), confirm: text("Start over"), deny: text("Back"), style: "danger" };
  const press = async () => { if (await world.confirm(ask)) { await world.control({ do: "reset" }); await readLog(); } };
  return make(".panel", make("strong", "Start over"), make("p.quiet", "Empties the channels, as if nothing had been said."),
    make("div", make("button.danger", { onclick: press }, "Reset the workspace…")));
}
