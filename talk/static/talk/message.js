// @ts-check
/**
 * What another browser may say. Everything that a peer sent passes here; what does not fit the
 * contract becomes null and is left out, so that the rest of the page sees only sound values.
 */

import { REACTIONS } from "./constants.js";

/** Longest message in characters; an SDP of a video call has about 8,000. */
const LONGEST = 65536;
const LONGEST_STATUS = 4096;
const LONGEST_ID = 512;
const LONGEST_NAME = 255;

/** @typedef {import("./interfaces.js").Message} Message */

/**
 * @param {unknown} value
 * @param {number} longest
 * @returns {value is string}
 */
const isText = (value, longest) => typeof value === "string" && value.length <= longest;

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {any} payload @param {string} type */
const description = (payload, type) =>
  isRecord(payload) && payload.type === type && isText(payload.sdp, LONGEST)
    ? { type, sdp: payload.sdp }
    : undefined;

/** @param {any} payload */
const candidate = (payload) => {
  const inner = isRecord(payload) ? payload.candidate : null;
  if (!isRecord(inner) || !isText(inner.candidate, LONGEST_STATUS)) return undefined;
  const { sdpMid, sdpMLineIndex } = inner;
  const mid = isText(sdpMid, 64) ? sdpMid : null;
  const line = Number.isInteger(sdpMLineIndex) && sdpMLineIndex >= 0 ? sdpMLineIndex : null;
  if (mid === null && line === null) return undefined;
  return { candidate: { candidate: inner.candidate, sdpMid: mid, sdpMLineIndex: line } };
};

/** @param {any} payload */
const medium = (payload) =>
  isRecord(payload) && ["audio", "video"].includes(payload.name)
    ? { name: payload.name }
    : undefined;

/**
 * For each type what its payload is, made anew from the parts we know; undefined if it is unsound.
 *
 * @type {Record<string, (payload: any) => any>}
 */
const PAYLOADS = {
  offer: (payload) => description(payload, "offer"),
  answer: (payload) => description(payload, "answer"),
  candidate,
  endOfCandidates: () => null,
  connectivityError: () => null,
  unshareScreen: () => null,
  mute: medium,
  unmute: medium,
  nickChanged: (payload) =>
    isText(payload?.name, LONGEST_NAME) ? { name: payload.name } : undefined,
  raiseHand: (payload) =>
    typeof payload?.state === "boolean" ? { state: payload.state } : undefined,
  reaction: (payload) =>
    REACTIONS.includes(payload?.reaction) ? { reaction: payload.reaction } : undefined,
  control: (payload) =>
    payload?.action === "forceMute" && isText(payload.peerId, LONGEST_ID)
      ? { action: payload.action, peerId: payload.peerId }
      : undefined,
};
const OF_A_CONNECTION = new Set(["offer", "answer", "candidate"]);

/**
 * A message that another session sent, or null if it is none.
 *
 * @param {unknown} told the object, or its JSON
 * @param {string} [from] the sender as the server says; without it, what the object says
 * @returns {Message | null}
 */
export function readMessage(told, from) {
  const said = typeof told === "string" ? parsed(told, LONGEST) : told;
  if (!isRecord(said) || !isText(said.type, 64) || !Object.hasOwn(PAYLOADS, said.type)) return null;
  const sender = from ?? said.from;
  if (!isText(sender, LONGEST_ID) || sender === "") return null;
  const payload = PAYLOADS[said.type](said.payload);
  if (payload === undefined) return null;
  // A screen belongs to whoever sends it; only the answers of viewers name somebody else.
  const isForeignScreen =
    said.roomType === "screen" &&
    said.type === "offer" &&
    said.broadcaster !== undefined &&
    said.broadcaster !== sender;
  if (isForeignScreen) return null;
  const sid = typeof said.sid === "number" ? String(said.sid) : said.sid;
  if (OF_A_CONNECTION.has(said.type) && !isText(sid, LONGEST_ID)) return null;
  return {
    type: said.type,
    from: sender,
    roomType: said.roomType === "screen" ? "screen" : "video",
    sid: isText(sid, LONGEST_ID) ? sid : undefined,
    payload,
  };
}

/** What may be told over a data channel. */
const STATUSES = new Set([
  "audioOn",
  "audioOff",
  "videoOn",
  "videoOff",
  "speaking",
  "stoppedSpeaking",
  "nickChanged",
]);

/**
 * A status from a data channel, or null if it is none.
 *
 * @param {unknown} told JSON
 * @returns {{type: string} | null}
 */
export function readStatus(told) {
  const said = typeof told === "string" ? parsed(told, LONGEST_STATUS) : null;
  return isRecord(said) && STATUSES.has(said.type) ? { type: said.type } : null;
}

/**
 * @param {string} text
 * @param {number} longest
 * @returns {unknown}
 */
function parsed(text, longest) {
  if (text.length > longest) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
