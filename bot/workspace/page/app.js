// The page: asks for the state whenever something changed, and draws it. All rules are on the server.

import { complete } from "./complete.js";
import { renderBlocks } from "./blocks.js";
import { avatar, clock, icon, make, show } from "./dom.js";
import { drawModal } from "./modal.js";
import { mrkdwn, plainText } from "./text.js";

const at = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let me = query.get("as") || "";
let room = query.get("room") || "";
let thread = null;
let state = null;
let seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
let asking = false;
let askAgain = false;

const HOME = "home";

async function refresh() {
  if (asking) { askAgain = true; return; }
  asking = true;
  try {
    const response = await fetch(`/page/state?as=${encodeURIComponent(me)}`);
    const fresh = await response.json();
    if (fresh.problem) { notice(fresh.problem); me = ""; askAgain = true; } else { state = fresh; draw(); }
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
  } finally {
    asking = false;
    if (askAgain) { askAgain = false; refresh(); }
  }
}

async function act(wish) {
  try {
    const response = await fetch("/page/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: state.me, ...wish }),
    });
    const outcome = await response.json();
    if (outcome.problem) notice(outcome.problem);
    else if (outcome.error) notice(sentence(wish, outcome.error));
    return outcome;
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    notice("The workspace does not answer. Is it still running?");
    return {};
  }
}

function sentence(wish, error) {
  const command = wish.act === "type" && wish.text.startsWith("/") ? wish.text.split(" ")[0] : "That";
  if (error === "invalid_command") return `${command} is not a valid command here.`;
  return `${command} failed with the error “${error}”.`;
}

function notice(words) {
  const node = make("div", { class: "notice" }, words,
    make("button", { class: "plain", type: "button", "aria-label": "Dismiss", onclick: () => node.remove() }, "✕"));
  at("notices").append(node);
  setTimeout(() => node.remove(), 9000);
}

function confirmed(dialog) {
  return new Promise((resolve) => {
    const box = at("confirm");
    const done = (answer) => { box.close(); resolve(answer); };
    show(box,
      make("h2", { id: "confirm-title" }, plainText(dialog.title)),
      make("div", { class: "modal-body" }, dialog.text.type === "mrkdwn" ? mrkdwn(dialog.text.text, state.names) : plainText(dialog.text)),
      make("footer", {},
        make("button", { type: "button", onclick: () => done(false) }, plainText(dialog.deny)),
        make("button", { type: "button", class: dialog.style || "primary", onclick: () => done(true) }, plainText(dialog.confirm))));
    box.oncancel = (event) => { event.preventDefault(); done(false); };
    box.showModal();
  });
}

function world(extra) {
  return { names: state.names, me: state.me, people: state.people, rooms: state.rooms, confirm: confirmed, ...extra };
}

function draw() {
  document.title = `${state.team} · ${state.names[state.me]}`;
  show(at("team"), state.team);
  drawPeople();
  if (!state.rooms.some((item) => item.id === room || item.name === room) && room !== HOME) room = state.rooms[0]?.id || HOME;
  const current = state.rooms.find((item) => item.id === room || item.name === room);
  if (current) { room = current.id; remember(current); }
  drawRooms();
  if (room === HOME) drawHome(); else drawRoom(current);
  drawThread(current);
  drawModal(at("modal"), state.modal, world({ act }));
}

function remember(current) {
  seen[`${state.me} ${current.id}`] = current.pings;
  sessionStorage.setItem("seen", JSON.stringify(seen));
}

function drawPeople() {
  const select = at("as");
  if (select.dataset.people === JSON.stringify(state.people)) { select.value = state.me; return; }
  select.dataset.people = JSON.stringify(state.people);
  show(select, state.people.map((person) => make("option", { value: person.id }, person.real_name || person.name)));
  select.value = state.me;
}

function drawRooms() {
  const rooms = state.rooms.filter((item) => !item.is_im);
  const direct = state.rooms.filter((item) => item.is_im);
  const entries = [make("h2", {}, "Channels"), rooms.map(roomButton), make("h2", {}, "Apps")];
  if (state.app.home_tab) entries.push(navButton(HOME, icon("house"), `${state.app.name} Home`, 0));
  show(at("rooms"), entries, direct.map(roomButton));
}

function roomButton(item) {
  const fresh = item.pings - (seen[`${state.me} ${item.id}`] || 0);
  return navButton(item.id, item.is_im ? icon("letter") : item.is_private ? icon("lock") : "#", item.name, fresh);
}

function navButton(id, mark, name, fresh) {
  return make("button", { type: "button", class: id === room ? "nav current" : "nav", "aria-current": id === room ? "page" : null, onclick: () => go(id) },
    make("span", { class: "mark" }, mark), make("span", { class: "name" }, name),
    fresh > 0 ? make("span", { class: "badge", title: "Mentions" }, String(fresh)) : null);
}

function go(id) {
  room = id;
  thread = null;
  draw();
  address();
  at("messages").scrollTop = at("messages").scrollHeight;
  if (id === HOME) act({ act: "open_home" });
  else at("entry").focus();
}

function address() {
  const name = state.people.find((person) => person.id === state.me).name;
  const shown = state.rooms.find((item) => item.id === room && !item.is_im)?.name || room;
  history.replaceState(null, "", `?${new URLSearchParams({ as: name, room: shown })}`);
}

