// @ts-check
/**
 * What I send to the media server: camera and microphone in one connection and a screen in another,
 * each once, however many there are to see it.
 */

import { Peer } from "../peer.js";
import { sidsOf } from "../sid.js";
import { ENCODINGS } from "../simulcast.js";
import { Watches } from "../watches.js";

/** @typedef {import("../interfaces.js").LocalMedia} LocalMedia */
/** @typedef {import("../interfaces.js").Message} Message */
/** @typedef {import("../interfaces.js").Participant} Participant */

/** The viewers of a screen hear that it is over before it stops. */
const LINGER = 1000;

export class Sending {
  #own;
  #iceServers;
  #hasSimulcast;
  #send;
  #browser;
  #clock;
  #watches;
  #nextSid;
  /** @type {LocalMedia} */
  #media = { audio: null, video: null, mayAudio: false, mayVideo: false };
  /** @type {MediaStream | null} */
  #screen = null;
  #isInCall = false;
  #closed = false;
  /** @type {ReadonlyMap<string, Participant>} everybody else in the call */
  #others = new Map();
  /** @type {Map<"video" | "screen", Peer>} */
  #peers = new Map();
  /** @type {Map<string, string>} who at the server takes what I send, as its answers say */
  #takers = new Map();
  /** @type {Set<string>} who has been told to look at my screen */
  #viewers = new Set();

  /**
   * @param {{
   *   sessionId: string,
   *   iceServers: RTCIceServer[],
   *   hasSimulcast: boolean,
   *   send: (to: string, message: Message) => void,
   *   browser: {RTCPeerConnection: typeof RTCPeerConnection, MediaStream: typeof MediaStream},
   *   clock: import("../interfaces.js").Clock,
   * }} needs
   */
  constructor({ sessionId, iceServers, hasSimulcast, send, browser, clock }) {
    this.#own = sessionId;
    this.#iceServers = iceServers;
    this.#hasSimulcast = hasSimulcast;
    this.#send = send;
    this.#browser = browser;
    this.#clock = clock;
    this.#watches = new Watches(clock);
    this.#nextSid = sidsOf(clock);
  }

  /** @param {LocalMedia} media */
  setLocalMedia(media) {
    const { mayAudio, mayVideo } = this.#media;
    this.#media = media;
    const isAllowedElse = mayAudio !== media.mayAudio || mayVideo !== media.mayVideo;
    // The server has closed what may not be sent any more, and takes what may only anew.
    if (isAllowedElse) this.#stop("video");
    this.#peers.get("video")?.publish(media);
    this.#sendAll();
  }

  /** @param {MediaStream | null} stream */
  setScreen(stream) {
    if (this.#screen) this.#unshare();
    this.#screen = stream;
    this.#sendAll();
  }

  /**
   * @param {ReadonlyMap<string, Participant>} others
   * @param {boolean} isInCall the server takes nothing from those who are not
   */
  setOthers(others, isInCall) {
    this.#others = others;
    this.#isInCall = isInCall;
    for (const viewer of this.#viewers) if (!others.has(viewer)) this.#viewers.delete(viewer);
    this.#sendAll();
  }

  /** @param {Message} message */
  receive({ type, roomType = "video", payload }) {
    if (type === "answer") this.#answered(roomType, payload);
    if (type === "candidate") this.#peers.get(roomType)?.addCandidate(payload.candidate);
  }

  /** @param {string} type @param {any} [payload] */
  tell(type, payload) {
    this.#peers.get("video")?.tell(type, payload);
  }

  repair() {
    for (const peer of this.#peers.values()) if (!peer.isConnected) peer.restart();
  }

  close() {
    if (this.#screen) this.#unshare();
    this.#closed = true;
    this.#watches.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }

  #sendAll() {
    if (!this.#isInCall || this.#closed) return;
    const { audio, video } = this.#media;
    if ((audio || video) && !this.#peers.has("video")) this.#publish("video", this.#media);
    if (!this.#screen) return;
    if (!this.#peers.has("screen")) this.#publish("screen", screenMedia(this.#screen));
    for (const viewer of this.#others.keys()) {
      if (this.#viewers.has(viewer)) continue;
      this.#viewers.add(viewer);
      this.#send(viewer, { type: "sendoffer", roomType: "screen" });
    }
  }

  /** @param {"video" | "screen"} roomType @param {LocalMedia} media */
  #publish(roomType, media) {
    const { RTCPeerConnection, MediaStream } = this.#browser;
    const sid = this.#nextSid();
    const peer = new Peer({
      pc: new RTCPeerConnection({ iceServers: this.#iceServers }),
      sid,
      offerer: true,
      // The media server never gives way.
      polite: false,
      receives: false,
      media,
      encodings: this.#hasSimulcast && roomType === "video" ? ENCODINGS : undefined,
      MediaStream,
      send: (type, payload) => this.#send(this.#own, { type, roomType, sid, payload }),
      clock: this.#clock,
      on: {
        stream: () => {},
        ...(roomType === "video" ? { status: () => {} } : {}),
        connection: (state) => {
          if (state === "interrupted") this.#watch(roomType);
        },
      },
    });
    this.#peers.set(roomType, peer);
    this.#watch(roomType);
  }

  /**
   * A media server that was started anew knows nothing of what was said before: it could not tell the
   * sizes of a camera apart, which browsers name at the beginning only.
   *
   * @param {"video" | "screen"} roomType
   * @param {RTCSessionDescriptionInit} answer
   */
  #answered(roomType, answer) {
    const taker = takerOf(answer);
    const known = this.#takers.get(roomType);
    this.#takers.set(roomType, taker);
    if (known === undefined || known === taker) {
      this.#peers.get(roomType)?.describe(answer);
      return;
    }
    this.#stop(roomType);
    this.#sendAll();
  }

  /** If no connection comes about, another one is tried. @param {"video" | "screen"} roomType */
  #watch(roomType) {
    this.#watches.begin(roomType, () => {
      const peer = this.#peers.get(roomType);
      if (!peer || peer.isConnected) return;
      this.#stop(roomType);
      this.#sendAll();
    });
  }

  /** @param {"video" | "screen"} roomType */
  #stop(roomType) {
    this.#peers.get(roomType)?.close();
    this.#peers.delete(roomType);
    this.#takers.delete(roomType);
  }

  #unshare() {
    const everybody = [...this.#viewers, this.#own];
    this.#viewers.clear();
    this.#screen = null;
    for (const to of everybody) this.#send(to, { type: "unshareScreen", roomType: "screen" });
    const peer = this.#peers.get("screen");
    this.#peers.delete("screen");
    this.#takers.delete("screen");
    if (peer) this.#clock.setTimeout(() => peer.close(), LINGER);
  }
}

/**
 * What answers of one publisher at the media server have in common: the name of its room there, and the
 * server's certificate.
 *
 * @param {RTCSessionDescriptionInit} answer
 */
function takerOf({ sdp = "" }) {
  return [...new Set(sdp.match(/^(s=|a=fingerprint:).*/gm) ?? [])].join("\n");
}

/** @param {MediaStream} stream @returns {LocalMedia} */
function screenMedia(stream) {
  const [video = null] = stream.getVideoTracks();
  const [audio = null] = stream.getAudioTracks();
  return { audio, video, mayAudio: audio !== null, mayVideo: true };
}
