/** What an agent suggests: questions to press instead of typing. */

import { busyWhile, el } from "./dom.js";

export class Prompts {
  /** `send(text)` sends as if it had been typed. */
  constructor(channel, send) {
    Object.assign(this, { channel, send });
    this.node = el("div", { class: "prompts", role: "group" });
    this.show();
  }

  /** Draw what the channel suggests by now; nothing where it suggests nothing. */
  show() {
    const { prompts = [], prompts_title: title } = this.channel;
    const focused = this.node.contains(document.activeElement);
    this.node.hidden = !prompts.length;
    this.node.setAttribute("aria-label", title || "Suggested");
    this.node.replaceChildren(
      el("p", { class: "prompts-title", "aria-hidden": "true" }, title || "Suggested"),
      ...prompts.map(({ title: label, message }) => this.#button(label, message)),
    );
    if (focused) this.node.querySelector("button")?.focus();
  }

  #button(label, message) {
    const button = el("button", {
      type: "button", class: "button prompt",
      onclick: () => busyWhile(button, () => this.send(message)),
    }, label);
    return button;
  }
}
