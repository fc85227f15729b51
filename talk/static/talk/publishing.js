// @ts-check
/**
 * What is published: media that is on and allowed, the same to all peers and in the flags that the
 * server knows. What is no longer allowed is switched off.
 */

import { Flag, Permission } from "./constants.js";
import { isPassing, retryDelay } from "./retry.js";

/** @typedef {import("./media.js").Kind} Kind */

export class Publishing {
  #media;
  #room;
  #clock;
  #permissions = Permission.AUDIO | Permission.VIDEO | Permission.SCREEN;
  /** @type {import("./interfaces.js").Peers | null} */
  #peers = null;
  /** @type {number | null} flags that the server has; null outside of the call */
  #told = null;
  #telling = false;
  /** @type {MediaStream | null} */
  #screen = null;

  /**
   * @param {{
   *   media: import("./media.js").Media,
   *   room: import("./room.js").Room,
   *   clock: import("./interfaces.js").Clock,
   * }} needs
   */
  constructor({ media, room, clock }) {
    this.#media = media;
    this.#room = room;
    this.#clock = clock;
  }

  /** @param {Kind | "screen"} kind */
  may(kind) {
    const bit = {
      microphone: Permission.AUDIO,
      camera: Permission.VIDEO,
      screen: Permission.SCREEN,
    };
    return (this.#permissions & bit[kind]) !== 0;
  }

  /** Switch it on, if that is allowed, or off. @param {Kind} kind @param {boolean} on */
  async switch(kind, on) {
    if (!on || this.may(kind)) await this.#media.switch(kind, on);
  }

  /** Share a screen with those in the call, or stop. @param {boolean} on */
  async shareScreen(on) {
    if (!on) this.#media.stopScreen();
    else if (this.#peers && this.may("screen")) await this.#media.shareScreen();
  }

  get flags() {
    const audio = this.#media.track("microphone") ? Flag.AUDIO : 0;
    const video = this.#media.track("camera") ? Flag.VIDEO : 0;
    return Flag.IN_CALL | audio | video;
  }

  /** @param {number} permissions */
  async allow(permissions) {
    if (permissions === this.#permissions) return;
    this.#permissions = permissions;
    for (const kind of /** @type {const} */ (["microphone", "camera"])) {
      if (!this.may(kind) && this.#media.isOn(kind)) await this.#media.switch(kind, false);
    }
    if (!this.may("screen")) this.#media.stopScreen();
    this.update();
  }

  /**
   * The call has begun for me: publish to these peers, whatever changes.
   *
   * @param {import("./interfaces.js").Peers} peers
   * @param {number} flags that the server was told on joining
   */
  begin(peers, flags) {
    this.#peers = peers;
    this.#told = flags;
    this.#screen = null;
    this.update();
  }

  end() {
    this.#peers = null;
    this.#told = null;
  }

  /** Publish what is on now. */
  update() {
    if (!this.#peers) return;
    this.#peers.setLocalMedia({
      audio: this.#media.track("microphone"),
      video: this.#media.track("camera"),
      mayAudio: this.may("microphone"),
      mayVideo: this.may("camera"),
    });
    if (this.#screen !== this.#media.screen) {
      this.#screen = this.#media.screen;
      this.#peers.setScreen(this.#screen);
    }
    this.#tell();
  }

  /** Tell the server the flags of now; while it is being told, only the last ones matter. */
  async #tell() {
    if (this.#telling) return;
    this.#telling = true;
    let failures = 0;
    while (this.#told !== null && this.#told !== this.flags) {
      const { flags } = this;
      try {
        await this.#room.changeFlags(flags);
        failures = 0;
      } catch (error) {
        const status = /** @type {any} */ (error).status ?? 0;
        const delay = isPassing(status) ? retryDelay(++failures, 0) : null;
        // Whoever is not in the call any more hears of it through the signaling.
        if (delay === null) break;
        await new Promise((resolve) => this.#clock.setTimeout(() => resolve(null), delay));
        continue;
      }
      if (this.#told !== null) this.#told = flags;
    }
    this.#telling = false;
  }
}
