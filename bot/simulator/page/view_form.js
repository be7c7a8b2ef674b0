/** The blocks of one modal, what its inputs hold, and what is wrong with it. */

import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { Values } from "./values.js";

const REQUIRED = "Please complete this required field.";
const EMAIL = "Enter an email address, such as name@example.org.";
const LINK = "Enter an address that starts with https://.";
const CONTENTS = [
  "value", "selected_option", "selected_options", "selected_date", "selected_time",
  "selected_user", "selected_channel", "selected_conversation",
];

export class ViewForm {
  values = new Values();

  constructor(view, page) {
    this.page = page;
    this.node = el("div", { class: "blocks" });
    this.redraw(view);
  }

  redraw(view) {
    this.view = view;
    this.node.replaceChildren(...blocks(view.blocks, this.#scene()));
  }

  /** Return what Slack's own client refuses before the app is asked: block id to text. */
  missing() {
    const inputs = this.view.blocks.filter((block) => block.type === "input");
    const found = inputs.map((block) => [block.block_id, this.#fault(block)]);
    return Object.fromEntries(found.filter(([, fault]) => fault));
  }

  /** Show errors by block id, focus the first, and return whether there are any. */
  showErrors(errors) {
    for (const node of this.node.querySelectorAll(".block-input")) {
      const text = errors[node.dataset.blockId] ?? "";
      node.querySelector(".input-error").textContent = text;
      node.classList.toggle("invalid", Boolean(text));
      node.querySelector("[data-key]").setAttribute("aria-invalid", String(Boolean(text)));
    }
    const first = this.node.querySelector(".invalid [data-key]");
    first?.focus();
    return Boolean(first);
  }

  #scene() {
    const container = { type: "view", view_id: this.view.id };
    const act = (action) => {
      return this.page.act({ container, ...action, state: this.values.asState() });
    };
    return { ...this.page.scene, values: this.values, act };
  }

  #fault(block) {
    const spec = block.element;
    const held = this.values.get({ blockId: block.block_id, actionId: spec.action_id });
    const content = contentOf(held);
    if (isEmpty(content)) return block.optional ? null : REQUIRED;
    return faultOf(content, spec);
  }
}

function contentOf(held = {}) {
  const name = CONTENTS.find((one) => one in held);
  return held[name];
}

function isEmpty(content) {
  return content == null || (typeof content === "string" && !content.trim()) ||
    (Array.isArray(content) && !content.length);
}

function faultOf(content, spec) {
  if (spec.type === "email_text_input") return /^\S+@\S+\.\S+$/.test(content) ? null : EMAIL;
  if (spec.type === "url_text_input") return /^https?:\/\/\S+$/.test(content) ? null : LINK;
  if (spec.type === "number_input") return numberFault(content, spec);
  if (spec.min_length && content.length < spec.min_length) {
    return `Enter at least ${spec.min_length} characters.`;
  }
  return null;
}

function numberFault(content, { min_value: low, max_value: high, is_decimal_allowed: decimal }) {
  const number = Number(content);
  if (!Number.isFinite(number)) return "Enter a number.";
  if (!decimal && !Number.isInteger(number)) return "Enter a whole number.";
  if (low != null && number < Number(low)) return `Enter ${low} or more.`;
  return high != null && number > Number(high) ? `Enter ${high} or less.` : null;
}
