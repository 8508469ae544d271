// Emoji: Slack's names, and drawings of those that matter here, because not every machine has an emoji font.
// The character stays in the page beside its drawing, for screen readers, for copying and for searching.

import { draw, make } from "./dom.js";

const NAMES = {
  anchor: "⚓", arrow_forward: "▶️", arrow_right: "➡️", arrows_counterclockwise: "🔄", bell: "🔔", bug: "🐛", calendar: "📅", checkered_flag: "🏁",
  clipboard: "📋", construction: "🚧", eyes: "👀", fire: "🔥", hammer_and_wrench: "🛠️", hand: "✋", heavy_check_mark: "✔️", raised_hand: "✋",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", information_source: "ℹ️", label: "🏷️", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍", mag_right: "🔎", memo: "📝", no_entry: "⛔", no_entry_sign: "🚫", package: "📦",
  double_vertical_bar: "⏸️", pause_button: "⏸️", point_right: "👉", pushpin: "📌", question: "❓", red_circle: "🔴", repeat: "🔁", rewind: "⏪", rocket: "🚀",
  rotating_light: "🚨", seedling: "🌱", ship: "🚢", snowflake: "❄️", speech_balloon: "💬", octagonal_sign: "🛑", stop_sign: "🛑",
  stopwatch: "⏱️", tada: "🎉", test_tube: "🧪", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", warning: "⚠️", wastebasket: "🗑️",
  wave: "👋", white_check_mark: "✅", white_circle: "⚪", black_circle: "⚫", white_large_square: "⬜", white_small_square: "▫️", x: "❌", zap: "⚡",
};

const disc = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
const BOX = "M5 2h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z";
const TURN = "M4.5 9V8a3 3 0 0 1 3-3h7M12 2.5 14.5 5 12 7.5M15.5 11v1a3 3 0 0 1-3 3h-7M8 12.5 5.5 15 8 17.5";
const GLASS = [["#c9893f", "M5 2h10v2H5zM5 16h10v2H5z"], ["#9fc6d4", "M6 4h8c0 3-2 4.5-3 6 1 1.5 3 3 3 6H6c0-3 2-4.5 3-6-1-1.5-3-3-3-6z"],
  ["#e3b04b", "M7.5 6h5c-.5 1.5-1.5 2-2.5 3.200C9 8 8 7.5 7.5 6zM7 15.800c.5-2 2-2.3 3-3.3 1 1 2.5 1.3 3 3.300z"]];
const LENS = [["#8fbfd6", disc(8, 8, 5)], ["#5a6b78", disc(8, 8, 5), 1.8], ["#8a5a33", "M12 12 17 17", 2.6]];
const STOP = "M7 2h6l5 5v6l-5 5H7l-5-5V7z";
const round = (colour) => [[colour, disc(10, 10, 7.5)]];
const onBox = (colour, ...more) => [[colour, BOX], ...more];

