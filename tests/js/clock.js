/** A clock that stands still until it is told. */
export class FakeClock {
  #now = 0;
  #timers = new Map();
  #last = 0;

  now = () => this.#now;

  setTimeout = (run, milliseconds) => {
    this.#timers.set(++this.#last, { run, at: this.#now + milliseconds });
    return this.#last;
  };

  clearTimeout = (timer) => this.#timers.delete(timer);

  /** Let time pass, and everything that it brings about. */
  async pass(milliseconds) {
    const until = this.#now + milliseconds;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(([, { at }]) => at <= until);
      if (due.length === 0) break;
      const [timer, { run, at }] = due.reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, at);
      run();
    }
    this.#now = until;
  }
}

/** Wait for all promises that are under way. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
