// @ts-check
/** How often the server is asked whether somebody calls. Decisions only, no timers. */

const VISIBLE = 5000;
const HIDDEN = 20000;
const RINGING = 3000;
const SLOWEST = 5 * 60 * 1000;
const NOTHING_HERE = 10;

/**
 * How the last question ended.
 *
 * @typedef {Object} Situation
 * @property {number} status of the answer; 0 when there was none
 * @property {number} failures how many in a row have failed
 * @property {boolean} hidden whether nobody sees the page
 * @property {boolean} ringing
 * @property {number} random 0 to 1
 */

/**
 * Milliseconds until the next question, or null when there is no use in asking again: the visitor
 * is not signed in any more. Spread by up to a fifth, so that many pages do not ask at once.
 *
 * @param {Situation} situation
 * @returns {number | null}
 */
export function pause({ status, failures, hidden, ringing, random }) {
  if (status === 401 || status === 403) return null;
  let pause = hidden ? HIDDEN : VISIBLE;
  if (ringing) pause = RINGING;
  if (status === 204 || status === 404) pause *= NOTHING_HERE;
  else if (failures > 0) pause *= 2 ** Math.min(failures, 10);
  return Math.round(Math.min(pause, SLOWEST) * (1 - random / 5));
}
