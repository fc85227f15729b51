// @ts-check
/** Whether anything comes of what was asked of the media server: one look at each, after a while. */

/** No answer, or no connection has come of it: ask again, every so many milliseconds. */
const PATIENCE = 10000;

export class Watches {
  #clock;
  #closed = false;
  /** @type {Map<string, any>} timers, by what they are about */
  #timers = new Map();

  /** @param {import("../interfaces.js").Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** @param {string} about */
  has(about) {
    return this.#timers.has(about);
  }

  /** Wait anew, if that has begun. @param {string} about @param {() => void} look */
  begin(about, look) {
    this.end(about);
    const run = () => {
      this.#timers.delete(about);
      if (!this.#closed) look();
    };
    this.#timers.set(about, this.#clock.setTimeout(run, PATIENCE));
  }

  /** @param {string} about */
  end(about) {
    this.#clock.clearTimeout(this.#timers.get(about));
    this.#timers.delete(about);
  }

  close() {
    this.#closed = true;
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }
}
