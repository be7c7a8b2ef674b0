/** The middle of the page: a channel's heading, the app's tabs, and what is open. */

import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { Home } from "./home.js";
import { icon } from "./icons.js";
import { makeTabStop, roving } from "./keyboard.js";
import { channelDrawing } from "./sidebar.js";

const TABS = [["home", "Home"], ["messages", "Messages"]];

export class MainPane {
  constructor(page) {
    this.page = page;
    this.node = el("main", { class: "main" });
    this.home = null;
    this.conversation = null;
  }

  /** Show a channel; of the app's own, `tab` says which side. */
  async open(channel, tab) {
    this.channel = channel;
    const isHome = this.page.workspace.isApp(channel) && tab === "home";
    this.home = isHome ? new Home(this.page) : null;
    this.conversation = isHome ? null : new Conversation(this.page, channel);
    this.node.replaceChildren(this.#head(channel, tab), (this.home ?? this.conversation).node);
    await (this.home ?? this.conversation).load();
  }

  /** Put the focus where work goes on: what is typed in, or the tab that was chosen. */
  focus() {
    const tab = this.node.querySelector("[role=tab][aria-selected=true]");
    (this.conversation ?? tab)?.focus();
  }

  /** Let the way back to the list say that something is unread there. */
  markUnread(unread) {
    this.node.querySelector(".back")?.classList.toggle("unread-behind", unread);
  }

  /** Read everything again, after a lost connection. */
  reload() {
    return (this.home ?? this.conversation)?.load();
  }

  #head(channel, tab) {
    const { workspace } = this.page;
    const about = [channel.topic, ...workspace.notesOn(channel)].filter(Boolean).join(" · ");
    const back = el("button", {
      type: "button", class: "tool-button back", "aria-label": "Back to all channels",
      onclick: () => this.page.showSidebar(),
    }, icon("back"));
    return el("header", { class: "main-head" }, back,
      el("h1", {}, channel.is_im ? null : icon(channelDrawing(channel)),
        workspace.titleOf(channel)),
      about ? el("p", { class: "topic", title: about }, about) : null,
      workspace.isApp(channel) ? this.#tabs(tab) : null);
  }

  #tabs(current) {
    const tabs = TABS.map(([id, label]) => el(
      "button",
      { type: "button", role: "tab", "aria-selected": String(id === current), "data-tab": id,
        onclick: () => this.page.openChannel(this.channel.id, id) },
      label,
    ));
    const list = el("div", { class: "tabs", role: "tablist", "aria-label": "App" }, tabs);
    roving(list, "[role=tab]", "horizontal");
    makeTabStop(list, "[role=tab]", tabs.find((t) => t.dataset.tab === current));
    return list;
  }
}
