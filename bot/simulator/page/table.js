/** The table block. */

import { el } from "./dom.js";
import { richParts } from "./rich_text.js";

/** Draw a table; its first row is the heading, and it scrolls sideways when wide. */
export function table(block, { scene }) {
  const [head, ...rows] = block.rows;
  const settings = block.column_settings ?? [];
  const row = (cells, tag) => {
    return el("tr", {}, cells.map((cell, at) => cellNode(cell, tag, settings[at], scene)));
  };
  return el(
    "div",
    { class: "table-scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    el("table", {},
      el("thead", {}, row(head, "th")),
      el("tbody", {}, rows.map((cells) => row(cells, "td")))),
  );
}

function cellNode(cell, tag, setting, scene) {
  const align = `align-${setting?.align ?? "left"}`;
  const wrap = setting?.is_wrapped ? "" : " nowrap";
  const content = cell.type === "rich_text" ? richParts(cell, scene) : String(cell.text ?? cell.value);
  return el(tag, { class: align + wrap, scope: tag === "th" ? "col" : null }, content);
}
