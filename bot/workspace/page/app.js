// The page: asks for the state whenever something changed, and draws it. All rules are on the server.

import { buildAll } from "./build.js";
import { complete } from "./complete.js";
import { ask, confirmed, drawModal } from "./modal.js";
import { avatar, clock, day, div, here, icon, make, moment, nameOf, plainButton, show, span } from "./dom.js";
import { drawTools, toggleTools } from "./tools.js";

const at = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const PAGE = 50;
let me = query.get("as") || "";
let room = query.get("room") || "";
let thread = "";
let limit = PAGE;
let asking = false;
let askAgain = false;
let drawn = "";
const kept = new Map();
const seen = {};

async function refresh() {
	if (asking) { askAgain = true; return; }
	asking = true;
	try {
		const looked = { as: me, room, thread, limit, seen: document.hidden ? 0 : 1 };
		const fresh = await (await fetch(`/page/state?${new URLSearchParams(looked)}`)).json();
		if (fresh.problem) { notice(fresh.problem); me = ""; askAgain = true; } else if (looked.room === room && looked.as === me) { here.state = fresh; draw(); }
	} catch (problem) {
		if (!(problem instanceof TypeError)) throw problem;
	}
	asking = false;
	if (askAgain) { askAgain = false; await refresh(); }
}

async function act(wish) {
	const outcome = await ask({ as: here.state.me, ...wish });
	const what = wish.act === "type" && wish.text.startsWith("/") ? wish.text.split(" ")[0] : "That";
	if (outcome.problem) notice(outcome.problem);
	else if (outcome.error === "invalid_command") notice(`${what} is not a valid command here.`);
	else if (outcome.error) notice(`${what} failed with the error “${outcome.error}”.`);
	return outcome;
}

function notice(words) {
	const node = div("notice", words, plainButton({ "aria-label": "Dismiss", onclick: () => node.remove() }, "✕"));
	at("notices").append(node);
	setTimeout(() => node.remove(), 9000);
}

// What blocks need to act: `aim` says which message or view they stand in.
function hands(aim, more) {
	const tell = (name) => (block, item, value) => act({ act: name, ...aim, block_id: block.block_id, action_id: item.action_id, value });
	return { me: here.state.me, confirm: confirmed, act, redraw: () => { kept.clear(); at("modal").dataset.view = ""; draw(); },
		press: (block, item) => tell("press")(block, item, item.value), choose: tell("choose"), suggest: tell("suggest"),
		write: aim.view ? tell("write") : null, ...more };
}

function draw() {
	const { state } = here;
	if (state.room) room = state.room.id;
	const unread = state.rooms.reduce((sum, item) => sum + item.pings, 0);
	document.title = `${unread ? `(${unread}) ` : ""}${state.team} · ${nameOf(state.me)}`;
	show(at("team"), state.team);
	once("as", [state.people, state.me], () => state.people.map((person) => make("option", { value: person.id, selected: person.id === state.me }, person.real_name || person.name)));
	once("rooms", [state.rooms, room], () => listRooms(state));
	if (state.room) drawRoom(state.room); else drawHome(state);
	at("thread").hidden = !state.thread;
	fill(at("replies"), state.thread ? drawAll(state.thread, false) : []);
	at("trouble").hidden = !state.faults.length;
	show(at("trouble"), icon("pulse"), `${state.faults.length} ${state.faults.length === 1 ? "fault" : "faults"} on`);
	drawModal(at("modal"), state.modal, hands);
	drawTools(at("tools"), act);
}

// Drawn anew only when it looks different, so that no click or open list is lost on the way.
function once(id, look, draw_) {
	const said = JSON.stringify(look);
	if (seen[id] !== said) fill(at(id), draw_());
	seen[id] = said;
}

function listRooms({ rooms, app }) {
	const line = (item) => nav(item.id, markOf(item), item.name, item);
	return [make("h2", {}, "Channels"), rooms.filter((item) => !item.is_direct).map(line),
		make("h2", {}, "Direct messages"), rooms.filter((item) => item.is_direct).map(line),
		app.home_tab && [make("h2", {}, "Apps"), nav("home", icon("house"), `${app.name} Home`, {})]];
}

const markOf = (item) => item.is_direct ? icon("speech") : item.is_private ? icon("lock") : "#";

