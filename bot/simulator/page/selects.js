/** Select menus: of given options, people, channels and conversations. */

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

export const SELECTS = {
  static_select: staticSelect,
  multi_static_select: multiStaticSelect,
  users_select: (spec, place) => {
    return idSelect(spec, place, { items: people(place), field: "user" });
  },
  channels_select: (spec, place) => {
    return idSelect(spec, place, { items: channels(place, isPublic), field: "channel" });
  },
  conversations_select: (spec, place) => {
    const items = conversations(spec, place);
    return idSelect(spec, place, { items, field: "conversation" });
  },
};

function staticSelect(spec, place) {
  const initial = { type: spec.type, selected_option: spec.initial_option ?? null };
  const kept = place.scene.values.start(place, initial).selected_option;
  const items = optionItems(spec, kept ? [kept] : []);
  const node = trigger(spec, place, kept ? [kept.text.text] : []);

  return opening(node, spec, items, (item) => {
    selectOnly(items, item);
    showChosen(node, spec, [item.label]);
    place.choose(node, { selected_option: item.option });
  });
}

/** The app hears of the whole choice once, when the list closes. */
function multiStaticSelect(spec, place) {
  const initial = { type: spec.type, selected_options: spec.initial_options ?? [] };
  const kept = place.scene.values.start(place, initial).selected_options;
  const items = optionItems(spec, kept);
  const node = trigger(spec, place, kept.map((option) => option.text.text));

  let changed = false;
  const onChoose = () => {
    changed = true;
    showChosen(node, spec, chosen(items).map((item) => item.label));
  };
  const onClose = () => {
    if (changed) place.choose(node, { selected_options: chosen(items).map((i) => i.option) });
    changed = false;
  };
  return opening(node, spec, items, onChoose, { multiple: true, onClose });
}

/** A select whose choice is an id; `field` is the word in `selected_…` and `initial_…`. */
function idSelect(spec, place, { items, field }) {
  const selected = `selected_${field}`;
  const initial = { type: spec.type, [selected]: spec[`initial_${field}`] ?? null };
  const kept = place.scene.values.start(place, initial)[selected];
  const current = items.find((item) => item.id === kept);
  if (current) current.selected = true;
  const node = trigger(spec, place, current ? [current.label] : []);

  return opening(node, spec, items, (item) => {
    selectOnly(items, item);
    showChosen(node, spec, [item.label]);
    place.choose(node, { [selected]: item.id });
  });
}

function trigger(spec, place, labels) {
  const id = freshId("chosen");
  const name = place.labelId ? { "aria-labelledby": `${place.labelId} ${id}` } : {};
  const node = el(
    "button",
    { type: "button", class: "button select", "aria-haspopup": "listbox",
      "aria-expanded": "false", "aria-describedby": place.describedBy, ...name },
    el("span", { class: "select-text", id }),
    icon("down"),
  );
  showChosen(node, spec, labels);
  return node;
}

function showChosen(node, spec, labels) {
  const text = labels.join(", ") || (spec.placeholder?.text ?? "Choose");
  node.firstChild.textContent = text;
  node.classList.toggle("select-empty", labels.length === 0);
}

function opening(node, spec, items, onChoose, more = {}) {
  const label = spec.placeholder?.text ?? "Choices";
  node.addEventListener("click", () => {
    openMenu(node, { label, role: "listbox", items, onChoose, ...more });
  });
  return node;
}

function optionItems(spec, selected) {
  const values = new Set(selected.map((option) => option.value));
  const groups = spec.option_groups ?? [{ options: spec.options ?? [] }];
  return groups.flatMap((group) =>
    group.options.map((option) => ({
      label: option.text.text,
      detail: option.description?.text,
      group: group.label?.text,
      selected: values.has(option.value),
      option,
    })),
  );
}

function people({ scene }) {
  const users = scene.workspace.users.filter((user) => !user.deleted);
  return users.map((user) => ({ id: user.id, label: user.real_name, detail: `@${user.name}` }));
}

function channels({ scene }, wanted) {
  const found = scene.workspace.channels.filter((c) => !c.is_archived && wanted(c));
  return found.map((c) => ({ id: c.id, label: scene.workspace.titleOf(c) }));
}

function isPublic(channel) {
  return !channel.is_private && !channel.is_im;
}

/** The `filter` of a conversations select: kinds, and without those shared outside. */
function conversations(spec, place) {
  const { include, exclude_external_shared_channels: insideOnly } = spec.filter ?? {};
  return channels(place, (channel) => {
    if (insideOnly && channel.is_ext_shared) return false;
    return !include || include.includes(kindOf(channel));
  });
}

function kindOf(channel) {
  if (channel.is_im) return "im";
  return channel.is_private ? "private" : "public";
}

function chosen(items) {
  return items.filter((item) => item.selected);
}

function selectOnly(items, item) {
  for (const other of items) other.selected = other === item;
}
