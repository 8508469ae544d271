// Turns Slack's mrkdwn, rich text and Markdown into nodes.

import EMOJI from "/page/emoji.js";
import { clock, day, here, link, make, span } from "./dom.js";

const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);
const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function plainText(object) {
  return typeof object === "string" ? object : object?.emoji === false ? object.text : withEmoji(object?.text || "");
}

export function textObject(object) {
  return object?.type === "mrkdwn" ? mrkdwn(object.text) : [plainText(object)];
}

function chip(mark, id, label) {
  const { me, names, groups, rooms } = here.state;
  const mine = id === me || groups.some((group) => group.id === id && group.members.includes(me));
  const words = mark + (names[id] || label?.replace(/^[@#]/, "") || id);
  const room = mark === "#" && rooms.find((item) => item.id === id);
  if (room) return make("button", { type: "button", class: "mention", onclick: () => dispatchEvent(new CustomEvent("go", { detail: id })) }, words);
  return span(mine || ["here", "channel", "everyone"].includes(id) ? "mention mine" : "mention", words);
}

function entity(body) {
  const [target, ...rest] = body.split("|");
  const label = unescape(rest.join("|"));
  if (/^[@#]/.test(target)) return chip(target[0], target.slice(1), label);
  if (target.startsWith("!subteam^")) return chip("@", target.slice(9), label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    return date(seconds, unescape(format || ""), label, url);
  }
  if (target.startsWith("!")) return chip("@", target.slice(1));
  return link(unescape(target), label || unescape(target));
}

function date(seconds, format, fallback, url) {
  const when = new Date(Number(seconds) * 1000);
  if (Number.isNaN(when.getTime())) return fallback;
  const say = (options) => when.toLocaleDateString([], options);
  const numbers = { day: "numeric", month: "numeric", year: "numeric" };
  const long = say({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const words = format.replace(/\{(\w+)\}/g, (whole, name) => {
    const pretty = day(when);
    if (name.endsWith("_pretty") && /^[TY]o/.test(pretty)) return pretty.toLowerCase();
    if (name === "time_secs") return when.toLocaleTimeString();
    if (name.startsWith("time")) return clock(when);
    if (name === "date_num") return say(numbers);
    if (name.startsWith("date_short")) return say({ day: "numeric", month: "short", year: "numeric" });
    if (name.startsWith("date_long")) return long;
    if (name.startsWith("date")) return say({ day: "numeric", month: "long", year: "numeric" });
    return name === "ago" ? pretty : whole;
  });
  const title = `${long}, ${clock(when)} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
  const shown = make("time", { class: "date", datetime: when.toISOString(), title }, words || fallback);
  return url ? link(url, shown) : shown;
}

const SLACK = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|(?<![\w~])~([^~\n]+)~(?!\w)/g;
const MARKDOWN = /``(.+?)``|`([^`\n]+)`|<([^<>\n]+)>|\*\*(.+?)\*\*|(?<!\w)[*_]([^*_\n]+)[*_](?!\w)|~~([^~\n]+)~~|!?\[([^\]]*)\]\(([^)\s]+)\)/g;

function inline(text, rules = SLACK) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(rules)) {
    const [whole, block, code, inner, bold, italic, strike, label, url] = match;
    nodes.push(withEmoji(unescape(text.slice(last, match.index))));
    last = match.index + whole.length;
    if (block !== undefined) nodes.push(make(rules === SLACK ? "pre" : "code", {}, unescape(block.replace(/^\n/, ""))));
    else if (code !== undefined) nodes.push(make("code", {}, unescape(code)));
    else if (inner !== undefined) nodes.push(entity(inner));
    else if (url !== undefined) nodes.push(link(url, label || url));
    else nodes.push(make(bold ? "strong" : italic ? "em" : "s", {}, inline(bold || italic || strike, rules)));
  }
  return [...nodes, withEmoji(unescape(text.slice(last)))];
}

export function mrkdwn(text) {
  return text.split(/(```[\s\S]+?```)/).flatMap((piece) => piece.startsWith("```") ? inline(piece) : lines(piece));
}

function lines(text) {
  const nodes = [];
  let quote = null;
  for (const [index, line] of text.split("\n").entries()) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.append(make("br"));
      else nodes.push((quote = make("blockquote")));
      quote.append(...inline(quoted[1]));
      continue;
    }
    if (index && !quote) nodes.push(make("br"));
    quote = null;
    nodes.push(...inline(line));
  }
  return nodes;
}

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark", client_highlight: "mark" };

function richInline(part) {
  let node = richBare(part);
  for (const [name, tag] of Object.entries(STYLES)) if (part.style?.[name]) node = make(tag, {}, node);
  return node;
}

function richBare(part) {
  switch (part.type) {
    case "link": return link(part.url, part.text || part.url);
    case "user": return chip("@", part.user_id);
    case "usergroup": return chip("@", part.usergroup_id);
    case "team": return chip("@", part.team_id);
    case "channel": return chip("#", part.channel_id);
    case "broadcast": return chip("@", part.range);
    case "emoji": return EMOJI[part.name] || `:${part.name}:`;
    case "date": return date(part.timestamp, part.format, part.fallback || "", part.url);
    case "color": {
      const swatch = span("swatch");
      swatch.style.backgroundColor = part.value;
      return span("color", swatch, part.value);
    }
    default: return part.text || "";
  }
}

export function richText(block) {
  return block.elements.map((part) => {
    const inner = (one) => one.elements.map(richInline);
    const border = part.border ? " border" : "";
    switch (part.type) {
      case "rich_text_list":
        return make(part.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(part.indent || 0, 8)}${border}`, start: part.offset ? part.offset + 1 : null },
          part.elements.map((item) => make("li", { class: "breaks" }, inner(item))));
      case "rich_text_preformatted": return make("pre", { title: part.language }, inner(part));
      case "rich_text_quote": return make("blockquote", { class: "breaks" }, inner(part));
      default: return make("p", { class: "breaks" }, inner(part));
    }
  });
}

const ROW = /^\s*\|(.+)\|\s*$/;

// The part of Markdown that release notes use, line by line.
export function markdown(text) {
  const nodes = [];
  let open = null;
  const into = (kind, start) => {
    if (open?.kind !== kind) nodes.push((open = { kind, node: start() }).node);
    return open.node;
  };
  for (const part of text.split(/(^```[^\n]*\n[\s\S]*?^```\s*$)/m)) {
    if (/^```/.test(part)) {
      nodes.push(make("pre", {}, part.replace(/^```[^\n]*\n/, "").replace(/\n?```\s*$/, "")));
      open = null;
      continue;
    }
    for (const line of part.split("\n")) if (!markdownLine(line, nodes, into)) open = null;
  }
  return nodes;
}

function markdownLine(line, nodes, into) {
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  const item = /^(\s*)([-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/.exec(line);
  const row = ROW.exec(line);
  const quote = /^>\s?(.*)$/.exec(line);
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) { nodes.push(make("hr")); return false; }
  if (item) {
    const tick = item[3] ? make("input", { type: "checkbox", disabled: true, checked: item[3] !== " " }) : null;
    into(/\d/.test(item[2]) ? "ol" : "ul", () => make(/\d/.test(item[2]) ? "ol" : "ul"))
      .append(make("li", { class: `indent-${Math.min(item[1].length >> 1, 8)}` }, tick, inline(item[4], MARKDOWN)));
  } else if (row) {
    const cells = row[1].split("|").map((cell) => cell.trim());
    const table = into("table", () => make("table"));
    if (!cells.every((cell) => /^:?-+:?$/.test(cell))) {
      table.append(make("tr", {}, cells.map((cell) => make(table.firstChild ? "td" : "th", {}, inline(cell, MARKDOWN)))));
    }
  } else if (quote) {
    into("quote", () => make("blockquote")).append(make("p", {}, inline(quote[1], MARKDOWN)));
  } else if (heading) {
    nodes.push(make(heading[1].length < 3 ? "h3" : "h4", {}, inline(heading[2], MARKDOWN)));
    return false;
  } else if (line.trim()) {
    const paragraph = into("p", () => make("p"));
    if (paragraph.firstChild) paragraph.append(make("br"));
    paragraph.append(...inline(line, MARKDOWN));
  } else {
    return false;
  }
  return true;
}
