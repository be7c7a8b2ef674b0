/** Checkboxes and radio buttons. */

import { el, freshId } from "./dom.js";
import { textObject } from "./mrkdwn.js";

export const CHOICES = { checkboxes, radio_buttons: radioButtons };

function checkboxes(spec, place) {
  const initial = { type: spec.type, selected_options: spec.initial_options ?? [] };
  const { selected_options: chosen } = place.scene.values.start(place, initial);
  const group = optionGroup(spec, place, "checkbox", isAmong(chosen));

  group.addEventListener("change", () => {
    place.choose(group, { selected_options: checkedOptions(group, spec) });
  });
  return group;
}

function radioButtons(spec, place) {
  const initial = { type: spec.type, selected_option: spec.initial_option ?? null };
  const { selected_option: chosen } = place.scene.values.start(place, initial);
  const group = optionGroup(spec, place, "radio", isAmong(chosen ? [chosen] : []));

  group.addEventListener("change", () => {
    place.choose(group, { selected_option: checkedOptions(group, spec)[0] });
  });
  return group;
}

function optionGroup(spec, place, type, isChosen) {
  const name = freshId(type);
  const rows = spec.options.map((option, index) => {
    const box = el("input", { type, name, value: String(index), checked: isChosen(option) });
    return optionRow(box, option, place.scene);
  });
  const role = type === "radio" ? "radiogroup" : "group";
  const label = place.labelId ? { "aria-labelledby": place.labelId } : { "aria-label": "Choices" };
  return el("div", { class: "options", role, tabindex: -1, ...label }, rows);
}

function optionRow(box, option, scene) {
  const detail = option.description;
  return el("label", { class: "option" }, box,
    el("span", {}, textObject(option.text, scene),
      detail ? el("small", {}, textObject(detail, scene)) : null));
}

function checkedOptions(group, spec) {
  const boxes = [...group.querySelectorAll("input:checked")];
  return boxes.map((box) => spec.options[Number(box.value)]);
}

function isAmong(chosen) {
  const values = new Set(chosen.map((option) => option.value));
  return (option) => values.has(option.value);
}
