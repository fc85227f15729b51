// @ts-check
/**
 * The transport that needs nothing but the site itself: messages over HTTP, received by long poll
 * (signaling.md §2.1–2.2). The interface is `Transport` in interfaces.js.
 */

import { ApiError } from "./api.js";
import { readMessage } from "./message.js";
import { isPassing, pollDelay, retryDelay } from "./retry.js";

/** @typedef {import("./interfaces.js").Transport} Transport */
/** @typedef {import("./interfaces.js").TransportEvents} TransportEvents */
/** @typedef {import("./interfaces.js").Participant} Participant */
/** @typedef {import("./interfaces.js").Message} Message */

/** As many as the server takes in one request. */
const MOST_PER_POST = 100;
/** A message without effect. */
const CONNECT = JSON.stringify([{ ev: "connect" }]);
/** No answer for so long: the connection died without a word, as it does when a laptop sleeps. */
const LONGEST_POLL = 45000;

/**
 * The transport that the room's settings ask for.
 *
 * @param {any} settings what `GET /signaling/settings` answered
 * @param {{
 *   api: import("./api.js").Api,
 *   token: string,
 *   talkSessionId: string,
 *   clock: import("./interfaces.js").Clock,
 *   on: TransportEvents,
 * }} needs `talkSessionId` as the room gave it when it was entered
 * @returns {Promise<Transport>}
 */
export async function makeTransport(settings, needs) {
  if (settings.signalingMode === "internal") return new InternalSignaling(needs);
  const { HpbSignaling } = await import("./hpb.js");
  return new HpbSignaling({ ...needs, settings });
}

/** @implements {Transport} */
export class InternalSignaling {
  hasSfu = false;
  hasSimulcast = false;
  #api;
  #path;
  #clock;
  #on;
  #random;
  #isClosed = false;
  #poll = new AbortController();
  /** @type {Message[]} */
  #queue = [];
  #posting = false;
  #failures = 0;
  #isDown = false;
  /** @type {() => void} */
  #wakeUp = () => {};
  #isWoken = false;
  #lastSeen = "";

  /**
   * @param {{
   *   api: import("./api.js").Api,
   *   token: string,
   *   talkSessionId: string,
   *   clock: import("./interfaces.js").Clock,
   *   on: TransportEvents,
   *   random?: () => number,
   * }} needs
   */
  constructor({ api, token, talkSessionId, clock, on, random = Math.random }) {
    this.#api = api;
    this.#path = `v3/signaling/${token}`;
    this.sessionId = talkSessionId;
    this.#clock = clock;
    this.#on = on;
    this.#random = random;
  }

  async open() {
    // Nothing to connect: the first poll is as good as any other.
    this.#listen();
  }

  close() {
    this.#isClosed = true;
    this.#poll.abort();
    this.#queue = [];
    this.#wakeUp();
  }

  wake() {
    this.#isWoken = true;
    this.#poll.abort();
    this.#wakeUp();
  }

  /** @param {Message} message */
  send(message) {
    if (this.#isClosed) return;
    this.#queue.push(message);
    if (!this.#posting) this.#post();
  }

  async #listen() {
    while (!this.#isClosed) {
      const began = this.#clock.now();
      let delay;
      try {
        if (this.#isDown) await this.#knock();
        const entries = await this.#ask();
        this.#failures = 0;
        const news = this.#read(Array.isArray(entries) ? entries : []);
        delay = pollDelay(this.#clock.now() - began, news);
      } catch (error) {
        if (this.#isClosed) return;
        delay = this.#isWoken ? 0 : this.#failed(error);
        if (delay === null) return;
      }
      if (delay > 0 && !this.#isClosed) await this.#sleep(delay);
    }
  }

  async #ask() {
    this.#isWoken = false;
    this.#poll = new AbortController();
    const timer = this.#clock.setTimeout(() => this.#poll.abort(), LONGEST_POLL);
    try {
      return await this.#api.get(this.#path, { signal: this.#poll.signal });
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  /**
   * Tell who is there before what they say: a message from a newcomer must find them known.
   *
   * @param {any[]} entries
   * @returns {boolean} whether anything was new
   */
  #read(entries) {
    const list = entries.findLast((entry) => entry?.type === "usersInRoom")?.data;
    let news = false;
    if (Array.isArray(list)) {
      const participants = list.map(asParticipant);
      const seen = JSON.stringify(participants);
      news = seen !== this.#lastSeen;
      this.#lastSeen = seen;
      this.#on.participants(participants);
    }
    for (const entry of entries) {
      if (entry?.type !== "message" || this.#isClosed) continue;
      news = true;
      const message = readMessage(entry.data);
      if (message && message.from !== this.sessionId) this.#on.message(message);
    }
    return news;
  }

  /** Polls are answered late: ask something that is answered at once whether the way is open. */
  async #knock() {
    await this.#api.post(this.#path, { body: { messages: CONNECT } });
    this.#isDown = false;
    this.#on.state("open");
  }

  /**
   * @param {unknown} error
   * @returns {number | null} milliseconds until the next attempt; null: there will be none
   */
  #failed(error) {
    const status = error instanceof ApiError ? error.status : 0;
    if (!isPassing(status)) return this.#end(status === 409 ? "duplicate" : "gone");
    this.#failures += 1;
    if (!this.#isDown) this.#on.state("reconnecting");
    this.#isDown = true;
    return retryDelay(this.#failures, this.#random()) ?? this.#end("lost");
  }

  /**
   * @param {"gone" | "duplicate" | "lost"} reason
   * @returns {null}
   */
  #end(reason) {
    this.close();
    this.#on.gone(reason);
    return null;
  }

  /** @param {number} milliseconds */
  async #sleep(milliseconds) {
    await new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => resolve(null), milliseconds);
      this.#wakeUp = () => {
        this.#clock.clearTimeout(timer);
        resolve(null);
      };
    });
    this.#wakeUp = () => {};
  }

  /** Send what is queued; what comes meanwhile goes together in the next request. */
  async #post() {
    this.#posting = true;
    // Whatever is said in this very moment belongs into one request.
    await Promise.resolve();
    let failures = 0;
    while (this.#queue.length > 0 && !this.#isClosed) {
      const batch = this.#queue.slice(0, MOST_PER_POST);
      try {
        await this.#api.post(this.#path, {
          body: { messages: JSON.stringify(batch.map((message) => this.#sealed(message))) },
        });
      } catch (error) {
        const delay =
          error instanceof ApiError && isPassing(error.status)
            ? retryDelay(++failures, this.#random())
            : null;
        if (delay !== null) {
          await new Promise((resolve) => this.#clock.setTimeout(() => resolve(null), delay));
          continue;
        }
      }
      failures = 0;
      this.#queue.splice(0, batch.length);
    }
    this.#posting = false;
  }

  /** @param {Message} message */
  #sealed(message) {
    return { ev: "message", fn: JSON.stringify(message), sessionId: this.sessionId };
  }
}

/**
 * @param {any} entry of usersInRoom
 * @returns {Participant}
 */
const asParticipant = (entry) => ({
  sessionId: String(entry?.sessionId),
  talkSessionId: String(entry?.sessionId),
  userId: String(entry?.userId ?? ""),
  actorType: String(entry?.actorType ?? ""),
  actorId: String(entry?.actorId ?? ""),
  inCall: Number(entry?.inCall) || 0,
  permissions: Number.isInteger(entry?.participantPermissions)
    ? entry.participantPermissions
    : null,
});
