// @ts-check
/**
 * Simulcast: a camera is sent in three sizes at once, and everybody asks the media server for the one
 * that is as large as they show it (signaling.md §5.5).
 */

/**
 * What is sent, largest first, as the media server numbers them from behind. All three fit into
 * 1 Mbit/s, which is what signaling servers allow a camera by default. Browsers leave the smallest
 * out when the camera's picture is small itself.
 *
 * @type {RTCRtpEncodingParameters[]}
 */
export const ENCODINGS = [
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_200_000, maxFramerate: 30 },
  { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 300_000, maxFramerate: 30 },
  { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 100_000, maxFramerate: 30 },
];

/**
 * @typedef {Object} Layer
 * @property {0 | 1 | 2} substream which size: 2 is the camera's own, 1 a half, 0 a quarter
 * @property {0 | 1 | 2} temporal how many of its pictures: 2 is all, 1 every other, 0 every fourth
 */

/**
 * The layer for pictures of up to so many lines. Senders have 135, 270 and 540 lines (this page) or
 * 180, 360 and 720 (Talk's apps): a third more than there is does no harm.
 *
 * @type {[number, Layer][]}
 */
const LAYERS = [
  // Nobody looks, but whoever comes back should see something at once.
  [0, { substream: 0, temporal: 0 }],
  [100, { substream: 0, temporal: 1 }],
  [180, { substream: 0, temporal: 2 }],
  [360, { substream: 1, temporal: 2 }],
  [Infinity, { substream: 2, temporal: 2 }],
];

/**
 * @param {number} lines in pixels of the screen; 0 for what nobody sees
 * @returns {Layer} the same object for the same layer
 */
export function layerFor(lines) {
  const [, layer] = LAYERS.find(([most]) => lines <= most) ?? LAYERS[0];
  return layer;
}

/** Sizes change in steps while a window is drawn larger, and speakers while two talk at once. */
const SETTLED_AFTER = 400;

/** How often a layer is asked for once more, before it is taken for one that the camera has not. */
const REMINDERS = 5;

/** Which layer of each camera is asked for. Only what differs from the last time is said. */
export class Selection {
  #send;
  #clock;
  /** @type {Map<string, Layer>} by session: what its picture is shown at */
  #wanted = new Map();
  /** @type {Map<string, Layer | null>} by session that sends to us: what was asked for */
  #asked = new Map();
  /** @type {Map<string, number>} by session: how often it was asked for once more */
  #reminded = new Map();
  #timer = /** @type {any} */ (null);

  /**
   * @param {{
   *   send: (sessionId: string, layer: Layer) => void,
   *   clock: import("./interfaces.js").Clock,
   * }} needs
   */
  constructor({ send, clock }) {
    this.#send = send;
    this.#clock = clock;
  }

  /** @param {ReadonlyMap<string, number>} lines of each picture, by session */
  show(lines) {
    const before = this.#wanted;
    this.#wanted = new Map([...lines].map(([sessionId, each]) => [sessionId, layerFor(each)]));
    const isNew = [...this.#wanted].some(([sessionId, layer]) => layer !== before.get(sessionId));
    if (!isNew) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#askAll(), SETTLED_AFTER);
  }

  /** A new connection, of which the media server knows no wish. @param {string} sessionId */
  begin(sessionId) {
    this.#asked.set(sessionId, null);
    this.#ask(sessionId);
  }

  /**
   * Pictures of so many lines come in. Where the layer that was asked for is late, media servers
   * send a smaller one, and now and then stay with it: then it is asked for once more. Not for
   * ever, as a camera may have no larger pictures.
   *
   * @param {string} sessionId
   * @param {number} lines
   */
  gets(sessionId, lines) {
    const layer = this.#asked.get(sessionId);
    const reminded = this.#reminded.get(sessionId) ?? 0;
    if (!layer || layerFor(lines).substream >= layer.substream || reminded >= REMINDERS) return;
    this.#reminded.set(sessionId, reminded + 1);
    this.#send(sessionId, layer);
  }

  /** @param {string} sessionId */
  end(sessionId) {
    this.#asked.delete(sessionId);
    this.#reminded.delete(sessionId);
  }

  close() {
    this.#clock.clearTimeout(this.#timer);
    this.#asked.clear();
  }

  #askAll() {
    for (const sessionId of this.#asked.keys()) this.#ask(sessionId);
  }

  /** @param {string} sessionId */
  #ask(sessionId) {
    const layer = this.#wanted.get(sessionId);
    // Of a picture whose size is not known yet, the media server sends the largest.
    if (!layer || layer === this.#asked.get(sessionId)) return;
    this.#asked.set(sessionId, layer);
    this.#reminded.delete(sessionId);
    this.#send(sessionId, layer);
  }
}
