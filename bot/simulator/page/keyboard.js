/** Moving the focus by arrow keys and keeping it inside a dialog. */

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), textarea, select, [tabindex='0']";

/**
 * Make the nodes matching `selector` one tab stop with arrow keys between them.
 *
 * `axis` is "vertical" or "horizontal". Keys pressed inside a node's own controls are
 * left alone.
 */
export function roving(container, selector, axis = "vertical") {
  const keys = axis === "vertical" ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
  container.addEventListener("keydown", (event) => {
    if (!event.target.matches(selector)) return;
    const target = neighbour(container, selector, event.key, keys);
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  container.addEventListener("focusin", (event) => {
    const current = event.target.closest(selector);
    if (current) makeTabStop(container, selector, current);
  });
}

/** Let Tab reach `current` and none of its siblings. */
export function makeTabStop(container, selector, current) {
  for (const node of container.querySelectorAll(selector)) {
    node.tabIndex = node === current ? 0 : -1;
  }
}

/** Keep Tab within `dialog`. */
export function trapTab(dialog) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const stops = focusable(dialog);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge && document.activeElement !== dialog) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  });
}

/** Return what Tab reaches inside `container`, in order. */
export function focusable(container) {
  return [...container.querySelectorAll(FOCUSABLE)].filter(
    (node) => node.tabIndex >= 0 && node.checkVisibility(),
  );
}

function neighbour(container, selector, key, keys) {
  const nodes = [...container.querySelectorAll(selector)].filter((n) => n.checkVisibility());
  if (key === "Home") return nodes[0];
  if (key === "End") return nodes.at(-1);
  if (!keys.includes(key)) return undefined;
  return nodes[nodes.indexOf(document.activeElement) + STEPS[key]];
}
