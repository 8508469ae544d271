// Dates and times as the acting person reads them: in their own time zone, whatever zone the browser is in.

let zone = "UTC";

export function setZone(name) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    zone = name;
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    zone = "UTC";
  }
}

const made = new Map();

function format(seconds, options) {
  const key = zone + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return made.get(key).format(new Date(seconds * 1000));
}

const CLOCK = { hour: "2-digit", minute: "2-digit" };
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };

export const clock = (ts) => format(Number(ts), CLOCK);
export const exactly = (ts) => `${format(Number(ts), { ...LONG, ...CLOCK, second: "2-digit" })} (${zone})`;
export const withSeconds = (ts) => format(Number(ts), { ...CLOCK, second: "2-digit" });
export const dayKey = (ts) => format(Number(ts), { day: "2-digit", month: "2-digit", year: "numeric" });

export function day(seconds) {
  return pretty(Number(seconds), { weekday: "long", day: "numeric", month: "long" });
}

function pretty(seconds, options) {
  const now = Date.now() / 1000;
  for (const [shift, word] of [[0, "Today"], [-86400, "Yesterday"], [86400, "Tomorrow"]]) {
    if (dayKey(seconds) === dayKey(now + shift)) return word;
  }
  return format(seconds, options);
}

const SHORT = { day: "numeric", month: "short", year: "numeric" };
const MEDIUM = { day: "numeric", month: "long", year: "numeric" };
const TOKENS = {
  date_num: (at) => format(at, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
  date_slash: (at) => format(at, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (at) => format(at, MEDIUM), date_short: (at) => format(at, SHORT), date_long: (at) => format(at, LONG),
  date_pretty: (at) => pretty(at, MEDIUM), date_short_pretty: (at) => pretty(at, SHORT), date_long_pretty: (at) => pretty(at, LONG),
  day_divider_pretty: (at) => pretty(at, LONG),
  time: (at) => format(at, CLOCK), time_secs: withSeconds, ago,
};

// Slack's date templates, as `{date_short_pretty} at {time}`. An unknown token shows the fallback.
export function slackDate(seconds, template, fallback) {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return fallback;
  let known = true;
  const text = template.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!TOKENS[name]) { known = false; return whole; }
    return TOKENS[name](seconds);
  });
  return known ? text : fallback;
}

function ago(seconds) {
  const past = Date.now() / 1000 - seconds;
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(past) >= length) || ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(past / size), unit);
}

// For date-and-time pickers: the wall clock of the zone as `2026-11-24T09:30`, and back.
export function wall(seconds) {
  const parts = format(seconds, { year: "numeric", month: "2-digit", day: "2-digit", ...CLOCK, hourCycle: "h23" });
  const [, d, m, y, time] = /(\d+)\/(\d+)\/(\d+), (\d+:\d+)/.exec(parts);
  return `${y}-${m}-${d}T${time}`;
}

export function fromWall(text) {
  const asUtc = Date.parse(`${text}Z`) / 1000;
  const first = asUtc - (Date.parse(`${wall(asUtc)}Z`) / 1000 - asUtc);
  return first - (Date.parse(`${wall(first)}Z`) / 1000 - asUtc);
}
