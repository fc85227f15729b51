import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { opening, qualityFor } from "../../talk/static/talk/economy.js";
import { Mesh } from "../../talk/static/talk/mesh.js";
import { FakeClock, settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";

const AUDIO = { kind: "audio" };
const VIDEO = { kind: "video" };
const SILENT = { audio: null, video: null, mayAudio: true, mayVideo: true };
const SPEAKING = { ...SILENT, audio: AUDIO };

beforeEach(() => {
  FakeConnection.all = [];
});

const session = (sessionId, inCall = 7) => ({ sessionId, inCall });

/** A mesh of one; what it says goes to `sent`. */
function meshOf(sessionId, { media = SPEAKING, clock = new FakeClock() } = {}) {
  const sent = [];
  const told = [];
  const mesh = new Mesh({
    sessionId,
    iceServers: [],
    send: (message) => sent.push(message),
    browser: { RTCPeerConnection: FakeConnection, MediaStream: FakeStream },
    clock,
    on: {
      stream: (...what) => told.push(["stream", ...what]),
      status: (...what) => told.push(["status", ...what]),
      connection: (...what) => told.push(["connection", ...what]),
    },
  });
  mesh.setLocalMedia(media);
  return { mesh, sent, told, clock };
}

/** Carry messages to and fro until nobody has anything to say. */
async function deliver(...meshes) {
  for (let round = 0; round < 20; round += 1) {
    await settled();
    for (const { sent } of meshes) {
      for (const message of sent.splice(0)) {
        meshes.find(({ mesh }) => mesh.name === message.to)?.mesh.receive(message);
      }
    }
  }
}

/** Two meshes in one call, each called by its session id. */
function pair(first, second) {
  first.mesh.name = first.id;
  second.mesh.name = second.id;
  return [first, second];
}

const offersOf = ({ sent }) => sent.filter(({ type }) => type === "offer");

test("who offers: the larger id, whoever has streams, nobody without", () => {
  assert.deepEqual(
    [
      opening("b", true, "a", true),
      opening("a", true, "b", true),
      opening("a", true, "b", false),
      opening("b", false, "a", true),
      opening("b", false, "a", false),
    ],
    ["offer", "wait", "offer", "nothing", "nothing"],
  );
});

test("the larger id offers at once, with its session and one sid", async () => {
  const bob = meshOf("bob");

  bob.mesh.setParticipants([session("alice"), session("bob")]);
  await settled();

  const [offer, ...others] = bob.sent;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [offer.type, offer.from, offer.to, offer.roomType, typeof offer.sid, offer.payload.type],
    ["offer", "bob", "alice", "video", "string", "offer"],
  );
});

test("the smaller id waits ten seconds for an offer, then offers itself, again and again", async () => {
  const alice = meshOf("alice");

  alice.mesh.setParticipants([session("bob")]);
  await alice.clock.pass(9999);
  const early = offersOf(alice).length;
  await alice.clock.pass(20001);

  const sids = offersOf(alice).map(({ sid }) => sid);
  assert.deepEqual([early, sids.length, new Set(sids).size], [0, 3, 3]);
});

test("without streams nobody is called, until there are some", async () => {
  const bob = meshOf("bob", { media: SILENT });

  bob.mesh.setParticipants([session("alice", 1)]);
  await bob.clock.pass(30000);
  const silent = offersOf(bob).length;
  bob.mesh.setLocalMedia(SPEAKING);
  await settled();

  assert.deepEqual([silent, offersOf(bob).length], [0, 1]);
});

test("those who are in the room but not in the call are let alone", async () => {
  const bob = meshOf("bob");

  bob.mesh.setParticipants([session("alice", 0)]);
  await bob.clock.pass(30000);

  assert.deepEqual(bob.sent, []);
});

test("two find each other, and the offer is answered on its own sid", async () => {
  const clock = new FakeClock();
  const alice = { id: "alice", ...meshOf("alice", { clock }) };
  const bob = { id: "bob", ...meshOf("bob", { clock }) };
  pair(alice, bob);

  for (const { mesh } of [alice, bob]) mesh.setParticipants([session("alice"), session("bob")]);
  await deliver(alice, bob);

  const states = FakeConnection.all.map(({ signalingState }) => signalingState);
  assert.deepEqual(states, ["stable", "stable"]);
  assert.deepEqual(FakeConnection.all.map((each) => each.getTransceivers()[0].sender.track), [AUDIO, AUDIO]);
});

