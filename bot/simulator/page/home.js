/** The app's Home tab. */

import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { Values } from "./values.js";

export class Home {
  #values = new Values();

  constructor(page) {
    this.page = page;
    this.node = el("div", {
      class: "home", role: "tabpanel", "aria-label": "Home", tabindex: 0,
    });
  }

  /** Show what is published, then let the app know that somebody looks. */
  async load() {
    this.show(await this.page.api.home());
    await this.page.tell(this.page.api.homeOpened("home"));
  }

  show(view) {
    const inner = view ? this.#blocksOf(view) : [this.#nothing()];
    const focused = this.node.contains(document.activeElement) && document.activeElement;
    const key = focused && focused.closest("[data-key]")?.dataset.key;
    this.node.replaceChildren(el("div", { class: "home-inner blocks" }, inner));
    if (key) this.node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  #nothing() {
    return el("p", { class: "muted" }, `${this.page.workspace.app.name} shows nothing here yet.`);
  }

  #blocksOf(view) {
    const container = { type: "view", view_id: view.id };
    const act = (action) => {
      return this.page.act({ container, ...action, state: this.#values.asState() });
    };
    return blocks(view.blocks, { ...this.page.scene, values: this.#values, act });
  }
}
