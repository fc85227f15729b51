// @ts-check
/**
 * One negotiated connection to one other session: perfect negotiation, candidates, ICE restarts,
 * and the data channel for statuses. Knows nothing of HTTP, of the page, or of other peers.
 *
 * Whoever makes the first offer is the *offerer*: it opens the data channel that puts an
 * application section into the SDP, and it alone restarts ICE (signaling.md §2.4). When both sides
 * offer at once, the *polite* one gives way.
 */

import { FULL_QUALITY } from "./economy.js";
import { readStatus } from "./message.js";

/** @typedef {import("./interfaces.js").Message} Message */
/** @typedef {import("./interfaces.js").LocalMedia} LocalMedia */

const MOST_RESTARTS = 5;
const INTERRUPTED_FOR = 5000;
/** A peer that sends more before its description is not one of ours. */
const MOST_EARLY_CANDIDATES = 200;
const KINDS = /** @type {const} */ (["audio", "video"]);

/**
 * @typedef {Object} PeerEvents
 * @property {(stream: MediaStream) => void} stream its tracks changed
 * @property {(status: {type: string, payload?: any}) => void} [status] without it no statuses are
 *   exchanged
 * @property {(state: "connecting" | "connected" | "interrupted") => void} connection
 */

export class Peer {
  #pc;
  #polite;
  #offerer;
  #receives;
  #send;
  #on;
  #clock;
  #offering = false;
  #ignoring = false;
  #answerPending = false;
  #closed = false;
  #restarts = 0;
  #interruption = /** @type {any} */ (null);
  /** @type {RTCIceCandidateInit[]} */
  #early = [];
  /** @type {RTCDataChannel | null} */
  #statuses = null;
  /** @type {LocalMedia} */
  #media;
  /** @type {MediaStream} */
  #outgoing;
  #incoming;
  /** @type {import("./economy.js").Quality} */
  #quality;
  /** @type {RTCRtpEncodingParameters[] | undefined} */
  #encodings;

  /**
   * @param {{
   *   pc: RTCPeerConnection,
   *   sid: string,
   *   offerer: boolean,
   *   polite: boolean,
   *   receives?: boolean,
   *   media: LocalMedia,
   *   quality?: import("./economy.js").Quality,
   *   encodings?: RTCRtpEncodingParameters[],
   *   MediaStream: typeof globalThis.MediaStream,
   *   send: (type: string, payload?: any) => void,
   *   clock: import("./interfaces.js").Clock,
   *   on: PeerEvents,
   * }} needs `receives`: whether anything is to come back (it is); `encodings`: what an offerer makes
   *   of its picture, instead of one of this `quality`
   */
  constructor({ pc, sid, offerer, polite, media, send, clock, on, ...needs }) {
    this.#pc = pc;
    this.sid = sid;
    this.#offerer = offerer;
    this.#polite = polite;
    this.#receives = needs.receives ?? true;
    this.#media = media;
    this.#quality = needs.quality ?? FULL_QUALITY;
    this.#encodings = needs.encodings;
    this.#send = send;
    this.#clock = clock;
    this.#on = on;
    this.#outgoing = new needs.MediaStream();
    this.#incoming = new needs.MediaStream();
    pc.onnegotiationneeded = () => this.#offer();
    pc.onicecandidate = ({ candidate }) => candidate?.candidate && this.#sendCandidate(candidate);
    pc.ontrack = ({ track }) => this.#receive(track);
    pc.oniceconnectionstatechange = () => this.#iceChanged();
    pc.onconnectionstatechange = () => pc.connectionState === "connected" && this.#connected();
    pc.ondatachannel = ({ channel }) => this.#listen(channel);
    if (offerer) this.#begin();
  }

  get isConnected() {
    return this.#pc.connectionState === "connected";
  }

  /** An offer of ours is on its way and nobody has answered yet. */
  get isUnanswered() {
    return this.#offerer && this.#pc.remoteDescription === null;
  }

