// @ts-check
/** How large each picture is seen, measured by the browser whenever that changes. */

/** Pictures fill their tiles: where a tile is wider than this, they are cut above and below. */
const SHAPE = 16 / 9;

export class Sizes {
  /** @type {Map<Element, {key: string, width: number, height: number, isSeen: boolean}>} */
  #watched = new Map();
  #changed;
  #sizes = new ResizeObserver((entries) => this.#resized(entries));
  #sight = new IntersectionObserver((entries) => this.#moved(entries));
  #leaving = new AbortController();

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => this.#changed(), { signal });
  }

  /**
   * Watch a picture for as long as it is on the page.
   *
   * @param {string} key
   * @param {Element} element
   */
  watch(key, element) {
    this.#watched.set(element, { key, width: 0, height: 0, isSeen: false });
    this.#sizes.observe(element);
    this.#sight.observe(element);
  }

  /** By key, how many lines of the screen a whole picture would have; 0 for what is not seen. */
  get lines() {
    const lines = new Map();
    for (const { key, width, height, isSeen } of this.#watched.values()) {
      const shown = Math.max(height, width / SHAPE) * devicePixelRatio;
      lines.set(key, isSeen && !document.hidden ? Math.round(shown) : 0);
    }
    return lines;
  }

  close() {
    this.#leaving.abort();
    this.#sizes.disconnect();
    this.#sight.disconnect();
  }

  /** @param {ResizeObserverEntry[]} entries */
  #resized(entries) {
    for (const { target, contentRect } of entries) {
      const { width, height } = contentRect;
      if (target.isConnected) Object.assign(this.#watched.get(target) ?? {}, { width, height });
      else this.#forget(target);
    }
    this.#changed();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #moved(entries) {
    for (const { target, isIntersecting } of entries) {
      Object.assign(this.#watched.get(target) ?? {}, { isSeen: isIntersecting });
    }
    this.#changed();
  }

  /** @param {Element} element */
  #forget(element) {
    this.#watched.delete(element);
    this.#sizes.unobserve(element);
    this.#sight.unobserve(element);
  }
}
