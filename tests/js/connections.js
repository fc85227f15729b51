/**
 * Peer connections without a network, as far as negotiation goes: signaling states, implicit
 * rollback, transceivers. Descriptions are small objects in JSON.
 */
export class FakeConnection {
  static all = [];

  signalingState = "stable";
  connectionState = "new";
  iceConnectionState = "new";
  localDescription = null;
  remoteDescription = null;
  restarts = 0;
  closed = false;
  #transceivers = [];
  #needed = false;
  #previous = null;
  candidates = [];
  channels = [];

  constructor(configuration) {
    this.configuration = configuration;
    FakeConnection.all.push(this);
  }

  createDataChannel(label) {
    const channel = {
      label,
      readyState: "connecting",
      sent: [],
      send: (text) => channel.sent.push(text),
    };
    this.channels.push(channel);
    if (this.channels.length === 1) this.#need();
    return channel;
  }

  addTransceiver(kind, { direction, sendEncodings }) {
    const transceiver = this.#transceiver(kind, direction, sendEncodings);
    this.#need();
    return transceiver;
  }

  getTransceivers() {
    return [...this.#transceivers];
  }

  getReceivers() {
    return this.#transceivers.map(({ receiver }) => receiver);
  }

  restartIce() {
    this.restarts += 1;
    this.#need();
  }

  async setLocalDescription() {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    await null;
    if (this.closed) throw new Error("closed");
    this.localDescription = { type, sdp: `${type} of ${FakeConnection.all.indexOf(this)}` };
    this.#previous = this.signalingState;
    this.signalingState = type === "answer" ? "stable" : "have-local-offer";
    this.#needed = false;
  }

  async setRemoteDescription({ type, sdp }) {
    await null;
    if (sdp.includes("nonsense")) throw new Error("cannot parse");
    const fits = type === "offer" || this.signalingState === "have-local-offer";
    if (!fits) throw new Error(`${type} in ${this.signalingState}`);
    this.remoteDescription = { type, sdp };
    this.signalingState = type === "offer" ? "have-remote-offer" : "stable";
    if (type === "offer" && this.#transceivers.length === 0) {
      for (const kind of ["audio", "video"]) this.#transceiver(kind, "recvonly");
    }
  }

  async addIceCandidate(candidate) {
    if (candidate.candidate === "nonsense") throw new Error("cannot parse");
    this.candidates.push(candidate);
  }

  close() {
    this.closed = true;
    this.signalingState = "closed";
  }

  /** The network has found a way, lost it, … */
  become(state) {
    this.connectionState = state;
    this.iceConnectionState = state;
    this.oniceconnectionstatechange?.();
    this.onconnectionstatechange?.();
  }

  #transceiver(kind, direction, encodings = [{}]) {
    const sender = {
      track: null,
      parameters: { encodings: structuredClone(encodings) },
      replaceTrack: async (track) => (sender.track = track),
      getParameters: () => structuredClone(sender.parameters),
      setParameters: async (parameters) => (sender.parameters = parameters),
    };
    const transceiver = { direction, sender, receiver: { track: { kind } } };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  #need() {
    if (this.#needed) return;
    this.#needed = true;
    // While an offer of the other side is being answered, the answer may bring what is needed.
    queueMicrotask(() => this.signalingState === "stable" && this.onnegotiationneeded?.());
  }
}

export class FakeStream {
  #tracks;

  constructor(tracks = []) {
    this.#tracks = [...tracks];
  }

  getTracks = () => [...this.#tracks];
  getAudioTracks = () => this.#tracks.filter(({ kind }) => kind === "audio");
  getVideoTracks = () => this.#tracks.filter(({ kind }) => kind === "video");
  addTrack = (track) => this.#tracks.push(track);
  removeTrack = (track) => (this.#tracks = this.#tracks.filter((each) => each !== track));
}
