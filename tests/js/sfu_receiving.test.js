import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled } from "./clock.js";
import { FakeConnection } from "./connections.js";
import { BOB, ME, OFFER, receiving, sending } from "./sfus.js";

const SCREEN = { ...OFFER, roomType: "screen", sid: "j2" };

beforeEach(() => {
  FakeConnection.all = [];
});

const areClosed = () => FakeConnection.all.map(({ closed }) => closed);

test("whoever has been asked, or is received, is not asked whenever somebody comes", async () => {
  const { sfu, types } = await sending();

  sfu.setParticipants([ME, BOB]);
  sfu.setParticipants([ME, BOB]);
  sfu.receive(OFFER);
  await settled();
  FakeConnection.all[1].become("connected");
  sfu.setParticipants([ME, BOB]);

  assert.deepEqual(types(), ["requestoffer video → bob", "answer video → bob"]);
});

test("whoever is received for longer than ten seconds is not asked either", async () => {
  const { sfu, sent, clock } = await receiving();
  await clock.pass(60000);
  sent.length = 0;

  sfu.setParticipants([ME, BOB]);

  assert.deepEqual(sent, []);
});

test("an offer has ten seconds to become a connection", async () => {
  const { sfu, clock, types } = await sending();
  sfu.setParticipants([ME, BOB]);
  await clock.pass(9000);
  sfu.receive(OFFER);

  await clock.pass(9999);
  assert.deepEqual(types(), ["requestoffer video → bob", "answer video → bob"]);
  await clock.pass(1);
  assert.equal(types().at(-1), "requestoffer video → bob");
});

test("whoever stops sending before an offer came is not asked again until they send", async () => {
  const { sfu, sent, clock, types } = await sending();
  sfu.setParticipants([ME, BOB]);
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);
  sent.length = 0;

  await clock.pass(60000);
  assert.deepEqual(sent, []);
  sfu.setParticipants([ME, BOB]);

  assert.deepEqual(types(), ["requestoffer video → bob"]);
});

test("whoever is interrupted for ten seconds is asked for another connection", async () => {
  const { sent, clock, types } = await receiving();
  await clock.pass(60000);
  sent.length = 0;

  FakeConnection.all[1].become("disconnected");
  await clock.pass(9999);
  assert.deepEqual(sent, []);
  await clock.pass(1);

  assert.deepEqual(types(), ["requestoffer video → bob"]);
});

test("after a nap nobody who is connected is asked", async () => {
  const { sfu, sent } = await receiving();
  sent.length = 0;

  sfu.repair();

  assert.deepEqual(sent, []);
});

test("how a connection is doing is told of cameras, from the asking on", async () => {
  const { sfu, told } = await receiving();
  sfu.receive(SCREEN);
  await settled();
  FakeConnection.all[1].become("disconnected");
  FakeConnection.all[2].become("disconnected");

  const states = told.filter(([what]) => what === "connection").map(([, ...rest]) => rest.join(" is "));
  assert.deepEqual(states, ["bob is connecting", "bob is connecting", "bob is connected", "bob is interrupted"]);
});

test("what is offered anew before there was a connection is another one", async () => {
  const { sfu } = await sending();
  sfu.setParticipants([ME, BOB]);

  for (let time = 0; time < 2; time += 1) {
    sfu.receive(OFFER);
    await settled();
  }

  assert.deepEqual(areClosed(), [false, true, false]);
});

test("old servers give an offer no sid, and get none", async () => {
  const { sfu, sent } = await sending();
  sfu.setParticipants([ME, BOB]);

  sfu.receive({ ...OFFER, sid: undefined });
  await settled();

  assert.deepEqual([sent.at(-1).type, sent.at(-1).sid], ["answer", undefined]);
});

test("candidates reach the camera or the screen that they are of", async () => {
  const { sfu } = await receiving();
  sfu.receive(SCREEN);
  await settled();

  for (const roomType of ["video", "screen"]) {
    sfu.receive({ type: "candidate", from: "bob", roomType, payload: { candidate: { candidate: roomType } } });
  }
  await settled();

  const [, ...theirs] = FakeConnection.all;
  assert.deepEqual(
    theirs.map(({ candidates }) => candidates),
    [[{ candidate: "video" }], [{ candidate: "screen" }]],
  );
});

test("whoever leaves the call takes their screen along", async () => {
  const { sfu, told } = await sending();
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);
  sfu.receive(SCREEN);
  await settled();

  sfu.setParticipants([ME]);

  assert.deepEqual(told.at(-1), ["stream", "bob", "screen", null]);
  assert.deepEqual(areClosed(), [false, true]);
});

test("a camera is as loud as what comes in, and counted there", async () => {
  const { sfu } = await receiving();
  const [, camera] = FakeConnection.all;
  const [microphone] = camera.getReceivers();
  microphone.getSynchronizationSources = () => [{ audioLevel: 0.5 }];
  camera.getStats = async () => "the report";

  assert.deepEqual([sfu.level("bob"), sfu.level("carol")], [0.5, 0]);
  assert.deepEqual([await sfu.stats("bob"), await sfu.stats("carol")], ["the report", null]);
});

test("offers that come after the end are not answered", async () => {
  const { sfu, sent } = await receiving();
  sfu.close();
  sent.length = 0;

  sfu.receive({ ...OFFER, sid: "j3" });
  await settled();

  assert.deepEqual(sent, []);
  assert.deepEqual(areClosed(), [true, true]);
});

const PICTURE_OF = (frameHeight) =>
  new Map([
    ["other", { type: "inbound-rtp", kind: "audio" }],
    ["picture", { type: "inbound-rtp", kind: "video", frameHeight }],
  ]);

/** Bob is shown large. */
async function shown() {
  const parts = await receiving({ hasSimulcast: true });
  parts.sfu.show(new Map([["bob", 700]]));
  await parts.clock.pass(1000);
  parts.sent.length = 0;
  return { ...parts, camera: FakeConnection.all[1] };
}

test("pictures that come in a smaller size than was asked for are asked for once more", async () => {
  const { camera, clock, asked } = await shown();
  camera.getStats = async () => PICTURE_OF(270);

  await clock.pass(4000);

  assert.deepEqual(asked(), [["bob", "video", { substream: 2, temporal: 2 }]]);
});

test("nothing is asked while they come in their size, or not at all", async () => {
  const { camera, clock, sent } = await shown();

  for (const lines of [540, undefined]) {
    camera.getStats = async () => PICTURE_OF(lines);
    await clock.pass(8000);
  }

  assert.deepEqual(sent, []);
});

test("of a connection that is closed nothing is asked any more", async () => {
  const { sfu, camera, clock, sent } = await shown();
  camera.getStats = async () => {
    sfu.close();
    return PICTURE_OF(270);
  };

  await clock.pass(60000);

  assert.deepEqual(sent, []);
});
