/** The bar on top: the workspace, who I am, phone width, light or dark. */

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { clockTime } from "./dates.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { flipPhone, flipTheme, isPhone } from "./preferences.js";

/** Draw the bar. */
export function topBar(page) {
  return el(
    "header",
    { class: "top-bar" },
    el("div", { class: "team" }, el("strong", {}, page.workspace.team.name),
      el("small", {}, "Local Slack: nothing leaves this computer")),
    page.tour?.toggle,
    phoneButton(),
    themeButton(),
    whoAmI(page),
  );
}

function phoneButton() {
  const onclick = () => node.setAttribute("aria-pressed", String(flipPhone()));
  const node = el(
    "button",
    { type: "button", class: "tool-button phone-toggle", "aria-label": "Phone width",
      title: "Phone width", "aria-pressed": String(isPhone()), onclick },
    icon("phone"),
  );
  return node;
}

function themeButton() {
  return el(
    "button",
    { type: "button", class: "tool-button", "aria-label": "Light or dark",
      title: "Light or dark", onclick: flipTheme },
    icon("moon"),
  );
}

function whoAmI({ workspace }) {
  const { me } = workspace;
  const items = workspace.users
    .filter((user) => !user.is_bot)
    .map((user) => personItem(user, workspace));
  const onclick = () => openMenu(node, {
    label: "Act as", role: "listbox", items, onChoose: ({ id }) => becomeUser(id),
  });
  const node = el(
    "button",
    { type: "button", class: "who", "aria-haspopup": "listbox", "aria-expanded": "false", onclick },
    avatar({ id: me.id, name: me.real_name }),
    el("span", { class: "hidden-text" }, "You are "),
    el("span", { class: "who-name" }, me.real_name),
    icon("down"),
  );
  return node;
}

function personItem(user, workspace) {
  const clock = { ...workspace.clock(), timeZone: user.tz };
  const time = clockTime(clock.now, clock);
  return {
    id: user.id,
    label: user.real_name,
    detail: `${workspace.standing(user)} · ${user.tz}, ${time}`,
    selected: user.id === workspace.me.id,
  };
}

/** A new viewer sees other channels, so the page starts anew. */
function becomeUser(id) {
  const url = new URL(location.href);
  url.search = "";
  url.searchParams.set("as", id);
  location.assign(url);
}
