// @ts-check
/** Whether a connection comes of what was said to somebody: one look at each, after a while. */

/** Milliseconds until the look: after so long it is said again. */
const PATIENCE = 10000;

export class Watches {
  #clock;
  /** @type {Map<string, any>} timers, by what they are about */
  #timers = new Map();

  /** @param {import("./interfaces.js").Clock} clock */
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
      look();
    };
    this.#timers.set(about, this.#clock.setTimeout(run, PATIENCE));
  }

  /** @param {string} about */
  end(about) {
    this.#clock.clearTimeout(this.#timers.get(about));
    this.#timers.delete(about);
  }

  close() {
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }
}
