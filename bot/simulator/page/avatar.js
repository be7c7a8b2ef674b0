/** A coloured square with initials: nobody's face is fetched from anywhere. */

import { el } from "./dom.js";

const COLOURS = 6;

/** Draw the square for `{id, name, isApp}`. */
export function avatar({ id, name, isApp }) {
  const tone = [...(id ?? "?")].reduce((sum, char) => sum + char.codePointAt(0), 0) % COLOURS;
  const look = isApp ? "avatar-app" : `avatar-${tone}`;
  return el("span", { class: `avatar ${look}`, "aria-hidden": "true" }, initials(name));
}

function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0][0], words.at(-1)[0]] : [name[0] ?? "?"];
  return letters.join("").toUpperCase();
}
