// @ts-check
/**
 * Peers through the media server of a High-Performance Backend: everybody sends once, and asks for
 * everybody else (signaling.md §5.5). The interface is `Peers` in interfaces.js.
 */

import { Flag, Permission } from "./constants.js";
import { FULL_QUALITY, STREAMS } from "./economy.js";
import { Peer } from "./peer.js";
import { ENCODINGS, Selection } from "./simulcast.js";

/** @typedef {import("./interfaces.js").LocalMedia} LocalMedia */
/** @typedef {import("./interfaces.js").Message} Message */
/** @typedef {import("./interfaces.js").Participant} Participant */
/** @typedef {import("./interfaces.js").Peers} Peers */

/** No answer, or no connection has come of it: ask again, every so many milliseconds. */
const PATIENCE = 10000;
/** The viewers of a screen hear that it is over before it stops. */
const LINGER = 1000;
const MAY_SEND = Permission.AUDIO | Permission.VIDEO;
const NOTHING = { audio: null, video: null, mayAudio: false, mayVideo: false };

/** @implements {Peers} */
export class Sfu {
  #own;
  #iceServers;
  #transport;
  #browser;
  #clock;
  #on;
  /** @type {Selection | null} null where the media server takes cameras in one size only */
  #selection;
  /** @type {LocalMedia} */
  #media = NOTHING;
  /** @type {MediaStream | null} */
  #screen = null;
  #isInCall = false;
  #closed = false;
  /** @type {Map<string, Participant>} everybody else in the call */
  #others = new Map();
  /** @type {Map<"video" | "screen", Peer>} what I send */
  #sent = new Map();
  /** @type {Map<string, string>} who at the server takes what I send, as its answers say */
  #takers = new Map();
  /** @type {Map<string, Peer>} cameras and microphones of others */
  #cameras = new Map();
  /** @type {Map<string, Peer>} screens of others, by sharer */
  #screens = new Map();
  /** @type {Set<string>} who has been told to look at my screen */
  #viewers = new Set();
  /** @type {Map<string, any>} timers, by what they are about */
  #watches = new Map();
  #lastSid = 0;

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
  constructor({ sessionId, iceServers, hasSimulcast, send, browser, clock, on }) {
    this.#own = sessionId;
    this.#iceServers = iceServers;
    this.#transport = send;
    this.#browser = browser;
    this.#clock = clock;
    this.#on = on;
    /** @param {string} to @param {import("./simulcast.js").Layer} layer */
    const select = (to, layer) =>
      this.#send(to, { type: "selectStream", roomType: "video", payload: layer });
    this.#selection = hasSimulcast ? new Selection({ send: select, clock }) : null;
  }

  /** @param {LocalMedia} media */
  setLocalMedia(media) {
    const { mayAudio, mayVideo } = this.#media;
    this.#media = media;
    const isAllowedElse = mayAudio !== media.mayAudio || mayVideo !== media.mayVideo;
    // The server has closed what may not be sent any more, and takes what may only anew.
    if (isAllowedElse) this.#stopSending("video");
    this.#sent.get("video")?.publish(media);
    this.#sendAll();
  }

