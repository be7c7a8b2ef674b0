/** The small "Try this" panel above the composer. */

import { el } from "./dom.js";
import { icon } from "./icons.js";

const DISMISSED = "tips-dismissed";

/** Draw the panel, or return null when there are no tips or it was dismissed. */
export function tipsPanel(tips, onChoose) {
  if (!tips.length || sessionStorage.getItem(DISMISSED)) return null;
  const dismiss = () => {
    sessionStorage.setItem(DISMISSED, "yes");
    panel.remove();
  };
  const panel = el(
    "section",
    { class: "tips", "aria-label": "Try this" },
    el("span", { class: "tips-title" }, "Try this"),
    tips.map((tip) => tipButton(tip, onChoose)),
    el("button", { type: "button", class: "tool-button", "aria-label": "Dismiss these tips",
      onclick: dismiss }, icon("close")),
  );
  return panel;
}

function tipButton(tip, onChoose) {
  return el("button", { type: "button", class: "tip", onclick: () => onChoose(tip) }, tip);
}
