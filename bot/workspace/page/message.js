// One message: who, when, what, its reactions, files and replies.

import { renderBlocks } from "./blocks.js";
import { clock, exactly } from "./dates.js";
import { avatar, icon, link, make, safe } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn, plainText } from "./text.js";

// `look` tells whether the message follows one of the same author, which replies it has, and what opening the thread does.
export function drawMessage(message, world, look) {
  const person = world.people.find((item) => item.id === message.user);
  const name = message.from_bot ? world.app.name : person?.real_name || world.names[message.user] || message.user;
  const kinds = ["message", look.follows && "follows", message.ephemeral && "ephemeral", message.pinned && "pinned"].filter(Boolean);
  const time = make("time", { title: exactly(message.ts) }, clock(message.ts));
  return make("article", { class: kinds.join(" "), id: `${look.prefix}-${message.ts}`, "aria-label": `${name}, ${clock(message.ts)}` },
    look.follows ? make("span.gutter", time) : avatar(name, message.from_bot),
    make(".content",
      message.pinned ? make(".flag", icon("pin"), "Pinned") : null,
      message.ephemeral ? make(".flag", icon("eye"), "Only visible to you",
        make("button.plain", { onclick: look.dismiss }, "Dismiss")) : null,
      look.follows ? null : make("header", make("strong", name), message.from_bot ? make("span.tag", "APP") : null, time),
      body(message, world),
      message.edited ? make("span.edited", "(edited)") : null,
      (message.attachments || []).map((item) => attachment(item, message, world)),
      (message.files || []).map(file),
      reactions(message, world),
      look.replies?.length ? replies(look) : null),
    look.open && !message.ephemeral ? make("button.plain.reply", { title: "Reply in a thread", "aria-label": "Reply in a thread",
      onclick: look.open, data: { key: "reply" } }, icon("reply")) : null);
}

function renders(blocks, message, world) {
  const aim = { channel: message.channel, ts: message.ts };
  return renderBlocks(blocks, { ...world,
    press: (block, item) => world.act({ act: "click", ...aim, action_id: item.action_id, value: item.value, block_id: block.block_id }),
    choose: (block, item, value) => world.act({ act: "choose", ...aim, action_id: item.action_id, value, block_id: block.block_id }),
  });
}

function body(message, world) {
  if (message.blocks.length) return renders(message.blocks, message, world);
  return message.text ? make(".words", mrkdwn(message.text, world.names)) : null;
}

function attachment(item, message, world) {
  const said = (key) => (item[key] ? make(".words", mrkdwn(item[key], world.names)) : null);
  const node = make(".legacy", said("pretext"), item.author_name ? make(".quiet", item.author_name) : null,
    item.title ? make("strong", safe(item.title_link) ? link(item.title_link, item.title) : item.title) : null,
    item.blocks ? renders(item.blocks, message, world) : said("text") || (item.fallback && !item.title ? plainText(item.fallback) : null),
    item.fields ? make(".fields", item.fields.map((field) => make("div", make("strong", field.title), make(".words", mrkdwn(String(field.value ?? ""), world.names))))) : null,
    item.footer ? make(".quiet", item.footer) : null);
  if (/^#[0-9a-f]{3,8}$/i.test(item.color || "")) node.style.borderColor = item.color;
  return node;
}

function file(item) {
  const size = item.size > 1e6 ? `${(item.size / 1e6).toFixed(1)} MB` : item.size > 1000 ? `${Math.round(item.size / 1000)} kB` : `${item.size} bytes`;
  return make(".attachment", icon("file"), make("div", make("strong", item.title || item.name), make(".quiet", `${item.name}, ${size}`),
    item.picture ? make("img.shown-picture", { src: item.picture, alt: item.alt_text || item.name, loading: "lazy" }) : null));
}

function reactions(message, world) {
  const names = Object.keys(message.reactions);
  if (!names.length) return null;
  return make(".reactions", names.map((name) =>
    make("span.reaction", { title: message.reactions[name].map((user) => world.names[user] || user).join(", ") }, emoji(name), ` ${message.reactions[name].length}`)));
}

function replies(look) {
  const last = look.replies.at(-1);
  return make("button.plain.replies", { onclick: look.open, data: { key: "replies" } },
    `${look.replies.length} ${look.replies.length === 1 ? "reply" : "replies"}`, make("span.quiet", ` last at ${clock(last.ts)}`));
}
