// @ts-check
/** Asks, decides, and says what to show. Knows nothing of the page. */

import { shownOf } from "./calls.js";
import { pause } from "./pace.js";

/**
 * @typedef {import("./calls.js").Shown} Shown
 * @typedef {import("./calls.js").Call} Call
 * @typedef {import("./inbox.js").Inbox} Inbox
 * @typedef {import("./memory.js").Memory} Memory
 * @typedef {import("../interfaces.js").Clock} Clock
 */

export class Watch {
  #inbox;
  #memory;
  #clock;
  #random;
  #page;
  #show;
  /** Answers of notification-state, by the notification's id. @type {Map<number, number>} */
  #states = new Map();
  /** @type {Shown | null} */
  #shown = null;
  /** @type {AbortController | null} */
  #round = null;
  /** @type {any} */
  #timer = null;
  #failures = 0;

  /**
   * @param {Object} needs
   * @param {Inbox} needs.inbox
   * @param {Memory} needs.memory
   * @param {Clock} needs.clock
   * @param {() => number} needs.random
   * @param {{hidden: () => boolean, shows: (token: string) => boolean}} needs.page whether nobody
   *   sees it; whether this very call is open in it
   * @param {(shown: Shown | null) => void} needs.show called when something changes
   */
  constructor({ inbox, memory, clock, random, page, show }) {
    this.#inbox = inbox;
    this.#memory = memory;
    this.#clock = clock;
    this.#random = random;
    this.#page = page;
    this.#show = show;
  }

  /** Begin, or ask at once. */
  start() {
    this.#clock.clearTimeout(this.#timer);
    this.#round?.abort();
    this.#round = new AbortController();
    this.#ask(this.#round.signal);
  }

  /** Ask no more, and show nothing. */
  stop() {
    this.#clock.clearTimeout(this.#timer);
    this.#round?.abort();
    this.#round = null;
    this.#change(null);
  }

  /** Another tab has rung or dismissed. */
  recall() {
    this.#memory.recall();
    if (this.#round) this.#decide();
  }

  /** Not this one, in any tab. @param {Call} call */
  dismiss(call) {
    this.#memory.add("dismissed", call.id);
    this.#decide();
  }

  /** It was seen that it was missed. @param {Call} call */
  async forget(call) {
    this.dismiss(call);
    await this.#inbox.forget(call);
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    const status = await this.#inbox.read(signal);
    if (signal.aborted) return;
    this.#decide();
    if (this.#shown?.kind === "ringing") {
      const { call } = this.#shown;
      const state = await this.#inbox.stateOf(call, signal);
      if (signal.aborted) return;
      if (state !== 0) this.#states.set(call.id, state);
      this.#decide();
    }
    const answered = status > 0 && status < 429;
    this.#failures = answered ? 0 : this.#failures + 1;
    const wait = pause({
      status,
      failures: this.#failures,
      hidden: this.#page.hidden(),
      ringing: this.#shown?.kind === "ringing",
      random: this.#random(),
    });
    if (wait === null) return this.stop();
    this.#timer = this.#clock.setTimeout(() => this.#ask(signal), wait);
  }

  #decide() {
    const shown = shownOf(this.#inbox.calls, {
      now: this.#inbox.now,
      rang: (id) => this.#memory.has("rang", id),
      dismissed: (id) => this.#memory.has("dismissed", id),
      open: this.#page.shows,
      state: (id) => this.#states.get(id) ?? 0,
    });
    if (shown?.kind === "ringing") this.#memory.add("rang", shown.call.id);
    this.#change(shown);
  }

  /** @param {Shown | null} shown */
  #change(shown) {
    const same =
      shown?.call.id === this.#shown?.call.id &&
      shown?.kind === this.#shown?.kind &&
      shown?.call.text === this.#shown?.call.text;
    this.#shown = shown;
    if (!same) this.#show(shown);
  }
}
