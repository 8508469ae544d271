// Turns Slack's mrkdwn and rich text into nodes.

import { link, make } from "./dom.js";

const EMOJI = {
  anchor: "⚓", arrow_right: "➡️", arrows_counterclockwise: "🔄", bell: "🔔", calendar: "📅", checkered_flag: "🏁",
  clipboard: "📋", construction: "🚧", eyes: "👀", fire: "🔥", hammer_and_wrench: "🛠️", heavy_check_mark: "✔️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", information_source: "ℹ️", label: "🏷️", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍", memo: "📝", no_entry: "⛔",
  no_entry_sign: "🚫", package: "📦", pause_button: "⏸️", point_right: "👉", pushpin: "📌", question: "❓", radio_button: "🔘",
  red_circle: "🔴", rewind: "⏪", rocket: "🚀", rotating_light: "🚨", seedling: "🌱", ship: "🚢", snowflake: "❄️", speech_balloon: "💬",
  stop_sign: "🛑", stopwatch: "⏱️", tada: "🎉", test_tube: "🧪", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎",
  warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", black_circle: "⚫", x: "❌", zap: "⚡",
};

export function emoji(name) {
  return EMOJI[name] || `:${name}:`;
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);
}

function mention(text) {
  return make("span", { class: "mention" }, text);
}

function entity(body, names) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = unescape(bar < 0 ? "" : body.slice(bar + 1));
  if (target.startsWith("@")) return mention(`@${names[target.slice(1)] || label || target.slice(1)}`);
  if (target.startsWith("#")) return mention(`#${names[target.slice(1)] || label || target.slice(1)}`);
  if (target.startsWith("!subteam^")) return mention(`@${names[target.slice(9)] || label.replace(/^@/, "")}`);
  if (target.startsWith("!date^")) return document.createTextNode(date(target, label));
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  return link(unescape(target), label || unescape(target));
}

function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  const day = moment.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
  const time = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return String(format || "").replace(/\{date[a-z_]*\}/g, day).replace(/\{time[a-z_]*\}/g, time) || fallback;
}

const INLINE = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|(?<![\w~])~([^~\n]+)~(?!\w)/g;

function inline(text, names) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(withEmoji(unescape(text.slice(last, match.index))));
    const [whole, block, code, inner, bold, italic, strike] = match;
    if (block !== undefined) nodes.push(make("pre", {}, unescape(block.replace(/^\n/, ""))));
    else if (code !== undefined) nodes.push(make("code", {}, unescape(code)));
    else if (inner !== undefined) nodes.push(entity(inner, names));
    else if (bold !== undefined) nodes.push(make("strong", {}, inline(bold, names)));
    else if (italic !== undefined) nodes.push(make("em", {}, inline(italic, names)));
    else nodes.push(make("s", {}, inline(strike, names)));
    last = match.index + whole.length;
  }
  nodes.push(withEmoji(unescape(text.slice(last))));
  return nodes.filter((node) => node !== "");
}

export function mrkdwn(text, names) {
  const parts = [];
  for (const piece of text.split(/(```[\s\S]+?```)/)) {
    if (piece.startsWith("```")) parts.push(...inline(piece, names));
    else parts.push(...lines(piece, names));
  }
  return parts;
}

function lines(text, names) {
  const nodes = [];
  for (const [index, line] of text.split("\n").entries()) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      nodes.push(make("blockquote", {}, inline(quoted[1], names)));
    } else {
      if (index > 0 && nodes.at(-1)?.nodeName !== "BLOCKQUOTE") nodes.push(make("br"));
      nodes.push(...inline(line, names));
    }
  }
  return nodes;
}

export function textObject(object, names) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return [object.emoji === false ? object.text : withEmoji(object.text)];
}

export function plainText(object) {
  return typeof object === "string" ? object : withEmoji(object?.text || "");
}

function styled(node, style = {}) {
  let result = node;
  const wraps = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  for (const [name, tag] of Object.entries(wraps)) if (style[name]) result = make(tag, {}, result);
  return result;
}

function richInline(element, names) {
  switch (element.type) {
    case "text": return styled(element.text, element.style);
    case "link": return styled(link(element.url, element.text || element.url), element.style);
    case "user": return mention(`@${names[element.user_id] || element.user_id}`);
    case "usergroup": return mention(`@${names[element.usergroup_id] || element.usergroup_id}`);
    case "channel": return mention(`#${names[element.channel_id] || element.channel_id}`);
    case "broadcast": return mention(`@${element.range}`);
    case "emoji": return emoji(element.name);
    case "date": return date(`!date^${element.timestamp}^${element.format}`, element.fallback || "");
    default: return element.value || "";
  }
}

export function richText(block, names) {
  return block.elements.map((part) => {
    if (part.type === "rich_text_list") {
      const items = part.elements.map((item) => make("li", {}, item.elements.map((one) => richInline(one, names))));
      const tag = part.style === "ordered" ? "ol" : "ul";
      return make(tag, { class: `indent-${Math.min(part.indent || 0, 4)}`, start: part.offset ? part.offset + 1 : null }, items);
    }
    const inner = part.elements.map((one) => richInline(one, names));
    if (part.type === "rich_text_preformatted") return make("pre", {}, inner);
    if (part.type === "rich_text_quote") return make("blockquote", { class: "breaks" }, inner);
    return make("p", { class: "breaks" }, inner);
  });
}

// The part of Markdown that release notes use.
export function markdown(text, names) {
  const nodes = [];
  let list = null;
  for (const line of text.split("\n")) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*[-*]\s+(.*)$/.exec(line);
    if (item) {
      if (!list) nodes.push((list = make("ul")));
      list.append(make("li", {}, markdownInline(item[1], names)));
      continue;
    }
    list = null;
    if (heading) nodes.push(make("h4", {}, markdownInline(heading[2], names)));
    else if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) nodes.push(make("hr"));
    else if (line.trim()) nodes.push(make("p", {}, markdownInline(line, names)));
  }
  return nodes;
}

function markdownInline(text, names) {
  const nodes = [];
  for (const part of text.split(/(\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/)) {
    const bold = /^\*\*([^*]+)\*\*$/.exec(part);
    const linked = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
    if (bold) nodes.push(make("strong", {}, bold[1]));
    else if (linked) nodes.push(link(linked[2], linked[1]));
    else nodes.push(...inline(part, names));
  }
  return nodes;
}
