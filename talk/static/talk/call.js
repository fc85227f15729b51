// @ts-check
/**
 * `<talk-call token="…">`: the call, in any page (docs/embedding.md).
 *
 * Attributes: `token`, `api` (such as /ocs/v2.php), and optionally `page` (the room's own page, for
 * the invitation link), `rooms`, `login`, `user-id` and `user-name` (of whoever is signed in),
 * `room-name`, `warning`, `max-mesh`, `stylesheet`.
 *
 * Events: `joined`, `left`, `ended` (detail: {reason}), `error` (detail: {status, code}).
 * Methods: `join()`, `leave()`, `endForEveryone()`, `setMicrophone(on)`, `setCamera(on)`,
 * `shareScreen(on)`, `raiseHand(on)`. Properties: `stage`, `participants`.
 */

import { Api } from "./api.js";
import { realClock } from "./interfaces.js";
import { Frame } from "./frame.js";
import { Media } from "./media.js";
import { Visit } from "./visit.js";

const NOTICED_SLEEP = 20000;
const TICK = 1000;

export class TalkCall extends HTMLElement {
  /** @type {Visit | null} */
  #visit = null;
  /** @type {Media | null} */
  #media = null;
  /** @type {Frame | null} */
  #frame = null;
  #timer = /** @type {any} */ (null);
  #tickedAt = 0;
  #isDrawing = false;
  #leaving = new AbortController();

  connectedCallback() {
    const token = this.getAttribute("token") ?? "";
    this.#media = new Media({
      devices: navigator.mediaDevices,
      AudioContext: globalThis.AudioContext,
      storage: stored(),
      changed: () => this.#visit?.mediaChanged(),
    });
    this.#visit = new Visit({
      api: new Api({
        base: `${this.getAttribute("api") ?? "/ocs/v2.php"}/apps/spreed/api`,
        fetch: (...request) => fetch(...request),
      }),
      token,
      userId: this.getAttribute("user-id") ?? "",
      userName: this.getAttribute("user-name") || (this.getAttribute("user-id") ?? ""),
      cameBack: cameBack(token),
      media: this.#media,
      browser: {
        RTCPeerConnection: globalThis.RTCPeerConnection,
        MediaStream: globalThis.MediaStream,
      },
      clock: realClock,
      changed: () => this.#drawSoon(),
      announce: (event, detail) => this.#announce(event, detail),
    });
    this.#frame = new Frame({
      host: this,
      visit: this.#visit,
      media: this.#media,
      guestName: stored()?.getItem("talk-name") ?? "",
    });
    this.#listen();
    this.#start();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#leaving.abort();
    this.#visit?.leave();
    this.#frame?.close();
  }

  /** loading, before, joining, lobby, call or over. */
  get stage() {
    return this.#visit?.stage ?? "loading";
  }

  /** Who is in the call: their names, and whether they speak or show themselves. */
  get participants() {
    const tiles = this.#visit?.stay.connection?.tiles.all ?? [];
    return tiles.map(({ name, own, audio, video, hand, speaking }) => ({
      name,
      own,
      audio,
      video,
      hand,
      speaking,
    }));
  }

  /** @param {{name?: string, password?: string}} [credentials] for guests */
  join(credentials) {
    return this.#visit?.join(credentials);
  }

  leave() {
    return this.#visit?.leave();
  }

  endForEveryone() {
    return this.#visit?.endForEveryone();
  }

  /** @param {boolean} on */
  setMicrophone(on) {
    return this.#visit?.publishing.switch("microphone", on);
  }

  /** @param {boolean} on */
  setCamera(on) {
    return this.#visit?.publishing.switch("camera", on);
  }

  /** @param {boolean} on */
  shareScreen(on) {
    return this.#visit?.publishing.shareScreen(on);
  }

  /** @param {boolean} on */
  raiseHand(on) {
    this.#visit?.stay.connection?.raiseHand(on);
  }

  async #start() {
    const visit = /** @type {Visit} */ (this.#visit);
    await visit.open();
    // Links that say so lead right into the call, for those who need not say who they are.
    if (location.hash === "#direct-call" && !visit.door.isGuest && visit.stage === "before") {
      history.replaceState(history.state, "", location.pathname + location.search);
      await visit.join();
    }
  }

  #listen() {
    const { signal } = this.#leaving;
    const visit = /** @type {Visit} */ (this.#visit);
    addEventListener("pagehide", () => visit.vanish(), { signal });
    addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal });
    addEventListener("online", () => visit.wake(), { signal });
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#frame?.devicesChanged(), {
      signal,
    });
    this.#tickedAt = Date.now();
    this.#timer = setInterval(() => {
      const now = Date.now();
      if (now - this.#tickedAt > NOTICED_SLEEP) visit.wake();
      this.#tickedAt = now;
      this.#frame?.tick();
    }, TICK);
  }

  #drawSoon() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      if (this.isConnected) this.#frame?.update();
    });
  }

  /** @param {string} event @param {any} detail */
  #announce(event, detail) {
    if (event === "joined") {
      remember(
        this.getAttribute("token") ?? "",
        this.#visit?.door.isGuest ? this.#visit.door.ownName : "",
      );
    }
    this.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true, detail }));
  }
}

/** @returns {Storage | null} null where the browser keeps nothing */
function stored() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Whether this tab was in the call before it was reloaded. @param {string} token */
function cameBack(token) {
  const [navigation] = performance.getEntriesByType("navigation");
  const type = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type;
  try {
    return type !== "navigate" && sessionStorage.getItem("talk-joined") === token;
  } catch {
    return false;
  }
}

/** @param {string} token @param {string} guestName */
function remember(token, guestName) {
  try {
    sessionStorage.setItem("talk-joined", token);
    if (guestName) localStorage.setItem("talk-name", guestName);
  } catch {
    // Then a reload is like a visit, and a guest says the name again.
  }
}

if (!customElements.get("talk-call")) customElements.define("talk-call", TalkCall);
