// @ts-check
/** Pictures on buttons: lines on a square of 24. Screen readers do not see them. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  microphone: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4",
  "microphone-off":
    "M9 9v2a3 3 0 0 0 4.6 2.5M15 11V6a3 3 0 0 0-5.7-1.3M6 11a6 6 0 0 0 9.3 5M18 11a6 6 0 0 1-.5 2.4M12 17v4M4 4l16 16",
  camera: "M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2ZM15 11l6-3v8l-6-3",
  "camera-off":
    "M9 7h4a2 2 0 0 1 2 2v4M15 15.500A2 2 0 0 1 13 17H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2M15 11l6-3v8l-4-2M4 4l16 16",
  screen:
    "M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM8 20h8M12 13V8M9.500 10 12 7.500 14.500 10",
  hand: "M8 12V6a1.500 1.500 0 0 1 3 0v5M11 10V4.500a1.500 1.500 0 0 1 3 0V11M14 11V6a1.500 1.500 0 0 1 3 0v8a6.500 6.500 0 0 1-12 3.500L3.500 14a1.600 1.600 0 0 1 2.700-1.700L8 14.500",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8.500 14a4 4 0 0 0 7 0M9 9.500v.5M15 9.500v.5",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M16 4.300a3.500 3.500 0 0 1 0 6.400M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
  speaker: "M3 4h18v10H3ZM3 18h5v2.500H3ZM9.500 18h5v2.500h-5ZM16 18h5v2.500h-5Z",
  grid: "M4 4h7v7H4ZM13 4h7v7h-7ZM4 13h7v7H4ZM13 13h7v7h-7Z",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  devices:
    "M12 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M5.300 18.700l2.100-2.100M16.600 7.400l2.100-2.100",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500",
  leave:
    "M3.500 14.500c-.6-1.500-.5-3 .8-4.200 4.300-3.800 11.100-3.800 15.400 0 1.300 1.200 1.400 2.700.8 4.200l-4.300-1v-2.300a12 12 0 0 0-8.400 0v2.300Z",
  end: "M3.500 12.500c-.6-1.500-.5-3 .8-4.200 4.300-3.800 11.100-3.800 15.400 0 1.300 1.200 1.400 2.700.8 4.200l-4.300-1V9.200a12 12 0 0 0-8.400 0v2.300ZM8 17l8 4M16 17l-8 4",
  remove: "M6 6l12 12M18 6 6 18",
  admit: "M5 12.500l4.500 4.500L19 7.500",
};

/** @typedef {keyof typeof PATHS} Icon */

/**
 * @param {Icon} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  svg.append(document.createElementNS(SVG, "path"));
  draw(svg, name);
  return svg;
}

/**
 * Show another picture in the same place.
 *
 * @param {SVGSVGElement} svg
 * @param {Icon} name
 */
export function draw(svg, name) {
  const path = /** @type {SVGPathElement} */ (svg.firstElementChild);
  if (path.getAttribute("d") !== PATHS[name]) path.setAttribute("d", PATHS[name]);
}
