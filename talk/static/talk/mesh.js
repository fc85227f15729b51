// @ts-check
/**
 * Peers without a media server: one connection to each session in the call, and one more for each
 * screen and viewer (signaling.md §2.4). The interface is `Peers` in interfaces.js.
 */

import { Flag } from "./constants.js";
import { STREAMS, opening, qualityFor } from "./economy.js";
import { Peer } from "./peer.js";
import { sidsOf } from "./sid.js";
import { Watches } from "./watches.js";

/** @typedef {import("./interfaces.js").LocalMedia} LocalMedia */
/** @typedef {import("./interfaces.js").Message} Message */
/** @typedef {import("./interfaces.js").Participant} Participant */
/** @typedef {import("./interfaces.js").Peers} Peers */

/** @implements {Peers} */
export class Mesh {
  #own;
  #iceServers;
  #transport;
  #browser;
  #clock;
  #on;
  #watches;
  #nextSid;
  /** @type {LocalMedia} */
  #media = { audio: null, video: null, mayAudio: true, mayVideo: true };
  /** @type {MediaStream | null} */
  #screen = null;
  /** @type {Map<string, Participant>} everybody else in the call */
  #others = new Map();
  /** @type {Map<string, Peer>} */
  #cameras = new Map();
  /** @type {Map<string, Peer>} my screen, by viewer */
  #viewers = new Map();
  /** @type {Map<string, Peer>} screens of others, by sharer */
  #screens = new Map();

  /**
   * @param {{
   *   sessionId: string,
   *   iceServers: RTCIceServer[],
   *   send: (message: Message) => void,
   *   browser: {RTCPeerConnection: typeof RTCPeerConnection, MediaStream: typeof MediaStream},
   *   clock: import("./interfaces.js").Clock,
   *   on: import("./interfaces.js").PeersEvents,
   * }} needs
   */
  constructor({ sessionId, iceServers, send, browser, clock, on }) {
    this.#own = sessionId;
    this.#iceServers = iceServers;
    this.#transport = send;
    this.#browser = browser;
    this.#clock = clock;
    this.#on = on;
    this.#watches = new Watches(clock);
    this.#nextSid = sidsOf(clock);
  }