function drawRoom(current) {
  show(at("room-name"), `${current.is_im ? "" : "#"}${current.name}`);
  show(at("room-note"), current.is_archived ? "archived" : current.is_im ? "" : `${current.members} members`);
  at("composer").hidden = false;
  at("entry").placeholder = `Message ${current.is_im ? current.name : `#${current.name}`} or type / for a command`;
  const top = current.messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts || message.broadcast);
  const pinned = top.filter((message) => message.pinned);
  at("pins").hidden = pinned.length === 0;
  show(at("pins"), icon("pin"), `${pinned.length} pinned`);
  at("pins").onclick = () => at(`m-${pinned.at(-1).ts}`)?.scrollIntoView({ behavior: "smooth", block: "center" });
  const empty = make("p", { class: "empty" }, "Nothing here yet. Type / to see the commands.");
  keepBottom(at("messages"), top.length ? top.map((message) => drawMessage(message, current, true)) : [empty]);
}

function drawHome() {
  show(at("room-name"), `${state.app.name} Home`);
  show(at("room-note"), "");
  at("pins").hidden = true;
  at("composer").hidden = true;
  const inside = state.home
    ? renderBlocks(state.home.content.blocks, world({
      values: state.home.values,
      press: (block, item) => act({ act: "click_home", action_id: item.action_id, value: item.value }),
      choose: (block, item, value) => act({ act: "choose_home", action_id: item.action_id, value }),
    }))
    : [make("p", { class: "empty" }, "The app has not published its Home tab yet.")];
  show(at("messages"), make("div", { class: "home" }, inside));
}

function drawThread(current) {
  const side = at("thread");
  side.hidden = !thread || !current;
  if (side.hidden) { show(at("thread-messages")); return; }
  const items = current.messages.filter((message) => message.ts === thread || message.thread_ts === thread);
  keepBottom(at("thread-messages"), items.map((message) => drawMessage(message, current, false)));
}

// A reader at the bottom stays at the bottom; one who has scrolled up stays where they are. Focus stays on the same button.
function keepBottom(box, nodes) {
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const place = box.scrollTop;
  const focused = box.contains(document.activeElement) ? [document.activeElement.closest(".message")?.id, document.activeElement.dataset.key] : null;
  show(box, nodes);
  box.scrollTop = low ? box.scrollHeight : place;
  if (focused?.[1]) document.getElementById(focused[0])?.querySelector(`[data-key="${CSS.escape(focused[1])}"]`)?.focus();
}

function drawMessage(message, current, withThread) {
  const person = state.people.find((item) => item.id === message.user);
  const name = message.from_bot ? state.app.name : person?.real_name || state.names[message.user] || message.user;
  const replies = current.messages.filter((item) => item.thread_ts === message.ts && item.ts !== message.ts).length;
  const aim = { channel: message.channel, ts: message.ts };
  const body = message.blocks.length
    ? renderBlocks(message.blocks, world({
      press: (block, item) => act({ act: "click", ...aim, action_id: item.action_id, value: item.value }),
      choose: (block, item, value) => act({ act: "choose", ...aim, action_id: item.action_id, value }),
    }))
    : [make("div", { class: "words" }, mrkdwn(message.text, state.names))];
  return make("article", { class: `message${message.ephemeral ? " ephemeral" : ""}${message.pinned ? " pinned" : ""}`, id: withThread ? `m-${message.ts}` : `t-${message.ts}` },
    avatar(name, message.from_bot),
    make("div", { class: "content" },
      message.pinned ? make("div", { class: "flag" }, icon("pin"), "Pinned") : null,
      message.ephemeral ? make("div", { class: "flag" }, icon("eye"), "Only visible to you") : null,
      make("header", {}, make("strong", {}, name), message.from_bot ? make("span", { class: "tag" }, "APP") : null,
        make("time", {}, clock(message.ts)), message.edited ? make("span", { class: "quiet" }, "(edited)") : null,
        withThread && !message.ephemeral ? make("button", { class: "plain reply", type: "button", onclick: () => openThread(message) }, "Reply") : null),
      body,
      drawReactions(message),
      withThread && replies ? make("button", { class: "plain replies", type: "button", onclick: () => openThread(message) },
        `${replies} ${replies === 1 ? "reply" : "replies"}`) : null));
}

function drawReactions(message) {
  const names = Object.keys(message.reactions);
  if (!names.length) return null;
  return make("div", { class: "reactions" }, names.map((name) =>
    make("span", { class: "reaction" }, mrkdwn(`:${name}:`, {}), ` ${message.reactions[name].length}`)));
}

function openThread(message) {
  thread = message.thread_ts || message.ts;
  draw();
  at("thread-entry").focus();
}

at("as").addEventListener("change", (event) => {
  me = event.target.value;
  thread = null;
  refresh().then(address);
});

at("thread-close").addEventListener("click", () => { thread = null; draw(); });

at("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("entry").value.trim();
  if (!text || !state) return;
  at("entry").value = "";
  at("messages").scrollTop = at("messages").scrollHeight;
  const outcome = await act({ act: "type", where: room, text });
  if (outcome.error || outcome.problem) at("entry").value = at("entry").value || text;
});

at("thread-composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("thread-entry").value.trim();
  if (!text || !thread) return;
  at("thread-entry").value = "";
  await act({ act: "reply", channel: room, ts: thread, text });
});

complete(at("entry"), at("suggestions"), () => state);

function listen() {
  const socket = new WebSocket(`ws://${location.host}/page/live`);
  socket.onopen = () => { at("live").className = "live on"; show(at("live"), "live"); };
  socket.onmessage = refresh;
  socket.onclose = () => { at("live").className = "live"; show(at("live"), "offline"); setTimeout(listen, 1000); };
}

listen();
