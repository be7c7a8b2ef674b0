/** One message: author, time, content, its thread and its menu. */

import { blocks } from "./blocks.js";
import { avatar } from "./avatar.js";
import { busyWhile, el } from "./dom.js";
import { clockTime, fullDate } from "./dates.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";

/** Draw `message` of `pane` (a `Conversation`); `values` outlive a redrawing. */
export function messageNode(message, pane, values) {
  const author = authorOf(message, pane.page.workspace);
  const kind = message.ephemeral_to ? " ephemeral" : "";
  return el(
    "article",
    { class: `message${kind}`, tabindex: -1, "data-ts": message.ts, "data-key": message.ts,
      "aria-label": `${author.name}, ${clockTime(message.ts, pane.page.workspace.clock())}` },
    el("div", { class: "message-gutter" }, avatar(author), timeNode(message, pane)),
    el("div", { class: "message-main" },
      message.ephemeral_to ? ephemeralMark() : null,
      message.subtype === "thread_broadcast" ? broadcastMark(message, pane) : null,
      heading(author, message, pane),
      content(message, pane, values),
      threadSummary(message, pane)),
    message.ephemeral_to ? null : toolbar(message, pane),
  );
}

/** Return whom a message is by: `{id, name, isApp, standing}`. */
export function authorOf(message, workspace) {
  const user = workspace.user(message.user);
  const isApp = Boolean(message.bot_id || user?.is_bot);
  if (user) {
    const name = isApp ? workspace.app.name : user.real_name || user.name;
    return { id: user.id, name, isApp, standing: workspace.standing(user) };
  }
  const name = message.username ?? (isApp ? workspace.app.name : "Somebody");
  return { id: message.user ?? message.bot_id, name, isApp, standing: isApp ? "app" : "member" };
}

function heading(author, message, pane) {
  const badge = author.standing === "member" ? null : author.standing;
  return el("div", { class: "message-heading" },
    el("strong", { class: "message-author" }, author.name),
    badge ? el("span", { class: "badge" }, badge) : null,
    timeNode(message, pane));
}

function timeNode(message, { page }) {
  const clock = page.workspace.clock();
  const machine = new Date(message.ts * 1000).toISOString();
  return el(
    "time",
    { class: "message-time", datetime: machine, title: fullDate(message.ts, clock) },
    clockTime(message.ts, clock),
  );
}

function ephemeralMark() {
  return el("div", { class: "message-mark" }, icon("eye"), "Only visible to you");
}

function broadcastMark(message, pane) {
  const onclick = () => pane.page.openThread(pane.channel.id, message.thread_ts);
  return el("div", { class: "message-mark" }, icon("reply"),
    el("button", { type: "button", class: "link-button", onclick }, "Replied to a thread"));
}

function content(message, pane, values) {
  const body = message.blocks?.length
    ? blocks(message.blocks, sceneOf(message, pane, values))
    : [el("div", { class: "block message-text" }, mrkdwn(message.text ?? "", pane.page.scene))];
  // Slack marks what everybody saw and was edited, not what one person had replaced.
  if (message.edited && !message.ephemeral_to) body.push(el("span", { class: "edited muted" }, "(edited)"));
  return el("div", { class: "message-content" }, body);
}

function sceneOf(message, pane, values) {
  const container = { type: "message", channel: pane.channel.id, ts: message.ts };
  const act = (action) => pane.page.act({ container, ...action, state: values.asState() });
  return { ...pane.page.scene, values, act };
}

function threadSummary(message, pane) {
  if (!message.reply_count || pane.threadTs) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const onclick = () => pane.page.openThread(pane.channel.id, message.ts);
  return el("button", { type: "button", class: "thread-summary", onclick }, icon("reply"), words);
}

function toolbar(message, pane) {
  const openThread = () => {
    pane.page.openThread(pane.channel.id, message.thread_ts ?? message.ts);
  };
  return el(
    "div",
    { class: "message-toolbar", role: "toolbar", "aria-label": "Message actions" },
    pane.threadTs ? null : toolButton("reply", "Reply in thread", openThread),
    shortcutsButton(message, pane),
  );
}

function toolButton(drawing, label, onclick) {
  return el(
    "button",
    { type: "button", class: "tool-button", title: label, "aria-label": label, onclick },
    icon(drawing),
  );
}

function shortcutsButton(message, pane) {
  const { api, workspace } = pane.page;
  const node = toolButton("dots", "More actions", () => {
    openMenu(node, { label: "More actions", items, onChoose });
  });
  node.setAttribute("aria-haspopup", "menu");
  node.setAttribute("aria-expanded", "false");
  const items = messageShortcuts(workspace.app);
  const onChoose = ({ callback_id: id }) => busyWhile(node, () => {
    return pane.page.tell(api.shortcut(pane.channel.id, message.ts, id));
  });
  return items.length ? node : null;
}

function messageShortcuts(app) {
  const shortcuts = (app.shortcuts ?? []).filter(({ type }) => type !== "global");
  return shortcuts.map((s) => ({ ...s, label: s.name, detail: app.name }));
}
