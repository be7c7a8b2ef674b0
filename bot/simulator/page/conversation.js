/** A pane with messages and a composer: a channel, a direct message or a thread. */

import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { explain } from "./errors.js";
import { MessageList } from "./message_list.js";
import { Prompts } from "./prompts.js";
import { tipsPanel } from "./tips.js";

export class Conversation {
  /** With `threadTs` the pane holds that thread's messages. */
  constructor(page, channel, threadTs = null) {
    Object.assign(this, { page, channel, threadTs, waiting: null });
    this.list = new MessageList(this);
    this.composer = new Composer(page.workspace, {
      label: `Message ${threadTs ? "this thread" : page.nameOf(channel)}`,
      send: (text) => this.#send(text),
    });
    const closed = page.workspace.closedBecause(channel);
    this.prompts = new Prompts(channel, (text) => this.page.tell(this.#post(text)));
    this.node = el(
      "div",
      { class: "conversation" },
      el("div", { class: "messages-area" }, this.list.node, this.list.below),
      threadTs || closed ? null : tipsPanel(page.workspace.tips, (tip) => this.composer.fill(tip)),
      threadTs || closed ? null : this.prompts.node,
      closed ? el("p", { class: "closed" }, closed) : this.composer.node,
    );
  }

  /**
   * Read the messages from the server; called again after a lost connection. What
   * happens meanwhile waits, because the answer may be older than it.
   */
  async load() {
    this.waiting = [];
    const messages = await this.page.api.messages(this.channel.id, this.threadTs);
    this.list.fill(messages);
    const events = this.waiting;
    this.waiting = null;
    for (const event of events) this.apply(event);
  }

  /** What stands above the first message. */
  beginning() {
    if (this.threadTs) return "";
    return `This is where ${this.page.nameOf(this.channel)} begins.`;
  }

  /** Be ready for typing, but keep a phone's keyboard away until it is asked for. */
  focus() {
    if (!matchMedia("(hover: none)").matches) this.composer.focus();
  }

  /** Take in a message event of the stream, if it is about this pane. */
  apply(event) {
    if (event.channel !== this.channel.id) return;
    if (this.waiting) this.waiting.push(event);
    else this.#show(event);
  }

  /** A reply comes with what it answers, whose count of replies it changes. */
  #show({ type, ts, message, parent }) {
    if (type.endsWith("_deleted")) this.list.remove(ts);
    else if (this.#holds(message)) this.list.put(message);
    if (parent && this.list.get(parent.ts)) this.list.put(parent);
  }

  #holds(message) {
    const isReply = Boolean(message.thread_ts) && message.thread_ts !== message.ts;
    if (this.threadTs) return [message.ts, message.thread_ts].includes(this.threadTs);
    return !isReply || message.subtype === "thread_broadcast";
  }

  #post(text) {
    return this.page.api.send(this.channel.id, text, this.threadTs);
  }

  /** Return what went wrong in words, or null. */
  async #send(text) {
    const answer = await this.#post(text);
    return answer.ok ? null : explain(answer.error);
  }
}
