// @ts-check
/**
 * The transport of sites with a High-Performance Backend: messages over a WebSocket, and a media
 * server if the backend has one (signaling.md §5). The interface is `Transport` in interfaces.js.
 */

import { ApiError } from "./api.js";
import { readMessage } from "./message.js";
import { Socket } from "./socket.js";

/** @typedef {import("./interfaces.js").Message} Message */
/** @typedef {import("./interfaces.js").Participant} Participant */
/** @typedef {import("./interfaces.js").Transport} Transport */

const JOINED_WITHIN = 10000;
/** What is said while the connection is interrupted is of use for a moment only. */
const MOST_QUEUED = 200;

/** @implements {Transport} */
export class HpbSignaling {
  hasSfu = false;
  hasSimulcast = false;
  #needs;
  #on;
  #socket;
  /** @type {Map<string, Participant>} by HPB session */
  #all = new Map();
  /** @type {Set<string>} HPB sessions that have left the room */
  #left = new Set();
  /** @type {Message[]} */
  #queue = [];
  #closed = false;
  #joinId = "";
  #joinTimer = /** @type {any} */ (null);
  /** @type {{resolve: () => void, reject: (error: Error) => void} | null} */
  #entering = null;
  #isIn = false;
  #wasInterrupted = false;
  #wasSessionId = "";

