/** A guided path over the page: each step is one click, and any can be skipped. */

import { busyWhile, el } from "./dom.js";
import { icon } from "./icons.js";

const STATE = "tour";

export class Tour {
  /** How far it is outlives a change of person, for which the page starts anew. */
  #state = { next: 0, done: false, closed: false, pending: false };
  #watched = null;

  constructor(page, { steps, ending, folder }) {
    Object.assign(this, { page, steps, ending, folder });
    Object.assign(this.#state, JSON.parse(sessionStorage.getItem(STATE) ?? "{}"));
    this.toggle = el("button", { type: "button", class: "tool-button", title: "Tour",
      "aria-label": "Tour", onclick: () => this.#put({ closed: !this.#state.closed }) }, icon("flag"));
    this.told = el("div", { class: "tour-told", role: "status", "aria-live": "polite" });
    this.act = el("button", { type: "button", class: "button button-primary",
      onclick: () => busyWhile(this.act, () => this.#act()) });
    this.undo = el("button", { type: "button", class: "button",
      onclick: () => busyWhile(this.undo, () => this.#undo()) });
    this.skip = el("button", { type: "button", class: "button",
      onclick: () => this.#put({ next: this.#state.next + 1, done: false }) }, "Skip");
    const close = el("button", { type: "button", class: "tool-button", "aria-label": "Close the tour",
      onclick: () => this.#close() }, icon("close"));
    this.node = el("section", { class: "tour", "aria-label": "Tour" },
      this.told,
      el("div", { class: "tour-buttons" }, this.act, this.undo, this.skip, close),
      this.#folderLine());
    this.#draw();
  }

  /** Go on where another person was chosen for a step. */
  async resume() {
    if (this.#state.pending) await this.#do(this.steps[this.#state.next]);
  }

  /** Let a message that a step changes come into view, and be marked for a moment. */
  noticed({ type, channel, ts }) {
    if (type !== "message_changed" || channel !== this.#watched) return;
    const list = this.page.main.conversation?.list;
    list?.pointOut(ts);
  }

  async #act() {
    if (this.#state.next === this.steps.length) {
      this.#put({ next: 0, done: false });
      return;
    }
    const step = this.steps[this.#state.next];
    if (step.user === this.page.workspace.me.id) {
      await this.#do(step);
      return;
    }
    this.#put({ pending: true });
    const url = new URL(location.href);
    url.search = new URLSearchParams({ as: step.user, channel: step.channel });
    location.assign(url);
  }

  async #do(step) {
    const { page } = this;
    await page.openChannel(step.channel);
    this.#watched = step.post ? step.channel : null;
    const answering = step.post ? page.api.ask(step.post) : page.api.send(step.channel, step.say);
    const { ok } = await page.tell(answering);
    const next = this.#state.next + (ok ? 1 : 0);
    this.#put({ next, done: ok, pending: false });
    this.act.focus();
  }

  async #undo() {
    const step = this.steps[this.#state.next - 1];
    if (this.page.workspace.channel(step.channel)) await this.page.openChannel(step.channel);
    const { ok } = await this.page.tell(this.page.api.ask(step.undo.post));
    if (ok) this.#put({ next: this.#state.next - 1, done: false });
    this.act.focus();
  }

  #close() {
    this.#put({ closed: true });
    this.toggle.focus();
  }

  #put(changes) {
    Object.assign(this.#state, changes);
    sessionStorage.setItem(STATE, JSON.stringify(this.#state));
    this.#draw();
  }

  #draw() {
    const { next, done, closed } = this.#state;
    const before = done ? this.steps[next - 1] : null;
    const step = this.steps[next];
    this.node.hidden = closed;
    this.toggle.setAttribute("aria-pressed", String(!closed));
    this.told.replaceChildren(
      ...(before ? [el("p", { class: "tour-look" }, el("strong", {}, `${before.title}. `), before.look)] : []),
      el("p", {}, step
        ? [el("strong", {}, `${next + 1} of ${this.steps.length}: ${step.title}. `), step.text]
        : this.ending),
    );
    this.act.textContent = step ? step.button : "Begin again";
    this.skip.hidden = !step;
    this.undo.hidden = !before?.undo;
    this.undo.textContent = before?.undo?.button ?? "";
  }

  #folderLine() {
    const { path, open_post: openPost } = this.folder;
    const place = el("code", {}, path);
    const onclick = () => busyWhile(button, () =>
      openPost ? this.page.tell(this.page.api.ask(openPost)) : this.#copy(place));
    const button = el("button", { type: "button", class: "tour-folder-button", onclick },
      openPost ? "Open the folder" : "Copy the path");
    return el("p", { class: "tour-folder" }, el("span", {}, "The briefings are in ", place), button);
  }

  async #copy(place) {
    try {
      await navigator.clipboard.writeText(place.textContent);
      this.page.notices.say("Copied.");
    } catch {
      // Where the browser does not allow it, the path is marked for a copy by hand.
      getSelection().selectAllChildren(place);
    }
  }
}
