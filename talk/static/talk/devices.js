// @ts-check
/** Choosing a microphone and a camera. */

import { h, set } from "./markup.js";
import { gettext, interpolate } from "./text.js";

/** @typedef {import("./media.js").Media} Media */

const KINDS = /** @type {const} */ (["microphone", "camera"]);

export class DevicePicker {
  #media;
  #selects = {
    microphone: h("select", { onchange: () => this.#choose("microphone") }),
    camera: h("select", { onchange: () => this.#choose("camera") }),
  };
  root = h(
    "div",
    { class: "devices" },
    h("label", {}, h("span", {}, gettext("Microphone device")), this.#selects.microphone),
    h("label", {}, h("span", {}, gettext("Camera device")), this.#selects.camera),
  );

  /** @param {Media} media */
  constructor(media) {
    this.#media = media;
  }

  /** Ask the browser again which devices there are. */
  async update() {
    const devices = await this.#media.list();
    for (const kind of KINDS) {
      const select = this.#selects[kind];
      const chosen = this.#media.chosen(kind);
      const options = devices[kind].map(({ deviceId, label }, index) => {
        const number = { number: index + 1 };
        const name = label || interpolate(gettext("Device %(number)s"), number);
        return h("option", { value: deviceId, selected: deviceId === chosen }, name);
      });
      if (options.length === 0) options.push(h("option", { value: "" }, gettext("None found")));
      select.replaceChildren(...options);
      set(select, "disabled", devices[kind].length === 0);
    }
  }

  /** @param {import("./media.js").Kind} kind */
  #choose(kind) {
    this.#media.choose(kind, this.#selects[kind].value);
  }
}
