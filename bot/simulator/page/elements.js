/** Block Kit's elements: one function per type, and what a press does. */

import { agreed } from "./confirm.js";
import { busyWhile, el } from "./dom.js";
import { icon } from "./icons.js";
import { CHOICES } from "./choices.js";
import { FIELDS } from "./fields.js";
import { openMenu } from "./menu.js";
import { SAFE_LINK, plainText } from "./mrkdwn.js";
import { SELECTS } from "./selects.js";

const ELEMENTS = {
  button,
  feedback_buttons: feedbackButtons,
  image,
  overflow,
  ...CHOICES,
  ...FIELDS,
  ...SELECTS,
};

/**
 * Draw one element; a type that this page does not know is said, not hidden.
 *
 * `where` is `{blockId, scene}` and in an input block also `input` (the block), `labelId`
 * and `describedBy`. A scene is what the drawn message or view knows of its surroundings:
 * `{workspace, values, act, openChannel}`.
 */
export function element(spec, where) {
  const draw = Object.hasOwn(ELEMENTS, spec.type) ? ELEMENTS[spec.type] : unsupported;
  const place = { ...where, actionId: spec.action_id ?? spec.type };
  const node = draw(spec, { ...place, choose: chooser(spec, place) });
  node.dataset.key = `${place.blockId}/${place.actionId}`;
  if (spec.focus_on_load) node.dataset.autofocus = "";
  return node;
}

/**
 * Make the function that an element calls with its new value.
 *
 * The value is kept; outside input blocks, and in those that dispatch, the app is told.
 * `node` is asked before (`confirm`) and is busy until the app has answered.
 */
function chooser(spec, place) {
  const { scene, input } = place;
  const dispatches = !input || input.dispatch_action;
  return async (node, value, { keep = true } = {}) => {
    if (keep) scene.values.set(place, { type: spec.type, ...value });
    if (!dispatches || !(await agreed(node, spec.confirm, scene))) return;
    const action = { block_id: place.blockId, action_id: place.actionId, type: spec.type };
    await busyWhile(node, () => scene.act({ ...action, ...value }));
  };
}

function button(spec, place) {
  const style = spec.style ? ` button-${spec.style}` : "";
  const press = () => {
    openLink(spec.url);
    place.choose(node, spec.value == null ? {} : { value: spec.value }, { keep: false });
  };
  const node = el(
    "button",
    { type: "button", class: `button${style}`, onclick: press },
    plainText(spec.text.text, spec.text),
    spec.url ? icon("external") : null,
  );
  if (spec.accessibility_label) node.setAttribute("aria-label", spec.accessibility_label);
  return node;
}

/** Two sides of one question; as in Slack, the one that was pressed stays marked. */
function feedbackButtons(spec, place) {
  const sides = [spec.positive_button, spec.negative_button];
  const nodes = sides.map((side) => {
    const press = () => {
      for (const other of nodes) other.setAttribute("aria-pressed", String(other === node));
      place.choose(node, { value: side.value }, { keep: false });
    };
    const node = el("button", { type: "button", class: "button button-face", "aria-pressed": "false",
      "aria-label": side.accessibility_label ?? side.text.text,
      onclick: press }, side.text.text);
    return node;
  });
  return el("span", { class: "feedback-buttons", role: "group", "aria-label": "Feedback" }, nodes);
}

/** The app is told of the press as well: Slack does both. */
function openLink(url) {
  if (url && SAFE_LINK.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/** Draw a picture; the words for it stand in when it cannot be loaded. */
export function image(spec) {
  const fallback = () => node.replaceWith(el("em", { class: "muted" }, spec.alt_text));
  const node = el("img", {
    src: /^https?:|^\/|^data:image\//.test(spec.image_url ?? "") ? spec.image_url : null,
    alt: spec.alt_text,
    loading: "lazy",
    referrerpolicy: "no-referrer",
    onerror: fallback,
  });
  return node;
}

function overflow(spec, place) {
  const node = el(
    "button",
    { type: "button", class: "button button-icon", "aria-haspopup": "menu",
      "aria-expanded": "false", "aria-label": "More choices" },
    icon("dots"),
  );
  const items = spec.options.map((option) => ({
    label: option.text.text, detail: option.description?.text, option,
  }));
  const choose = ({ option }) => {
    openLink(option.url);
    place.choose(node, { selected_option: option }, { keep: false });
  };
  node.addEventListener("click", () => {
    openMenu(node, { label: "More choices", items, onChoose: choose });
  });
  return node;
}

function unsupported(spec) {
  return el("span", { class: "unsupported" }, `Element “${spec.type}” cannot be shown here`);
}

