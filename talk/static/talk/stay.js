// @ts-check
/**
 * Being in a room with a session, waiting or in the call: the connection, who the others are, and
 * why it comes to an end.
 */

import { ApiError } from "./api.js";
import { Connection } from "./connection.js";
import { hasTimedOut } from "./retry.js";
import { moderates, whyOut } from "./room.js";
import { Roster } from "./roster.js";
import { gettext } from "./text.js";
import { troubleWords } from "./trouble.js";

/** @typedef {import("./interfaces.js").Participant} Participant */

/**
 * @typedef {Object} StayEvents
 * @property {(changes: any) => void} room what is known of the room has changed
 * @property {(why: "read-only" | "ended" | "removed" | "duplicate" | "lost") => void} over
 * @property {() => void} lobby out of the call, into the lobby
 * @property {() => void} interrupted the session timed out or fell out of the call: come back
 * @property {(words: string) => void} notice
 * @property {() => void} muted a moderator wants the microphone off
 */

export class Stay {
  roster;
  /** @type {Connection | null} */
  connection = null;
  /** Unix seconds at which the call began; 0 outside of one. */
  startedAt = 0;
  #needs;
  #room;
  #publishing;
  #on;
  #ownName;
  #isInCall = false;
  /** The server has said that this session is in the call: perhaps before it answered to joining. */
  #wasSeen = false;
  /** @type {any} the room object as it is known here */
  #known = {};

  /**
   * @param {{
   *   needs: import("./interfaces.js").Surroundings,
   *   room: import("./room.js").Room,
   *   publishing: import("./publishing.js").Publishing,
   *   ownName: () => string,
   *   on: StayEvents,
   * }} parts
   */
  constructor({ needs, room, publishing, ownName, on }) {
    this.#needs = needs;
    this.#room = room;
    this.#publishing = publishing;
    this.#ownName = ownName;
    this.#on = on;
    this.roster = new Roster({ ...needs, room, changed: () => this.#rosterChanged() });
  }

  /** Be there, seen by the others. @param {any} room as it was entered */
  async open(room) {
    this.#known = room;
    if (this.connection) return;
    const connection = new Connection({
      ...this.#needs,
      talkSessionId: room.sessionId,
      settings: await this.#room.settings(),
      on: {
        participants: (all) => this.#participants(all),
        gone: (reason) => this.#gone(reason),
        state: (state) => this.#connectionIs(state),
        muted: () => this.#on.muted(),
        renamed: () => this.refreshRoster(),
        trouble: (code) => this.#troubled(code),
        room: () => this.#reread(),
      },
    });
    this.connection = connection;
    await connection.open();
  }

  /** The call has begun for me. @param {number} flags that the server was told */
  async begin(flags) {
    this.#isInCall = true;
    await this.connection?.begin(this.#publishing, flags);
    this.#giveNames();
    this.refreshRoster();
  }

  /** When the call began is only known once it has. */
  async findStart() {
    await this.#reread();
    this.startedAt = this.#known.callStartTime ?? 0;
  }

  /** Out of the call, but still there. */
  end() {
    this.#isInCall = this.#wasSeen = false;
    this.connection?.end();
    this.#publishing.end();
  }

  close() {
    this.#isInCall = this.#wasSeen = false;
    this.startedAt = 0;
    this.connection?.close();
    this.connection = null;
    this.#publishing.end();
  }

  refreshRoster() {
    return this.roster.refresh(moderates(this.#known));
  }

  /** @param {Participant[]} all */
  #participants(all) {
    const own = this.connection?.sessionId;
    const me = all.find((each) => each.sessionId === own);
    if (me?.permissions != null && me.permissions !== this.#known.permissions) {
      this.#learn({ permissions: me.permissions });
    }
    const fellOut = this.#isInCall && this.#wasSeen && me?.inCall === 0;
    if (me) this.#wasSeen = me.inCall > 0;
    if (fellOut) this.#fellOut();
    else if (this.#isInCall) {
      // Of a lobby that somebody switched on, the signaling says nothing.
      const asModerator = moderates(this.#known);
      if (this.roster.update(all, asModerator) && asModerator) this.#reread();
      this.#giveNames();
    }
    this.#needs.changed();
  }

  #rosterChanged() {
    this.#giveNames();
    this.#needs.changed();
  }

  #giveNames() {
    this.connection?.name((participant) => this.roster.nameOf(participant), this.#ownName());
  }

  /** @param {any} changes of the room object */
  #learn(changes) {
    this.#known = { ...this.#known, ...changes };
    this.#on.room(changes);
  }

  async #reread() {
    const { connection } = this;
    const room = await this.#room.read().catch(() => null);
    if (room && connection === this.connection) this.#learn(room);
  }

  /** Out of the call without having left it: find out why. */
  async #fellOut() {
    const { connection } = this;
    const room = await this.#room.read().catch((error) => error);
    if (connection !== this.connection) return;
    if (room instanceof ApiError) {
      if (room.status === 404) this.#on.over("removed");
      else this.#on.interrupted();
      return;
    }
    this.#learn(room);
    const why = whyOut(room, this.startedAt);
    if (why === "interrupted") this.#on.interrupted();
    else if (why === "lobby") {
      this.end();
      this.#on.lobby();
    } else this.#on.over(why);
  }

  /** @param {import("./interfaces.js").GoneReason} reason */
  #gone(reason) {
    const silence = this.#needs.clock.now() - (this.connection?.heardAt ?? 0);
    if (reason === "expired" || (reason !== "lost" && hasTimedOut(silence))) this.#on.interrupted();
    else this.#on.over(reason === "gone" ? "removed" : reason);
  }

  /** @param {string} code of what the signaling server refused */
  #troubled(code) {
    const words = troubleWords(code);
    if (words) this.#on.notice(words);
  }

  /** @param {"open" | "reconnecting"} state */
  #connectionIs(state) {
    this.#on.notice(
      state === "reconnecting"
        ? gettext("The connection is interrupted. Trying again …")
        : gettext("You are connected again."),
    );
  }
}
