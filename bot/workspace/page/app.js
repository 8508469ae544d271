// The page: asks what changed whenever something changed, and draws it. All rules are on the server.

import { renderBlocks } from "./blocks.js";
import { complete } from "./complete.js";
import { day, dayKey, setZone } from "./dates.js";
import { avatar, icon, keepFocus, make, reconcile, show } from "./dom.js";
import { learn } from "./emoji.js";
import { openInspector, readLog } from "./inspector.js";
import { drawMessage } from "./message.js";
import { confirmed, drawModal } from "./modal.js";

const at = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const HOME = "home";
const TOGETHER = 300;
let me = query.get("as") || "";
let room = query.get("room") || "";
let thread = null;
let state = null;
let known = { of: "", version: 0, messages: new Map() };
let asking = null;
let again = false;
const seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
const dismissed = new Set();

function refresh() {
  again = true;
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

async function ask() {
  while (again) {
    again = false;
    const of = `${me} ${room}`;
    const since = known.of === of ? known.version : 0;
    const response = await fetch(`/page/state?${new URLSearchParams({ as: me, room, since, boot: state?.boot || "" })}`).catch(() => null);
    const fresh = await response?.json();
    if (!fresh || `${me} ${room}` !== of) continue;
    if (fresh.problem) { notice(fresh.problem); me = ""; again = true; continue; }
    take(fresh);
    draw();
  }
}

function take(fresh) {
  me = fresh.me;
  room = fresh.room || HOME;
  const of = `${me} ${room}`;
  const old = known.of === of && !fresh.is_whole ? known.messages : new Map();
  for (const message of fresh.messages) old.set(message.ts, message);
  known = { of, version: fresh.version, messages: new Map(fresh.order.map((ts) => [ts, old.get(ts)])) };
  if (fresh.emoji) learn(fresh.emoji);
  state = fresh;
  state.names.me = me;
  setZone(state.people.find((person) => person.id === me).tz);
}

async function send(path, wish) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish) }).catch(() => null);
  if (!response) { notice("The workspace does not answer. Is it still running?"); return { problem: "no answer" }; }
  const outcome = await response.json();
  if (outcome.problem) notice(outcome.problem);
  else if (outcome.error) notice(sentence(wish, outcome.error));
  return outcome;
}

const act = (wish) => send("/page/act", { as: me, ...wish });

function sentence(wish, error) {
  const command = wish.act === "type" && wish.text.startsWith("/") ? wish.text.split(" ")[0] : "That";
  if (error === "invalid_command") return `${command} is not a valid command here.`;
  return `${command} failed with the error “${error}”.`;
}

function notice(words) {
  const node = make(".notice", words, make("button.plain", { "aria-label": "Dismiss", onclick: () => node.remove() }, icon("cross")));
  at("notices").append(node);
  setTimeout(() => node.remove(), 9000);
}

const confirm = (dialog) => confirmed(at("confirm"), dialog, state.names);
const world = () => ({ names: state.names, me, people: state.people, rooms: state.rooms, app: state.app, confirm, act, refresh });

function draw() {
  const current = state.rooms.find((item) => item.id === room);
  document.title = `${current?.name || "Home"} · ${state.names[me]} · ${state.team}`;
  show(at("team"), state.team);
  if (current) remember(current);
  once(at("people"), JSON.stringify([state.people, me]), () => state.people.map(personRow));
  once(at("rooms"), JSON.stringify([state.rooms, state.app, room, me, seen]), roomList);
  at("offline").hidden = state.app.online;
  show(at("offline"), `${state.app.name} is not connected. What you type and press will not reach it.`);
  if (current) drawRoom(current); else drawHome();
  drawThread(current);
  drawModal(at("modal"), state.modal, world());
  if (!at("inspector").hidden) readLog();
}

// Draws a part anew only when something in it changed, and leaves the focus where it was.
function once(box, look, build) {
  if (box.look === look) return;
  box.look = look;
  keepFocus(box, () => show(box, build()));
}

function remember(current) {
  seen[`${me} ${current.id}`] = [current.pings, current.latest];
  sessionStorage.setItem("seen", JSON.stringify(seen));
}

