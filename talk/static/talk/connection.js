// @ts-check
/**
 * Everything that ties one session to the others: transport, peers, and what is known of everybody
 * (the tiles). Made when a room is entered; `begin` and `end` are the call.
 */

import { Mesh } from "./mesh.js";
import { makeTransport } from "./signaling.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("./interfaces.js").Participant} Participant */
/** @typedef {import("./interfaces.js").Message} Message */
/** @typedef {import("./interfaces.js").Peers} Peers */
/** @typedef {import("./interfaces.js").Transport} Transport */

const LISTEN_EVERY = 250;
const REACTION_SHOWS = 4000;

/**
 * @typedef {Object} ConnectionEvents
 * @property {(all: Participant[]) => void} participants
 * @property {(reason: import("./interfaces.js").GoneReason) => void} gone
 * @property {(state: "open" | "reconnecting") => void} state
 * @property {() => void} muted a moderator wants this microphone off
 * @property {() => void} renamed somebody says to have another name now
 * @property {(code: string) => void} trouble the signaling server refused something
 * @property {() => void} room something of the room changed
 */

/**
 * @typedef {Object} Needs
 * @property {import("./api.js").Api} api
 * @property {string} token
 * @property {string} talkSessionId
 * @property {any} settings of signaling
 * @property {import("./media.js").Media} media
 * @property {any} browser RTCPeerConnection and MediaStream
 * @property {import("./interfaces.js").Clock} clock
 * @property {() => void} changed
 * @property {ConnectionEvents} on
 */

export class Connection {
  tiles = new Tiles();
  hand = false;
  /** Milliseconds, when the server was last heard. */
  heardAt;
  #needs;
  #clock;
  /** @type {Transport | null} */
  #transport = null;
  /** @type {Peers | null} */
  #peers = null;
  /** @type {import("./publishing.js").Publishing | null} of the call */
  #publishing = null;
  /** @type {Participant[]} */
  #all = [];
  /** @type {ReadonlyMap<string, number>} */
  #lines = new Map();
  #closed = false;
  #spoke = false;
  #listenTimer = /** @type {any} */ (null);

  /** @param {Needs} needs */
  constructor(needs) {
    this.#needs = needs;
    this.#clock = needs.clock;
    this.heardAt = this.#clock.now();
  }

  get sessionId() {
    return this.#transport?.sessionId ?? "";
  }

  /** Media goes from each to each, which only a few can bear. */
  get isMesh() {
    return this.#transport?.hasSfu === false;
  }

