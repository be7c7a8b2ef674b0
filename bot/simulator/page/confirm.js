/** Slack's confirmation dialog in front of an action. */

import { el, freshId } from "./dom.js";
import { trapTab } from "./keyboard.js";
import { plainText, textObject } from "./mrkdwn.js";

/** Ask, and return whether the person agreed; without a `confirm` object, true. */
export function agreed(anchor, confirm, scene) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (answer) => {
      shade.remove();
      anchor.focus();
      resolve(answer);
    };
    const shade = drawn(confirm, scene, finish);
    anchor.closest("#frame").append(shade);
    shade.querySelector(".button-deny").focus();
  });
}

function drawn(confirm, scene, finish) {
  const id = freshId("confirm");
  const style = confirm.style === "danger" ? "button-danger" : "button-primary";
  const dialog = el(
    "div",
    { role: "alertdialog", "aria-modal": "true", "aria-labelledby": id, class: "confirm" },
    el("h2", { id }, plainText(confirm.title.text)),
    el("div", { class: "confirm-text" }, textObject(confirm.text, scene)),
    el("div", { class: "dialog-buttons" },
      choice(confirm.deny, "button-deny", () => finish(false)),
      choice(confirm.confirm, style, () => finish(true))),
  );
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(false);
  });
  trapTab(dialog);
  return el("div", { class: "shade" }, dialog);
}

function choice(text, style, onclick) {
  return el("button", { type: "button", class: `button ${style}`, onclick }, plainText(text.text));
}
