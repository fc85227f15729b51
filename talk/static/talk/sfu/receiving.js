// @ts-check
/**
 * What I receive from the media server: a camera and microphone of each of the others, which I ask
 * for, and their screens, which are offered.
 */

import { Permission } from "../constants.js";
import { STREAMS } from "../economy.js";
import { Peer } from "../peer.js";
import { Selection } from "../simulcast.js";
import { Watches } from "../watches.js";

/** @typedef {import("../interfaces.js").Message} Message */
/** @typedef {import("../interfaces.js").Participant} Participant */

/** How often it is seen whether pictures come in the size that was asked for. */
const CHECKED_EVERY = 4000;

const MAY_SEND = Permission.AUDIO | Permission.VIDEO;
const NOTHING = { audio: null, video: null, mayAudio: false, mayVideo: false };

export class Receiving {
  #iceServers;
  #send;
  #browser;
  #clock;
  #on;
  #watches;
  /** @type {Selection | null} null where the media server takes cameras in one size only */
  #selection;
  /** @type {ReadonlyMap<string, Participant>} everybody else in the call */
  #others = new Map();
  /** @type {Map<string, Peer>} cameras and microphones */
  #cameras = new Map();
  /** @type {Map<string, Peer>} by sharer */
  #screens = new Map();

  /**
   * @param {{
   *   iceServers: RTCIceServer[],
   *   hasSimulcast: boolean,
   *   send: (to: string, message: Message) => void,
   *   browser: {RTCPeerConnection: typeof RTCPeerConnection, MediaStream: typeof MediaStream},
   *   clock: import("../interfaces.js").Clock,
   *   on: import("../interfaces.js").PeersEvents,
   * }} needs
   */
  constructor({ iceServers, hasSimulcast, send, browser, clock, on }) {
    this.#iceServers = iceServers;
    this.#send = send;
    this.#browser = browser;
    this.#clock = clock;
    this.#on = on;
    this.#watches = new Watches(clock);
    /** @param {string} to @param {import("../simulcast.js").Layer} layer */
    const select = (to, layer) =>
      send(to, { type: "selectStream", roomType: "video", payload: layer });
    this.#selection = hasSimulcast ? new Selection({ send: select, clock }) : null;
  }

