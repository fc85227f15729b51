// @ts-check
/** The wire's numbers that the page needs. */

/** What a session publishes: bits of `inCall` and `flags`. */
export const Flag = Object.freeze({ IN_CALL: 1, AUDIO: 2, VIDEO: 4, PHONE: 8 });

/** What an attendee may do: bits of `permissions`. */
export const Permission = Object.freeze({
  START_CALL: 2,
  IGNORE_LOBBY: 8,
  AUDIO: 16,
  VIDEO: 32,
  SCREEN: 64,
});

export const ALL_PERMISSIONS = 255;

/** Types of participants that moderate: owner, moderator, guest moderator. */
const MODERATORS = new Set([1, 2, 6]);
const GUESTS = new Set([4, 6]);

/** @param {number} participantType */
export const isModerator = (participantType) => MODERATORS.has(participantType);

/** @param {number} participantType */
export const isGuest = (participantType) => GUESTS.has(participantType);

/** Reactions that are sent and shown; anything else that a peer sends is left out. */
export const REACTIONS = Object.freeze(["👍", "❤️", "👏", "🎉", "😂", "😮", "🤔", "👎"]);
