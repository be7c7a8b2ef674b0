/** Modals: a stack of views of which the topmost is shown. */

import { busyWhile, el, freshId } from "./dom.js";
import { ViewForm } from "./view_form.js";
import { icon } from "./icons.js";
import { focusable, trapTab } from "./keyboard.js";
import { plainText } from "./mrkdwn.js";

export class Modals {
  #stack = [];
  #opener = null;

  constructor(page) {
    this.page = page;
    this.node = el("div", { class: "shade", hidden: true });
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
    trapTab(this.node);
  }

  /** Put a view on the stack, or in its place if it stands on no other. */
  open(view) {
    if (!this.#stack.length) this.#opener = document.activeElement;
    if (!view.previous_view_id) this.#stack = [];
    this.#stack.push(new ViewForm(view, this.page));
    this.#show();
  }

  /** Show a view's new state; what was typed stays where the inputs stay. */
  update(view) {
    const form = this.#stack.find((one) => one.view.id === view.id);
    if (!form) return;
    form.redraw(view);
    if (form === this.#stack.at(-1)) this.#show();
  }

  /** Take a view, which the server says is closed, off the stack. */
  closed(viewId) {
    const before = this.#stack.length;
    this.#stack = this.#stack.filter((form) => form.view.id !== viewId);
    if (this.#stack.length !== before) this.#show();
  }

  #show() {
    const form = this.#stack.at(-1);
    this.node.hidden = !form;
    this.page.setInert(Boolean(form));
    if (form) this.#draw(form);
    else this.#goBack();
  }

  #goBack() {
    this.node.replaceChildren();
    if (this.#opener?.isConnected) this.#opener.focus();
    else this.page.focusComposer();
  }

  #draw(form) {
    const kept = this.node.contains(form.node) ? document.activeElement?.dataset.key : null;
    const id = freshId("modal");
    const dialog = el(
      "form",
      { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": id,
        novalidate: true, tabindex: -1 },
      this.#head(form, id),
      el("div", { class: "modal-body", tabindex: 0, role: "group", "aria-labelledby": id },
        form.node),
      this.#foot(form),
    );
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(form, dialog);
    });
    this.node.replaceChildren(dialog);
    firstStop(dialog, kept).focus();
  }

  #head(form, id) {
    const back = this.#stack.length > 1 ? this.#tool("back", "Back", () => this.#close()) : null;
    return el("header", { class: "modal-head" }, back,
      el("h2", { id }, plainText(form.view.title.text)),
      this.#tool("close", "Close", () => this.#closeAll()));
  }

  #tool(drawing, label, onclick) {
    return el("button", { type: "button", class: "tool-button", "aria-label": label, onclick },
      icon(drawing));
  }

  #foot({ view }) {
    const close = view.close?.text ?? (view.submit ? "Cancel" : "Close");
    return el("footer", { class: "dialog-buttons" },
      el("button", { type: "button", class: "button", onclick: () => this.#close() },
        plainText(close)),
      view.submit
        ? el("button", { class: "button button-primary submit" }, plainText(view.submit.text))
        : null);
  }

  #onKey(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#close();
  }

  #close() {
    const { id } = this.#stack.at(-1).view;
    this.closed(id);
    return this.page.tell(this.page.api.close(id));
  }

  #closeAll() {
    const { id } = this.#stack.at(-1).view;
    this.#stack = [];
    this.#show();
    return this.page.tell(this.page.api.close(id, { isCleared: true }));
  }

  async #submit(form, dialog) {
    if (form.showErrors(form.missing())) return;
    const { view } = form;
    const work = () => this.page.tell(this.page.api.submit(view.id, form.values.asState()));
    const answer = await busyWhile(dialog.querySelector(".submit"), work);
    if (answer?.errors) form.showErrors(answer.errors);
  }
}

/** Where the focus goes: where it was, what asks for it, the first input, the text. */
function firstStop(dialog, kept) {
  const body = dialog.querySelector(".modal-body");
  return (
    (kept && dialog.querySelector(`[data-key="${CSS.escape(kept)}"]`)) ||
    dialog.querySelector("[data-autofocus]") ||
    focusable(body).find((node) => node.closest(".block-input")) ||
    body
  );
}
