// @ts-check
/** What can be asked of one room over HTTP, by the contract's words. Every refusal is an ApiError. */

import { Permission, isGuest, isModerator } from "./constants.js";

export class Room {
  #api;
  #token;

  /** @param {{api: import("./api.js").Api, token: string}} needs */
  constructor({ api, token }) {
    this.#api = api;
    this.#token = encodeURIComponent(token);
  }

  /** The room object, as the caller may see it. */
  read() {
    return this.#api.get(`v4/room/${this.#token}`);
  }

  /**
   * Get a session in the room.
   *
   * @param {{password?: string, force: boolean}} how `force` takes over from another tab
   * @returns {Promise<any>} the room object with the new `sessionId`
   */
  enter(how) {
    return this.#api.post(`v4/room/${this.#token}/participants/active`, { body: how });
  }

  leave() {
    return this.#api.delete(`v4/room/${this.#token}/participants/active`);
  }

  /** @param {string} displayName */
  nameGuest(displayName) {
    return this.#api.post(`v1/guest/${this.#token}/name`, { body: { displayName } });
  }

  settings() {
    return this.#api.get("v3/signaling/settings", { query: { token: this.#token } });
  }

  /** Who is in the call. @returns {Promise<any[]>} one entry per session */
  peers() {
    return this.#api.get(`v4/call/${this.#token}`);
  }

  /** @param {number} flags @param {boolean} recordingConsent */
  join(flags, recordingConsent) {
    return this.#api.post(`v4/call/${this.#token}`, { body: { flags, recordingConsent } });
  }

  /** @param {number} flags */
  changeFlags(flags) {
    return this.#api.put(`v4/call/${this.#token}`, { body: { flags } });
  }

  /** @param {{all?: boolean, keepalive?: boolean}} [how] `all` ends the call for everyone */
  hangUp({ all = false, keepalive = false } = {}) {
    return this.#api.delete(`v4/call/${this.#token}`, { query: { all }, keepalive });
  }

  /** Everybody with a seat in the room; for moderators. @returns {Promise<any[]>} */
  attendees() {
    return this.#api.get(`v4/room/${this.#token}/participants`);
  }

  /** @param {number} attendeeId */
  remove(attendeeId) {
    return this.#api.delete(`v4/room/${this.#token}/attendees`, { query: { attendeeId } });
  }

  /** Let somebody through the lobby, which stays for the others. @param {number} attendeeId */
  admit(attendeeId) {
    const permissions = Permission.IGNORE_LOBBY;
    return this.#api.put(`v4/room/${this.#token}/attendees/permissions`, {
      body: { attendeeId, method: "add", permissions },
    });
  }
}

/** @param {any} room */
export const moderates = (room) => isModerator(room.participantType);

/** Whether the room object is that of somebody with a seat in the room. @param {any} room */
export const isMember = (room) => room.attendeeId !== 0;

/** Whether the caller is asked for a name. @param {any} room @param {string} userId */
export const needsName = (room, userId) => userId === "" && isGuest(room.participantType);

/** Whether the caller has to wait in front of the call. @param {any} room */
export const waitsInLobby = (room) =>
  room.lobbyState === 1 && !moderates(room) && (room.permissions & Permission.IGNORE_LOBBY) === 0;

/** @param {any} room */
export const isReadOnly = (room) => room.readOnly === 1;

/** Whether joining begins the call; whoever has no seat yet cannot know, and just joins. @param {any} room */
export const wouldStart = (room) => isMember(room) && !room.hasCall && room.canStartCall;

/** Whether one has to wait until somebody else starts the call. @param {any} room */
export const mayNotStart = (room) =>
  isMember(room) && !waitsInLobby(room) && !room.hasCall && !room.canStartCall;

/** Whether this browser is in the call in another tab. @param {any} room */
export const isInElsewhere = (room) => room.participantFlags > 0 && room.sessionId !== "0";

/**
 * Where in the room one belongs.
 *
 * @param {any} room
 * @param {boolean} isEager whether one wants to be in the call
 * @returns {"lobby" | "call" | "before"}
 */
export function placeIn(room, isEager) {
  if (isMember(room) && waitsInLobby(room)) return "lobby";
  return isEager && !isReadOnly(room) && !mayNotStart(room) ? "call" : "before";
}

/**
 * Why one has fallen out of the call without having left it.
 *
 * @param {any} room as it is now
 * @param {number} startedAt when the call began that one was in
 * @returns {"read-only" | "lobby" | "ended" | "interrupted"}
 */
export function whyOut(room, startedAt) {
  if (isReadOnly(room)) return "read-only";
  if (waitsInLobby(room)) return "lobby";
  return room.hasCall && room.callStartTime === startedAt ? "interrupted" : "ended";
}
