// @ts-check
/**
 * The way into the room and out of it: one's session there. Entering waits until the last good-bye
 * has reached the server, whose cookie knows only one session.
 */

import { needsName } from "./room.js";
import { gettext } from "./text.js";

/**
 * What somebody says at the door.
 *
 * @typedef {Object} Credentials
 * @property {string} name of a guest
 * @property {string} password
 * @property {boolean} consent to being recorded
 */

export class Door {
  isIn = false;
  /** @type {Credentials} */
  credentials = { name: "", password: "", consent: false };
  #room;
  #userId;
  #userName;
  #clock;
  /** Milliseconds that the server's clock is ahead. */
  #ahead = 0;
  /** @type {Promise<void>} */
  #goodbye = Promise.resolve();

  /**
   * @param {{
   *   room: import("./room.js").Room,
   *   userId: string,
   *   userName: string,
   *   clock: import("./interfaces.js").Clock,
   * }} needs
   */
  constructor({ room, userId, userName, clock }) {
    this.#room = room;
    this.#userId = userId;
    this.#userName = userName;
    this.#clock = clock;
  }

  get isGuest() {
    return this.#userId === "";
  }

  /** What one is called, as the others see it. */
  get ownName() {
    return this.isGuest ? this.credentials.name || gettext("Guest") : this.#userName;
  }

  /** Unix seconds by the server's clock. */
  get now() {
    return (this.#clock.now() + this.#ahead) / 1000;
  }

  /** Until the server knows of whatever happened before. */
  settled() {
    return this.#goodbye;
  }

  /**
   * Get a session, unless there is one.
   *
   * @param {boolean} force take over from another tab that is in the call
   * @returns {Promise<any>} the room object; null if there was a session
   */
  async enter(force) {
    await this.#goodbye;
    if (this.isIn) return null;
    const { password, name } = this.credentials;
    const room = await this.#room.enter({ password, force });
    this.isIn = true;
    this.#ahead = room.lastPing * 1000 - this.#clock.now();
    if (needsName(room, this.#userId)) await this.#room.nameGuest(name);
    return room;
  }

  /** The session is gone, or will not be needed. */
  forget() {
    this.isIn = false;
  }

  /**
   * Leave the call, and the room.
   *
   * @param {{inCall: boolean, all: boolean}} how
   */
  async leave({ inCall, all }) {
    const { isIn } = this;
    this.isIn = false;
    this.#goodbye = (async () => {
      // Whoever cannot be reached finds out by the silence.
      if (inCall) await this.#room.hangUp({ all }).catch(() => {});
      if (isIn) await this.#room.leave().catch(() => {});
    })();
    await this.#goodbye;
  }
}
