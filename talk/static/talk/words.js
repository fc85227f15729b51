// @ts-check
/** Sentences for states and troubles of the call. */

import { isInElsewhere, isMember, isReadOnly, mayNotStart, waitsInLobby } from "./room.js";
import { gettext, interpolate } from "./text.js";
import { troubleWords } from "./trouble.js";

/**
 * How things stand before the call; "" if there is nothing to say.
 *
 * @param {any} room
 * @param {boolean} takesOver whether joining takes over from another tab without a word
 * @returns {string}
 */
export function outlookWords(room, takesOver) {
  if (isReadOnly(room)) return "";
  if (isInElsewhere(room) && !takesOver) return elsewhereWords();
  if (waitsInLobby(room) && !isMember(room)) {
    return gettext("This conversation has a lobby: a moderator will let you in.");
  }
  return mayNotStart(room) ? gettext("Nobody has started the call yet. Please wait.") : "";
}

export const elsewhereWords = () =>
  gettext("You are in this call in another tab or window. If you join here, it takes over.");

export const readOnlyWords = () => gettext("This conversation is read-only: nobody can call here.");

/** @param {boolean} isEager whether one goes on into the call */
export const lobbyWords = (isEager) =>
  isEager
    ? gettext("You are in the lobby. You will join the call as soon as a moderator lets you in.")
    : gettext("You are in the lobby. A moderator will let you in.");

/**
 * Why the visit is over.
 *
 * @typedef {"left" | "ended" | "read-only" | "removed" | "banned" | "duplicate" | "not-found" |
 *   "lost" | "no-calls"} Ending
 */

/** @param {Ending} ending @returns {string} */
export function endingWords(ending) {
  switch (ending) {
    case "left":
      return gettext("You have left the call.");
    case "ended":
      return gettext("The call has ended.");
    case "read-only":
      return gettext("The call has ended: this conversation is read-only now.");
    case "removed":
      return gettext("You have been removed from this conversation.");
    case "banned":
      return gettext("You have been banned from this conversation and cannot join it.");
    case "duplicate":
      return gettext("You are in this call in another tab or window now.");
    case "not-found":
      return gettext("This conversation does not exist, or you may not see it.");
    case "lost":
      return gettext("The connection was lost and could not be restored.");
    case "no-calls":
      return gettext("Calls are switched off on this site.");
  }
}

/**
 * What keeps a device from being used; "" if nothing does.
 *
 * @param {import("./media.js").Media} media
 * @returns {string}
 */
export function deviceWords(media) {
  const [microphone, camera] = [media.problem("microphone"), media.problem("camera")];
  const problem = microphone || camera;
  if (problem === "") return "";
  if (problem === "insecure") {
    return gettext("Microphone and camera only work over HTTPS. You can join without them.");
  }
  let what = gettext("microphone and camera");
  if (!camera) what = gettext("microphone");
  if (!microphone) what = gettext("camera");
  const why = {
    denied: gettext("Your browser was not allowed to use %(what)s. You can join without."),
    missing: gettext("No %(what)s was found. You can join without."),
    busy: gettext("Another program uses your %(what)s. You can join without."),
    lost: gettext("Your %(what)s was disconnected."),
    unknown: gettext("Your %(what)s cannot be used. You can join without."),
  };
  return interpolate(why[problem], { what });
}

/**
 * Why the server refused to let somebody in.
 *
 * @param {{status: number, code?: string}} refusal
 * @returns {string}
 */
export function refusalWords({ status, code }) {
  if (status === 403 && code === "password") {
    return gettext("The password is wrong. Please try again.");
  }
  if (status === 429) return gettext("Too many attempts. Please wait a while and try again.");
  if (status === 400 && code === "consent") {
    return gettext("This call may be recorded. Please agree to that before you join.");
  }
  if (status === 0) {
    return gettext("The server cannot be reached. Please check your network and try again.");
  }
  if (status >= 500 && troubleWords(code ?? "")) return troubleWords(code ?? "");
  if (status >= 500) return gettext("The server has a problem. Please try again.");
  return gettext("Joining the call was refused.");
}

/**
 * A duration as people read it: 4:05, 1:04:05.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function durationWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
