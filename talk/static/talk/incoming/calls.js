// @ts-check
/** What the notifications say about calls, and what of it is shown. Decisions only. */

/** Milliseconds that somebody is rung for. */
export const RING_FOR = 45000;

/** Milliseconds after which nobody wants to hear any more that a call was missed. */
export const MISSED_FOR = 12 * 60 * 60 * 1000;

const LONGEST_TEXT = 300;

/**
 * A call that somebody should be told of.
 *
 * @typedef {Object} Call
 * @property {number} id of the notification
 * @property {string} token of the room
 * @property {string} text what to say, in the visitor's language
 * @property {boolean} running whether it still goes on
 * @property {number} since milliseconds, by the server's clock
 */

/**
 * The calls among notifications, newest first. Whatever is not as notifications.md §3 has it is
 * left out.
 *
 * @param {unknown} notifications
 * @returns {Call[]}
 */
export function callsIn(notifications) {
  if (!Array.isArray(notifications)) return [];
  return notifications
    .filter(isCall)
    .map((each) => ({
      id: each.notification_id,
      token: each.object_id,
      text: String(each.subject ?? "").slice(0, LONGEST_TEXT),
      running: leadsToCall(each.actions),
      since: Date.parse(each.datetime),
    }))
    .sort((one, other) => other.id - one.id);
}

/** @param {any} each */
function isCall(each) {
  return (
    each?.app === "spreed" &&
    each.object_type === "call" &&
    Number.isSafeInteger(each.notification_id) &&
    /^[a-z0-9]{4,30}$/.test(each.object_id) &&
    !Number.isNaN(Date.parse(each.datetime))
  );
}

/** A call that is over can only be called back. @param {any} actions */
function leadsToCall(actions) {
  return Array.isArray(actions) && actions.some((one) => String(one?.link).endsWith("#direct-call"));
}

/**
 * What is known besides the list.
 *
 * @typedef {Object} Known
 * @property {number} now milliseconds, by the server's clock
 * @property {(id: number) => boolean} rang whether this browser has rung for it
 * @property {(id: number) => boolean} dismissed whether it was dismissed in this browser
 * @property {(token: string) => boolean} open whether the page shows this very call
 * @property {(id: number) => number} state the last answer of notification-state; 0 for none
 */

/**
 * @typedef {Object} Shown
 * @property {Call} call
 * @property {"ringing" | "running" | "missed"} kind rings; goes on, but rings no more; is over
 */

const ORDER = ["ringing", "running", "missed"];

/**
 * The one call to show, or null: whoever rings now, else what goes on, else what was missed.
 *
 * @param {Call[]} calls newest first
 * @param {Known} known
 * @returns {Shown | null}
 */
export function shownOf(calls, known) {
  const shown = calls
    .map((call) => ({ call, kind: kindOf(call, known) }))
    .filter(({ kind }) => kind !== null)
    .sort((one, other) => ORDER.indexOf(one.kind ?? "") - ORDER.indexOf(other.kind ?? ""));
  return /** @type {Shown | undefined} */ (shown[0]) ?? null;
}

/**
 * @param {Call} call
 * @param {Known} known
 * @returns {Shown["kind"] | null}
 */
function kindOf(call, known) {
  const state = known.state(call.id);
  if (known.dismissed(call.id) || known.open(call.token) || state === 404) return null;
  const age = known.now - call.since;
  if (call.running && state !== 201) {
    if (age < RING_FOR) return "ringing";
    return known.rang(call.id) ? "running" : null;
  }
  return known.rang(call.id) && age < MISSED_FOR ? "missed" : null;
}
