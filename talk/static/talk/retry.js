// @ts-check
/** When to try again: decisions only, no timers. */

/** Milliseconds before attempt 1, 2, … after a failure; the last one repeats. */
const DELAYS = [300, 1000, 2000, 4000, 8000, 10000];
const MOST_ATTEMPTS = 30;

/**
 * How long to wait before trying again, or null to give up. Spread by up to a fifth, so that a
 * call whose server restarts does not come back all at once.
 *
 * @param {number} failures how many attempts have failed in a row, from 1
 * @param {number} random 0 to 1
 * @returns {number | null} milliseconds
 */
export function retryDelay(failures, random) {
  if (failures > MOST_ATTEMPTS) return null;
  const delay = DELAYS[Math.min(failures, DELAYS.length) - 1];
  return Math.round(delay * (1 - random / 5));
}

/** A server that holds no polls must not be asked in a storm. */
const SHORTEST_ROUND = 1000;

/**
 * How long to wait between two polls that were answered. None, unless the server answers at once
 * with nothing new.
 *
 * @param {number} took milliseconds that the last poll took
 * @param {boolean} news whether it brought anything
 * @returns {number} milliseconds
 */
export function pollDelay(took, news) {
  return news ? 0 : Math.max(0, SHORTEST_ROUND - took);
}

/** After so many milliseconds of silence the server has ended a session by itself. */
const SESSION_SURVIVES = 60000;

/**
 * Whether a session that the server no longer knows has timed out while this machine slept or had
 * no network, in which case the page comes back by itself. Otherwise another tab has taken over.
 *
 * @param {number} silence milliseconds since the server last heard from this session
 */
export const hasTimedOut = (silence) => silence >= SESSION_SURVIVES;

/**
 * Whether a status may go away by itself: 0 is no answer at all.
 *
 * @param {number} status
 */
export const isPassing = (status) => status === 0 || status === 429 || status >= 500;
