import { Sfu } from "../../talk/static/talk/sfu.js";
import { FakeClock, settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";

export const AUDIO = { kind: "audio" };
export const VIDEO = { kind: "video" };
export const SILENT = { audio: null, video: null, mayAudio: true, mayVideo: true };
export const SPEAKING = { ...SILENT, audio: AUDIO };
export const ME = { sessionId: "me", inCall: 7 };
export const BOB = { sessionId: "bob", inCall: 7 };
export const OFFER = { type: "offer", from: "bob", roomType: "video", sid: "j1", payload: { type: "offer", sdp: "of bob" } };

/** Sends audio, and is not in the call yet; what it says goes to `sent`. */
export function sfuWith({ media = SPEAKING, hasSimulcast = false } = {}) {
  const sent = [];
  const told = [];
  const clock = new FakeClock();
  const sfu = new Sfu({
    sessionId: "me",
    iceServers: [],
    hasSimulcast,
    send: (message) => sent.push(message),
    browser: { RTCPeerConnection: FakeConnection, MediaStream: FakeStream },
    clock,
    on: {
      stream: (...what) => told.push(["stream", ...what]),
      status: () => {},
      connection: (...what) => told.push(["connection", ...what]),
    },
  });
  sfu.setLocalMedia(media);
  const types = () => sent.map(({ type, to, roomType }) => `${type} ${roomType} → ${to}`);
  return { sfu, sent, told, clock, types };
}

/** In the call, and the media server has taken what is sent. */
export async function sending(options) {
  const parts = sfuWith(options);
  parts.sfu.setParticipants([ME]);
  await settled();
  const [{ sid }] = parts.sent;
  parts.sfu.receive({ type: "answer", from: "me", roomType: "video", sid, payload: { type: "answer", sdp: "a" } });
  await settled();
  FakeConnection.all[0].become("connected");
  parts.sent.length = 0;
  return parts;
}

/** Bob's picture comes in; `asked` are the sizes that were asked for. */
export async function receiving(options) {
  const parts = await sending(options);
  parts.sfu.setParticipants([ME, BOB]);
  parts.sfu.receive(OFFER);
  await settled();
  FakeConnection.all[1].become("connected");
  parts.asked = () =>
    parts.sent.filter(({ type }) => type === "selectStream").map(({ to, roomType, payload }) => [to, roomType, payload]);
  return parts;
}

/** @param {string} room @returns {any} */
export const answerFrom = (room) => ({
  type: "answer",
  from: "me",
  roomType: "video",
  payload: { type: "answer", sdp: `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=${room}\r\n` },
});