// Each drawing is a list of [paint, path, width of the stroke or nothing for a filled shape] on a field of 20 by 20.
const DRAWN = {
  "✅": onBox("#2f9e62", ["#fff", "M5.5 10.5 8.7 13.7 14.6 6.8", 2.2]),
  "✔": [["#2f9e62", "M3.5 10.5 8 15 16.5 5", 2.6]],
  "❌": [["#d6453d", "M4 4 16 16M16 4 4 16", 3]],
  "⬜": [["#98a4aa", "M5 3h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z", 1.6]],
  "▫": [["#98a4aa", "M7.5 6.500h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1z", 1.4]],
  "🔁": onBox("#3b7fc4", ["#fff", TURN, 1.6]),
  "🔄": onBox("#3b7fc4", ["#fff", TURN, 1.6]),
  "▶": onBox("#3b7fc4", ["#fff", "M7 5.500v9l7.5-4.500z"]),
  "⏸": onBox("#3b7fc4", ["#fff", "M6.5 5.500h2.500v9H6.500zM11 5.500h2.500v9H11z"]),
  "➡": onBox("#3b7fc4", ["#fff", "M4.5 10h10M10.5 6l4 4-4 4", 2]),
  "ℹ": onBox("#3b7fc4", ["#fff", "M10 9v5.500M10 5.500v.5", 2.2]),
  "⏳": GLASS,
  "⌛": GLASS,
  "🔎": LENS,
  "🔍": LENS,
  "🚨": [["#5a6b78", "M3 15.500h14V18H3z"], ["#d6453d", "M5.5 15.500V10a4.5 4.5 0 0 1 9 0v5.500z"], ["#f6b9b3", "M8 10a2 2 0 0 1 2-2", 1.4],
    ["#e3914b", "M10 1v2M3.5 4 5 5.500M16.5 4 15 5.5", 1.5]],
  "🚢": [["#d7dee2", "M6 6.500h8V10H6z"], ["#c9524a", "M9 2.500h3v4H9z"], ["#35536b", "M2 10h16l-2.5 5.500h-11z"],
    ["#5aa5d1", "M1.5 16.500c1.5-1.5 3-1.5 4.25 0s2.75 1.5 4.25 0 2.75-1.5 4.25 0 2.75 1.5 4.25 0", 1.7]],
  "✋": [["#e9b44c", "M6 10V5a1.2 1.2 0 0 1 2.4 0V3.400a1.2 1.2 0 0 1 2.4 0V4.500a1.2 1.2 0 0 1 2.4 0V7a1.2 1.2 0 0 1 2.4 0v5.500a5.3 5.3 0 0 1-5.3 5.500C7 18 5.5 15.5 2.8 11.600c-.5-1 .8-2.2 1.8-1.300z"],
    ["#b98022", "M8.4 5v4.500M10.8 4.500v5M13.2 6.500v3.5", 0.7]],
  "⛔": [["#d6453d", disc(10, 10, 8)], ["#fff", "M5 8.500h10v3H5z"]],
  "🚫": [["#d6453d", `${disc(10, 10, 7)}M5 5l10 10`, 2.2]],
  "🛑": [["#d6453d", STOP], ["#fff", "M6 10h8", 2]],
  "🏷": [["#e0a23c", "M3 4.500A1.5 1.5 0 0 1 4.5 3H10l7.5 7.5-7 7L3 10z"], ["#fff", disc(6.5, 6.5, 1.4)]],
  "🎉": [["#e0a23c", "M2.5 17.5 6.5 7.500l6 6z"], ["#b97a1c", "M4.5 13l3 3M5.5 10l5 5", 0.9], ["#d6453d", "M10 7.500C10 5 11 3.5 9.5 2", 1.4],
    ["#3b7fc4", "M12.5 10c2.5-.5 3.5-2 5-1.5", 1.4], ["#2f9e62", `${disc(14.5, 4.5, 1.2)}${disc(17, 13.5, 0.9)}`], ["#8a5cb0", disc(5.5, 3.8, 1)]],
  "🗑": [["#8c9aa2", "M4.5 6h11l-1 12h-9z"], ["#6b7981", "M3.5 4h13v2h-13zM8 2.500h4V4H8z"], ["#fff", "M8 8.500v7M12 8.500v7", 1]],
  "⚠": [["#e8b339", "M10 2 18.5 17h-17z"], ["#4a3a10", "M10 7.500v4.500M10 14.300v.4", 1.8]],
  "❓": [["#d6453d", "M6.5 6.500a3.5 3.5 0 1 1 5 3.200c-1.2.6-1.5 1.3-1.5 2.500M10 15.500v.5", 2.3]],
  "🚀": [["#d7dee2", "M16.5 3.500c-5 0-8 3-9.5 7l2.5 2.500c4-1.5 7-4.5 7-9.500z"], ["#c9524a", "M7.5 9 3.5 10.500l2 2zM11 12.500l-1.5 4-2-2z"],
    ["#3b7fc4", disc(12.3, 7.7, 1.5)], ["#e3914b", "M5.5 12.5 3 17l4.5-2.500z"]],
  "🔥": [["#e2642f", "M10 1.500c.5 3 5.5 5 5.5 10.500a5.5 5.5 0 0 1-11 0c0-2.5 1-4 2.5-5.5 0 1.5.5 2 1.5 2.5 0-3 0-5.5 1.5-7.500z"],
    ["#f3c14b", "M10 10c2 2 2.5 3 2.5 4.500a2.5 2.5 0 0 1-5 0C7.5 13 8.5 12 10 10z"]],
  "👀": [["#f4f6f7", `${disc(5.8, 10, 4)}${disc(14.2, 10, 4)}`], ["#5a6b78", `${disc(5.8, 10, 4)}${disc(14.2, 10, 4)}`, 1], ["#2b3a42", `${disc(7, 10.5, 1.7)}${disc(15.4, 10.5, 1.7)}`]],
  "👍": [["#e9b44c", "M3 9h3v8H3zM7 9.5 10.5 2.500c2 0 2.5 1.5 2 3L12 8h4.500c1 0 1.5 1 1.3 2l-1.2 6c-.2.7-.6 1-1.3 1H7z"]],
  "🟢": round("#2f9e62"), "🔴": round("#d6453d"), "🟡": round("#e8b339"), "🔵": round("#3b7fc4"), "⚪": round("#d7dee2"), "⚫": round("#3a464d"),
};

const KNOWN = new RegExp(`(?:${Object.keys(DRAWN).join("|")})\uFE0F?`, "gu");

function picture(character) {
  const shapes = DRAWN[character.replace("\uFE0F", "")];
  if (!shapes) return character;
  const paths = shapes.map(([paint, d, width]) => draw("path", width
    ? { d, fill: "none", stroke: paint, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }
    : { d, fill: paint }));
  return make("span", { class: "emoji" }, draw("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, paths), make("span", { class: "unseen" }, character));
}

export function emoji(name) {
  return NAMES[name] ? picture(NAMES[name]) : `:${name}:`;
}

export function named(text) {
  return text.includes(":") ? text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] || whole) : text;
}

// Text as nodes, with drawings in place of the emoji that are drawn.
export function withPictures(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(KNOWN)) {
    if (match.index > last) nodes.push(text.slice(last, match.index));
    nodes.push(picture(match[0]));
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(text.slice(last));
  return nodes;
}
