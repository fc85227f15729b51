// @ts-check
/** The ids of connections, `sid` on the wire (signaling.md §2.3): a new one for each. */

/**
 * Milliseconds as Talk's clients do it, but never the same twice.
 *
 * @param {import("./interfaces.js").Clock} clock
 * @returns {() => string}
 */
export function sidsOf(clock) {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now());
    return String(last);
  };
}
