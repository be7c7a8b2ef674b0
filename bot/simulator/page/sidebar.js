/** The list of channels, direct messages and the app. */

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { makeTabStop, roving } from "./keyboard.js";

export class Sidebar {
  constructor(page) {
    this.page = page;
    this.node = el("nav", { class: "sidebar", "aria-label": "Channels and messages" });
    roving(this.node, ".place");
  }

  /** Draw the list anew; `current` is the open channel's id. */
  draw(current) {
    const focused = this.node.contains(document.activeElement) && document.activeElement;
    this.node.replaceChildren(...this.#groups().map((group) => this.#group(group, current)));
    const place = this.node.querySelector("[aria-current]") ?? this.node.querySelector(".place");
    makeTabStop(this.node, ".place", place);
    if (focused) this.#focus(focused.dataset.channel);
  }

  #focus(channelId) {
    this.node.querySelector(`[data-channel="${CSS.escape(channelId)}"]`)?.focus();
  }

  #groups() {
    const { workspace } = this.page;
    const all = workspace.channels;
    return [
      { title: "Apps", channels: all.filter((c) => workspace.isApp(c)) },
      { title: "Channels", channels: all.filter((c) => !c.is_im) },
      { title: "Direct messages", channels: all.filter((c) => c.is_im && !workspace.isApp(c)) },
    ].filter(({ channels }) => channels.length);
  }

  #group({ title, channels }, current) {
    const items = channels.map((channel) => el("li", {}, this.#place(channel, current)));
    return el("section", {}, el("h2", {}, title), el("ul", {}, items));
  }

  #place(channel, current) {
    const unread = channel.unread > 0;
    const notes = this.page.workspace.notesOn(channel);
    const told = unread ? [...notes, `${channel.unread} unread`] : notes;
    return el(
      "button",
      { type: "button", class: unread ? "place unread" : "place",
        title: notes.join(", ") || null, "data-channel": channel.id,
        "aria-current": channel.id === current ? "page" : null,
        onclick: () => this.page.openChannel(channel.id) },
      this.#mark(channel),
      el("span", { class: "place-name" }, this.page.workspace.titleOf(channel)),
      told.length ? el("span", { class: "hidden-text" }, ` (${told.join(", ")})`) : null,
      channel.is_ext_shared
        ? el("span", { class: "place-note", "aria-hidden": "true" }, "shared") : null,
      unread ? el("span", { class: "count", "aria-hidden": "true" }, String(channel.unread)) : null,
    );
  }

  #mark(channel) {
    const { workspace } = this.page;
    if (!channel.is_im) return icon(channelDrawing(channel));
    const user = workspace.user(channel.user) ?? { id: channel.user };
    const isApp = workspace.isApp(channel);
    return avatar({ id: user.id, name: workspace.titleOf(channel), isApp });
  }
}

/** Which drawing stands for a channel. */
export function channelDrawing(channel) {
  if (channel.is_archived) return "archive";
  return channel.is_private ? "lock" : "hash";
}
