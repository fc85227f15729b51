// @ts-check
/** The buttons of the call. */

import { iconButton } from "./buttons.js";
import { REACTIONS } from "./constants.js";
import { h, set } from "./markup.js";
import { gettext } from "./text.js";

/**
 * What can be done in the call.
 *
 * @typedef {Object} Actions
 * @property {(kind: "microphone" | "camera") => void} toggle
 * @property {() => void} screen start or stop sharing
 * @property {() => void} hand
 * @property {(reaction: string) => void} react
 * @property {() => void} leave
 * @property {() => void} end
 * @property {() => void} people show or hide the list
 * @property {() => void} layout
 * @property {() => void} full
 * @property {() => void} devices
 * @property {() => void} copyLink
 */

export class Toolbar {
  #buttons;
  #reactions;

  /** @param {Actions} actions */
  constructor(actions) {
    const button = (
      /** @type {string} */ name,
      /** @type {any} */ icon,
      /** @type {() => void} */ onclick,
      kind = "",
    ) => iconButton({ name, icon, onclick, kind });
    this.#buttons = {
      microphone: button(gettext("Microphone"), "microphone", () => actions.toggle("microphone")),
      camera: button(gettext("Camera"), "camera", () => actions.toggle("camera")),
      screen: button(gettext("Share screen"), "screen", actions.screen),
      hand: button(gettext("Raise hand"), "hand", actions.hand),
      react: button(gettext("React"), "smile", () => this.#toggleReactions()),
      people: button(gettext("People"), "people", actions.people, "quiet"),
      layout: button(gettext("Speaker view"), "speaker", actions.layout, "quiet"),
      full: button(gettext("Full screen"), "full", actions.full, "quiet"),
      devices: button(gettext("Devices"), "devices", actions.devices, "quiet"),
      link: button(gettext("Copy link"), "link", actions.copyLink, "quiet"),
      end: button(gettext("End call for everyone"), "end", actions.end, "grave"),
      leave: button(gettext("Leave call"), "leave", actions.leave, "alarm"),
    };
    this.#reactions = h(
      "div",
      { class: "reactions", role: "toolbar", "aria-label": gettext("Reactions"), hidden: true },
      ...REACTIONS.map((reaction) =>
        h(
          "button",
          { type: "button", class: "bare", onclick: () => actions.react(reaction) },
          reaction,
        ),
      ),
    );
    set(this.#buttons.react.button, "aria-expanded", "false");
    const { end, leave, people, layout, full, devices, link, ...rest } = this.#buttons;
    const all = (/** @type {any} */ some) => Object.values(some).map(({ root }) => root);
    this.root = h(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": gettext("Call controls") },
      h("div", { class: "controls" }, ...all(rest), this.#reactions),
      h("div", { class: "controls" }, ...all({ people, layout, full, devices, link })),
      h("div", { class: "controls" }, ...all({ end, leave })),
    );
  }

  /**
   * @param {{
   *   visit: import("./visit.js").Visit,
   *   media: import("./media.js").Media,
   *   isPeopleShown: boolean,
   *   isSpeakerView: boolean,
   * }} now
   */
  update({ visit, media, isPeopleShown, isSpeakerView }) {
    const { publishing } = visit;
    const { connection } = visit.stay;
    const microphone = media.isOn("microphone");
    const camera = media.isOn("camera");
    this.#buttons.microphone.update({
      pressed: microphone,
      icon: microphone ? "microphone" : "microphone-off",
      reason: publishing.may("microphone") ? "" : gettext("You may not speak here."),
    });
    this.#buttons.camera.update({
      pressed: camera,
      icon: camera ? "camera" : "camera-off",
      reason: publishing.may("camera") ? "" : gettext("You may not show your camera here."),
    });
    this.#buttons.screen.update({
      pressed: media.screen !== null,
      reason: publishing.may("screen") ? "" : gettext("You may not share your screen here."),
    });
    this.#buttons.hand.update({ pressed: connection?.hand ?? false });
    this.#buttons.people.update({ pressed: isPeopleShown });
    this.#buttons.layout.update({ pressed: isSpeakerView });
    this.#buttons.full.update({ hidden: !document.fullscreenEnabled });
    this.#buttons.end.update({ hidden: !visit.moderates });
  }

  #toggleReactions() {
    this.#reactions.hidden = !this.#reactions.hidden;
    set(this.#buttons.react.button, "aria-expanded", String(!this.#reactions.hidden));
  }
}