function nav(id, mark, name, { unread, pings }) {
	const current = id === (here.state.room?.id || "home");
	return make("button", { type: "button", key: id, class: `nav${current ? " current" : ""}${unread ? " unread" : ""}`, "aria-current": current ? "page" : null, onclick: () => go(id) },
		span("mark", mark), span("name", name), pings > 0 && make("span", { class: "badge", title: "Mentions" }, String(pings)));
}

async function go(id) {
	[room, thread, limit] = [id, "", PAGE];
	await refresh();
	if (id === "home") act({ act: "open_home" }); else at("entry").focus();
}

function drawRoom(current) {
	const line = here.state.rooms.find((item) => item.id === current.id);
	head(line.name, line.is_archived ? "archived" : line.is_direct ? "" : [`${current.members} members`, current.topic].filter(Boolean).join(" · "), markOf(line));
	at("composer").hidden = line.is_archived;
	at("entry").placeholder = `Message ${line.is_direct ? "" : "#"}${line.name}, or / for a command`;
	at("pins").hidden = !current.pinned.length;
	show(at("pins"), icon("pin"), `${current.pinned.length} pinned`);
	at("pins").onclick = () => at(`m-${current.pinned.at(-1)}`)?.scrollIntoView();
	const older = current.older > 0 && plainButton({ class: "plain older", onclick: more }, `${current.older} older messages`);
	fill(at("messages"), [older, current.messages.length ? drawAll(current.messages, true) : welcome(line)]);
}

function head(name, note, mark) {
	const [place, shown] = [`${me} ${room}`, drawn];
	drawn = place;
	if (place !== shown) { kept.clear(); show(at("messages")); history.replaceState(null, "", `?${new URLSearchParams({ as: here.state.names[here.state.me], room: here.state.room && !name.includes(" ") ? name : room })}`); }
	show(at("room-name"), span("mark", mark), name);
	show(at("room-note"), note);
}

function welcome(line) {
	return div("empty", make("h2", {}, line.is_direct ? line.name : `# ${line.name}`), make("p", {}, "Nothing here yet. Type / to see the commands."));
}

function drawHome(state) {
	head(`${state.app.name} Home`, "", icon("house"));
	at("pins").hidden = at("composer").hidden = true;
	const { home } = state;
	const look = `home ${home?.hash}`;
	if (!kept.has(look)) {
		kept.clear();
		kept.set(look, make("div", { class: "home", "data-hash": home?.hash }, home ? buildAll(home.drawn, hands({ view: home.id }, { values: home.values, prefix: "home" })) : div("empty", "The app has not published its Home tab yet.")));
	}
	fill(at("messages"), [kept.get(look)]);
}

function more() {
	limit += 4 * PAGE;
	refresh();
}

