// @ts-check
/**
 * `<talk-incoming>`: rings on any page of the site when somebody calls. Made by
 * `{% talk_incoming_calls %}`; docs/embedding.md has its attributes and events.
 *
 * Wires the rest: inbox.js asks, calls.js decides, turn.js chooses one of many tabs, popup.js shows.
 */

import { Inbox } from "./incoming/inbox.js";
import { Memory } from "./incoming/memory.js";
import { Popup } from "./incoming/popup.js";
import { Ring } from "./incoming/sound.js";
import { Turn } from "./incoming/turn.js";
import { Watch } from "./incoming/watch.js";
import { realClock } from "./interfaces.js";

/** @typedef {import("./incoming/calls.js").Shown} Shown */

export class TalkIncoming extends HTMLElement {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {AbortController | null} */
  #connected = null;
  #ring = new Ring();
  /** @type {Watch | null} */
  #watch = null;
  /** @type {Turn | null} */
  #turn = null;

  connectedCallback() {
    // A page that has two of them rings once.
    if (document.querySelector("talk-incoming") !== this) return;
    const root = this.shadowRoot ?? this.#dress();
    const popup = new Popup(root, { go: () => this.#answer(), close: () => this.#close() });
    const user = this.getAttribute("user-id") ?? "";
    const memory = new Memory({ storage: storageOf(window), key: `talk-incoming:${user}` });
    this.#watch = new Watch({
      inbox: new Inbox({
        api: this.getAttribute("api") ?? "",
        fetch: window.fetch.bind(window),
        now: Date.now,
      }),
      memory,
      clock: realClock,
      random: Math.random,
      page: {
        hidden: () => document.hidden,
        shows: (token) => document.querySelector(`talk-call[token="${token}"]`) !== null,
      },
      show: (shown) => this.#show(shown, popup),
    });
    this.#listen(memory);
  }

  disconnectedCallback() {
    this.#connected?.abort();
    this.#connected = null;
    this.#turn?.leave();
  }

  /** @param {Memory} memory */
  #listen(memory) {
    const turn = new Turn({
      locks: navigator.locks,
      name: `talk-incoming:${this.getAttribute("user-id")}`,
      on: { gained: () => this.#watch?.start(), lost: () => this.#watch?.stop() },
    });
    this.#turn = turn;
    this.#connected = new AbortController();
    const { signal } = this.#connected;
    const begin = () => (document.hasFocus() ? turn.take() : turn.wait());
    window.addEventListener("focus", () => turn.take(), { signal });
    window.addEventListener("online", () => this.#again(turn), { signal });
    document.addEventListener("visibilitychange", () => this.#again(turn), { signal });
    // A page in the browser's back and forward cache must hold nothing.
    window.addEventListener("pagehide", () => turn.leave(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && begin(), { signal });
    const heard = (/** @type {StorageEvent} */ event) => {
      if (memory.concerns(event)) this.#watch?.recall();
    };
    window.addEventListener("storage", heard, { signal });
    begin();
  }

  /** Something may have happened meanwhile. @param {Turn} turn */
  #again(turn) {
    if (document.hidden) return;
    if (turn.mine) this.#watch?.start();
    else turn.take();
  }

  #dress() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = this.getAttribute("stylesheet") ?? "";
    root.append(sheet);
    return root;
  }

  /** @param {Shown | null} shown @param {Popup} popup */
  #show(shown, popup) {
    this.#shown = shown;
    popup.show(shown);
    if (shown?.kind === "ringing" && this.getAttribute("sound") !== "off") this.#ring.start();
    else this.#ring.stop();
    if (shown) this.#tell(shown.kind, shown);
  }

  #answer() {
    const shown = this.#shown;
    if (!shown) return;
    this.#watch?.dismiss(shown.call);
    if (!this.#tell("answer", shown)) return;
    location.assign(`${this.getAttribute("pages") ?? "/call/"}${shown.call.token}#direct-call`);
  }

  #close() {
    const shown = this.#shown;
    if (!shown) return;
    this.#tell("dismiss", shown);
    if (shown.kind === "missed") this.#watch?.forget(shown.call);
    else this.#watch?.dismiss(shown.call);
  }

  /**
   * @param {string} what ringing, running, missed, answer, dismiss
   * @param {Shown} shown
   * @returns {boolean} whether the site leaves the rest to us
   */
  #tell(what, { call }) {
    const detail = { token: call.token, text: call.text };
    const event = new CustomEvent(what, { detail, bubbles: true, cancelable: true });
    return this.dispatchEvent(event);
  }
}

/** The window's storage, or null where the visitor keeps it from pages. @param {Window} window */
function storageOf(window) {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

if (!customElements.get("talk-incoming")) customElements.define("talk-incoming", TalkIncoming);
