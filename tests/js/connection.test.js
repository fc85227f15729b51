import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Connection } from "../../talk/static/talk/connection.js";
// Loaded by the page when there is a signaling server; here they are there already.
import "../../talk/static/talk/hpb.js";
import "../../talk/static/talk/sfu.js";
import { FakeClock, settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";
import { FakeMedia } from "./server.js";
import { FakeServer, hello, refusal } from "./socket-server.js";

const SETTINGS = { signalingMode: "external", server: "https://hpb.example.org", helloAuthParams: { "1.0": {} } };
const OFFER = { type: "offer", roomType: "video", sid: "j1", payload: { type: "offer", sdp: "of bob" } };
const EVENTS = ["participants", "gone", "state", "muted", "renamed", "trouble", "room"];
const { WebSocket } = globalThis;

beforeEach(() => {
  FakeConnection.all = [];
});

afterEach(() => {
  globalThis.WebSocket = WebSocket;
});

/** In a call by way of a signaling server, whose sessions are s1, s2, … */
async function calling({ features = ["mcu", "simulcast"] } = {}) {
  const server = new FakeServer();
  const clock = new FakeClock();
  let sessions = 0;
  server.answer = (frame) => {
    if (frame.hello?.resumeid) return refusal(frame, "no_such_session");
    if (frame.type === "hello") return hello(frame, `s${++sessions}`, features);
    if (frame.type === "room") return { id: frame.id, type: "room", room: { roomid: "abcd" } };
    return [];
  };
  globalThis.WebSocket = server.WebSocket;
  const connection = new Connection({
    api: { url: (path) => `https://example.org/${path}`, get: async () => SETTINGS },
    token: "abcd", talkSessionId: "talk-me", settings: SETTINGS, media: new FakeMedia(), clock,
    browser: { RTCPeerConnection: FakeConnection, MediaStream: FakeStream },
    changed: () => {},
    on: Object.fromEntries(EVENTS.map((name) => [name, () => {}])),
  });
  const accept = async () => {
    await settled();
    server.last.accept();
    await clock.pass(1);
  };
  const opening = connection.open();
  await accept();
  await opening;
  await connection.begin({ begin: () => {}, flags: 7 }, 7);
  const tell = async (told) => {
    server.last.tell(told);
    await clock.pass(0);
  };
  /** Bob is in the call with me, and the media server offers his picture. */
  const comeIn = async () => {
    const users = ["bob", connection.sessionId].map((sessionId) => ({ sessionId, inCall: 7 }));
    const update = { roomid: "abcd", users };
    await tell({ type: "event", event: { target: "participants", type: "update", update } });
    await tell({ type: "message", message: { sender: { sessionid: "bob" }, data: OFFER } });
  };
  const asked = () =>
    server
      .all("message")
      .filter(({ data }) => data.type === "selectStream")
      .map(({ recipient, data }) => [recipient.sessionid, data.roomType, data.payload]);
  return { server, clock, connection, accept, comeIn, asked };
}

test("the media server is asked for a picture in the size of its tile", async () => {
  const { connection, comeIn, asked } = await calling();
  connection.show(new Map([["bob", 300]]));

  await comeIn();

  assert.deepEqual(asked(), [["bob", "video", { substream: 1, temporal: 2 }]]);
});

test("whoever is somebody new to the server asks anew, though no tile has changed", async () => {
  const { server, clock, connection, accept, comeIn, asked } = await calling();
  connection.show(new Map([["bob", 300]]));
  await comeIn();

  server.last.breakOff();
  await clock.pass(300);
  await accept();
  await accept();
  await comeIn();

  assert.equal(connection.sessionId, "s2");
  assert.equal(asked().length, 2);
});

test("a signaling server without simulcast is asked for nothing", async () => {
  const { clock, connection, comeIn, asked } = await calling({ features: ["mcu"] });

  await comeIn();
  connection.show(new Map([["bob", 300]]));
  await clock.pass(1000);

  assert.deepEqual(asked(), []);
});