// A reader at the bottom stays at the bottom; one who has scrolled up stays where they are. Focus stays on the same button.
function fill(box, nodes) {
	const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
	const held = low ? null : [...box.children].find((node) => node.id && node.offsetTop + node.offsetHeight > box.scrollTop);
	const was = held?.offsetTop;
	const focused = box.contains(document.activeElement) ? document.activeElement : null;
	const [key, owner] = [focused?.dataset.key, focused?.closest("article")?.id];
	const fresh = nodes.flat(5).filter(Boolean);
	// What has not changed is left alone: it keeps its focus, its open menus and what is typed in it.
	fresh.forEach((node, index) => { if (box.childNodes[index] !== node) box.insertBefore(node, box.childNodes[index] || null); });
	while (box.childNodes.length > fresh.length) box.lastChild.remove();
	if (low) box.scrollTop = box.scrollHeight; else if (held?.isConnected) box.scrollTop += held.offsetTop - was;
	if (key && !box.contains(focused)) (owner ? at(owner) : box)?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

const NEAR = 300;

function drawAll(messages, withThread) {
	let before = null;
	return messages.flatMap((message) => {
		const when = moment(message.ts);
		const fresh = !before || day(moment(before.ts)) !== day(when);
		const joined = !fresh && before.user === message.user && message.ts - before.ts < NEAR && !message.pinned && message.ephemeral === before.ephemeral && !before.replies;
		before = message;
		return [withThread && fresh && keep(`day ${day(when)}`, "", () => make("div", { class: "day", role: "separator" }, span("", day(when)))),
			keep(`${withThread ? "m" : "t"}-${message.ts}`, JSON.stringify([message, joined]), (id) => drawMessage(message, id, withThread, joined))];
	});
}

function keep(id, look, make_) {
	const known = kept.get(id);
	if (known?.look === look) return known.node;
	const node = make_(id);
	kept.set(id, { look, node });
	return node;
}

function drawMessage(message, id, withThread, joined) {
	const when = moment(message.ts);
	const time = make("time", { title: when.toLocaleString() }, clock(when));
	const flag = (name, words) => div("flag", icon(name), words);
	return make("article", { id, class: `message${message.ephemeral ? " ephemeral" : ""}${message.pinned ? " pinned" : ""}${joined ? " joined" : ""}` },
		joined ? div("gutter", time) : avatar(message.user),
		div("content",
			message.pinned && flag("pin", "Pinned"), message.ephemeral && !joined && flag("eye", "Only visible to you"),
			withThread && message.broadcast && div("flag", "replied to a thread"),
			!joined && make("header", {}, make("strong", {}, nameOf(message.user)), message.from_bot && span("tag", "APP"), time),
			buildAll(message.drawn, hands({ channel: message.channel, ts: message.ts }, { values: message.values, prefix: id })),
			message.edited && span("quiet", "(edited)"),
			div("reactions", message.reactions.map(({ emoji, users }) =>
				make("span", { class: `reaction${users.includes(here.state.me) ? " mine" : ""}`, title: users.map(nameOf).join(", ") }, `${emoji} ${users.length}`))),
			withThread && message.replies > 0 && plainButton({ class: "plain replies", onclick: () => openThread(message) },
				message.repliers.map((user) => avatar(user, true)), `${message.replies} ${message.replies === 1 ? "reply" : "replies"}`, span("quiet", `${day(moment(message.replied))} at ${clock(moment(message.replied))}`))),
		withThread && !message.ephemeral && make("button", { type: "button", class: "reply", title: "Reply in thread", "aria-label": "Reply", onclick: () => openThread(message) }, icon("speech")));
}

async function openThread(message) {
	thread = message.thread_ts || message.ts;
	await refresh();
	at("answer-entry").focus();
}

function closeThread() {
	thread = "";
	refresh();
}

function composer(form, entry, wish) {
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const text = entry.value.trim();
		if (!text) return;
		entry.value = "";
		const outcome = await act({ ...wish(), text });
		if (outcome.error || outcome.problem) entry.value = entry.value || text;
	});
	entry.addEventListener("keydown", (event) => {
		if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
		event.preventDefault();
		form.requestSubmit();
	});
}

complete(at("entry"), at("suggestions"));
composer(at("composer"), at("entry"), () => ({ act: "type", where: room }));
composer(at("answer"), at("answer-entry"), () => ({ act: "reply", channel: room, ts: thread }));
at("as").addEventListener("change", (event) => { [me, thread] = [event.target.value, ""]; refresh(); });
at("thread").querySelector(".close").addEventListener("click", closeThread);
const tools = (tab) => toggleTools(at("tools"), at("tools-open"), tab) && refresh();
show(at("tools-open"), span("mark", icon("pulse")), span("name", "Inspector"));
at("tools-open").addEventListener("click", () => tools());
at("trouble").addEventListener("click", () => tools("faults"));
at("messages").addEventListener("scroll", (event) => { if (event.target.scrollTop < 200 && here.state.room?.older > 0 && !asking) more(); });
addEventListener("go", (event) => go(event.detail));
addEventListener("visibilitychange", () => document.hidden || refresh());
addEventListener("keydown", (event) => {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (event.key === "Escape" && thread && !document.querySelector("dialog[open]")) closeThread();
	if (!step || !event.altKey) return;
	const rooms = [...document.querySelectorAll("#rooms .nav")];
	go(rooms.at((rooms.findIndex((item) => item.matches(".current")) + step) % rooms.length).dataset.key);
});

function listen() {
	const socket = new WebSocket(`ws://${location.host}/page/live`);
	const say = (words, kind) => { at("live").className = kind; show(at("live"), words); };
	socket.onopen = () => say("live", "live on");
	socket.onmessage = refresh;
	socket.onclose = () => { say("offline", "live"); setTimeout(listen, 1000); };
}

refresh();
listen();
