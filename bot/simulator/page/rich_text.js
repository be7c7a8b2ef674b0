/** The rich_text block: sections, lists, quotes, code, and what stands in a line. */

import { el } from "./dom.js";
import {
  channelMention, dateNode, link, plainText, specialMention, userMention,
} from "./mrkdwn.js";
import { emojiFor } from "./emoji.js";

const PARTS = {
  rich_text_section: (part, scene) => el("div", {}, inlines(part, scene)),
  rich_text_list: list,
  rich_text_quote: (part, scene) => el("blockquote", {}, inlines(part, scene)),
  rich_text_preformatted: (part, scene) => el("pre", {}, el("code", {}, inlines(part, scene))),
};

const INLINES = {
  text: (item) => plainText(item.text, { emoji: false }),
  link: (item) => link(item.url, item.text ?? item.url),
  emoji: (item) => document.createTextNode(emojiCharacter(item)),
  user: (item, scene) => userMention(item.user_id, scene),
  usergroup: (item) => specialMention(`subteam^${item.usergroup_id}`),
  channel: (item, scene) => channelMention(item.channel_id, scene),
  broadcast: (item) => specialMention(item.range),
  date: (item, scene) => dateNode(item.timestamp, item.format, scene),
  color: (item) => el("code", {}, item.value),
};

const STYLE_TAGS = { code: "code", strike: "s", italic: "em", bold: "strong" };

/** Draw the whole block. */
export function richText(block, { scene }) {
  return el("div", { class: "block-rich-text" }, richParts(block, scene));
}

/** Draw the parts of a block, or of a table's cell. */
export function richParts(block, scene) {
  return block.elements.map((part) => (PARTS[part.type] ?? unsupported)(part, scene));
}

function list(part, scene) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const items = part.elements.map((item) => el("li", {}, inlines(item, scene)));
  const node = el(tag, { class: `indent-${part.indent ?? 0}` }, items);
  if (tag === "ol" && part.offset) node.start = part.offset + 1;
  return node;
}

function inlines(part, scene) {
  return part.elements.map((item) => {
    const draw = INLINES[item.type] ?? unsupported;
    return styled(draw(item, scene), item.style ?? {});
  });
}

function styled(node, style) {
  return Object.entries(STYLE_TAGS).reduce((inner, [name, tag]) => {
    return style[name] ? el(tag, {}, inner) : inner;
  }, node);
}

function emojiCharacter({ name, unicode }) {
  const points = unicode?.split("-").map((hex) => Number.parseInt(hex, 16));
  return points ? String.fromCodePoint(...points) : (emojiFor(name) ?? `:${name}:`);
}

function unsupported(part) {
  return el("span", { class: "unsupported" }, `“${part.type}” cannot be shown here`);
}
