// @ts-check
/**
 * Who the sessions are: names as the server knows them, and for moderators everybody's seat, also
 * of those who wait in the lobby. What peers say of their own names is not believed.
 */

import { Flag, Permission, isModerator } from "./constants.js";
import { gettext } from "./text.js";

/** @typedef {import("./interfaces.js").Participant} Participant */

const OWNER = 1;
/** Guests say their names a moment after they have come: ask again so often, after so long. */
const NAMELESS_TRIES = 3;
const NAMELESS_DELAY = 2000;

/**
 * @typedef {Object} Seat
 * @property {number} attendeeId
 * @property {boolean} isOwner whom nobody can remove
 */

export class Roster {
  #room;
  #changed;
  /** @type {Map<string, string>} display names by Talk session */
  #names = new Map();
  /** @type {any[]} attendees, where one may see them */
  #attendees = [];
  #asking = false;
  #askAgain = false;
  #lastSeen = "";
  #clock;
  #tries = 0;

  /**
   * @param {{
   *   room: import("./room.js").Room,
   *   clock: import("./interfaces.js").Clock,
   *   changed: () => void,
   * }} needs
   */
  constructor({ room, clock, changed }) {
    this.#room = room;
    this.#clock = clock;
    this.#changed = changed;
  }

  /**
   * Look up whoever is not known yet.
   *
   * @param {Participant[]} all
   * @param {boolean} asModerator
   * @returns {boolean} whether anything is new
   */
  update(all, asModerator) {
    const seen = JSON.stringify([
      asModerator,
      all.map((each) => [each.talkSessionId, each.inCall & Flag.IN_CALL, each.permissions]),
    ]);
    if (seen === this.#lastSeen) return false;
    this.#lastSeen = seen;
    this.#tries = NAMELESS_TRIES;
    this.refresh(asModerator);
    return true;
  }

  /**
   * Ask the server again, once at a time.
   *
   * @param {boolean} asModerator
   */
  async refresh(asModerator) {
    this.#askAgain = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#askAgain) {
      this.#askAgain = false;
      await this.#ask(asModerator);
      this.#changed();
    }
    this.#asking = false;
  }

  /** @param {Participant} participant */
  nameOf(participant) {
    const known = this.#names.get(participant.talkSessionId);
    if (known) return known;
    return participant.userId || gettext("Guest");
  }

  /** @param {Participant} participant @returns {Seat | null} null where one may not see it */
  seatOf(participant) {
    const found = this.#attendees.find((each) =>
      each.sessionIds?.includes(participant.talkSessionId),
    );
    return found ? asSeat(found) : null;
  }

  /**
   * Those who are in the room and may not come into the call.
   *
   * @param {any} room
   * @returns {{attendeeId: number, name: string}[]}
   */
  waiting(room) {
    if (room?.lobbyState !== 1) return [];
    return this.#attendees
      .filter(
        (each) =>
          each.sessionIds?.length > 0 &&
          !isModerator(each.participantType) &&
          (each.permissions & Permission.IGNORE_LOBBY) === 0,
      )
      .map((each) => ({
        attendeeId: each.attendeeId,
        name: String(each.displayName || gettext("Guest")),
      }));
  }

  /** @param {boolean} asModerator */
  async #ask(asModerator) {
    // Both may be refused at any time, say by a lobby that was just switched on: then the names
    // that are known stay.
    const [peers, attendees] = await Promise.all([
      this.#room.peers().catch(() => []),
      asModerator ? this.#room.attendees().catch(() => []) : [],
    ]);
    for (const { sessionId, displayName } of peers) this.#names.set(sessionId, String(displayName));
    this.#attendees = attendees;
    const isNameless = [...peers, ...attendees].some((each) => each.displayName === "");
    if (isNameless && this.#tries-- > 0) {
      this.#clock.setTimeout(() => this.refresh(asModerator), NAMELESS_DELAY);
    }
  }
}

/** @param {any} attendee @returns {Seat} */
const asSeat = (attendee) => ({
  attendeeId: attendee.attendeeId,
  isOwner: attendee.participantType === OWNER,
});
