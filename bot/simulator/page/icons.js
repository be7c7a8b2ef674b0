/** The page's own small drawings, as SVG nodes. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  archive: "M3 5h18v4H3zM5 9v10h14V9M10 13h4",
  back: "M15 5l-7 7 7 7",
  check: "M5 12l5 5 9-10",
  close: "M6 6l12 12M18 6L6 18",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  down: "M6 9l6 6 6-6",
  external: "M9 7H5v12h12v-4M13 5h6v6M19 5l-9 9",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 110 6 3 3 0 010-6z",
  flag: "M6 21V4h12l-3 4 3 4H6",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M3 15h16",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 018 0v3",
  moon: "M20 14A8 8 0 0110 4a8 8 0 1010 10z",
  phone: "M8 3h8a1 1 0 011 1v16a1 1 0 01-1 1H8a1 1 0 01-1-1V4a1 1 0 011-1zM11 18h2",
  reply: "M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12h5",
  send: "M4 20l17-8L4 4l3 8zM7 12h14",
};

/** Return the drawing called `name`; screen readers skip it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