  async open() {
    const { api, token, talkSessionId, settings, on } = this.#needs;
    this.#transport = await makeTransport(settings, {
      api,
      token,
      talkSessionId,
      clock: this.#clock,
      on: {
        participants: (all) => this.#participants(all),
        message: (message) => this.#message(message),
        state: (state) => on.state(state),
        gone: (reason) => on.gone(reason),
        renewed: () => this.#renew(),
        trouble: (code) => on.trouble(code),
        room: () => on.room(),
      },
    });
    if (this.#closed) return;
    await this.#transport.open();
  }

  /**
   * The call has begun for me.
   *
   * @param {import("./publishing.js").Publishing} publishing
   * @param {number} flags that the server was told
   */
  async begin(publishing, flags) {
    const peers = await this.#makePeers();
    if (this.#closed) return peers.close();
    this.#peers = peers;
    this.#publishing = publishing;
    publishing.begin(peers, flags);
    this.tiles.setParticipants(this.#withMe(), this.sessionId);
    this.showOwn();
    peers.show?.(this.#lines);
    peers.setParticipants(this.#all);
    this.#listen();
  }

  /** The others know me by another id now: all connections begin anew, and the hand stays up. */
  async #renew() {
    const { hand } = this;
    const publishing = this.#publishing;
    if (!publishing) return;
    this.end();
    await this.begin(publishing, publishing.flags);
    if (hand) this.raiseHand(true);
  }

  /** Out of the call, but still in the room. */
  end() {
    this.#clock.clearTimeout(this.#listenTimer);
    this.#peers?.close();
    this.#peers = this.#publishing = null;
    this.hand = false;
    this.tiles.clear();
  }

  close() {
    this.#closed = true;
    this.end();
    this.#transport?.close();
  }

  wake() {
    this.#transport?.wake();
    this.#peers?.repair();
  }

  /**
   * @param {string} to
   * @param {string} type
   * @param {any} payload
   */
  send(to, type, payload) {
    this.#transport?.send({ type, to, from: this.sessionId, roomType: "video", payload });
  }

  /** @param {boolean} raised */
  raiseHand(raised) {
    this.hand = raised;
    this.tiles.change(this.sessionId, { hand: raised });
    this.#sendToAll("raiseHand", this.#handPayload());
    this.#needs.changed();
  }

  /** @param {string} reaction one of REACTIONS */
  react(reaction) {
    this.#sendToAll("reaction", { reaction });
    this.#showReaction(this.sessionId, reaction);
  }

  /** Everybody's picture is seen in this size now. @param {ReadonlyMap<string, number>} lines */
  show(lines) {
    this.#lines = lines;
    this.#peers?.show?.(lines);
  }

  /** Show in the own tile what the others get to see. */
  showOwn() {
    const { media, browser } = this.#needs;
    const tile = this.tiles.get(this.sessionId);
    if (!tile) return;
    const camera = media.track("camera");
    const audio = media.track("microphone") !== null;
    if (tile.audio !== audio) this.#sendToAll(audio ? "unmute" : "mute", { name: "audio" });
    if (tile.video !== (camera !== null)) {
      this.#sendToAll(camera ? "unmute" : "mute", { name: "video" });
    }
    tile.audio = audio;
    tile.video = camera !== null;
    if (tile.stream?.getVideoTracks()[0] !== (camera ?? undefined)) {
      tile.stream = camera ? new browser.MediaStream([camera]) : null;
    }
  }

  /**
   * Give everybody their names.
   *
   * @param {(participant: Participant) => string} nameOf
   * @param {string} ownName
   */
  name(nameOf, ownName) {
    for (const participant of this.#withMe()) {
      const isMe = participant.sessionId === this.sessionId;
      this.tiles.change(participant.sessionId, { name: isMe ? ownName : nameOf(participant) });
    }
  }

  /** @param {string} sessionId */
  participant(sessionId) {
    return this.#all.find((each) => each.sessionId === sessionId) ?? null;
  }

  /** @param {string} sessionId */
  async stats(sessionId) {
    return (await this.#peers?.stats(sessionId)) ?? null;
  }

  /** @returns {Promise<Peers>} */
  async #makePeers() {
    const { settings, browser } = this.#needs;
    const transport = /** @type {Transport} */ (this.#transport);
    const needs = {
      sessionId: transport.sessionId,
      iceServers: [...(settings.stunservers ?? []), ...(settings.turnservers ?? [])],
      send: (/** @type {Message} */ message) => transport.send(message),
      browser,
      clock: this.#clock,
      on: {
        stream: (
          /** @type {string} */ id,
          /** @type {"video" | "screen"} */ kind,
          /** @type {MediaStream | null} */ stream,
        ) => {
          this.#change(id, kind === "screen" ? { screen: stream } : { stream });
        },
        status: (/** @type {string} */ id, /** @type {{type: string}} */ status) =>
          this.#status(id, status.type),
        connection: (/** @type {string} */ id, /** @type {any} */ connection) =>
          this.#change(id, { connection }),
      },
    };
    if (!transport.hasSfu) return new Mesh(needs);
    const { Sfu } = await import("./sfu.js");
    return new Sfu({ ...needs, hasSimulcast: transport.hasSimulcast });
  }

  /** @param {Participant[]} all */
  #participants(all) {
    this.heardAt = this.#clock.now();
    const known = new Set(this.tiles.all.map((tile) => tile.sessionId));
    this.#all = all;
    if (this.#peers) {
      this.tiles.setParticipants(this.#withMe(), this.sessionId);
      this.#peers.setParticipants(all);
      for (const tile of this.tiles.all) {
        const isNew = !tile.own && !known.has(tile.sessionId);
        if (isNew && this.hand) this.send(tile.sessionId, "raiseHand", this.#handPayload());
      }
    }
    this.#needs.on.participants(all);
  }

  /** The own session belongs to the call as soon as one has joined it, told by the server or not. */
  #withMe() {
    const { sessionId } = this;
    if (this.#all.some((each) => each.sessionId === sessionId)) return this.#all;
    const me = { sessionId, talkSessionId: sessionId, userId: "", actorType: "", actorId: "" };
    return [{ ...me, inCall: 1, permissions: null }, ...this.#all];
  }

  /** @param {Message} message */
  #message(message) {
    const from = message.from ?? "";
    const { payload } = message;
    if (!this.tiles.get(from)) return;
    switch (message.type) {
      case "mute":
      case "unmute":
        return this.#change(from, { [payload.name]: message.type === "unmute" });
      case "raiseHand":
        return this.#change(from, { hand: payload.state });
      case "reaction":
        return this.#showReaction(from, payload.reaction);
      case "nickChanged":
        return this.#needs.on.renamed();
      case "control":
        if (payload.peerId === this.sessionId) this.#needs.on.muted();
        return;
      default:
        this.#peers?.receive(message);
    }
  }

  /** @param {string} sessionId @param {string} type */
  #status(sessionId, type) {
    if (type === "nickChanged") this.#needs.on.renamed();
    const state = /^(audio|video)(On|Off)$/.exec(type);
    if (state) this.#change(sessionId, { [state[1]]: state[2] === "On" });
  }

  /** @param {string} sessionId @param {string} reaction */
  #showReaction(sessionId, reaction) {
    this.#change(sessionId, { reaction });
    this.#clock.setTimeout(() => this.#change(sessionId, { reaction: "" }), REACTION_SHOWS);
  }

  /** @param {string} sessionId @param {Partial<import("./tiles.js").Tile>} changes */
  #change(sessionId, changes) {
    this.tiles.change(sessionId, changes);
    this.#needs.changed();
  }

  #listen() {
    const { media } = this.#needs;
    const changed = this.tiles.listen(
      (tile) => (tile.own ? media.level : (this.#peers?.level(tile.sessionId) ?? 0)),
      this.#clock.now(),
    );
    if (changed) this.#needs.changed();
    const speaks = this.tiles.get(this.sessionId)?.speaking ?? false;
    if (speaks !== this.#spoke) this.#peers?.tell(speaks ? "speaking" : "stoppedSpeaking");
    this.#spoke = speaks;
    this.#listenTimer = this.#clock.setTimeout(() => this.#listen(), LISTEN_EVERY);
  }

  #handPayload() {
    return { state: this.hand, timestamp: this.#clock.now() };
  }

  /** @param {string} type @param {any} payload */
  #sendToAll(type, payload) {
    for (const tile of this.tiles.all) {
      if (!tile.own) this.send(tile.sessionId, type, payload);
    }
  }
}
