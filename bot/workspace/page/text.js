// Turns Slack's text objects, mrkdwn and rich text into nodes.

import { slackDate } from "./dates.js";
import { link, make } from "./dom.js";
import { emoji, named, withPictures } from "./emoji.js";

const pictures = (text) => withPictures(named(text));

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// A chip for a person, a group or a channel. The viewer's own name stands out.
export function mention(mark, id, fallback, names) {
  const name = names[id] || (fallback || id).replace(/^[@#]/, "");
  return make("span", { class: id === names.me ? "mention mine" : "mention" }, `${mark}${name}`);
}

function entity(body, names) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = unescape(bar < 0 ? "" : body.slice(bar + 1));
  if (target.startsWith("@") || target.startsWith("#")) return mention(target[0], target.slice(1), label, names);
  if (target.startsWith("!subteam^")) return mention("@", target.slice(9), label, names);
  if (target.startsWith("!date^")) return date(target.split("^"), label);
  if (target.startsWith("!")) return mention("@", target.slice(1), label, {});
  return link(unescape(target), label || unescape(target));
}

function date([, seconds, format, url], fallback) {
  const said = slackDate(Number(seconds), format || "", fallback);
  const node = make("time", { title: slackDate(Number(seconds), "{date_long} at {time_secs}", fallback) }, said);
  return url ? link(url, said) : node;
}

const INLINE = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|(?<![\w~])~([^~\n]+)~(?!\w)/g;

function inline(text, names) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(...pictures(unescape(text.slice(last, match.index))));
    const [whole, block, code, inner, bold, italic, strike] = match;
    if (block !== undefined) nodes.push(make("pre", unescape(block.replace(/^\n/, ""))));
    else if (code !== undefined) nodes.push(make("code", unescape(code)));
    else if (inner !== undefined) nodes.push(entity(inner, names));
    else if (bold !== undefined) nodes.push(make("strong", inline(bold, names)));
    else if (italic !== undefined) nodes.push(make("em", inline(italic, names)));
    else nodes.push(make("s", inline(strike, names)));
    last = match.index + whole.length;
  }
  nodes.push(...pictures(unescape(text.slice(last))));
  return nodes;
}

export function mrkdwn(text, names) {
  return text.split(/(```[\s\S]+?```)/).flatMap((piece) => (piece.startsWith("```") ? inline(piece, names) : lines(piece, names)));
}

function lines(text, names) {
  const nodes = [];
  for (const [index, line] of text.split("\n").entries()) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      nodes.push(make("blockquote", inline(quoted[1], names)));
    } else {
      if (index > 0 && nodes.at(-1)?.nodeName !== "BLOCKQUOTE") nodes.push(make("br"));
      nodes.push(...inline(line, names));
    }
  }
  return nodes;
}

// Any text object, or a bare string, as nodes.
export function words(object, names = {}) {
  if (!object) return [];
  if (typeof object === "string") return pictures(object);
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return object.emoji === false ? withPictures(object.text) : pictures(object.text || "");
}

// For attributes, where only characters can stand.
export function plainText(object) {
  return typeof object === "string" ? object : named(object?.text || "");
}

const WRAPS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark", client_highlight: "mark" };

function styled(node, style = {}) {
  return Object.entries(WRAPS).reduce((result, [name, tag]) => (style[name] ? make(tag, {}, result) : result), node);
}

const RICH = {
  text: (part) => (part.style?.code ? part.text : withPictures(part.text)),
  link: (part) => link(part.url, part.text || part.url),
  user: (part, names) => mention("@", part.user_id, "", names),
  usergroup: (part, names) => mention("@", part.usergroup_id, "", names),
  channel: (part, names) => mention("#", part.channel_id, "", names),
  team: (part, names) => mention("", part.team_id, "", names),
  broadcast: (part) => mention("@", part.range, "", {}),
  emoji: (part) => emoji(part.name),
  date: (part) => date(["", part.timestamp, part.format, part.url], part.fallback || ""),
  color: (part) => {
    const swatch = make("span.swatch");
    if (/^#[0-9a-f]{3,8}$/i.test(part.value)) swatch.style.background = part.value;
    return make("span.colour", swatch, make("code", part.value));
  },
};

function richInline(part, names) {
  const render = RICH[part.type];
  return render ? styled(render(part, names), part.style) : part.text || "";
}

export function richText(block, names) {
  return block.elements.map((part) => {
    const inner = () => part.elements.map((one) => richInline(one, names));
    const border = part.border ? " border" : "";
    switch (part.type) {
      case "rich_text_list":
        return make(part.style === "ordered" ? "ol" : "ul", {
          class: `indent-${Math.min(part.indent || 0, 8)}${border}`, start: part.offset ? part.offset + 1 : null,
        }, part.elements.map((item) => make("li", item.elements.map((one) => richInline(one, names)))));
      case "rich_text_preformatted": return make("pre", { class: border }, inner());
      case "rich_text_quote": return make("blockquote", { class: `breaks${border}` }, inner());
      default: return make("p.breaks", inner());
    }
  });
}
