// @ts-check
/** What moderators do to others. The server has the last word on who may. */

import { gettext } from "./text.js";

export class Moderation {
  #room;
  #stay;
  #notify;

  /**
   * @param {{
   *   room: import("./room.js").Room,
   *   stay: import("./stay.js").Stay,
   *   notify: (words: string) => void,
   * }} needs
   */
  constructor({ room, stay, notify }) {
    this.#room = room;
    this.#stay = stay;
    this.#notify = notify;
  }

  /** Ask somebody's page to switch the microphone off. @param {string} sessionId */
  mute(sessionId) {
    const payload = { action: "forceMute", peerId: sessionId };
    this.#stay.connection?.send(sessionId, "control", payload);
  }

  /** @param {number} attendeeId */
  remove(attendeeId) {
    return this.#act(this.#room.remove(attendeeId));
  }

  /** @param {number} attendeeId */
  admit(attendeeId) {
    return this.#act(this.#room.admit(attendeeId));
  }

  /** @param {Promise<any>} request */
  async #act(request) {
    const wasDone = await request.then(() => true).catch(() => false);
    this.#notify(wasDone ? "" : gettext("That was refused by the server."));
    await this.#stay.refreshRoster();
  }
}
