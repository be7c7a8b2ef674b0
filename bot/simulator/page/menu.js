/** The one pop-up list: menus of actions, selects, and their keys. */

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";

const FILTER_FROM = 10;
const MARGIN_PX = 6;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/**
 * Open a list beside `anchor`.
 *
 * `items` are `{label, detail, group, selected, value}`. `onChoose(item)` is called once
 * and the list closes; with `multiple` it toggles and the list stays until Escape, Tab
 * or a press elsewhere. `onClose` is called in any case, last.
 */
export function openMenu(anchor, options) {
  const menu = new Menu(anchor, options);
  menu.open();
  return menu;
}

class Menu {
  constructor(anchor, options) {
    this.anchor = anchor;
    this.options = { role: "menu", multiple: false, ...options };
    this.list = el("div", { role: this.options.role, class: "menu-list", tabindex: -1 });
    this.list.setAttribute("aria-label", this.options.label);
    if (this.options.multiple) this.list.setAttribute("aria-multiselectable", "true");
    this.filter = this.options.items.length > FILTER_FROM ? this.#filterField() : null;
    this.node = el("div", { class: "menu" }, this.filter, this.list);
  }

  open() {
    this.#fill("");
    this.anchor.closest("#frame").append(this.node);
    this.anchor.setAttribute("aria-expanded", "true");
    this.#place();
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
    this.outside = (event) => this.node.contains(event.target) || this.close({ refocus: false });
    setTimeout(() => document.addEventListener("pointerdown", this.outside));
    (this.filter ?? this.#chosenOrFirst())?.focus();
  }

  close({ refocus = true } = {}) {
    if (!this.node.isConnected) return;
    document.removeEventListener("pointerdown", this.outside);
    this.node.remove();
    this.anchor.setAttribute("aria-expanded", "false");
    if (refocus) this.anchor.focus();
    this.options.onClose?.();
  }

  #filterField() {
    const oninput = (event) => this.#fill(event.target.value);
    return el("input", { class: "field", placeholder: "Search", "aria-label": "Search", oninput });
  }

  #fill(query) {
    const wanted = query.trim().toLowerCase();
    const found = this.options.items.filter((i) => i.label.toLowerCase().includes(wanted));
    const grouped = Map.groupBy(found, (item) => item.group ?? "");
    const groups = [...grouped].map(([name, items]) => this.#group(name, items));
    this.list.replaceChildren(...groups);
    if (!found.length) this.list.append(el("p", { class: "menu-empty" }, "Nothing found"));
  }

  #group(name, items) {
    const nodes = items.map((item) => this.#item(item));
    if (!name) return el("div", { role: "presentation" }, nodes);
    const id = freshId("group");
    const heading = el("div", { class: "menu-heading", id }, name);
    return el("div", { role: "group", "aria-labelledby": id }, heading, nodes);
  }

  #item(item) {
    const listbox = this.options.role === "listbox";
    const node = el(
      "div",
      { role: listbox ? "option" : "menuitem", class: "menu-item", tabindex: -1 },
      el("span", { class: "menu-check" }, item.selected ? icon("check") : null),
      el("span", {}, item.label, item.detail ? el("small", {}, item.detail) : null),
    );
    if (listbox) node.setAttribute("aria-selected", String(Boolean(item.selected)));
    node.addEventListener("click", () => this.#choose(item, node));
    return node;
  }

  #choose(item, node) {
    if (!this.options.multiple) {
      this.close();
      this.options.onChoose(item);
      return;
    }
    item.selected = !item.selected;
    node.setAttribute("aria-selected", String(item.selected));
    node.firstChild.replaceChildren(...(item.selected ? [icon("check")] : []));
    this.options.onChoose(item);
  }

  #onKey(event) {
    const act = this.#keyAction(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #keyAction({ key, target }) {
    const items = [...this.list.querySelectorAll(".menu-item")];
    const at = items.indexOf(target);
    if (key === "Escape" || key === "Tab") return () => this.close();
    if (key in STEPS) return () => items.at((at + STEPS[key]) % items.length)?.focus();
    if (key === "Enter") return () => (at < 0 ? items[0] : target)?.click();
    if (at < 0) return null;
    if (key === " ") return () => target.click();
    if (key === "Home" || key === "End") return () => items.at(key === "Home" ? 0 : -1).focus();
    return key.length === 1 ? () => startingWith(key, items, at)?.focus() : null;
  }

  #chosenOrFirst() {
    return (
      this.list.querySelector("[aria-selected=true]") ?? this.list.querySelector(".menu-item")
    );
  }

  /** Below the anchor, or above it where there is more room; never outside the frame. */
  #place() {
    const frame = this.node.parentElement.getBoundingClientRect();
    const anchor = this.anchor.getBoundingClientRect();
    const below = frame.bottom - anchor.bottom - 2 * MARGIN_PX;
    const above = anchor.top - frame.top - 2 * MARGIN_PX;
    const up = this.node.offsetHeight > below && above > below;

    this.node.style.maxHeight = `${Math.max(up ? above : below, 120)}px`;
    const height = this.node.offsetHeight;
    const top = up ? anchor.top - height - MARGIN_PX : anchor.bottom + MARGIN_PX;
    const right = frame.width - this.node.offsetWidth - MARGIN_PX;
    const left = Math.max(MARGIN_PX, Math.min(anchor.left - frame.left, right));
    this.node.style.top = `${top - frame.top}px`;
    this.node.style.left = `${left}px`;
  }
}

function startingWith(letter, items, at) {
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const wanted = letter.toLowerCase();
  return after.find((item) => item.textContent.trim().toLowerCase().startsWith(wanted));
}
