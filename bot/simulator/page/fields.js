/** Typed inputs: text, address, number, date and time. */

import { el } from "./dom.js";

const FIRST_SENSIBLE_DATE = "1900-01-01";

export const FIELDS = {
  plain_text_input: plainTextInput,
  url_text_input: (spec, place) => typedInput(spec, place, "url"),
  email_text_input: (spec, place) => typedInput(spec, place, "email"),
  number_input: numberInput,
  datepicker,
  timepicker,
};

function plainTextInput(spec, place) {
  if (!spec.multiline) return typedInput(spec, place, "text");
  const node = el("textarea", { class: "field", rows: 4, ...shared(spec, place) });
  return textField(node, spec, place);
}

function numberInput(spec, place) {
  const node = typedInput(spec, place, "number");
  node.step = spec.is_decimal_allowed ? "any" : "1";
  if (spec.min_value != null) node.min = spec.min_value;
  if (spec.max_value != null) node.max = spec.max_value;
  return node;
}

function typedInput(spec, place, type) {
  return textField(el("input", { type, class: "field", ...shared(spec, place) }), spec, place);
}

function textField(node, spec, place) {
  const kept = place.scene.values.start(place, { type: spec.type, value: startOf(spec) });
  node.value = kept.value ?? "";

  const keep = () => {
    place.scene.values.set(place, { type: spec.type, value: node.value || null });
  };
  node.addEventListener("input", keep);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || spec.multiline || !place.input?.dispatch_action) return;
    event.preventDefault();
    place.choose(node, { value: node.value || null });
  });
  return node;
}

function startOf(spec) {
  return spec.initial_value ?? null;
}

function datepicker(spec, place) {
  const initial = { type: spec.type, selected_date: spec.initial_date ?? null };
  const node = el("input", { type: "date", class: "field", ...shared(spec, place) });
  node.value = place.scene.values.start(place, initial).selected_date ?? "";
  // While a year is typed the browser reports 0002, 0020 and 0202 on the way to 2025.
  const isWhole = () => !node.value || node.value >= FIRST_SENSIBLE_DATE;
  node.addEventListener("change", () => {
    if (isWhole()) place.choose(node, { selected_date: node.value || null });
  });
  return node;
}

function timepicker(spec, place) {
  const initial = { type: spec.type, selected_time: spec.initial_time ?? null };
  const node = el("input", { type: "time", class: "field", ...shared(spec, place) });
  node.value = place.scene.values.start(place, initial).selected_time ?? "";
  node.addEventListener("change", () => {
    place.choose(node, { selected_time: node.value || null });
  });
  return node;
}

/** Attributes every field has: its label, and the lengths that Slack would enforce. */
function shared(spec, place) {
  const placeholder = spec.placeholder?.text;
  return {
    placeholder,
    maxlength: spec.max_length,
    "aria-labelledby": place.labelId,
    "aria-describedby": place.describedBy,
    "aria-label": place.labelId ? null : (placeholder ?? spec.type.replaceAll("_", " ")),
    autocomplete: "off",
  };
}
