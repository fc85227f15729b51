// @ts-check
/**
 * What all tabs of this browser remember, also over a reload: which calls have rung, and which
 * were dismissed. Without storage each tab remembers for itself.
 */

const LONGEST = 50;

export class Memory {
  #storage;
  #key;
  /** @type {{rang: number[], dismissed: number[]}} */
  #known = { rang: [], dismissed: [] };

  /** @param {{storage: Storage | null, key: string}} needs */
  constructor({ storage, key }) {
    this.#storage = storage;
    this.#key = key;
    this.recall();
  }

  /** Whether a storage event is about what is remembered here. @param {StorageEvent} event */
  concerns(event) {
    return event.key === this.#key || event.key === null;
  }

  /** Read what other tabs have written. */
  recall() {
    try {
      const read = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
      if (read) this.#known = { rang: numbersIn(read.rang), dismissed: numbersIn(read.dismissed) };
    } catch {
      // Somebody else's, or nothing that can be read: begin anew.
    }
  }

  /** @param {"rang" | "dismissed"} what @param {number} id */
  has(what, id) {
    return this.#known[what].includes(id);
  }

  /** @param {"rang" | "dismissed"} what @param {number} id */
  add(what, id) {
    this.recall();
    if (this.has(what, id)) return;
    this.#known[what] = [...this.#known[what], id].slice(-LONGEST);
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.#known));
    } catch {
      // Full or forbidden: this tab knows at least.
    }
  }
}

/** @param {unknown} read @returns {number[]} */
function numbersIn(read) {
  return Array.isArray(read) ? read.filter(Number.isSafeInteger).slice(-LONGEST) : [];
}
