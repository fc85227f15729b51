// @ts-check
/** What is shown before the call: one's own picture, devices, who is there, and the way in. */

import { iconButton } from "./buttons.js";
import { DevicePicker } from "./devices.js";
import { h, say, set } from "./markup.js";
import { isMember, isReadOnly, mayNotStart, wouldStart } from "./room.js";
import { gettext, interpolate, ngettext } from "./text.js";
import { initials } from "./tiles.js";
import { deviceWords } from "./words.js";

/** @typedef {import("./visit.js").Visit} Visit */
/** @typedef {import("./media.js").Media} Media */

export class Entrance {
  #media;
  #video = h("video", {
    autoplay: true,
    playsinline: true,
    "aria-label": gettext("Preview of your camera"),
  });
  #avatar = h("div", { class: "avatar", "aria-hidden": "true" });
  #trouble = h("p", { class: "trouble" });
  #level = h("div", { class: "level", "aria-hidden": "true" });
  #name = h("input", { type: "text", maxlength: 64, autocomplete: "name" });
  #password = h("input", { type: "password", autocomplete: "off" });
  #consent = h("input", { type: "checkbox" });
  #nameField = field(gettext("Your name"), this.#name);
  #passwordField = field(gettext("Password"), this.#password);
  #consentField = h(
    "label",
    { class: "consent" },
    this.#consent,
    h("span", {}, gettext("I agree that this call may be recorded.")),
  );
  #who = h("p", { class: "who" });
  #whoList = h("ul", { role: "list", "aria-label": gettext("In the call now") });
  #description = h("p", { class: "description" });
  #join = h("button", { type: "submit", class: "primary" });
  #wait = h("button", { type: "button", class: "plain" }, gettext("Stop waiting"));
  #form;
  #microphone;
  #camera;
  #stream = /** @type {MediaStream | null} */ (null);
  devices;

  /** @param {{visit: Visit, media: Media, toggle: (kind: "microphone" | "camera") => void, guestName: string}} needs */
  constructor({ visit, media, toggle, guestName }) {
    this.#media = media;
    this.#name.value = guestName;
    this.devices = new DevicePicker(media);
    this.#microphone = iconButton({
      name: gettext("Microphone"),
      icon: "microphone",
      onclick: () => toggle("microphone"),
    });
    this.#camera = iconButton({
      name: gettext("Camera"),
      icon: "camera",
      onclick: () => toggle("camera"),
    });
    this.#wait.addEventListener("click", () => visit.giveUp());
    this.#form = h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          visit.join(this.credentials);
        },
      },
      this.#nameField,
      this.#passwordField,
      this.#consentField,
      this.#join,
      this.#wait,
    );
    this.root = h(
      "section",
      { class: "entrance", "aria-label": gettext("Before the call") },
      h(
        "div",
        { class: "preview" },
        h("div", { class: "tile", "data-own": true }, this.#video, this.#avatar, this.#level),
        h("div", { class: "controls" }, this.#microphone.root, this.#camera.root),
      ),
      h(
        "div",
        { class: "way-in" },
        this.#description,
        this.#who,
        this.#whoList,
        this.#form,
        this.#trouble,
        this.devices.root,
      ),
    );
  }

  get credentials() {
    return {
      name: this.#name.value.trim(),
      password: this.#password.value,
      consent: this.#consent.checked,
    };
  }

  /** How loud the microphone is, 0 to 1. @param {number} level */
  showLevel(level) {
    this.#level.style.setProperty("--level", level.toFixed(2));
  }

  /** @param {Visit} visit */
  update(visit) {
    const { room } = visit;
    this.#showSelf(visit);
    say(this.#description, room?.description ?? "");
    say(this.#who, this.#whoWords(visit.lookout.people));
    this.#whoList.hidden = visit.lookout.people.length === 0;
    if (
      this.#whoList.childElementCount !== visit.lookout.people.length ||
      this.#whoList.textContent !== visit.lookout.people.join("")
    ) {
      this.#whoList.replaceChildren(...visit.lookout.people.map((name) => h("li", {}, name)));
    }
    const needsPassword = visit.asksPassword || (room?.hasPassword && !isMember(room));
    const isIn = visit.stage === "lobby";
    this.#nameField.hidden = !visit.door.isGuest || isIn;
    this.#passwordField.hidden = !needsPassword || isIn;
    this.#consentField.hidden = !(visit.asksConsent || room?.recordingConsent === 1);
    const waits = visit.isEager && visit.stage !== "joining";
    this.#join.hidden = room === null || isReadOnly(room) || mayNotStart(room) || waits;
    this.#wait.hidden = !waits || isReadOnly(room);
    set(this.#join, "disabled", visit.stage === "joining");
    say(this.#join, room && wouldStart(room) ? gettext("Start call") : gettext("Join call"));
  }

  /** @param {Visit} visit */
  #showSelf({ publishing, door }) {
    const track = this.#media.track("camera");
    if ((this.#stream?.getVideoTracks()[0] ?? null) !== track) {
      this.#stream = track ? new MediaStream([track]) : null;
      this.#video.muted = true;
      this.#video.srcObject = this.#stream;
      this.#video.play().catch(() => {});
    }
    set(/** @type {Element} */ (this.#video.parentElement), "data-video", track !== null);
    say(this.#avatar, initials(this.credentials.name || door.ownName) || "?");
    const microphoneOn = this.#media.isOn("microphone");
    this.#microphone.update({
      pressed: microphoneOn,
      icon: microphoneOn ? "microphone" : "microphone-off",
      reason: publishing.may("microphone") ? "" : gettext("You may not speak here."),
    });
    this.#camera.update({
      pressed: track !== null,
      icon: track ? "camera" : "camera-off",
      reason: publishing.may("camera") ? "" : gettext("You may not show your camera here."),
    });
    say(this.#trouble, deviceWords(this.#media));
  }

  /** @param {string[]} people */
  #whoWords({ length: count }) {
    if (count === 0) return "";
    return interpolate(
      ngettext("%(count)s person is in the call:", "%(count)s people are in the call:", count),
      { count },
    );
  }
}

/** @param {string} words @param {HTMLInputElement} input */
function field(words, input) {
  return h("label", { class: "field" }, h("span", {}, words), input);
}
