// The Markdown of Slack's markdown block: headings, lists, tasks, quotes, code, tables, links and emphasis.

import { link, make } from "./dom.js";
import { named, withPictures } from "./emoji.js";
import { mrkdwn } from "./text.js";

const FENCE = /^\s*(```|~~~)/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const RULER = /^\s*([-*_])(\s*\1){2,}\s*$/;
const CELLS = /^\s*\|?(.+?)\|?\s*$/;

export function markdown(text, names) {
  const rows = text.split("\n");
  const nodes = [];
  while (rows.length) nodes.push(...next(rows, names));
  return nodes;
}

function next(rows, names) {
  const row = rows.shift();
  if (!row.trim()) return [];
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(row);
  if (heading) return [make(`h${Math.min(heading[1].length + 2, 6)}`, {}, spans(heading[2], names))];
  if (RULER.test(row)) return [make("hr")];
  if (FENCE.test(row)) return [fenced(rows)];
  if (/^\s*>/.test(row)) return [make("blockquote", markdown(taken(rows, row, /^\s*>\s?(.*)$/).join("\n"), names))];
  if (ITEM.test(row)) return [list(rows, row, names)];
  if (row.includes("|") && /^[\s|:-]+$/.test(rows[0] || "") && rows[0].includes("-")) return [table(rows, row, names)];
  const paragraph = [row];
  while (rows.length && rows[0].trim() && !/^(#{1,6}\s|\s*>)/.test(rows[0]) && !FENCE.test(rows[0]) && !ITEM.test(rows[0]) && !RULER.test(rows[0])) paragraph.push(rows.shift());
  return [make("p.breaks", spans(paragraph.join("\n"), names))];
}

function taken(rows, first, pattern) {
  const found = [pattern.exec(first)[1]];
  while (rows.length && pattern.test(rows[0])) found.push(pattern.exec(rows.shift())[1]);
  return found;
}

function fenced(rows) {
  const code = [];
  while (rows.length && !FENCE.test(rows[0])) code.push(rows.shift());
  rows.shift();
  return make("pre", code.join("\n"));
}

function list(rows, first, names) {
  const [, indent, mark] = ITEM.exec(first);
  const node = make(/\d/.test(mark) ? "ol" : "ul", { start: /\d/.test(mark) ? parseInt(mark, 10) : null });
  for (let row = first; row !== undefined; row = rows.shift()) {
    const item = ITEM.exec(row);
    if (!item || item[1].length < indent.length) { rows.unshift(row); break; }
    if (item[1].length > indent.length) node.lastChild.append(list(rows, row, names));
    else node.append(entry(item[3], names));
  }
  return node;
}

function entry(text, names) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  if (!task) return make("li", spans(text, names));
  return make("li.task-item", withPictures(task[1] === " " ? "⬜ " : "✅ "), spans(task[2], names));
}

function table(rows, first, names) {
  const split = (row) => CELLS.exec(row)[1].split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
  const sides = split(rows.shift()).map((rule) => (rule.endsWith(":") ? (rule.startsWith(":") ? "to-center" : "to-right") : ""));
  const cells = (tag, row) => make("tr", split(row).map((cell, index) => make(tag, { class: sides[index] || null }, spans(cell, names))));
  const body = [];
  while (rows.length && rows[0].includes("|")) body.push(cells("td", rows.shift()));
  return make(".table-frame", make("table", make("thead", cells("th", first)), make("tbody", body)));
}

const SPANS = /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*([^*\n]+)\*|(?<!\w)_([^_\n]+)_(?!\w)|~~(.+?)~~|!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)|<([@#!][^<>\n]+|https?:[^<>\s]+)>|(https?:\/\/[^\s<>)]+)|\\([\\`*_{}[\]()#+.!|~-])/g;

function spans(text, names) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(SPANS)) {
    nodes.push(...withPictures(named(text.slice(last, match.index))));
    const [whole, code, bold, strong, italic, slanted, strike, label, url, slack, bare, literal] = match;
    if (code !== undefined) nodes.push(make("code", code));
    else if (bold ?? strong) nodes.push(make("strong", spans(bold ?? strong, names)));
    else if (italic ?? slanted) nodes.push(make("em", spans(italic ?? slanted, names)));
    else if (strike) nodes.push(make("s", spans(strike, names)));
    else if (url) nodes.push(link(url, label || url));
    else if (slack) nodes.push(...mrkdwn(`<${slack}>`, names));
    else if (bare) nodes.push(link(bare, bare));
    else nodes.push(literal);
    last = match.index + whole.length;
  }
  nodes.push(...withPictures(named(text.slice(last))));
  return nodes;
}
