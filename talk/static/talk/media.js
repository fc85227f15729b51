// @ts-check
/**
 * This browser's microphone, camera and screen: which are on, which device, what went wrong.
 *
 * A camera that is switched off is released, so that its light goes out; a muted microphone is kept
 * open but its track is handed to nobody.
 */

/**
 * What keeps a device from being used.
 *
 * @typedef {"" | "denied" | "missing" | "busy" | "insecure" | "lost" | "unknown"} Problem
 */

/** @typedef {"microphone" | "camera"} Kind */

/** @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};
const CONSTRAINT = /** @type {const} */ ({ microphone: "audio", camera: "video" });
const PICTURE = {
  width: { ideal: 960 },
  height: { ideal: 540 },
  frameRate: { ideal: 24, max: 30 },
};

/**
 * @typedef {Object} Needs
 * @property {MediaDevices | undefined} devices undefined where the page is not served securely
 * @property {typeof AudioContext | undefined} AudioContext
 * @property {Pick<Storage, "getItem" | "setItem"> | null} storage remembers the chosen devices
 * @property {() => void} changed
 */

export class Media {
  #devices;
  #AudioContext;
  #storage;
  #changed;
  /** @type {Record<Kind, {on: boolean, track: MediaStreamTrack | null, problem: Problem}>} */
  #kinds = {
    microphone: { on: false, track: null, problem: "" },
    camera: { on: false, track: null, problem: "" },
  };
  /** @type {MediaStream | null} */
  #screen = null;
  #turn = Promise.resolve();
  #epoch = 0;
  #meter = /** @type {{context: AudioContext, analyser: AnalyserNode} | null} */ (null);

  /** @param {Needs} needs */
  constructor({ devices, AudioContext, storage, changed }) {
    this.#devices = devices;
    this.#AudioContext = AudioContext;
    this.#storage = storage;
    this.#changed = changed;
  }

  /** @param {Kind} kind */
  isOn(kind) {
    return this.#kinds[kind].on;
  }

  /** @param {Kind} kind @returns {Problem} */
  problem(kind) {
    return this.#kinds[kind].problem;
  }

  /** What may be published now: null while it is off. @param {Kind} kind */
  track(kind) {
    return this.#kinds[kind].on ? this.#kinds[kind].track : null;
  }

  get screen() {
    return this.#screen;
  }

  /** Ask for both devices in one question to the user; whatever fails stays off. */
  start() {
    return this.#inTurn(async (isCurrent) => {
      const wanted = /** @type {Kind[]} */ (["microphone", "camera"]).filter(
        (kind) => !this.#kinds[kind].on,
      );
      if (wanted.length === 2 && (await this.#open(wanted, isCurrent))) return;
      for (const kind of wanted) await this.#open([kind], isCurrent);
    });
  }

  /** @param {Kind} kind @param {boolean} on */
  switch(kind, on) {
    return this.#inTurn(async (isCurrent) => {
      const state = this.#kinds[kind];
      if (on === state.on) return;
      if (!on) this.#switchOff(kind);
      else if (state.track?.readyState === "live") {
        state.track.enabled = state.on = true;
        this.#changed();
      } else await this.#open([kind], isCurrent);
    });
  }

  /** Use another device from now on. @param {Kind} kind @param {string} deviceId */
  choose(kind, deviceId) {
    return this.#inTurn(async (isCurrent) => {
      this.#remember(kind, deviceId);
      const { on } = this.#kinds[kind];
      this.#release(kind);
      if (on) await this.#open([kind], isCurrent);
    });
  }

  /** The device in use, or the one that would be. @param {Kind} kind */
  chosen(kind) {
    const inUse = this.#kinds[kind].track?.getSettings().deviceId;
    return inUse ?? this.#remembered(kind) ?? "";
  }

  /** @returns {Promise<Record<Kind, MediaDeviceInfo[]>>} */
  async list() {
    const all = (await this.#devices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (/** @type {string} */ kind) => all.filter((each) => each.kind === kind);
    return { microphone: of("audioinput"), camera: of("videoinput") };
  }

  /** Let the user pick a screen. @returns {Promise<boolean>} whether one is shared now */
  async shareScreen() {
    const epoch = this.#epoch;
    let stream;
    try {
      stream = await this.#devices?.getDisplayMedia({ video: true, audio: true });
    } catch {
      // The user thought better of it, or the browser cannot.
    }
    if (!stream) return false;
    if (epoch !== this.#epoch) {
      stopAll(stream);
      return false;
    }
    this.stopScreen();
    this.#screen = stream;
    for (const track of stream.getVideoTracks()) track.onended = () => this.stopScreen();
    this.#changed();
    return true;
  }

  stopScreen() {
    if (!this.#screen) return;
    stopAll(this.#screen);
    this.#screen = null;
    this.#changed();
  }

  /** Switch everything off and let go of all devices. */
  stop() {
    this.#epoch += 1;
    this.#release("microphone");
    this.#release("camera");
    this.stopScreen();
    this.#meter?.context.close();
    this.#meter = null;
    this.#changed();
  }

  /** How loud the microphone is, 0 to 1; 0 while it is muted. */
  get level() {
    if (!this.#kinds.microphone.on || !this.#meter) return 0;
    const samples = new Float32Array(this.#meter.analyser.fftSize);
    this.#meter.analyser.getFloatTimeDomainData(samples);
    return Math.min(
      1,
      Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length) * 3,
    );
  }

  /** Listen again: browsers keep sound back until the user has done something. */
  resume() {
    this.#meter?.context.resume().catch(() => {});
  }

  /**
   * One thing after the other. What was begun before `stop` learns that it is not current.
   *
   * @param {(isCurrent: () => boolean) => Promise<void>} act
   */
  #inTurn(act) {
    const epoch = this.#epoch;
    this.#turn = this.#turn.then(() => {
      const isCurrent = () => epoch === this.#epoch;
      return isCurrent() ? act(isCurrent) : undefined;
    });
    return this.#turn;
  }

  /**
   * @param {Kind[]} kinds
   * @param {() => boolean} isCurrent
   * @returns {Promise<boolean>} whether they are on now
   */
  async #open(kinds, isCurrent) {
    let stream;
    try {
      if (!this.#devices) throw new DOMException("", "InsecureContext");
      stream = await this.#devices.getUserMedia(this.#constraints(kinds));
    } catch (error) {
      const name = error instanceof Error || error instanceof DOMException ? error.name : "";
      const problem = this.#devices ? (PROBLEMS[name] ?? "unknown") : "insecure";
      for (const kind of kinds) this.#kinds[kind].problem = problem;
      if (isCurrent()) this.#changed();
      return false;
    }
    if (!isCurrent()) {
      stopAll(stream);
      return true;
    }
    for (const kind of kinds) {
      const [track] = kind === "camera" ? stream.getVideoTracks() : stream.getAudioTracks();
      this.#kinds[kind] = { on: true, track, problem: "" };
      track.onended = () => this.#lose(kind, track);
      if (kind === "microphone") this.#measure(track);
    }
    this.#changed();
    return true;
  }

  /** @param {Kind[]} kinds */
  #constraints(kinds) {
    /** @type {MediaStreamConstraints} */
    const constraints = {};
    for (const kind of kinds) {
      const device = this.#remembered(kind);
      const which = device ? { deviceId: { ideal: device } } : {};
      constraints[CONSTRAINT[kind]] = kind === "camera" ? { ...PICTURE, ...which } : which;
    }
    if (constraints.audio && Object.keys(constraints.audio).length === 0) constraints.audio = true;
    return constraints;
  }

  /** @param {Kind} kind */
  #switchOff(kind) {
    const state = this.#kinds[kind];
    state.on = false;
    if (kind === "camera") this.#release(kind);
    else if (state.track) state.track.enabled = false;
    this.#changed();
  }

  /** @param {Kind} kind */
  #release(kind) {
    const { track } = this.#kinds[kind];
    if (track) {
      track.onended = null;
      track.stop();
    }
    this.#kinds[kind] = { on: false, track: null, problem: "" };
  }

  /** The device was unplugged, or the user took the permission back. */
  #lose(/** @type {Kind} */ kind, /** @type {MediaStreamTrack} */ track) {
    if (this.#kinds[kind].track !== track) return;
    this.#kinds[kind] = { on: false, track: null, problem: "lost" };
    this.#changed();
  }

  /** @param {MediaStreamTrack} track */
  #measure(track) {
    if (!this.#AudioContext) return;
    this.#meter?.context.close();
    const context = new this.#AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    this.#meter = { context, analyser };
  }

  /** @param {Kind} kind */
  #remembered(kind) {
    try {
      return this.#storage?.getItem(`talk-${kind}`) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {Kind} kind @param {string} deviceId */
  #remember(kind, deviceId) {
    try {
      this.#storage?.setItem(`talk-${kind}`, deviceId);
    } catch {
      // A browser that keeps nothing asks again next time.
    }
  }
}

/** @param {MediaStream} stream */
function stopAll(stream) {
  for (const track of stream.getTracks()) track.stop();
}
