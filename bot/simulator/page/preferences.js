/** How the viewer wants to see the page: light or dark, and at which width. */

const root = document.documentElement;

/** Take over what was chosen before; without a choice the system decides on the theme. */
export function restorePreferences() {
  const theme = localStorage.getItem("theme");
  if (theme) root.dataset.theme = theme;
  if (sessionStorage.getItem("phone")) root.dataset.phone = "";
}

export function flipTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

/** Switch the phone-width preview; return whether it is on now. */
export function flipPhone() {
  root.toggleAttribute("data-phone");
  if (isPhone()) sessionStorage.setItem("phone", "yes");
  else sessionStorage.removeItem("phone");
  return isPhone();
}

export function isPhone() {
  return root.hasAttribute("data-phone");
}
