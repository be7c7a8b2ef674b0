/** Where messages and commands are typed. */

import { completionsFor, usageHint } from "./completions.js";
import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";

const TALLEST_PX = 180;

export class Composer {
  #completions = null;
  #active = 0;

  /** `send(text)` returns what went wrong in words, or null. */
  constructor(workspace, { label, send }) {
    Object.assign(this, { workspace, sendText: send });
    this.listId = freshId("completions");
    this.popup = el("ul", { class: "completions", role: "listbox", id: this.listId, hidden: true });
    this.popup.setAttribute("aria-label", "Completions");
    this.hint = el("p", { class: "composer-hint", "aria-live": "polite" });
    this.error = el("p", { class: "composer-error", role: "alert" });
    this.field = this.#field(label);
    this.node = this.#form();
  }

  focus() {
    this.field.focus();
  }

  /** Put `text` in the field, ready to be sent or changed. */
  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.#typed();
    this.#close();
  }

  #field(label) {
    const field = el("textarea", {
      rows: 1, class: "composer-field", placeholder: label, "aria-label": label,
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": this.listId,
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#onKey(event),
      onblur: () => this.#close(),
    });
    return field;
  }

  #form() {
    const button = el("button", { class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
    const onsubmit = (event) => {
      event.preventDefault();
      this.#send();
    };
    return el("form", { class: "composer", onsubmit }, this.popup, this.error,
      el("div", { class: "composer-box" }, this.field, button), this.hint);
  }

  #onKey(event) {
    if (event.isComposing) return;
    const act = this.#completions ? this.#completionKey(event.key) : null;
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    }
  }

  #completionKey(key) {
    const { from, items } = this.#completions;
    const last = items.length - 1;
    if (key === "ArrowDown") return () => this.#mark(this.#active === last ? 0 : this.#active + 1);
    if (key === "ArrowUp") return () => this.#mark(this.#active === 0 ? last : this.#active - 1);
    if (key === "Escape") return () => this.#close();
    // What is typed out whole is sent by Enter, not completed once more.
    const typed = this.field.value.slice(from, this.field.selectionEnd);
    const whole = items[this.#active].insert.trim() === typed;
    if (key === "Tab" || (key === "Enter" && !whole)) return () => this.#accept(this.#active);
    return null;
  }

  #typed() {
    const { value, selectionEnd } = this.field;
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST_PX)}px`;
    this.error.textContent = "";
    this.hint.textContent = usageHint(value, this.workspace);
    this.#completions = completionsFor(value.slice(0, selectionEnd), this.workspace);
    this.#draw();
  }

  #draw() {
    const items = this.#completions?.items ?? [];
    this.popup.replaceChildren(...items.map((item, at) => this.#option(item, at)));
    this.popup.hidden = !items.length;
    this.field.setAttribute("aria-expanded", String(items.length > 0));
    if (items.length) this.#mark(0);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #option(item, at) {
    // Taking the press before the field loses the focus keeps the keyboard open on phones.
    const onpointerdown = (event) => {
      event.preventDefault();
      this.#accept(at);
    };
    return el("li", { role: "option", id: `${this.listId}-${at}`, onpointerdown },
      el("strong", {}, item.label), item.detail ? el("small", {}, item.detail) : null);
  }

  #mark(at) {
    this.#active = at;
    [...this.popup.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
    });
    this.popup.children[at].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", `${this.listId}-${at}`);
  }

  #accept(at) {
    const { from, items } = this.#completions;
    this.field.setRangeText(items[at].insert, from, this.field.selectionEnd, "end");
    this.#typed();
  }

  #close() {
    this.#completions = null;
    this.#draw();
  }

  async #send() {
    const typed = this.field.value;
    const text = typed.trim();
    if (!text) return;
    this.fill("");
    const problem = await this.sendText(text);
    if (!problem) return;
    // Give the text back unless something else has been typed meanwhile.
    if (!this.field.value) this.fill(typed);
    this.error.textContent = problem;
  }
}
