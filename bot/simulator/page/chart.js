/** The data_visualization block: bars in rows, which a phone's width holds. */

import { el } from "./dom.js";

/** Draw a bar chart as a table, so that each bar is read with its name and number. */
export function chart(block) {
  const { series, axis_config: axis } = block.chart;
  const numbers = series.flatMap((each) => each.data.map((point) => Math.abs(point.value)));
  const most = Math.max(...numbers) || 1;
  const rows = axis.categories.flatMap((name) => series.map((each, nth) => {
    const { value } = each.data.find((point) => point.label === name);
    const bar = el("div", { class: `bar bar-${nth % 2}` });
    bar.style.width = `${(100 * Math.abs(value)) / most}%`;
    const key = series.length > 1 ? el("td", { class: "muted" }, each.name) : null;
    const head = nth ? null : el("th", { scope: "rowgroup", rowspan: series.length }, name);
    return el("tr", {}, head, key,
      el("td", { class: "chart-bar" }, bar),
      el("td", { class: "align-right nowrap" }, value.toLocaleString("en-GB")));
  }));
  return el("div", { class: "block-chart table-scroll", tabindex: 0, role: "group", "aria-label": "Chart" },
    el("table", {}, el("caption", {}, block.title), el("tbody", {}, rows)));
}