  /** @param {LocalMedia} media */
  setLocalMedia(media) {
    this.#media = media;
    for (const peer of this.#cameras.values()) peer.publish(media);
    this.#connectAll();
  }

  /** @param {MediaStream | null} stream */
  setScreen(stream) {
    this.#screen = stream;
    for (const [viewer, peer] of this.#viewers) {
      peer.close();
      this.#send(viewer, { type: "unshareScreen", roomType: "screen" });
    }
    this.#viewers.clear();
    this.#connectAll();
  }

  /** @param {Participant[]} all */
  setParticipants(all) {
    const inCall = all.filter((each) => each.inCall & Flag.IN_CALL && each.sessionId !== this.#own);
    const before = this.#others;
    this.#others = new Map(inCall.map((each) => [each.sessionId, each]));
    for (const peers of [this.#cameras, this.#viewers, this.#screens]) {
      for (const sessionId of peers.keys()) {
        if (!this.#others.has(sessionId)) this.#drop(peers, sessionId);
      }
    }
    const quality = qualityFor(this.#others.size);
    for (const peer of this.#cameras.values()) peer.limit(quality);
    for (const sessionId of before.keys()) {
      if (!this.#others.has(sessionId)) this.#watches.end(sessionId);
    }
    this.#connectAll();
  }

  /** @param {Message} message */
  receive(message) {
    const from = message.from ?? "";
    if (!this.#others.has(from)) return;
    if (message.type === "offer") this.#offered(from, message);
    if (message.type === "answer") this.#connection(from, message.sid)?.describe(message.payload);
    if (message.type === "candidate") {
      this.#connection(from, message.sid)?.addCandidate(message.payload.candidate);
    }
    if (message.type === "connectivityError") this.#connection(from, message.sid)?.restart();
    if (message.type === "unshareScreen") this.#drop(this.#screens, from);
  }

  /** @param {string} type @param {any} [payload] */
  tell(type, payload) {
    for (const peer of this.#cameras.values()) peer.tell(type, payload);
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
    for (const peers of [this.#cameras, this.#viewers]) {
      for (const peer of peers.values()) if (!peer.isConnected) peer.restart();
    }
  }

  close() {
    this.#watches.close();
    for (const peers of [this.#cameras, this.#viewers, this.#screens]) {
      for (const peer of peers.values()) peer.close();
      peers.clear();
    }
    this.#others.clear();
  }

  get #hasStreams() {
    return this.#media.audio !== null || this.#media.video !== null;
  }

  #connectAll() {
    for (const [sessionId, { inCall }] of this.#others) {
      if (this.#screen && !this.#viewers.has(sessionId)) this.#showScreen(sessionId);
      if (this.#cameras.has(sessionId) || this.#watches.has(sessionId)) continue;
      const remoteStreams = (inCall & STREAMS) !== 0;
      const way = opening(this.#own, this.#hasStreams, sessionId, remoteStreams);
      if (way === "offer") this.#offer(sessionId);
      if (way !== "nothing") this.#watch(sessionId);
    }
  }

  /**
   * See to it that a connection comes about: as long as there is none, offer a fresh one.
   *
   * @param {string} sessionId
   */
  #watch(sessionId) {
    this.#watches.begin(sessionId, () => {
      if (!this.#others.has(sessionId) || this.#cameras.get(sessionId)?.isConnected) return;
      if (this.#hasStreams) this.#offer(sessionId);
      this.#watch(sessionId);
    });
  }

  /** @param {string} sessionId */
  #offer(sessionId) {
    this.#cameras.get(sessionId)?.close();
    this.#cameras.set(sessionId, this.#cameraPeer(sessionId, this.#nextSid(), true));
  }

  /**
   * @param {string} from
   * @param {Message} message
   */
  #offered(from, { roomType, sid = "", payload }) {
    const peers = roomType === "screen" ? this.#screens : this.#cameras;
    let peer = peers.get(from);
    if (peer?.sid !== sid) {
      // Both offered at once, each a connection of its own: that of the larger id stands.
      if (peer?.isUnanswered && from < this.#own) return;
      peer?.close();
      peer =
        roomType === "screen" ? this.#screenPeer(from, sid) : this.#cameraPeer(from, sid, false);
      peers.set(from, peer);
      if (roomType === "video") this.#watch(from);
    }
    peer.describe(payload);
  }

  /** @param {string} viewer */
  #showScreen(viewer) {
    const [video = null] = this.#screen?.getVideoTracks() ?? [];
    const [audio = null] = this.#screen?.getAudioTracks() ?? [];
    const media = { audio, video, mayAudio: audio !== null, mayVideo: true };
    const peer = this.#peer(viewer, {
      sid: this.#nextSid(),
      offerer: true,
      media,
      roomType: "screen",
      broadcaster: this.#own,
      on: { stream: () => {}, connection: () => {} },
    });
    this.#viewers.set(viewer, peer);
  }

  /**
   * @param {string} sharer
   * @param {string} sid
   */
  #screenPeer(sharer, sid) {
    return this.#peer(sharer, {
      sid,
      offerer: false,
      media: { audio: null, video: null, mayAudio: false, mayVideo: false },
      roomType: "screen",
      broadcaster: sharer,
      on: {
        stream: (stream) => this.#on.stream(sharer, "screen", stream),
        connection: () => {},
      },
    });
  }

  /**
   * @param {string} sessionId
   * @param {string} sid
   * @param {boolean} offerer
   */
  #cameraPeer(sessionId, sid, offerer) {
    this.#on.connection(sessionId, "connecting");
    return this.#peer(sessionId, {
      sid,
      offerer,
      media: this.#media,
      roomType: "video",
      on: {
        stream: (stream) => this.#on.stream(sessionId, "video", stream),
        status: (status) => this.#on.status(sessionId, status),
        connection: (state) => {
          this.#on.connection(sessionId, state);
          if (state === "interrupted") this.#watchInterrupted(sessionId);
        },
      },
    });
  }

  /**
   * The offerer restarts by itself; if nothing comes of it, whoever has streams begins afresh.
   *
   * @param {string} sessionId
   */
  #watchInterrupted(sessionId) {
    if (this.#watches.has(sessionId)) return;
    this.#watches.begin(sessionId, () => this.#watch(sessionId));
  }

  /**
   * @param {string} to
   * @param {{
   *   sid: string,
   *   offerer: boolean,
   *   media: LocalMedia,
   *   roomType: "video" | "screen",
   *   broadcaster?: string,
   *   on: import("./peer.js").PeerEvents,
   * }} parts
   */
  #peer(to, { sid, offerer, media, roomType, broadcaster, on }) {
    const { RTCPeerConnection, MediaStream } = this.#browser;
    return new Peer({
      pc: new RTCPeerConnection({ iceServers: this.#iceServers }),
      sid,
      offerer,
      polite: this.#own < to,
      quality: roomType === "video" ? qualityFor(this.#others.size) : undefined,
      media,
      MediaStream,
      send: (type, payload) => this.#send(to, { type, roomType, sid, broadcaster, payload }),
      clock: this.#clock,
      on,
    });
  }

  /**
   * @param {string} from
   * @param {string | undefined} sid
   */
  #connection(from, sid) {
    return [this.#cameras, this.#viewers, this.#screens]
      .map((peers) => peers.get(from))
      .find((peer) => peer?.sid === sid);
  }

  /**
   * @param {Map<string, Peer>} peers
   * @param {string} sessionId
   */
  #drop(peers, sessionId) {
    const peer = peers.get(sessionId);
    if (!peer) return;
    peer.close();
    peers.delete(sessionId);
    if (peers === this.#cameras) this.#on.stream(sessionId, "video", null);
    if (peers === this.#screens) this.#on.stream(sessionId, "screen", null);
  }

  /**
   * @param {string} to
   * @param {Message} message
   */
  #send(to, message) {
    this.#transport({ ...message, from: this.#own, to });
  }
}
