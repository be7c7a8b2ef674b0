/** The page: puts the parts together and hands the server's events to them. */

import { Api } from "./api.js";
import { el } from "./dom.js";
import { explain } from "./errors.js";
import { MainPane } from "./main_pane.js";
import { Modals } from "./modal.js";
import { Notices } from "./notices.js";
import { restorePreferences } from "./preferences.js";
import { Sidebar } from "./sidebar.js";
import { openStream } from "./stream.js";
import { ThreadPane } from "./thread_pane.js";
import { topBar } from "./top_bar.js";
import { Tour } from "./tour.js";
import { Workspace } from "./workspace.js";

class Page {
  constructor(api, workspace) {
    Object.assign(this, { api, workspace });
    this.scene = { workspace, openChannel: (id) => this.openChannel(id) };
    this.sidebar = new Sidebar(this);
    this.main = new MainPane(this);
    this.thread = new ThreadPane(this);
    this.modals = new Modals(this);
    this.notices = new Notices();
    this.tour = workspace.tour ? new Tour(this, workspace.tour) : null;
    this.body = el("div", { class: "body" }, this.sidebar.node, this.main.node, this.thread.node);
    this.bar = topBar(this);
  }

  async start(frame) {
    const parts = [this.bar, this.tour?.node, this.body, this.modals.node, this.notices.node];
    frame.replaceChildren(...parts.filter(Boolean));
    openStream(this.api.streamUrl(), {
      onEvent: (event) => this.#apply(event),
      onBack: () => this.#back(),
      onGone: () => {
        this.letGo = this.notices.hold(explain("cant_be_reached"));
      },
    });
    const { channel, tab } = placeInUrl();
    await this.openChannel(this.workspace.channel(channel)?.id ?? this.#firstChannel(), tab);
    await this.tour?.resume();
  }

  async openChannel(id, tab = "messages") {
    const channel = this.workspace.channel(id);
    this.thread.close();
    channel.unread = 0;
    this.body.classList.add("opened");
    putPlaceInUrl(id, tab);
    document.title = `${this.nameOf(channel)} · ${this.workspace.team.name}`;
    const opening = this.main.open(channel, tab);
    this.#drawList();
    await opening;
    if (tab === "messages" && this.workspace.isApp(channel)) this.api.homeOpened(tab);
    this.focusComposer();
  }

  openThread(channelId, threadTs) {
    return this.thread.open(this.workspace.channel(channelId), threadTs);
  }

  /** On a phone: leave the channel for the list. */
  showSidebar() {
    this.body.classList.remove("opened");
    this.sidebar.node.querySelector("[aria-current]")?.focus();
  }

  focusComposer() {
    this.main.focus();
  }

  nameOf(channel) {
    const title = this.workspace.titleOf(channel);
    return channel.is_im ? title : `#${title}`;
  }

  /** Report an action to the app. */
  act(action) {
    return this.tell(this.api.action(action));
  }

  /** Wait for a server's answer; say so if it is a refusal. */
  async tell(answering) {
    const answer = await answering;
    if (!answer.ok && !answer.errors) this.notices.say(explain(answer.error));
    return answer;
  }

  /** Keep keys and screen readers out of what lies behind a modal. */
  setInert(inert) {
    this.bar.inert = inert;
    if (this.tour) this.tour.node.inert = inert;
    this.body.inert = inert;
  }

  #firstChannel() {
    const open = this.workspace.channels.find((c) => !c.is_im && !c.is_archived && c.is_member);
    return (open ?? this.workspace.channels[0]).id;
  }

  async #back() {
    this.letGo?.();
    await Promise.all([this.main.reload(), this.thread.conversation?.load()]);
  }

  #apply(event) {
    const handlers = {
      view_opened: () => this.modals.open(event.view),
      view_updated: () => this.modals.update(event.view),
      view_closed: () => this.modals.closed(event.view.id),
      home: () => this.main.home?.show(event.view),
      channel: () => this.#put("channels", event.channel),
      user: () => this.#put("users", event.user),
    };
    const handle = handlers[event.type] ?? (() => this.#applyMessage(event));
    handle();
  }

  #put(kind, value) {
    const { channel, home } = this.main;
    const before = channel && this.#headline(channel);
    this.workspace.put(kind, value);
    this.#drawList();
    this.main.conversation?.prompts.show();
    if (channel && this.#headline(channel) !== before) {
      this.openChannel(channel.id, home ? "home" : "messages");
    }
  }

  /** What a change of must draw the open channel anew. */
  #headline(channel) {
    const closed = this.workspace.closedBecause(channel);
    return [this.nameOf(channel), channel.topic, closed].join();
  }

  #drawList() {
    const open = this.main.channel;
    this.sidebar.draw(open?.id);
    this.main.markUnread(this.workspace.channels.some((c) => c !== open && c.unread > 0));
  }

  #applyMessage(event) {
    this.main.conversation?.apply(event);
    this.thread.conversation?.apply(event);
    this.tour?.noticed(event);
    const channel = this.workspace.channel(event.channel);
    if (channel && isNews(event) && channel !== this.main.channel) {
      channel.unread = (channel.unread ?? 0) + 1;
      this.#drawList();
    }
  }
}

function isNews({ type, message }) {
  const isReply = message?.thread_ts && message.thread_ts !== message.ts;
  return ["message", "ephemeral"].includes(type) && !isReply;
}

function placeInUrl() {
  const params = new URLSearchParams(location.search);
  return { channel: params.get("channel"), tab: params.get("tab") ?? undefined };
}

function putPlaceInUrl(channel, tab) {
  const url = new URL(location.href);
  url.searchParams.set("channel", channel);
  if (tab === "messages") url.searchParams.delete("tab");
  else url.searchParams.set("tab", tab);
  history.replaceState(null, "", url);
}

async function main() {
  restorePreferences();
  const frame = document.getElementById("frame");
  const asked = new URLSearchParams(location.search).get("as") ?? "";
  try {
    const boot = await new Api(asked).boot();
    await new Page(new Api(boot.me), new Workspace(boot)).start(frame);
  } catch (error) {
    frame.replaceChildren(el("p", { class: "closed" }, explain("cant_be_reached")));
    throw error;
  }
}

await main();