  /** @param {LocalMedia} media */
  publish(media) {
    this.#media = media;
    this.#tellMedia();
    if (this.#offerer || this.#pc.remoteDescription) this.#attach();
  }

  /** Send pictures no better than this. @param {import("./economy.js").Quality} quality */
  limit(quality) {
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#applyQuality();
  }

  /**
   * Take an offer or answer. One that makes no sense changes nothing.
   *
   * @param {RTCSessionDescriptionInit} description
   */
  async describe(description) {
    const pc = this.#pc;
    const stable =
      pc.signalingState === "stable" ||
      (pc.signalingState === "have-local-offer" && this.#answerPending);
    const collides = description.type === "offer" && (this.#offering || !stable);
    this.#ignoring = collides && !this.#polite;
    if (this.#ignoring || this.#closed) return;
    try {
      this.#answerPending = description.type === "answer";
      await pc.setRemoteDescription(description);
      this.#answerPending = false;
      if (description.type === "offer") {
        this.#attach();
        await pc.setLocalDescription();
        this.#sendDescription();
      }
      this.#applyQuality();
      await this.#addEarlyCandidates();
    } catch {
      // What a peer sends is its own affair: the retry of whoever has to offer mends the rest.
      this.#answerPending = false;
    }
  }

  /** @param {RTCIceCandidateInit} candidate */
  async addCandidate(candidate) {
    if (this.#pc.remoteDescription === null) {
      if (this.#early.length < MOST_EARLY_CANDIDATES) this.#early.push(candidate);
      return;
    }
    // Candidates of an offer that was ignored fail, and so do malformed ones: neither matters.
    await this.#pc.addIceCandidate(candidate).catch(() => {});
  }

  /** Begin anew to look for a way through the network. Only the offerer does. */
  restart() {
    if (!this.#offerer || this.#closed || this.#restarts >= MOST_RESTARTS) return;
    this.#restarts += 1;
    this.#pc.restartIce();
  }

  /** @param {string} type @param {any} [payload] */
  tell(type, payload) {
    const channel = this.#statuses;
    if (channel?.readyState === "open") channel.send(JSON.stringify({ type, payload }));
  }

  /** How loud the other side is now, 0 to 1. */
  get level() {
    let level = 0;
    for (const receiver of this.#pc.getReceivers()) {
      if (receiver.track.kind !== "audio") continue;
      const [source] = receiver.getSynchronizationSources?.() ?? [];
      level = Math.max(level, source?.audioLevel ?? 0);
    }
    return level;
  }

  stats() {
    return this.#pc.getStats();
  }

  close() {
    this.#closed = true;
    this.#clock.clearTimeout(this.#interruption);
    this.#pc.onnegotiationneeded = this.#pc.onicecandidate = this.#pc.ontrack = null;
    this.#pc.oniceconnectionstatechange = this.#pc.onconnectionstatechange = null;
    this.#pc.ondatachannel = null;
    this.#pc.close();
  }

  #begin() {
    // Talk's clients open this one first, so that the SDP has an application section.
    this.#pc.createDataChannel("simplewebrtc");
    this.#openStatuses();
    for (const kind of this.#kinds) {
      const sendEncodings = kind === "video" ? this.#encodings : undefined;
      this.#pc.addTransceiver(kind, { direction: this.#directionOf(kind), sendEncodings });
    }
    this.#attach();
  }

  /** Put the tracks of now into the connection; what changes directions negotiates by itself. */
  #attach() {
    this.#openStatuses();
    const transceivers = this.#pc.getTransceivers().filter((each) => each.direction !== "stopped");
    for (const kind of this.#kinds) {
      const track = this.#media[kind];
      let transceiver = transceivers.find((each) => each.receiver.track.kind === kind);
      if (!transceiver && !track) continue;
      transceiver ??= this.#pc.addTransceiver(kind, { direction: this.#directionOf(kind) });
      const direction = this.#directionOf(kind);
      if (transceiver.direction !== direction) transceiver.direction = direction;
      if (transceiver.sender.track !== track) this.#replace(transceiver.sender, track);
      transceiver.sender.setStreams?.(this.#outgoing);
    }
  }

  /** @param {RTCRtpSender} sender @param {MediaStreamTrack | null} track */
  async #replace(sender, track) {
    await sender.replaceTrack(track).catch(() => {});
    if (track?.kind === "video") this.#applyQuality();
  }

  /** What there is a place for: in a connection that only sends, what may be sent. */
  get #kinds() {
    return KINDS.filter((kind) => this.#receives || this.#may(kind));
  }

  /** @param {"audio" | "video"} kind */
  #may(kind) {
    return kind === "audio" ? this.#media.mayAudio : this.#media.mayVideo;
  }

  /** @param {"audio" | "video"} kind @returns {RTCRtpTransceiverDirection} */
  #directionOf(kind) {
    if (!this.#receives) return "sendonly";
    return this.#may(kind) ? "sendrecv" : "recvonly";
  }

  #applyQuality() {
    if (this.#encodings) return;
    for (const sender of this.#pc.getTransceivers().map((each) => each.sender)) {
      if (sender.track?.kind !== "video") continue;
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings ?? []) Object.assign(encoding, this.#quality);
      // Refused in the middle of a negotiation, which applies it again at its end.
      sender.setParameters(parameters).catch(() => {});
    }
  }

  async #offer() {
    // The one who answers has nothing to say before the first offer.
    if (!this.#offerer && this.#pc.remoteDescription === null) return;
    try {
      this.#offering = true;
      await this.#pc.setLocalDescription();
      this.#sendDescription();
    } catch {
      // The connection was closed, or the other side's offer came first.
    } finally {
      this.#offering = false;
    }
  }

  #sendDescription() {
    const description = this.#pc.localDescription;
    if (this.#closed || !description) return;
    this.#send(description.type, { type: description.type, sdp: description.sdp });
  }

  /** @param {RTCIceCandidate} candidate */
  #sendCandidate({ candidate, sdpMid, sdpMLineIndex }) {
    this.#send("candidate", { candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  async #addEarlyCandidates() {
    const early = this.#early.splice(0);
    for (const candidate of early) await this.#pc.addIceCandidate(candidate).catch(() => {});
  }

  /** @param {MediaStreamTrack} track */
  #receive(track) {
    for (const old of this.#incoming.getTracks()) {
      if (old.kind === track.kind) this.#incoming.removeTrack(old);
    }
    this.#incoming.addTrack(track);
    this.#on.stream(this.#incoming);
  }

  #openStatuses() {
    if (this.#statuses || !this.#on.status) return;
    this.#statuses = this.#pc.createDataChannel("status");
    this.#statuses.onopen = () => this.#tellMedia();
    this.#listen(this.#statuses);
  }

  #tellMedia() {
    this.tell(this.#media.audio ? "audioOn" : "audioOff");
    this.tell(this.#media.video ? "videoOn" : "videoOff");
  }

  /** @param {RTCDataChannel} channel */
  #listen(channel) {
    channel.onmessage = ({ data }) => {
      const status = readStatus(data);
      if (status) this.#on.status?.(status);
    };
  }

  #iceChanged() {
    const state = this.#pc.iceConnectionState;
    this.#clock.clearTimeout(this.#interruption);
    if (state === "checking") this.#on.connection("connecting");
    if (state === "disconnected" || state === "failed") {
      this.#on.connection("interrupted");
      const wait = state === "failed" ? 0 : INTERRUPTED_FOR;
      this.#interruption = this.#clock.setTimeout(() => this.restart(), wait);
    }
  }

  #connected() {
    this.#restarts = 0;
    this.#clock.clearTimeout(this.#interruption);
    this.#on.connection("connected");
  }
}
