// @ts-check
/**
 * Who is to be seen in the call, and how big: state without a page. `stage.js` draws it.
 *
 * @typedef {Object} Tile
 * @property {string} sessionId
 * @property {string} name
 * @property {boolean} own
 * @property {boolean} audio whether the microphone is on
 * @property {boolean} video
 * @property {boolean} hand raised
 * @property {boolean} speaking
 * @property {string} reaction shown for a moment, else ""
 * @property {"connecting" | "connected" | "interrupted"} connection
 * @property {MediaStream | null} stream camera and microphone
 * @property {MediaStream | null} screen
 */

import { Flag } from "./constants.js";

/** @typedef {import("./interfaces.js").Participant} Participant */

/** As loud as this counts as speaking, and for so many milliseconds after it was. */
const SPEAKING = 0.02;
const SPEAKING_FOR = 900;

export class Tiles {
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {Map<string, number>} flags when they were last told */
  #flags = new Map();
  /** @type {Map<string, number>} */
  #heard = new Map();
  #speaker = "";

  /** Those in the call, oneself first, then in the order of their coming. */
  get all() {
    return [...this.#tiles.values()];
  }

  /** Who spoke last, or shares a screen: the one to show large. Never oneself, unless alone. */
  get focus() {
    const others = this.all.filter((tile) => !tile.own);
    return (
      others.find((tile) => tile.screen) ??
      others.find((tile) => tile.sessionId === this.#speaker) ??
      others[0] ??
      this.all[0] ??
      null
    );
  }

  /** @param {string} sessionId */
  get(sessionId) {
    return this.#tiles.get(sessionId) ?? null;
  }

  /**
   * Who is in the room. Microphones and cameras are what was told last: by the server's flags when
   * these change, else by their owner.
   *
   * @param {Participant[]} all
   * @param {string} own
   */
  setParticipants(all, own) {
    const inCall = all.filter((each) => each.inCall & Flag.IN_CALL || each.sessionId === own);
    inCall.sort((a, b) => Number(b.sessionId === own) - Number(a.sessionId === own));
    const present = new Set(inCall.map((each) => each.sessionId));
    for (const sessionId of this.#tiles.keys()) {
      if (!present.has(sessionId)) this.#forget(sessionId);
    }
    for (const { sessionId, inCall: flags } of inCall) {
      const tile = this.#tiles.get(sessionId) ?? this.#add(sessionId, sessionId === own);
      if (tile.own || this.#flags.get(sessionId) === flags) continue;
      this.#flags.set(sessionId, flags);
      tile.audio = (flags & Flag.AUDIO) !== 0;
      tile.video = (flags & Flag.VIDEO) !== 0;
    }
  }

  /**
   * Change what is known of somebody; nothing if they are not in the call.
   *
   * @param {string} sessionId
   * @param {Partial<Tile>} changes
   */
  change(sessionId, changes) {
    const tile = this.#tiles.get(sessionId);
    if (tile) Object.assign(tile, changes);
  }

  /**
   * Take the measure of who speaks.
   *
   * @param {(tile: Tile) => number} levelOf 0 to 1
   * @param {number} now milliseconds
   * @returns {boolean} whether anything changed
   */
  listen(levelOf, now) {
    let changed = false;
    for (const tile of this.#tiles.values()) {
      if (tile.audio && levelOf(tile) > SPEAKING) this.#heard.set(tile.sessionId, now);
      const heard = this.#heard.get(tile.sessionId);
      const speaking = tile.audio && heard !== undefined && now - heard < SPEAKING_FOR;
      changed ||= speaking !== tile.speaking;
      tile.speaking = speaking;
    }
    if (!this.#tiles.get(this.#speaker)?.speaking) {
      const next = this.all.find((tile) => tile.speaking && !tile.own);
      this.#speaker = next?.sessionId ?? this.#speaker;
    }
    return changed;
  }

  clear() {
    this.#tiles.clear();
    this.#flags.clear();
    this.#heard.clear();
  }

  /** @param {string} sessionId @param {boolean} own */
  #add(sessionId, own) {
    /** @type {Tile} */
    const tile = {
      sessionId,
      name: "",
      own,
      audio: false,
      video: false,
      hand: false,
      speaking: false,
      reaction: "",
      connection: own ? "connected" : "connecting",
      stream: null,
      screen: null,
    };
    this.#tiles.set(sessionId, tile);
    return tile;
  }

  /** @param {string} sessionId */
  #forget(sessionId) {
    this.#tiles.delete(sessionId);
    this.#flags.delete(sessionId);
    this.#heard.delete(sessionId);
  }
}

/** Faces are cut to no narrower and no wider a picture than this, width by height. */
const NARROWEST = 3 / 4;
const WIDEST = 16 / 9;
/** What is higher than this adds nothing that one would want to see. */
const WELL_SHAPED = 9 / 10;

const GAP = 10;

/**
 * The grid that shows the most of everybody in a place of this size.
 *
 * @param {number} count tiles
 * @param {number} width pixels, as all sizes here
 * @param {number} height
 * @returns {{columns: number, rows: number, cellWidth: number, cellHeight: number}}
 */
export function gridFor(count, width, height) {
  let best = { columns: 1, rows: Math.max(1, count), cellWidth: 0, cellHeight: 0 };
  let mostShown = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const roomHeight = (height - GAP * (rows - 1)) / rows;
    const roomWidth = (width - GAP * (columns - 1)) / columns;
    const cellWidth = Math.floor(Math.min(roomWidth, roomHeight * WIDEST));
    const cellHeight = Math.floor(Math.min(roomHeight, cellWidth / NARROWEST));
    const shown = cellWidth * Math.min(cellHeight, cellWidth / WELL_SHAPED);
    if (cellWidth <= 0 || cellHeight <= 0 || shown <= mostShown) continue;
    mostShown = shown;
    best = { columns, rows, cellWidth, cellHeight };
  }
  return best;
}

/**
 * One or two letters that stand for a name.
 *
 * @param {string} name
 * @returns {string}
 */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...word][0].toLocaleUpperCase()).join("");
}
