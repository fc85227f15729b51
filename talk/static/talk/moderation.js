// @ts-check
/** What moderators do to others. The server has the last word on who may. */

export class Moderation {
  #room;
  #connection;
  #done;

  /**
   * @param {{
   *   room: import("./room.js").Room,
   *   connection: () => import("./connection.js").Connection | null,
   *   done: (refusal: any) => void,
   * }} needs `done` is told null, or why the server refused
   */
  constructor({ room, connection, done }) {
    this.#room = room;
    this.#connection = connection;
    this.#done = done;
  }

  /** Ask somebody's page to switch the microphone off. @param {string} sessionId */
  mute(sessionId) {
    const payload = { action: "forceMute", peerId: sessionId };
    this.#connection()?.send(sessionId, "control", payload);
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
    this.#done(await request.then(() => null).catch((error) => error));
  }
}
