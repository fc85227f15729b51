import assert from "node:assert/strict";
import { test } from "node:test";

import { readMessage, readStatus } from "../../talk/static/talk/message.js";

const OFFER = {
  type: "offer",
  from: "bob",
  to: "alice",
  roomType: "video",
  sid: "17",
  payload: { type: "offer", sdp: "v=0", nick: "<b>Bob</b>" },
};

test("an offer keeps what the contract knows, and nothing else", () => {
  assert.deepEqual(readMessage(OFFER), {
    type: "offer",
    from: "bob",
    roomType: "video",
    sid: "17",
    payload: { type: "offer", sdp: "v=0" },
  });
});

test("JSON is read as well as objects", () => {
  assert.deepEqual(readMessage(JSON.stringify(OFFER)), readMessage(OFFER));
});

test("the server's word on who sent it counts, not the sender's", () => {
  assert.equal(readMessage(OFFER, "mallory").from, "mallory");
});

test("candidates are doubly nested, and may have only one of their two places", () => {
  const inner = { candidate: "candidate:1 1 udp", sdpMid: "0", extra: {} };
  const message = readMessage({ ...OFFER, type: "candidate", payload: { candidate: inner } });

  assert.deepEqual(message.payload, {
    candidate: { candidate: "candidate:1 1 udp", sdpMid: "0", sdpMLineIndex: null },
  });
});

test("a number as sid is as good as its text", () => {
  assert.equal(readMessage({ ...OFFER, sid: 17 }).sid, "17");
});

const UNSOUND = {
  nothing: null,
  "a number": 7,
  "a list": [OFFER],
  "broken JSON": "{",
  "JSON that is no object": '"offer"',
  "too long": JSON.stringify({ ...OFFER, payload: { type: "offer", sdp: "x".repeat(70000) } }),
  "a long SDP in an object": { ...OFFER, payload: { type: "offer", sdp: "x".repeat(70000) } },
  "no type": { ...OFFER, type: undefined },
  "a type that nobody knows": { ...OFFER, type: "explode" },
  "a type that every object has": { ...OFFER, type: "constructor" },
  "a type that is an object": { ...OFFER, type: { toString: null } },
  "no sender": { ...OFFER, from: undefined },
  "a sender that is no text": { ...OFFER, from: { length: 3 } },
  "an offer without sid": { ...OFFER, sid: undefined },
  "an offer without payload": { ...OFFER, payload: undefined },
  "an offer that is an answer inside": { ...OFFER, payload: { type: "answer", sdp: "v=0" } },
  "an SDP that is no text": { ...OFFER, payload: { type: "offer", sdp: { length: 1 } } },
  "a flat candidate": { ...OFFER, type: "candidate", payload: { candidate: "candidate:1" } },
  "a candidate for no line": {
    ...OFFER,
    type: "candidate",
    payload: { candidate: { candidate: "", sdpMid: null, sdpMLineIndex: -1 } },
  },
  "a screen of somebody else": { ...OFFER, roomType: "screen", broadcaster: "carol" },
  "muting something else": { ...OFFER, type: "mute", payload: { name: "everything" } },
  "a hand that is no boolean": { ...OFFER, type: "raiseHand", payload: { state: "up" } },
  "a reaction that is markup": { ...OFFER, type: "reaction", payload: { reaction: "<img>" } },
  "a control that nobody knows": { ...OFFER, type: "control", payload: { action: "format" } },
};
for (const [name, told] of Object.entries(UNSOUND)) {
  test(`no message: ${name}`, () => assert.equal(readMessage(told), null));
}

test("a status has a known type, and no payload that could be believed", () => {
  const told = '{"type":"nickChanged","payload":{"name":"<script>"}}';

  assert.deepEqual(readStatus(told), { type: "nickChanged" });
});

for (const told of [
  "",
  "{",
  "null",
  "[]",
  '{"type":"run"}',
  new ArrayBuffer(3),
  `"${"x".repeat(5000)}"`,
]) {
  test(`no status: ${String(told).slice(0, 20)}`, () => assert.equal(readStatus(told), null));
}
