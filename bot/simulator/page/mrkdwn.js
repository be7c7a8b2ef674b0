/** Slack's mrkdwn as DOM nodes. No text of a message is ever parsed as HTML. */

import { el } from "./dom.js";
import { formatDate, fullDate } from "./dates.js";
import { emojiFor } from "./emoji.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const QUOTE = /^(?:&gt;|>) ?/;
const QUOTE_REST = /^(?:&gt;|>){3} ?/m;
const LAST_INSTANT_S = 8.64e12; // What a JavaScript Date can hold.
const WORD = /[\p{L}\p{N}]/u;

/** Addresses that a message may open. */
export const SAFE_LINK = /^(https?:\/\/|mailto:)/i;

/** Render a mrkdwn text: fenced code, quotes and what stands within lines. */
export function mrkdwn(text, scene) {
  const out = document.createDocumentFragment();
  text.split(/```\n?([\s\S]+?)\n?```\n?/).forEach((part, index) => {
    if (index % 2) out.append(el("pre", {}, el("code", {}, decode(part))));
    else if (part) out.append(quotesAndLines(part, scene));
  });
  return out;
}

/** Render a plain text: only line breaks and, unless `emoji` is false, shortcodes. */
export function plainText(text, { emoji = true } = {}) {
  const shown = emoji ? text.replace(/:([\w+-]+):/g, (code, n) => emojiFor(n) ?? code) : text;
  return withBreaks(decode(shown));
}

/** Render a Slack text object of either type. */
export function textObject(object, scene) {
  if (!object) return document.createDocumentFragment();
  return object.type === "mrkdwn" ? mrkdwn(object.text, scene) : plainText(object.text, object);
}

/** Undo the three escapes that Slack has. */
export function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Make a link, or plain text if the address is none that a message may open. */
export function link(url, label) {
  if (!SAFE_LINK.test(url)) return document.createTextNode(label);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

function quotesAndLines(text, scene) {
  const out = document.createDocumentFragment();
  const rest = text.match(QUOTE_REST);
  const head = rest ? text.slice(0, rest.index) : text;

  for (const group of groupQuotes(head.split("\n"))) {
    const nodes = inline(group.lines.join("\n"), scene);
    out.append(group.quoted ? el("blockquote", {}, nodes) : nodes);
  }
  if (rest) {
    const quoted = text.slice(rest.index + rest[0].length);
    out.append(el("blockquote", {}, inline(quoted, scene)));
  }
  return out;
}

function groupQuotes(lines) {
  const groups = [];
  for (const line of lines) {
    const quoted = QUOTE.test(line);
    if (groups.at(-1)?.quoted !== quoted) groups.push({ quoted, lines: [] });
    groups.at(-1).lines.push(quoted ? line.replace(QUOTE, "") : line);
  }
  return groups;
}

/** Render what stands within lines. Styles nest; a style ends on its own line. */
function inline(text, scene) {
  const out = document.createDocumentFragment();
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = tokenAt(text, at, scene);
    if (found) {
      out.append(withBreaks(decode(plain)), found.node);
      plain = "";
    } else {
      plain += text[at];
    }
    at = found ? found.end : at + 1;
  }
  out.append(withBreaks(decode(plain)));
  return out;
}

function tokenAt(text, at, scene) {
  const char = text[at];
  if (char === "<") return angleAt(text, at, scene);
  if (char === "`") return codeAt(text, at);
  if (char === ":") return emojiAt(text, at);
  return char in STYLES ? styleAt(text, at, scene) : null;
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function angleAt(text, at, scene) {
  const match = matchAt(/<([^<>\n]+)>/y, text, at);
  return match && { node: reference(match[1], scene), end: at + match[0].length };
}

function codeAt(text, at) {
  const match = matchAt(/`(?!\u200b)([^`\n]+)`/y, text, at);
  return match && { node: el("code", {}, decode(match[1])), end: at + match[0].length };
}

function emojiAt(text, at) {
  const match = matchAt(/:([\w+-]+):/y, text, at);
  const character = match && emojiFor(match[1]);
  if (!character) return null;
  return { node: document.createTextNode(character), end: at + match[0].length };
}

function styleAt(text, at, scene) {
  const end = styleEnd(text, at);
  if (end < 0) return null;
  const node = el(STYLES[text[at]], {}, inline(text.slice(at + 1, end), scene));
  return { node, end: end + 1 };
}

/** Return where the style that opens at `at` closes, or -1 if it does not open. */
function styleEnd(text, at) {
  const marker = text[at];
  const opens = !WORD.test(text[at - 1] ?? "") && /[^\s\u200b]/.test(text[at + 1] ?? "");
  if (!opens || text[at + 1] === marker) return -1;

  for (let i = at + 1; i < text.length && text[i] !== "\n"; i += 1) {
    if (text[i] === "<" || text[i] === "`") i = skipTo(text, i);
    else if (text[i] === marker && closesAt(text, i)) return i;
  }
  return -1;
}

function skipTo(text, from) {
  const end = text.indexOf(text[from] === "<" ? ">" : "`", from + 1);
  return end < 0 ? from : end;
}

function closesAt(text, at) {
  return !/[\s\u200b]/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? "");
}

/** Render what stood between angle brackets: a mention, a date or a link. */
function reference(body, scene) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : decode(body.slice(bar + 1));

  if (target.startsWith("@")) return userMention(target.slice(1), scene, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), scene, label);
  if (target.startsWith("!date^")) return dateToken(target.split("^"), scene, label);
  if (target.startsWith("!")) return specialMention(target.slice(1), label);
  return link(decode(target), label || decode(target));
}

/** Name a person; a mention of the viewer stands out. */
export function userMention(id, scene, label = "") {
  const user = scene.workspace.user(id);
  const own = id === scene.workspace.me.id ? " mention-own" : "";
  return el("span", { class: `mention${own}` }, `@${user?.name ?? (label || id)}`);
}

/** Name a channel; a known one opens when pressed. */
export function channelMention(id, scene, label = "") {
  const channel = scene.workspace.channel(id);
  if (!channel) return el("span", { class: "mention" }, `#${label || id}`);
  const open = () => scene.openChannel?.(id);
  return el("button", { type: "button", class: "mention", onclick: open }, `#${channel.name}`);
}

/** Name a group of people: `here`, `channel`, `everyone` or a user group. */
export function specialMention(name, label = "") {
  const group = name.startsWith("subteam^");
  const shown = label || (group ? name.slice("subteam^".length) : name.split("^")[0]);
  return el("span", { class: "mention mention-own" }, shown.startsWith("@") ? shown : `@${shown}`);
}

function dateToken([, seconds, format, url], scene, fallback) {
  const ts = Number(seconds);
  if (!(Math.abs(ts) <= LAST_INSTANT_S) || !format) return document.createTextNode(fallback);
  const node = dateNode(ts, format, scene);
  return url ? link(decode(url), node.textContent) : node;
}

/** Show an instant in the viewer's zone; the tooltip has it whole. */
export function dateNode(ts, format, scene) {
  const clock = scene.workspace.clock();
  const machine = new Date(ts * 1000).toISOString();
  const title = fullDate(ts, clock);
  return el("time", { datetime: machine, title }, formatDate(ts, decode(format), clock));
}

function withBreaks(text) {
  const out = document.createDocumentFragment();
  text.split("\n").forEach((line, index) => {
    if (index) out.append(el("br"));
    if (line) out.append(line);
  });
  return out;
}