  /** Close what belongs to nobody of them. @param {ReadonlyMap<string, Participant>} others */
  setOthers(others) {
    const before = this.#others;
    this.#others = others;
    for (const [sessionId] of this.#cameras) {
      const isClosed = mayOtherwise(before.get(sessionId), others.get(sessionId));
      if (isClosed || !this.#sends(sessionId)) this.#drop(this.#cameras, "video", sessionId);
    }
    for (const [sessionId] of this.#screens) {
      if (!others.has(sessionId)) this.#drop(this.#screens, "screen", sessionId);
    }
  }

  /** Ask whoever sends and has not been asked. */
  requestAll() {
    for (const sessionId of this.#others.keys()) {
      const isUnderWay = this.#cameras.has(sessionId) || this.#watches.has(sessionId);
      if (this.#sends(sessionId) && !isUnderWay) this.#request(sessionId);
    }
  }

  /** @param {Message} message */
  receive(message) {
    const { type, from = "", roomType, payload } = message;
    if (type === "offer") this.#offered(message);
    const peers = roomType === "screen" ? this.#screens : this.#cameras;
    if (type === "candidate") peers.get(from)?.addCandidate(payload.candidate);
    if (type === "unshareScreen") this.#drop(this.#screens, "screen", from);
  }

  /** @param {ReadonlyMap<string, number>} lines */
  show(lines) {
    this.#selection?.show(lines);
  }

  /** @param {string} sessionId */
  level(sessionId) {
    return this.#cameras.get(sessionId)?.level ?? 0;
  }

  /** @param {string} sessionId */
  async stats(sessionId) {
    return (await this.#cameras.get(sessionId)?.stats()) ?? null;
  }

  repair() {
    for (const [sessionId, peer] of this.#cameras) if (!peer.isConnected) this.#request(sessionId);
  }

  close() {
    this.#watches.close();
    this.#selection?.close();
    for (const peers of [this.#cameras, this.#screens]) {
      for (const peer of peers.values()) peer.close();
      peers.clear();
    }
    this.#others = new Map();
  }

  /** @param {string} sessionId */
  #sends(sessionId) {
    return ((this.#others.get(sessionId)?.inCall ?? 0) & STREAMS) !== 0;
  }

  /** @param {string} sessionId */
  #request(sessionId) {
    this.#on.connection(sessionId, "connecting");
    this.#send(sessionId, { type: "requestoffer", roomType: "video" });
    this.#watch(sessionId);
  }

  /** If no connection comes about, another one is asked for. @param {string} sessionId */
  #watch(sessionId) {
    this.#watches.begin(sessionId, () => {
      if (this.#sends(sessionId) && !this.#cameras.get(sessionId)?.isConnected) {
        this.#request(sessionId);
      }
    });
  }

  /** @param {Message} message */
  async #offered({ from = "", roomType = "video", sid = "", payload }) {
    if (!this.#others.has(from)) return;
    const peers = roomType === "screen" ? this.#screens : this.#cameras;
    const known = peers.get(from);
    if (known?.sid === sid && known.isConnected) return known.describe(payload);
    known?.close();
    const peer = this.#peer(from, sid, roomType);
    peers.set(from, peer);
    await peer.describe(payload);
    if (!this.#selection || this.#cameras.get(from) !== peer) return;
    this.#selection.begin(from);
    this.#checkLater(from, peer);
  }

  /**
   * A media server that has fallen back to smaller pictures may stay with them.
   *
   * @param {string} sessionId
   * @param {Peer} peer
   */
  #checkLater(sessionId, peer) {
    const isCurrent = () => this.#cameras.get(sessionId) === peer;
    this.#clock.setTimeout(async () => {
      if (!isCurrent()) return;
      const lines = linesOf(await peer.stats());
      if (!isCurrent()) return;
      if (lines) this.#selection?.gets(sessionId, lines);
      this.#checkLater(sessionId, peer);
    }, CHECKED_EVERY);
  }

  /**
   * @param {string} sessionId
   * @param {string} sid
   * @param {"video" | "screen"} roomType
   */
  #peer(sessionId, sid, roomType) {
    const { RTCPeerConnection, MediaStream } = this.#browser;
    /** @param {"connecting" | "connected" | "interrupted"} state */
    const connection = (state) => {
      if (roomType === "screen") return;
      this.#on.connection(sessionId, state);
      if (state === "interrupted") this.#watch(sessionId);
    };
    connection("connecting");
    if (roomType === "video") this.#watch(sessionId);
    return new Peer({
      pc: new RTCPeerConnection({ iceServers: this.#iceServers }),
      sid,
      offerer: false,
      // The media server never gives way.
      polite: true,
      media: NOTHING,
      MediaStream,
      send: (type, payload) =>
        this.#send(sessionId, { type, roomType, sid: sid || undefined, payload }),
      clock: this.#clock,
      on: { stream: (stream) => this.#on.stream(sessionId, roomType, stream), connection },
    });
  }

  /**
   * @param {Map<string, Peer>} peers
   * @param {"video" | "screen"} kind
   * @param {string} sessionId
   */
  #drop(peers, kind, sessionId) {
    const peer = peers.get(sessionId);
    if (!peer) return;
    peer.close();
    peers.delete(sessionId);
    if (kind === "video") {
      this.#watches.end(sessionId);
      this.#selection?.end(sessionId);
    }
    this.#on.stream(sessionId, kind, null);
  }
}

/**
 * How many lines the pictures have that come in; 0 if there are none.
 *
 * @param {RTCStatsReport} report
 * @returns {number}
 */
function linesOf(report) {
  const received = [...report.values()].find(
    ({ type, kind }) => type === "inbound-rtp" && kind === "video",
  );
  return received?.frameHeight ?? 0;
}

/**
 * Whether somebody may send other things than before. Then the server has closed what they sent, of
 * which those who received it are told nothing.
 *
 * @param {Participant | undefined} before
 * @param {Participant | undefined} now
 */
function mayOtherwise(before, now) {
  if (before?.permissions == null || now?.permissions == null) return false;
  return ((before.permissions ^ now.permissions) & MAY_SEND) !== 0;
}
