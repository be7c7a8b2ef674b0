/** The messages of a channel or thread, kept in order as events arrive. */

import { el, swap } from "./dom.js";
import { dayHeading, localDay } from "./dates.js";
import { makeTabStop, roving } from "./keyboard.js";
import { messageNode } from "./message.js";
import { Values } from "./values.js";

const GROUP_S = 300;
const AT_BOTTOM_PX = 60;

export class MessageList {
  #entries = [];
  #following = true;

  constructor(pane) {
    this.pane = pane;
    this.node = el("div", {
      class: "messages", role: "log", "aria-live": "polite", "aria-label": "Messages",
    });
    this.below = el("button", {
      type: "button", class: "newer", hidden: true, onclick: () => this.scrollDown(),
    }, "New message below");
    roving(this.node, ".message");
    this.node.addEventListener("scroll", () => this.#scrolled());
    new ResizeObserver(() => this.#following && this.scrollDown()).observe(this.node);
  }

  /** Show exactly these messages, oldest first. */
  fill(messages) {
    const known = new Map(this.#entries.map((entry) => [entry.ts, entry]));
    this.#entries = messages.map((message) => this.#entry(message, known.get(message.ts)));
    this.#entries.sort((a, b) => a.ts - b.ts);
    const beginning = el("p", { class: "beginning" }, this.pane.beginning());
    this.node.replaceChildren(beginning, ...this.#entries.map((entry) => entry.node));
    this.#regroup();
    this.scrollDown();
  }

  get(ts) {
    return this.#entries.find((entry) => entry.ts === ts)?.message;
  }

  /** Show a new message, or the new state of one that is shown. */
  put(message) {
    const old = this.#entries.find((entry) => entry.ts === message.ts);
    const entry = this.#entry(message, old);

    if (old) this.#replace(old, entry);
    else this.#insert(entry);
    this.#regroup();
    if (this.#following) this.scrollDown();
    else if (!old) this.below.hidden = false;
  }

  remove(ts) {
    const gone = this.#entries.find((entry) => entry.ts === ts);
    if (!gone) return;
    gone.node.remove();
    this.#entries = this.#entries.filter((entry) => entry !== gone);
    this.#regroup();
  }

  /** Bring a message into view, and mark it for a moment. */
  pointOut(ts) {
    const node = this.#entries.find((entry) => entry.ts === ts)?.node;
    if (!node) return;
    this.#following = false;
    node.classList.add("pointed-out");
    node.scrollIntoView({ block: "nearest" });
  }

  scrollDown() {
    this.node.scrollTop = this.node.scrollHeight;
    this.#scrolled();
  }

  #entry(message, old) {
    const values = old?.values ?? new Values();
    return { ts: message.ts, message, values, node: messageNode(message, this.pane, values) };
  }

  #replace(old, entry) {
    this.#entries[this.#entries.indexOf(old)] = entry;
    swap(old.node, entry.node);
  }

  #insert(entry) {
    const at = this.#entries.findIndex((other) => Number(other.ts) > Number(entry.ts));
    if (at < 0) this.node.append(entry.node);
    else this.#entries[at].node.before(entry.node);
    this.#entries.splice(at < 0 ? this.#entries.length : at, 0, entry);
  }

  /** Put days between messages, and leave the author out where it repeats. */
  #regroup() {
    const clock = this.pane.page.workspace.clock();
    for (const day of this.node.querySelectorAll(".day")) day.remove();

    let previous = null;
    for (const { message, node } of this.#entries) {
      const sameDay = previous && isSameDay(previous, message, clock.timeZone);
      if (!sameDay) node.before(dayNode(message, clock));
      node.classList.toggle("compact", Boolean(sameDay && follows(previous, message)));
      previous = message;
    }
    const current = this.node.querySelector(".message[tabindex='0']");
    makeTabStop(this.node, ".message", current ?? this.#entries.at(-1)?.node);
  }

  /** Whoever reads further up is left there; at the bottom the list follows. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    this.#following = scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX;
    if (this.#following) this.below.hidden = true;
  }
}

function isSameDay(a, b, timeZone) {
  return localDay(a.ts, timeZone) === localDay(b.ts, timeZone);
}

function dayNode(message, clock) {
  const words = el("span", {}, dayHeading(message.ts, clock));
  return el("div", { class: "day", role: "separator" }, words);
}

/** Whether `message` continues what the same author said just before. */
function follows(previous, message) {
  const sameAuthor = previous.user === message.user && previous.bot_id === message.bot_id;
  const marked = previous.ephemeral_to || message.ephemeral_to || message.subtype;
  return sameAuthor && !marked && message.ts - previous.ts < GROUP_S;
}