  /** @param {MediaStream | null} stream */
  setScreen(stream) {
    if (this.#screen) this.#unshare();
    this.#screen = stream;
    this.#sendAll();
  }

  /** @param {Participant[]} all */
  setParticipants(all) {
    const before = this.#others;
    const inCall = all.filter((each) => each.inCall & Flag.IN_CALL);
    this.#isInCall = inCall.some((each) => each.sessionId === this.#own);
    this.#others = new Map(
      inCall.filter((each) => each.sessionId !== this.#own).map((each) => [each.sessionId, each]),
    );
    for (const [sessionId] of this.#cameras) {
      const isClosed = mayOtherwise(before.get(sessionId), this.#others.get(sessionId));
      if (isClosed || !this.#sends(sessionId)) this.#drop(this.#cameras, "video", sessionId);
    }
    for (const [sessionId] of this.#screens) {
      if (!this.#others.has(sessionId)) this.#drop(this.#screens, "screen", sessionId);
    }
    for (const viewer of this.#viewers) if (!this.#others.has(viewer)) this.#viewers.delete(viewer);
    // The server takes nothing from those who are not in the call, and gives them nothing.
    if (!this.#isInCall) return;
    this.#sendAll();
    for (const sessionId of this.#others.keys()) this.#request(sessionId);
  }

  /** @param {Message} message */
  receive(message) {
    const { type, from = "", roomType = "video", payload } = message;
    const isMine = from === this.#own;
    if (type === "offer" && !isMine) return this.#offered(message);
    const peers = roomType === "screen" ? this.#screens : this.#cameras;
    const peer = isMine ? this.#sent.get(roomType) : peers.get(from);
    if (type === "answer" && isMine) this.#answered(roomType, payload);
    if (type === "candidate") peer?.addCandidate(payload.candidate);
    if (type === "unshareScreen" && !isMine) this.#drop(this.#screens, "screen", from);
  }

  /** @param {string} type @param {any} [payload] */
  tell(type, payload) {
    this.#sent.get("video")?.tell(type, payload);
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
    for (const peer of this.#sent.values()) if (!peer.isConnected) peer.restart();
    for (const [sessionId, peer] of this.#cameras) {
      if (!peer.isConnected) this.#requestAnew(sessionId);
    }
  }

  close() {
    if (this.#screen) this.#unshare();
    this.#closed = true;
    for (const timer of this.#watches.values()) this.#clock.clearTimeout(timer);
    this.#watches.clear();
    this.#selection?.close();
    for (const peers of [this.#sent, this.#cameras, this.#screens]) {
      for (const peer of peers.values()) peer.close();
      peers.clear();
    }
    this.#others.clear();
  }

  // Sending ----------------------------------------------------------------------------------

  #sendAll() {
    if (!this.#isInCall || this.#closed) return;
    const { audio, video } = this.#media;
    if ((audio || video) && !this.#sent.has("video")) this.#publish("video", this.#media);
    if (!this.#screen) return;
    if (!this.#sent.has("screen")) this.#publish("screen", screenMedia(this.#screen));
    for (const viewer of this.#others.keys()) {
      if (this.#viewers.has(viewer)) continue;
      this.#viewers.add(viewer);
      this.#send(viewer, { type: "sendoffer", roomType: "screen" });
    }
  }

  /** @param {"video" | "screen"} roomType @param {LocalMedia} media */
  #publish(roomType, media) {
    this.#sent.get(roomType)?.close();
    const sid = this.#nextSid();
    const peer = this.#peer(this.#own, {
      sid,
      offerer: true,
      media,
      roomType,
      on: {
        stream: () => {},
        ...(roomType === "video" ? { status: () => {} } : {}),
        connection: (state) => {
          if (state === "interrupted") this.#watchSent(roomType);
        },
      },
    });
    this.#sent.set(roomType, peer);
    this.#watchSent(roomType);
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
      this.#sent.get(roomType)?.describe(answer);
      return;
    }
    this.#stopSending(roomType);
    this.#sendAll();
  }

  /** If no connection comes about, another one is tried. @param {"video" | "screen"} roomType */
  #watchSent(roomType) {
    this.#watch(`sent ${roomType}`, () => {
      const peer = this.#sent.get(roomType);
      if (!peer || peer.isConnected) return;
      this.#stopSending(roomType);
      this.#sendAll();
    });
  }

  /** @param {"video" | "screen"} roomType */
  #stopSending(roomType) {
    this.#sent.get(roomType)?.close();
    this.#sent.delete(roomType);
    this.#takers.delete(roomType);
  }

  #unshare() {
    const everybody = [...this.#viewers, this.#own];
    this.#viewers.clear();
    this.#screen = null;
    for (const to of everybody) this.#send(to, { type: "unshareScreen", roomType: "screen" });
    const peer = this.#sent.get("screen");
    this.#sent.delete("screen");
    this.#takers.delete("screen");
    if (peer) this.#clock.setTimeout(() => peer.close(), LINGER);
  }

  // Receiving --------------------------------------------------------------------------------

  /** @param {string} sessionId */
  #sends(sessionId) {
    return ((this.#others.get(sessionId)?.inCall ?? 0) & STREAMS) !== 0;
  }

  /** @param {string} sessionId */
  #request(sessionId) {
    const isUnderWay = this.#cameras.has(sessionId) || this.#watches.has(`camera ${sessionId}`);
    if (this.#sends(sessionId) && !isUnderWay) this.#requestAnew(sessionId);
  }

  /** @param {string} sessionId */
  #requestAnew(sessionId) {
    this.#on.connection(sessionId, "connecting");
    this.#send(sessionId, { type: "requestoffer", roomType: "video" });
    this.#watchCamera(sessionId);
  }

  /** @param {string} sessionId */
  #watchCamera(sessionId) {
    this.#watch(`camera ${sessionId}`, () => {
      if (this.#sends(sessionId) && !this.#cameras.get(sessionId)?.isConnected) {
        this.#requestAnew(sessionId);
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
    const peer = this.#receiver(from, sid, roomType);
    peers.set(from, peer);
    await peer.describe(payload);
    const isCurrent = this.#cameras.get(from) === peer;
    if (isCurrent) this.#selection?.begin(from);
  }

  /**
   * @param {string} sessionId
   * @param {string} sid
   * @param {"video" | "screen"} kind
   */
  #receiver(sessionId, sid, kind) {
    /** @param {"connecting" | "connected" | "interrupted"} state */
    const connection = (state) => {
      if (kind === "screen") return;
      this.#on.connection(sessionId, state);
      if (state === "interrupted") this.#watchCamera(sessionId);
    };
    connection("connecting");
    if (kind === "video") this.#watchCamera(sessionId);
    return this.#peer(sessionId, {
      sid,
      offerer: false,
      media: NOTHING,
      roomType: kind,
      on: { stream: (stream) => this.#on.stream(sessionId, kind, stream), connection },
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
      this.#unwatch(`camera ${sessionId}`);
      this.#selection?.end(sessionId);
    }
    this.#on.stream(sessionId, kind, null);
  }

  // Both -------------------------------------------------------------------------------------

  /**
   * @param {string} to
   * @param {{
   *   sid: string,
   *   offerer: boolean,
   *   media: LocalMedia,
   *   roomType: "video" | "screen",
   *   on: import("./peer.js").PeerEvents,
   * }} parts
   */
  #peer(to, { sid, offerer, media, roomType, on }) {
    const { RTCPeerConnection, MediaStream } = this.#browser;
    return new Peer({
      pc: new RTCPeerConnection({ iceServers: this.#iceServers }),
      sid,
      offerer,
      // The media server never gives way.
      polite: !offerer,
      receives: !offerer,
      media,
      quality: FULL_QUALITY,
      encodings: this.#selection && offerer && roomType === "video" ? ENCODINGS : undefined,
      MediaStream,
      send: (type, payload) => this.#send(to, { type, roomType, sid: sid || undefined, payload }),
      clock: this.#clock,
      on,
    });
  }

  /** @param {string} about @param {() => void} run */
  #watch(about, run) {
    this.#unwatch(about);
    const look = () => {
      this.#watches.delete(about);
      if (!this.#closed) run();
    };
    this.#watches.set(about, this.#clock.setTimeout(look, PATIENCE));
  }

  /** @param {string} about */
  #unwatch(about) {
    this.#clock.clearTimeout(this.#watches.get(about));
    this.#watches.delete(about);
  }

  /** @param {string} to @param {Message} message */
  #send(to, message) {
    this.#transport({ ...message, from: this.#own, to });
  }

  /** Milliseconds as Talk's clients do it, but never the same twice. */
  #nextSid() {
    this.#lastSid = Math.max(this.#lastSid + 1, this.#clock.now());
    return String(this.#lastSid);
  }
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
