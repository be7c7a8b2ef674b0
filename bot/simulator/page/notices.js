/** Short notices at the page's edge. */

import { el } from "./dom.js";

const SHOWN_MS = 7000;

export class Notices {
  node = el("div", { class: "notices", role: "status", "aria-live": "polite" });

  /** Show a notice for a few seconds. */
  say(text) {
    const notice = el("p", { class: "notice" }, text);
    this.node.append(notice);
    setTimeout(() => notice.remove(), SHOWN_MS);
  }

  /** Show a notice until the returned function is called. */
  hold(text) {
    const notice = el("p", { class: "notice" }, text);
    this.node.append(notice);
    return () => notice.remove();
  }
}