function personRow(person) {
  const name = person.real_name || person.name;
  return make(".person",
    make("button.nav", { "aria-pressed": String(person.id === me), onclick: () => go(person.id, room), title: `Act as ${name}`, data: { key: person.id } }, avatar(name, false, 22), make("span.name", name)),
    make("a.plain", { href: `?${address(person.name)}`, target: "_blank", rel: "noopener", "aria-label": `Open a second window as ${name}`, title: "Open in a second window" }, icon("window")));
}

function roomList() {
  const [direct, channels] = [true, false].map((is) => state.rooms.filter((item) => item.is_im === is));
  const dot = make("span", { class: state.app.online ? "dot on" : "dot", title: state.app.online ? "connected" : "not connected" });
  return [make("h2", "Channels"), channels.map((item) => roomButton(item, item.is_private ? "lock" : "hash")),
    make("h2", "Direct messages"), direct.map((item) => roomButton(item, "letter")),
    make("h2", "Apps", dot), state.app.home_tab ? navButton(HOME, "house", `${state.app.name} Home`) : null];
}

function roomButton(item, mark) {
  const [pings, latest] = seen[`${me} ${item.id}`] || [0, ""];
  return navButton(item.id, mark, item.name, item.pings - pings, item.latest > latest);
}

function navButton(id, mark, name, pings = 0, isFresh = false) {
  return make("button", { class: `nav${isFresh ? " fresh" : ""}`, "aria-current": id === room ? "page" : null, onclick: () => go(me, id), data: { key: id } },
    icon(mark), make("span.name", name), isFresh ? make("span.unseen", "unread") : null, pings > 0 ? make("span.badge", { title: "Mentions" }, String(pings)) : null);
}

async function go(person, id) {
  [me, room, thread] = [person, id, null];
  document.body.classList.remove("menu-open");
  await refresh();
  history.replaceState(null, "", `?${address(state.people.find((one) => one.id === me).name)}`);
  at("messages").scrollTop = 0;
  if (id === HOME) act({ act: "open_home" });
  else if (matchMedia("(min-width: 44rem)").matches) at("entry").focus();
}

function address(name) {
  const current = state.rooms.find((item) => item.id === room);
  return new URLSearchParams({ as: name, room: current && !current.is_im ? current.name : current ? "" : HOME });
}

function drawRoom(current) {
  show(at("room-name"), `${current.is_im ? "" : "#"}${current.name}`);
  show(at("room-note"), current.is_archived ? "archived" : current.is_im ? "app" : `${current.members} members`);
  at("composer").hidden = current.is_archived;
  at("entry").placeholder = `Message ${current.is_im ? current.name : `#${current.name}`}, or / for a command`;
  const all = [...known.messages.values()].filter((message) => !dismissed.has(message.ts));
  const top = all.filter((message) => !message.thread_ts || message.thread_ts === message.ts || message.broadcast);
  const pinned = top.filter((message) => message.pinned);
  at("pins").hidden = pinned.length === 0;
  show(at("pins"), icon("pin"), `${pinned.length} pinned`);
  at("pins").onclick = () => at(`m-${pinned.at(-1).ts}`)?.scrollIntoView({ behavior: "smooth", block: "center" });
  reconcile(at("list"), top.length ? withDays(top, Map.groupBy(all.filter((one) => one.thread_ts && one.thread_ts !== one.ts), (one) => one.thread_ts))
    : [{ id: "empty", look: room, build: () => make(".empty", icon(current.is_im ? "letter" : "hash"), make("p", "Nothing here yet."), make("p.quiet", "Type / to see the commands.")) }]);
}

// The messages as entries of a list, with a line before each day; messages of one person close in time stand together.
function withDays(messages, threads) {
  const entries = [];
  let last = null;
  for (const message of messages) {
    const isNewDay = !last || dayKey(last.ts) !== dayKey(message.ts);
    if (isNewDay) entries.push({ id: `day-${message.ts}`, look: day(message.ts), build: () => make(".day", { role: "separator" }, make("span", day(message.ts))) });
    const follows = !isNewDay && last.user === message.user && message.ts - last.ts < TOGETHER && [last, message].every((one) => !one.pinned && !one.ephemeral);
    const replies = threads.get(message.ts) || [];
    const look = { prefix: "m", follows, replies, open: () => openThread(message), dismiss: () => { dismissed.add(message.ts); draw(); } };
    entries.push({ id: message.ts, look: `${me}${message.version}${follows}${replies.at(-1)?.version}`, build: () => drawMessage(message, world(), look) });
    last = message;
  }
  return entries;
}

