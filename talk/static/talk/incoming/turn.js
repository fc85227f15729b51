// @ts-check
/**
 * Of all tabs of this browser one asks and rings: the one that was looked at last.
 *
 * A tab that comes to the front takes the lock from whichever has it; a tab that opens behind
 * others waits for it. Where there are no locks (a site without HTTPS), every tab has its turn.
 */
export class Turn {
  #locks;
  #name;
  #on;
  #mine = false;
  /** @type {(() => void) | null} */
  #release = null;
  /** @type {AbortController | null} */
  #waiting = null;

  /**
   * @param {Object} needs
   * @param {LockManager | undefined} needs.locks
   * @param {string} needs.name
   * @param {{gained: () => void, lost: () => void}} needs.on
   */
  constructor({ locks, name, on }) {
    this.#locks = locks;
    this.#name = name;
    this.#on = on;
  }

  /** Whether this tab has it. */
  get mine() {
    return this.#mine;
  }

  /** Wait until no other tab has it. */
  wait() {
    if (this.#mine || this.#waiting) return;
    if (!this.#locks) return this.#gain();
    this.#waiting = new AbortController();
    this.#request({ signal: this.#waiting.signal });
  }

  /** Take it from whichever tab has it. */
  take() {
    if (this.#mine) return;
    this.#stopWaiting();
    if (!this.#locks) return this.#gain();
    this.#request({ steal: true });
  }

  /** Leave it to others, and do not wait for it. */
  leave() {
    this.#stopWaiting();
    this.#lose();
  }

  /** @param {LockOptions} options */
  async #request(options) {
    try {
      await this.#locks?.request(this.#name, options, () => {
        this.#waiting = null;
        return new Promise((release) => {
          this.#release = () => release(undefined);
          this.#gain();
        });
      });
    } catch {
      // Another tab took it, or we no longer wanted it.
      if (this.#mine && !options.signal?.aborted) {
        this.#lose();
        this.wait();
      }
    }
  }

  #stopWaiting() {
    this.#waiting?.abort();
    this.#waiting = null;
  }

  #gain() {
    this.#mine = true;
    this.#on.gained();
  }

  #lose() {
    if (!this.#mine) return;
    this.#mine = false;
    this.#release?.();
    this.#release = null;
    this.#on.lost();
  }
}
