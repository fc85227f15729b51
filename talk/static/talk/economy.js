// @ts-check
/** What a mesh costs, and who begins: decisions only, no connections. */

import { Flag } from "./constants.js";

export const STREAMS = Flag.AUDIO | Flag.VIDEO;

/**
 * Whether to offer to another session at once, or wait for its offer, or do neither
 * (signaling.md §2.4).
 *
 * @param {string} own session id
 * @param {boolean} ownStreams whether I send anything
 * @param {string} remote session id
 * @param {boolean} remoteStreams
 * @returns {"offer" | "wait" | "nothing"}
 */
export function opening(own, ownStreams, remote, remoteStreams) {
  if (!ownStreams) return "nothing";
  if (!remoteStreams || remote < own) return "offer";
  return "wait";
}

/**
 * How a picture is sent to one of the others.
 *
 * @typedef {Object} Quality
 * @property {number} scaleResolutionDownBy
 * @property {number} maxBitrate bits per second
 * @property {number} maxFramerate
 */

/** @type {Quality} */
export const FULL_QUALITY = { scaleResolutionDownBy: 1, maxBitrate: 2_500_000, maxFramerate: 30 };

/**
 * In a mesh every picture is encoded and sent once for each of the others: the more there are, the
 * smaller it has to be, and so it is shown.
 *
 * @param {number} others how many
 * @returns {Quality}
 */
export function qualityFor(others) {
  if (others <= 1) return FULL_QUALITY;
  if (others <= 3) return { scaleResolutionDownBy: 1.5, maxBitrate: 600_000, maxFramerate: 24 };
  return { scaleResolutionDownBy: 2, maxBitrate: 300_000, maxFramerate: 15 };
}
