// @ts-check
/** Buttons of the call. Their names never change: what is on or off is told by `aria-pressed`. */

import { draw, icon } from "./icons.js";
import { h, say, set } from "./markup.js";

/** @typedef {import("./icons.js").Icon} Icon */

/**
 * @typedef {Object} ButtonState
 * @property {boolean} [pressed] for toggles
 * @property {string} [reason] why it cannot be used; "" if it can
 * @property {boolean} [hidden]
 * @property {Icon} [icon]
 */

/**
 * A button with a picture, its name below or beside it. One that cannot be used stays reachable, so
 * that its reason can be read.
 *
 * @param {{name: string, icon: Icon, kind?: string, onclick: () => void}} parts
 */
export function iconButton({ name, icon: picture, kind = "", onclick }) {
  const svg = icon(picture);
  const reason = h("span", { class: "reason" });
  reason.id = `talk-reason-${++lastReason}`;
  const button = h(
    "button",
    {
      type: "button",
      class: `control ${kind}`.trim(),
      title: name,
      "aria-label": name,
      onclick: () => button.getAttribute("aria-disabled") !== "true" && onclick(),
    },
    svg,
    h("span", { class: "control-name", "aria-hidden": "true" }, name),
  );
  const root = h("div", { class: "control-place" }, button, reason);
  return {
    root,
    button,
    /** @param {ButtonState} state */
    update(state) {
      root.hidden = state.hidden ?? false;
      if (state.pressed !== undefined) set(button, "aria-pressed", String(state.pressed));
      if (state.icon) draw(svg, state.icon);
      set(button, "aria-disabled", state.reason ? "true" : null);
      set(button, "aria-describedby", state.reason ? reason.id : null);
      set(button, "title", state.reason || name);
      say(reason, state.reason ?? "");
    },
  };
}

let lastReason = 0;
