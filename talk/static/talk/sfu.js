// @ts-check
/**
 * Peers through the media server of a High-Performance Backend: everybody sends once, and asks for
 * everybody else (signaling.md §5.5). The interface is `Peers` in interfaces.js.
 */

import { Flag } from "./constants.js";
import { Receiving } from "./sfu/receiving.js";
import { Sending } from "./sfu/sending.js";

/** @typedef {import("./interfaces.js").LocalMedia} LocalMedia */
/** @typedef {import("./interfaces.js").Message} Message */
/** @typedef {import("./interfaces.js").Participant} Participant */
/** @typedef {import("./interfaces.js").Peers} Peers */

/** @implements {Peers} */
export class Sfu {
  #own;
  #sending;
  #receiving;

  /**
   * @param {{
   *   sessionId: string,
   *   iceServers: RTCIceServer[],
   *   hasSimulcast: boolean,
   *   send: (message: Message) => void,
   *   browser: {RTCPeerConnection: typeof RTCPeerConnection, MediaStream: typeof MediaStream},
   *   clock: import("./interfaces.js").Clock,
   *   on: import("./interfaces.js").PeersEvents,
   * }} needs
   */
  constructor({ sessionId, send, on, ...needs }) {
    this.#own = sessionId;
    /** @param {string} to @param {Message} message */
    const sendTo = (to, message) => send({ ...message, from: sessionId, to });
    this.#sending = new Sending({ ...needs, sessionId, send: sendTo });
    this.#receiving = new Receiving({ ...needs, send: sendTo, on });
  }

  /** @param {LocalMedia} media */
  setLocalMedia(media) {
    this.#sending.setLocalMedia(media);
  }

  /** @param {MediaStream | null} stream */
  setScreen(stream) {
    this.#sending.setScreen(stream);
  }

  /** @param {Participant[]} all */
  setParticipants(all) {
    const inCall = all.filter((each) => each.inCall & Flag.IN_CALL);
    const isInCall = inCall.some((each) => each.sessionId === this.#own);
    const others = new Map(
      inCall.filter((each) => each.sessionId !== this.#own).map((each) => [each.sessionId, each]),
    );
    this.#receiving.setOthers(others);
    this.#sending.setOthers(others, isInCall);
    // The server gives nothing to those who are not in the call.
    if (isInCall) this.#receiving.requestAll();
  }

  /** What the server says of what I send comes from myself. @param {Message} message */
  receive(message) {
    if (message.from === this.#own) this.#sending.receive(message);
    else this.#receiving.receive(message);
  }

  /** @param {string} type @param {any} [payload] */
  tell(type, payload) {
    this.#sending.tell(type, payload);
  }

  /** @param {ReadonlyMap<string, number>} lines */
  show(lines) {
    this.#receiving.show(lines);
  }

  /** @param {string} sessionId */
  level(sessionId) {
    return this.#receiving.level(sessionId);
  }

  /** @param {string} sessionId */
  stats(sessionId) {
    return this.#receiving.stats(sessionId);
  }

  repair() {
    this.#sending.repair();
    this.#receiving.repair();
  }

  close() {
    this.#sending.close();
    this.#receiving.close();
  }
}
