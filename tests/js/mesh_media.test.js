import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { qualityFor } from "../../talk/static/talk/economy.js";
import { FakeClock, settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";
import { SILENT, SPEAKING, VIDEO, deliver, meshOf, offersOf, pair, session } from "./meshes.js";

beforeEach(() => {
  FakeConnection.all = [];
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

  assert.deepEqual(
    [early, FakeConnection.all.map(({ restarts }) => restarts)],
    [
      [0, 0],
      [1, 0],
    ],
  );
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

test("a connection that is lost again and again is replaced as soon as one that is lost once", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  const [connection] = FakeConnection.all;
  connection.become("connected");
  await bob.clock.pass(60000);

  connection.become("disconnected");
  await bob.clock.pass(9000);
  connection.become("disconnected");
  await bob.clock.pass(10999);
  const early = FakeConnection.all.length;
  await bob.clock.pass(1);

  assert.deepEqual([early, FakeConnection.all.length], [1, 2]);
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
  assert.deepEqual(
    screens.map(({ to, broadcaster }) => [to, broadcaster]),
    [
      ["bob", "alice"],
      ["carol", "alice"],
    ],
  );
});

test("whoever stops sharing says so to all who watched", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);
  alice.mesh.setScreen(new FakeStream([VIDEO]));
  await settled();
  alice.sent.length = 0;

  alice.mesh.setScreen(null);

  assert.deepEqual(
    alice.sent.map(({ type, to, roomType }) => [type, to, roomType]),
    [["unshareScreen", "bob", "screen"]],
  );
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

  assert.deepEqual(
    FakeConnection.all.map(({ signalingState }) => signalingState),
    Array(4).fill("stable"),
  );
});

test("whoever leaves is forgotten, and may come back at once", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();

  bob.mesh.setParticipants([session("alice", 0)]);
  bob.mesh.setParticipants([session("alice")]);
  await settled();

  assert.deepEqual(
    FakeConnection.all.map(({ closed }) => closed),
    [true, false],
  );
  assert.deepEqual(
    bob.told.filter(([what]) => what === "stream"),
    [["stream", "alice", "video", null]],
  );
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
