/** Building DOM nodes: text always goes in as text, never as HTML. */

/**
 * Make an element. A function under `onclick` and the like becomes a listener, `true`
 * an empty attribute, and `false`, `null` or `undefined` leave the attribute out.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    setAttribute(node, name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

function setAttribute(node, name, value) {
  if (typeof value === "function") {
    node.addEventListener(name.slice(2), value);
  } else if (value !== false && value != null) {
    node.setAttribute(name, value === true ? "" : value);
  }
}

let lastId = 0;

/** Return an id that no other node of this page has. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Mark `node` busy until `work` settles, so that a second press does nothing. */
export async function busyWhile(node, work) {
  if (node.getAttribute("aria-busy") === "true") return undefined;

  node.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/** Replace `old` by `fresh`; the focus stays on the control with the same key. */
export function swap(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest("[data-key]")?.dataset.key;

  old.replaceWith(fresh);
  if (!focused) return;
  const twin = key && fresh.querySelector(`[data-key="${CSS.escape(key)}"]`);
  (twin || fresh).focus({ preventScroll: true });
}
