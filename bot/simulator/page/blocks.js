/** Block Kit's blocks: one function per type. */

import { chart } from "./chart.js";
import { el, freshId } from "./dom.js";
import { element, image } from "./elements.js";
import { markdown } from "./markdown.js";
import { plainText, textObject } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { table } from "./table.js";

const LONG_CHARACTERS = 700;
const LONG_LINES = 12;

const BLOCKS = {
  actions,
  context_actions: actions,
  alert,
  context,
  data_visualization: chart,
  divider: () => el("hr", { class: "block-divider" }),
  header: (block) => el("h3", { class: "block-header" }, plainText(block.text.text)),
  image: imageBlock,
  input,
  markdown: (block) => el("div", { class: "block-markdown" }, markdown(block.text)),
  rich_text: richText,
  section,
  table,
};

/** Draw blocks in order. See `elements.js` for what a scene is. */
export function blocks(list, scene) {
  const ids = list.map((block, index) => block.block_id ?? `block-${index}`);
  scene.values?.keepOnly(new Set(ids));
  return list.map((block, index) => drawn(block, { blockId: ids[index], scene }));
}

function drawn(block, where) {
  const draw = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : unsupported;
  const node = draw(block, where);
  node.classList.add("block");
  node.dataset.blockId = where.blockId;
  return node;
}

function section(block, where) {
  const fields = block.fields?.map((field) => {
    return el("div", { class: "block-field" }, textObject(field, where.scene));
  });
  const body = el(
    "div",
    { class: "section-body" },
    block.text ? sectionText(block, where.scene) : null,
    fields ? el("div", { class: "block-fields" }, fields) : null,
  );
  const accessory = block.accessory && element(block.accessory, where);
  return el("div", { class: "block-section" }, body,
    accessory ? el("div", { class: "section-accessory" }, accessory) : null);
}

/** As in Slack, a long text folds unless the block says `expand`. */
function sectionText(block, scene) {
  const text = el("div", { class: "section-text" }, textObject(block.text, scene));
  const lines = block.text.text.split("\n").length;
  const long = block.text.text.length > LONG_CHARACTERS || lines > LONG_LINES;
  return block.expand || !long ? text : folded(text);
}

function folded(text) {
  const unfold = () => {
    const open = text.classList.toggle("folded") === false;
    more.textContent = open ? "See less" : "See more";
    more.setAttribute("aria-expanded", String(open));
  };
  const more = el(
    "button",
    { type: "button", class: "link-button", "aria-expanded": "false", onclick: unfold },
    "See more",
  );
  text.classList.add("folded");
  return el("div", {}, text, more);
}

function actions(block, where) {
  const nodes = block.elements.map((spec) => element(spec, where));
  return el("div", { class: "block-actions" }, nodes);
}

function context(block, { scene }) {
  const items = block.elements.map((item) => {
    if (item.type === "image") return image(item);
    return el("span", {}, textObject(item, scene));
  });
  return el("div", { class: "block-context" }, items);
}

function imageBlock(block) {
  const title = block.title && el("figcaption", {}, plainText(block.title.text));
  return el("figure", { class: "block-image" }, title ?? null, image(block));
}

/** A labelled input; `modal.js` writes an error into the `.input-error` line. */
function input(block, { blockId, scene }) {
  const labelId = freshId("label");
  const describedBy = freshId("about");
  const where = { blockId, scene, input: block, labelId, describedBy };
  const optional = block.optional ? el("span", { class: "muted" }, " (optional)") : null;
  return el(
    "div",
    { class: "block-input" },
    el("div", { class: "input-label", id: labelId }, plainText(block.label.text), optional),
    element(block.element, where),
    el("div", { id: describedBy },
      el("p", { class: "input-error", role: "alert" }),
      block.hint ? el("p", { class: "input-hint" }, plainText(block.hint.text)) : null),
  );
}

function alert(block, { scene }) {
  const level = block.level ?? "default";
  const role = level === "error" ? "alert" : "status";
  return el("div", { class: `block-alert alert-${level}`, role }, textObject(block.text, scene));
}

function unsupported(block) {
  const words = `This page cannot show a block of type “${block.type}”.`;
  return el("div", { class: "unsupported" }, words);
}