  /**
   * @param {{
   *   api: import("./api.js").Api,
   *   token: string,
   *   talkSessionId: string,
   *   settings: any,
   *   clock: import("./interfaces.js").Clock,
   *   on: import("./interfaces.js").TransportEvents,
   *   WebSocket?: typeof WebSocket,
   *   location?: string,
   *   random?: () => number,
   * }} needs
   */
  constructor(needs) {
    this.#needs = needs;
    this.#on = needs.on;
    const { api, token, settings, clock, location = globalThis.location?.href } = needs;
    this.#socket = new Socket({
      settings,
      askSettings: () => api.get("v3/signaling/settings", { query: { token } }),
      backend: new URL(api.url("v3/signaling/backend"), location).href,
      WebSocket: needs.WebSocket ?? globalThis.WebSocket,
      clock,
      random: needs.random ?? Math.random,
      on: {
        told: (told) => this.#hear(told),
        open: (isNew) => this.#opened(isNew),
        interrupted: () => this.#interrupted(),
        lost: () => this.#end("lost"),
      },
    });
  }

  get sessionId() {
    return this.#socket.sessionId;
  }

  /** Connect and enter the room, as the session that the site has given. */
  async open() {
    const entered = new Promise((resolve, reject) => {
      this.#entering = { resolve: () => resolve(undefined), reject };
    });
    entered.catch(() => {});
    await this.#socket.open();
    await entered;
  }

  close() {
    this.#closed = true;
    this.#queue = [];
    this.#needs.clock.clearTimeout(this.#joinTimer);
    this.#socket.close();
  }

  wake() {
    this.#socket.wake();
  }

  /** @param {Message} message */
  send(message) {
    if (this.#closed) return;
    if (!this.#isIn || !this.#socket.isOpen) {
      this.#queue.push(message);
      if (this.#queue.length > MOST_QUEUED) this.#queue.shift();
      return;
    }
    const recipient = { type: "session", sessionid: message.to };
    if (message.type === "control") {
      this.#socket.say("control", { recipient, data: message.payload });
    } else {
      // Servers before 2.0 want a roomType in everything.
      this.#socket.say("message", { recipient, data: { roomType: "video", ...message } });
    }
  }

  // Coming and going -------------------------------------------------------------------------

  /** @param {boolean} isNew */
  #opened(isNew) {
    const { features } = this.#socket;
    this.hasSfu = features.includes("mcu");
    this.hasSimulcast = this.hasSfu && features.includes("simulcast");
    if (!isNew) return this.#isBack();
    // Nobody is known to a new session, nor is it known to anybody: what was meant for the old
    // one's peers is of no use.
    this.#all.clear();
    this.#left.clear();
    this.#queue = [];
    this.#isIn = false;
    this.#enter();
  }

  #enter() {
    const { token, talkSessionId, clock } = this.#needs;
    this.#joinId = this.#socket.say("room", { roomid: token, sessionid: talkSessionId });
    clock.clearTimeout(this.#joinTimer);
    // The oldest servers say nothing to whoever is in the room already.
    this.#joinTimer = clock.setTimeout(() => this.#entered(), JOINED_WITHIN);
  }

  #entered() {
    if (this.#isIn || this.#closed) return;
    this.#needs.clock.clearTimeout(this.#joinTimer);
    const wasSomebody = this.#wasSessionId !== "" && this.#wasSessionId !== this.sessionId;
    this.#wasSessionId = this.sessionId;
    this.#isIn = true;
    this.#entering?.resolve();
    this.#entering = null;
    if (wasSomebody) this.#on.renewed?.();
    this.#isBack();
  }

  #interrupted() {
    this.#wasInterrupted = true;
    this.#on.state("reconnecting");
  }

  #isBack() {
    if (this.#wasInterrupted) this.#on.state("open");
    this.#wasInterrupted = false;
    for (const message of this.#queue.splice(0)) this.send(message);
  }

  /** @param {string} code */
  #notEntered(code) {
    if (code === "already_joined") return this.#entered();
    if (this.#entering) {
      const status = code === "no_such_room" ? 404 : 502;
      this.#entering.reject(new ApiError(status, code, null));
      return this.close();
    }
    this.#end("gone");
  }

  /** @param {import("./interfaces.js").GoneReason} reason */
  #end(reason) {
    if (this.#closed) return;
    this.close();
    this.#on.gone(reason);
  }

  /** Put out: because this session was replaced by another one, has timed out, or for good? */
  async #putOut() {
    if (this.#closed) return;
    this.close();
    const room = await this.#needs.api.get(`v4/room/${this.#needs.token}`).catch(() => null);
    // The server was heard just now, so nobody takes this for a session that timed out.
    this.#on.participants([...this.#all.values()]);
    if (!room?.attendeeId) this.#on.gone("gone");
    // This browser has no session at all: the site could not hear of it for long.
    else this.#on.gone(room.sessionId === "0" ? "expired" : "duplicate");
  }

  // Hearing ----------------------------------------------------------------------------------

  /** @param {any} told */
  #hear(told) {
    if (this.#closed) return;
    if (told.id === this.#joinId && told.type === "error") {
      return this.#notEntered(String(told.error?.code ?? ""));
    }
    switch (told.type) {
      case "room":
        return this.#roomTold(told);
      case "event":
        return this.#event(told.event ?? {});
      case "message":
        return this.#message(told.message?.sender, told.message?.data);
      case "control":
        return this.#message(told.control?.sender, { type: "control", payload: told.control?.data });
      case "bye":
        return this.#bye(told.bye?.reason);
      case "error":
        return this.#on.trouble?.(String(told.error?.code ?? ""));
    }
  }

  /** @param {any} told */
  #roomTold(told) {
    const entered = told.room?.roomid === this.#needs.token;
    if (told.id === this.#joinId && entered) return this.#entered();
    if (entered) this.#on.room();
    else if (told.room?.roomid === "") this.#putOut();
  }

  /** @param {unknown} reason */
  #bye(reason) {
    if (reason === "room_session_reconnected") return this.#putOut();
    // Another socket of this page took over, which is as it should be.
    if (reason === "session_resumed") return;
    this.#on.trouble?.(String(reason ?? ""));
  }

  /** @param {any} event */
  #event({ target, type, ...rest }) {
    const content = rest[type];
    switch (`${target}/${type}`) {
      case "room/join":
      case "room/change":
        return this.#joined(asList(content));
      case "room/leave":
        return this.#leave(asList(content).map(String));
      case "participants/update":
        if (content?.roomid === this.#needs.token) this.#updated(content);
        return;
      case "roomlist/update":
        if (content?.roomid === this.#needs.token) this.#on.room();
        return;
      case "roomlist/disinvite":
        if (content?.roomid === this.#needs.token) this.#putOut();
    }
  }

  /** @param {string[]} sessionIds */
  #leave(sessionIds) {
    for (const sessionId of sessionIds) {
      this.#all.delete(sessionId);
      this.#left.add(sessionId);
    }
    this.#tellParticipants();
  }

  /** @param {any[]} joined */
  #joined(joined) {
    for (const each of joined) {
      const sessionId = String(each?.sessionid ?? "");
      const known = this.#all.get(sessionId);
      if (!sessionId) continue;
      this.#left.delete(sessionId);
      const userId = String(each.userid ?? "");
      this.#all.set(sessionId, {
        sessionId,
        talkSessionId: String(each.roomsessionid ?? known?.talkSessionId ?? ""),
        userId,
        actorType: userId ? "users" : (known?.actorType ?? "guests"),
        actorId: known?.actorId ?? userId,
        inCall: known?.inCall ?? 0,
        permissions: known?.permissions ?? null,
      });
    }
    this.#tellParticipants();
  }

  /**
   * Merge: a server may tell only of those who changed, and never that somebody is missing. So what
   * was under way when they left must not bring them back: nobody would take them out again.
   *
   * @param {any} update
   */
  #updated(update) {
    if (update.all) for (const each of this.#all.values()) each.inCall = Number(update.incall) || 0;
    for (const entry of asList(update.users)) {
      const sessionId = String(entry?.sessionId ?? "");
      if (!sessionId || sessionId === "0" || this.#left.has(sessionId)) continue;
      const known = this.#all.get(sessionId);
      const { nextcloudSessionId, userId, actorType, actorId, inCall, participantPermissions } = entry;
      this.#all.set(sessionId, {
        sessionId,
        talkSessionId: String(nextcloudSessionId ?? known?.talkSessionId ?? ""),
        userId: String(userId ?? known?.userId ?? ""),
        actorType: String(actorType ?? known?.actorType ?? ""),
        actorId: String(actorId ?? known?.actorId ?? ""),
        inCall: Number.isInteger(inCall) ? inCall : (known?.inCall ?? 0),
        permissions: Number.isInteger(participantPermissions)
          ? participantPermissions
          : (known?.permissions ?? null),
      });
    }
    this.#tellParticipants();
  }

  #tellParticipants() {
    this.#on.participants([...this.#all.values()].map((each) => ({ ...each })));
  }

  /** @param {any} sender @param {any} data */
  #message(sender, data) {
    const from = String(sender?.sessionid ?? "");
    const message = readMessage(sound(data), from);
    if (message) this.#on.message(message);
  }
}

/** @param {unknown} value @returns {any[]} */
const asList = (value) => (Array.isArray(value) ? value : []);

/**
 * Janus names no media section in some of its candidates, but for the number; and the oldest
 * servers leave the `sid` out of their answers.
 *
 * @param {any} data
 */
function sound(data) {
  if (typeof data !== "object" || data === null) return data;
  const inner = data.payload?.candidate;
  const payload =
    inner?.sdpMid === "" ? { candidate: { ...inner, sdpMid: undefined } } : data.payload;
  return { ...data, payload, sid: data.sid ?? "" };
}
