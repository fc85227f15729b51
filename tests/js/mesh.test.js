import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { opening } from "../../talk/static/talk/economy.js";
import { FakeClock, settled } from "./clock.js";
import { FakeConnection } from "./connections.js";
import { AUDIO, SILENT, SPEAKING, deliver, meshOf, offersOf, pair, session } from "./meshes.js";

beforeEach(() => {
  FakeConnection.all = [];
});

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
  assert.deepEqual(
    FakeConnection.all.map((each) => each.getTransceivers()[0].sender.track),
    [AUDIO, AUDIO],
  );
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
  assert.deepEqual(
    open.map(({ signalingState }) => signalingState),
    ["stable", "stable"],
  );
});

test("an offer with another sid replaces the old connection", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob")]);
  const offer = {
    type: "offer",
    from: "bob",
    roomType: "video",
    payload: { type: "offer", sdp: "" },
  };

  alice.mesh.receive({ ...offer, sid: "1" });
  await settled();
  alice.mesh.receive({ ...offer, sid: "2" });
  await settled();

  assert.deepEqual(
    FakeConnection.all.map(({ closed }) => closed),
    [true, false],
  );
  assert.deepEqual(
    alice.sent.map(({ type, sid }) => [type, sid]),
    [
      ["answer", "1"],
      ["answer", "2"],
    ],
  );
});

test("a stranger's offer opens nothing", async () => {
  const alice = meshOf("alice");
  alice.mesh.setParticipants([session("bob", 0)]);

  for (const from of ["bob", "mallory"]) {
    alice.mesh.receive({
      type: "offer",
      from,
      roomType: "video",
      sid: "1",
      payload: { type: "offer", sdp: "" },
    });
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

  assert.deepEqual(
    alice.sent.map(({ type, sid }) => [type, sid]),
    [["answer", "2"]],
  );
});

test("an answer that nobody asked for, and candidates of nothing, change nothing", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();
  const [{ sid }] = bob.sent;

  bob.mesh.receive({
    type: "answer",
    from: "alice",
    sid: "other",
    payload: { type: "answer", sdp: "" },
  });
  bob.mesh.receive({ type: "candidate", from: "alice", sid: "other", payload: { candidate: {} } });
  bob.mesh.receive({
    type: "answer",
    from: "alice",
    sid,
    payload: { type: "answer", sdp: "nonsense" },
  });
  await settled();

  assert.deepEqual(
    FakeConnection.all.map(({ signalingState }) => signalingState),
    ["have-local-offer"],
  );
});

test("candidates that come before their description are kept for it", async () => {
  const bob = meshOf("bob");
  bob.mesh.setParticipants([session("alice")]);
  await settled();
  const [{ sid }] = bob.sent;
  const candidate = (name) => ({
    type: "candidate",
    from: "alice",
    sid,
    payload: { candidate: { candidate: name } },
  });

  for (const name of ["one", "nonsense", "two"]) bob.mesh.receive(candidate(name));
  bob.mesh.receive({ type: "answer", from: "alice", sid, payload: { type: "answer", sdp: "" } });
  await settled();

  assert.deepEqual(
    FakeConnection.all[0].candidates.map((each) => each.candidate),
    ["one", "two"],
  );
});
