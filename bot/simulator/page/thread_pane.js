/** The pane beside the channel that shows one thread. */

import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";

export class ThreadPane {
  constructor(page) {
    this.page = page;
    this.node = el("aside", { class: "thread", "aria-label": "Thread", hidden: true });
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.conversation = null;
  }

  async open(channel, threadTs) {
    this.opener = document.activeElement;
    this.conversation = new Conversation(this.page, channel, threadTs);
    this.node.replaceChildren(this.#head(channel), this.conversation.node);
    this.node.hidden = false;
    await this.conversation.load();
    this.conversation.focus();
  }

  close() {
    if (this.node.hidden) return;
    this.conversation = null;
    this.node.hidden = true;
    this.node.replaceChildren();
    if (this.opener?.isConnected) this.opener.focus();
    else this.page.focusComposer();
  }

  #head(channel) {
    return el("header", { class: "main-head" },
      el("h2", {}, "Thread"),
      el("p", { class: "topic" }, this.page.nameOf(channel)),
      el("button", { type: "button", class: "tool-button", "aria-label": "Close thread",
        onclick: () => this.close() }, icon("close")));
  }
}
