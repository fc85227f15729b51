// @ts-check
/** Looking at the room from outside of the call, every few seconds. */

import { ApiError } from "./api.js";
import { isMember, isReadOnly, waitsInLobby } from "./room.js";
import { gettext } from "./text.js";

const LOOK_EVERY = 5000;
const LOOK_EAGERLY_EVERY = 3000;

export class Lookout {
  /** @type {string[]} names of those in the call */
  people = [];
  #room;
  #clock;
  #isEager;
  #on;
  #timer = /** @type {any} */ (null);
  #round = 0;

  /**
   * @param {{
   *   room: import("./room.js").Room,
   *   clock: import("./interfaces.js").Clock,
   *   isEager: () => boolean,
   *   on: {seen: (room: any) => Promise<void>, refused: (refusal: ApiError) => void},
   * }} needs
   */
  constructor({ room, clock, isEager, on }) {
    this.#room = room;
    this.#clock = clock;
    this.#isEager = isEager;
    this.#on = on;
  }

  /** Look now, and go on looking. */
  async look() {
    this.stop();
    const round = this.#round;
    const found = await this.#room.read().catch((error) => error);
    if (round !== this.#round) return;
    this.lookLater();
    if (found instanceof ApiError) return this.#on.refused(found);
    this.people = await this.#peopleIn(found);
    await this.#on.seen(found);
  }

  lookLater() {
    this.stop();
    const delay = this.#isEager() ? LOOK_EAGERLY_EVERY : LOOK_EVERY;
    this.#timer = this.#clock.setTimeout(() => this.look(), delay);
  }

  stop() {
    this.#round += 1;
    this.#clock.clearTimeout(this.#timer);
  }

  /** @param {any} room @returns {Promise<string[]>} nobody, if one may not see them */
  async #peopleIn(room) {
    if (!isMember(room) || !room.hasCall || isReadOnly(room) || waitsInLobby(room)) return [];
    const peers = await this.#room.peers().catch(() => []);
    return peers.map((each) => String(each.displayName || gettext("Guest")));
  }
}