test("glare: of two offers at once that of the larger id stands, on both sides", async () => {
  const clock = new FakeClock();
  const alice = { id: "alice", ...meshOf("alice", { clock }) };
  const bob = { id: "bob", ...meshOf("bob", { clock }) };
  pair(alice, bob);
  // Neither knows that the other has streams: both have to offer.
  alice.mesh.setParticipants([session("bob", 1)]);
  bob.mesh.setParticipants([session("alice", 1)]);
  await settled();

  await deliver(alice, bob);

  const open = FakeConnection.all.filter(({ closed }) => !closed);
  assert.equal(open.length, 2);
  assert.deepEqual(open.map(({ signalingState }) => signalingState), ["stable", "stable"]);
});

test("an offer with another sid replaces the old connection", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);
  const offer = { type: "offer", from: "bob", roomType: "video", payload: { type: "offer", sdp: "" } };

  alice.mesh.receive({ ...offer, sid: "1" });
  await settled();
  alice.mesh.receive({ ...offer, sid: "2" });
  await settled();

  assert.deepEqual(FakeConnection.all.map(({ closed }) => closed), [true, false]);
  assert.deepEqual(alice.sent.map(({ type, sid }) => [type, sid]), [["answer", "1"], ["answer", "2"]]);
});

test("a stranger's offer opens nothing", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob", 0)]);

  for (const from of ["bob", "mallory"]) {
    alice.mesh.receive({ type: "offer", from, roomType: "video", sid: "1", payload: { type: "offer", sdp: "" } });
  }
  await settled();

  assert.deepEqual(FakeConnection.all, []);
});

test("an SDP of nonsense is not answered, and the next offer is", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);
  const offer = { type: "offer", from: "bob", roomType: "video" };

  alice.mesh.receive({ ...offer, sid: "1", payload: { type: "offer", sdp: "nonsense" } });
  await settled();
  alice.mesh.receive({ ...offer, sid: "2", payload: { type: "offer", sdp: "" } });
  await settled();

  assert.deepEqual(alice.sent.map(({ type, sid }) => [type, sid]), [["answer", "2"]]);
});

test("an answer that nobody asked for, and candidates of nothing, change nothing", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();
  const [{ sid }] = bob.sent;

  bob.mesh.receive({ type: "answer", from: "alice", sid: "other", payload: { type: "answer", sdp: "" } });
  bob.mesh.receive({ type: "candidate", from: "alice", sid: "other", payload: { candidate: {} } });
  bob.mesh.receive({ type: "answer", from: "alice", sid, payload: { type: "answer", sdp: "nonsense" } });
  await settled();

  assert.deepEqual(FakeConnection.all.map(({ signalingState }) => signalingState), ["have-local-offer"]);
});

test("candidates that come before their description are kept for it", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();
  const [{ sid }] = bob.sent;
  const candidate = (name) => ({ type: "candidate", from: "alice", sid, payload: { candidate: { candidate: name } } });

  for (const name of ["one", "nonsense", "two"]) bob.mesh.receive(candidate(name));
  bob.mesh.receive({ type: "answer", from: "alice", sid, payload: { type: "answer", sdp: "" } });
  await settled();

  assert.deepEqual(FakeConnection.all[0].candidates.map((each) => each.candidate), ["one", "two"]);
});

test("after five seconds of interruption only the offerer looks for another way", async () => {
  const clock = new FakeClock();
  const alice = { id: "alice", ...meshOf("alice", { clock }) };
  const bob = { id: "bob", ...meshOf("bob", { clock }) };
  pair(alice, bob);
  for (const { mesh } of [alice, bob]) mesh.setParticipants([session("alice"), session("bob")]);
  await deliver(alice, bob);
  for (const each of FakeConnection.all) each.become("connected");

  for (const each of FakeConnection.all) each.become("disconnected");
  await clock.pass(4999);
  const early = FakeConnection.all.map(({ restarts }) => restarts);
  await clock.pass(1);

  assert.deepEqual([early, FakeConnection.all.map(({ restarts }) => restarts)], [[0, 0], [1, 0]]);
});