function drawHome() {
  show(at("room-name"), `${state.app.name} Home`);
  show(at("room-note"), "app");
  at("pins").hidden = at("composer").hidden = true;
  const build = () => make(".home", state.home ? renderBlocks(state.home.content.blocks, { ...world(), values: state.home.values,
    press: (block, item) => act({ act: "click_home", action_id: item.action_id, value: item.value, block_id: block.block_id }),
    choose: (block, item, value) => act({ act: "choose_home", action_id: item.action_id, value, block_id: block.block_id }) })
    : make(".empty", icon("house"), make("p", "The app has not published its Home tab yet.")));
  reconcile(at("list"), [{ id: HOME, look: `${me}${state.home?.hash}`, build }]);
}

function drawThread(current) {
  at("thread").hidden = !thread || !current || !known.messages.has(thread);
  const items = at("thread").hidden ? [] : [...known.messages.values()].filter((message) => [message.ts, message.thread_ts].includes(thread));
  reconcile(at("thread-list"), items.map((message) => ({ id: message.ts, look: `${me}${message.version}`, build: () => drawMessage(message, world(), { prefix: "t" }) })));
}

function openThread(message) {
  thread = message.thread_ts || message.ts;
  inspect(false);
  draw();
  at("thread-entry").focus();
}

function closeThread() {
  thread = null;
  draw();
}

function inspect(on) {
  at("inspector").hidden = !on;
  at("inspect").setAttribute("aria-pressed", String(on));
  if (!on) return;
  openInspector(at("inspector"), { confirm, control: (wish) => send("/page/control", wish), close: () => { inspect(false); at("inspect").focus(); } });
  closeThread();
}

function composer(form, entry, list, wish) {
  complete(entry, list, () => state);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = entry.value.trim();
    if (!text || !state) return;
    entry.value = "";
    const outcome = await act(wish(text));
    if (outcome.error || outcome.problem) entry.value ||= text;
  });
}

composer(at("composer"), at("entry"), at("suggestions"), (text) => { at("messages").scrollTop = 0; return { act: "type", where: room, text }; });
composer(at("thread-composer"), at("thread-entry"), at("thread-suggestions"), (text) => ({ act: "reply", channel: room, ts: thread, text }));

function button(id, mark, press, words = "") {
  show(at(id), icon(mark), words);
  at(id).addEventListener("click", press);
}

button("thread-close", "cross", closeThread);
button("inspect", "pulse", () => inspect(at("inspector").hidden), "Inspector");
button("menu", "menu", () => at("menu").setAttribute("aria-expanded", String(document.body.classList.toggle("menu-open"))));

const THEMES = { "light dark": ["half", "As the system"], light: ["sun", "Light"], dark: ["moon", "Dark"] };

function setTheme(name) {
  const [mark, words] = THEMES[name] || THEMES["light dark"];
  document.documentElement.style.colorScheme = name;
  localStorage.setItem("theme", name);
  at("theme").setAttribute("aria-label", `Colours: ${words}. Change`);
  show(at("theme"), icon(mark));
}

at("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(localStorage.getItem("theme")) + 1) % names.length]);
});
setTheme(localStorage.getItem("theme") || "light dark");

// Escape closes what lies beside the messages; Alt with an arrow goes through the conversations, as in Slack.
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (thread) closeThread();
    else if (!at("inspector").hidden) inspect(false);
    else document.body.classList.remove("menu-open");
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const all = [...at("rooms").querySelectorAll("button")];
    const index = all.findIndex((one) => one.dataset.key === room);
    all[(index + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length].click();
  }
});

function listen() {
  const socket = new WebSocket(`ws://${location.host}/page/live`);
  const live = (is) => { at("live").className = is ? "live on" : "live"; show(at("live"), is ? "live" : "offline"); };
  socket.onopen = () => live(true);
  socket.onmessage = refresh;
  socket.onclose = () => { live(false); setTimeout(listen, 1000); };
}

listen();
