/** The markdown block: the parts of standard Markdown that apps send. */

import { el } from "./dom.js";
import { link } from "./mrkdwn.js";

const ITEM = /^\s*([-*+]|\d+[.)])\s+(\[[ xX]\]\s)?(.*)$/;
const RULE_ROW = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** The kinds of paragraph, first match first: `starts` looks at its first line. */
const KINDS = [
  { starts: (line) => /^#{1,6}\s/.test(line), draw: heading },
  { starts: (line) => /^\s*([-*_])(\s*\1){2,}\s*$/.test(line), draw: () => el("hr") },
  { starts: (line) => line.startsWith(">"), draw: quote },
  { starts: (line) => ITEM.test(line), draw: list },
  { starts: (line) => line.startsWith("|"), draw: tableOf },
  { starts: () => true, draw: paragraph },
];

const INLINE = [
  { pattern: /`([^`]+)`/, node: (m) => el("code", {}, m[1]) },
  { pattern: /!?\[([^\]]*)\]\(([^\s)]+)\)/, node: (m) => link(m[2], m[1] || m[2]) },
  { pattern: /\*\*(\S(?:.*?\S)?)\*\*/, node: (m) => el("strong", {}, inline(m[1])) },
  { pattern: /~~(\S(?:.*?\S)?)~~/, node: (m) => el("s", {}, inline(m[1])) },
  { pattern: /(?<!\w)([*_])(\S(?:.*?\S)?)\1(?!\w)/, node: (m) => el("em", {}, inline(m[2])) },
];

/** Render a whole text. */
export function markdown(text) {
  return text.split(/^```\w*\n([\s\S]*?)\n?^```$/m).flatMap((part, index) => {
    return index % 2 ? [el("pre", {}, el("code", {}, part))] : paragraphs(part);
  });
}

function paragraphs(text) {
  const groups = [];
  let previous = null;
  for (const line of text.split("\n")) {
    const kind = line.trim() ? KINDS.find(({ starts }) => starts(line)) : null;
    if (kind && kind === previous && kind.draw !== heading) groups.at(-1).lines.push(line);
    else if (kind) groups.push({ kind, lines: [line] });
    previous = kind;
  }
  return groups.map(({ kind, lines }) => kind.draw(lines));
}

function heading([line]) {
  const level = line.match(/^#+/)[0].length;
  return el(`h${Math.min(level + 2, 6)}`, {}, inline(line.slice(level).trim()));
}

function quote(lines) {
  return el("blockquote", {}, markdown(lines.map((l) => l.replace(/^>\s?/, "")).join("\n")));
}

function list(lines) {
  const ordered = /^\s*\d/.test(lines[0]);
  return el(ordered ? "ol" : "ul", {}, lines.map((line) => {
    const [, , task, words] = line.match(ITEM);
    const mark = task ? (task.startsWith("[ ]") ? "☐ " : "☑ ") : null;
    return el("li", {}, mark, inline(words));
  }));
}

function tableOf(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|");
  const row = (line, tag) => el("tr", {}, cells(line).map((c) => el(tag, {}, inline(c.trim()))));
  const body = lines.slice(1).filter((line) => !RULE_ROW.test(line));
  return el("table", {},
    el("thead", {}, row(lines[0], "th")),
    el("tbody", {}, body.map((line) => row(line, "td"))));
}

function paragraph(lines) {
  const nodes = lines.flatMap((line, index) => [index ? el("br") : null, ...inline(line)]);
  return el("p", {}, nodes);
}

/** Render what stands in a line: the match that starts first wins. */
function inline(text) {
  const found = INLINE.map(({ pattern, node }) => ({ node, match: text.match(pattern) }))
    .filter(({ match }) => match)
    .sort((a, b) => a.match.index - b.match.index)[0];
  if (!found) return text ? [text] : [];

  const { node, match } = found;
  const after = text.slice(match.index + match[0].length);
  return [text.slice(0, match.index), node(match), ...inline(after)];
}