test("a connection that heals by itself is not restarted", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  const [connection] = FakeConnection.all;

  connection.become("disconnected");
  await bob.clock.pass(3000);
  connection.become("connected");
  await bob.clock.pass(9000);

  assert.equal(connection.restarts, 0);
});

test("at most five restarts", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  const [connection] = FakeConnection.all;

  for (let time = 0; time < 7; time += 1) {
    connection.become("failed");
    await bob.clock.pass(100);
  }

  assert.equal(connection.restarts, 5);
});

test("what one may not send is not offered", async () => {
  const bob = meshOf("bob", { media: { ...SPEAKING, mayVideo: false } });

  bob.mesh.setParticipants([session("alice")]);

  const directions = FakeConnection.all[0].getTransceivers().map(({ direction }) => direction);
  assert.deepEqual(directions, ["sendrecv", "recvonly"]);
});

test("switching a camera on and off exchanges the track and negotiates nothing", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();
  const [, video] = FakeConnection.all[0].getTransceivers();

  bob.mesh.setLocalMedia({ ...SPEAKING, video: VIDEO });
  const on = video.sender.track;
  bob.mesh.setLocalMedia(SPEAKING);
  await settled();

  assert.deepEqual([on, video.sender.track, offersOf(bob).length], [VIDEO, null, 1]);
});

test("a screen is offered to everyone in the call, and to who comes later, by its sharer", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);

  alice.mesh.setScreen(new FakeStream([VIDEO]));
  await settled();
  alice.mesh.setParticipants([session("bob"), session("carol")]);
  await settled();

  const screens = offersOf(alice).filter(({ roomType }) => roomType === "screen");
  assert.deepEqual(screens.map(({ to, broadcaster }) => [to, broadcaster]), [["bob", "alice"], ["carol", "alice"]]);
});

test("whoever stops sharing says so to all who watched", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);
  alice.mesh.setScreen(new FakeStream([VIDEO]));
  await settled();
  alice.sent.length = 0;

  alice.mesh.setScreen(null);

  assert.deepEqual(alice.sent.map(({ type, to, roomType }) => [type, to, roomType]), [["unshareScreen", "bob", "screen"]]);
});

test("two can show each other their screens at once", async () => {
  const clock = new FakeClock();
  const alice = { id: "alice", ...meshOf("alice", { clock, media: SILENT }) };
  const bob = { id: "bob", ...meshOf("bob", { clock, media: SILENT }) };
  pair(alice, bob);
  for (const { mesh } of [alice, bob]) {
    mesh.setParticipants([session("alice", 1), session("bob", 1)]);
    mesh.setScreen(new FakeStream([VIDEO]));
  }

  await deliver(alice, bob);

  assert.deepEqual(FakeConnection.all.map(({ signalingState }) => signalingState), Array(4).fill("stable"));
});

test("whoever leaves is forgotten, and may come back at once", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();

  bob.mesh.setParticipants([session("alice", 0)]);
  bob.mesh.setParticipants([session("alice")]);
  await settled();

  assert.deepEqual(FakeConnection.all.map(({ closed }) => closed), [true, false]);
  assert.deepEqual(bob.told.filter(([what]) => what === "stream"), [["stream", "alice", "video", null]]);
  assert.equal(offersOf(bob).length, 2);
});

test("after closing nothing is offered any more", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);

  alice.mesh.close();
  await alice.clock.pass(60000);

  assert.deepEqual(alice.sent, []);
});

test("the more there are, the less of a picture each gets", async () => {
  const bob = meshOf("bob", { media: { ...SPEAKING, video: VIDEO } });
  bob.mesh.setParticipants([session("alice")]);
  await settled();
  const [{ sid }] = bob.sent;
  bob.mesh.receive({ type: "answer", from: "alice", sid, payload: { type: "answer", sdp: "" } });
  await settled();
  const [, { sender }] = FakeConnection.all[0].getTransceivers();
  const alone = sender.parameters.encodings[0];

  bob.mesh.setParticipants([session("alice"), session("carol"), session("dave")]);
  await settled();

  assert.deepEqual([alone, sender.parameters.encodings[0]], [qualityFor(1), qualityFor(3)]);
});
