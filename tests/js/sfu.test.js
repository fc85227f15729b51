import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";
import { BOB, ME, OFFER, SILENT, SPEAKING, VIDEO, answerFrom, receiving, sending, sfuWith } from "./sfus.js";

beforeEach(() => {
  FakeConnection.all = [];
});

test("nothing is sent before the server knows one to be in the call", async () => {
  const { sfu, sent } = sfuWith();

  sfu.setParticipants([BOB]);
  sfu.setParticipants([{ ...ME, inCall: 0 }, BOB]);
  await settled();

  assert.deepEqual(sent, []);
});

test("one offer goes to oneself, and everybody else is asked for theirs", async () => {
  const { sfu, types } = sfuWith();

  sfu.setParticipants([ME, BOB, { sessionId: "carol", inCall: 3 }]);
  await settled();

  assert.deepEqual(types().sort(), [
    "offer video → me",
    "requestoffer video → bob",
    "requestoffer video → carol",
  ]);
  assert.equal(FakeConnection.all.length, 1);
});

test("whoever sends nothing is not asked, and offers nothing", async () => {
  const { sfu, sent } = sfuWith({ media: SILENT });

  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);
  await settled();

  assert.deepEqual(sent, []);
});

test("an answer and candidates of the media server reach what is sent", async () => {
  const { sfu } = await sending();

  sfu.receive({ type: "candidate", from: "me", roomType: "video", sid: "", payload: { candidate: { candidate: "c" } } });
  await settled();

  const [connection] = FakeConnection.all;
  assert.equal(connection.remoteDescription.type, "answer");
  assert.deepEqual(connection.candidates, [{ candidate: "c" }]);
});

test("an offer of the media server is answered to the one it is of", async () => {
  const { sfu, sent, told } = await sending();
  sfu.setParticipants([ME, BOB]);
  sent.length = 0;

  sfu.receive(OFFER);
  await settled();

  assert.deepEqual(sent.map(({ type, to, sid }) => [type, to, sid]), [["answer", "bob", "j1"]]);
  FakeConnection.all[1].ontrack({ track: VIDEO });
  assert.deepEqual(told.findLast(([what]) => what === "stream").slice(1, 3), ["bob", "video"]);
});

test("offers of somebody who is not in the call are not answered", async () => {
  const { sfu, sent } = await sending();

  sfu.receive(OFFER);
  await settled();

  assert.deepEqual(sent, []);
  assert.equal(FakeConnection.all.length, 1);
});

test("nobody but the media server answers for me", async () => {
  const { sfu } = sfuWith();
  sfu.setParticipants([ME, BOB]);
  await settled();

  sfu.receive({ type: "answer", from: "bob", roomType: "video", sid: "x", payload: { type: "answer", sdp: "a" } });
  await settled();

  assert.equal(FakeConnection.all[0].remoteDescription, null);
});

test("whoever does not answer is asked again every ten seconds", async () => {
  const { sfu, clock, types } = await sending();
  sfu.setParticipants([ME, BOB]);

  await clock.pass(20000);

  assert.deepEqual(types(), Array(3).fill("requestoffer video → bob"));
});

test("a connection that came about is left alone", async () => {
  const { sfu, clock, sent } = await sending();
  sfu.setParticipants([ME, BOB]);
  sfu.receive(OFFER);
  await settled();
  FakeConnection.all[1].become("connected");
  sent.length = 0;

  await clock.pass(60000);

  assert.deepEqual(sent, []);
});

test("an offer that nobody answers is made anew, with another connection", async () => {
  const { sfu, clock, sent } = sfuWith();
  sfu.setParticipants([ME]);
  await clock.pass(10000);
  await settled();

  const offers = sent.filter(({ type }) => type === "offer");
  assert.equal(offers.length, 2);
  assert.notEqual(offers[0].sid, offers[1].sid);
  assert.equal(FakeConnection.all[0].closed, true);
});

test("a media server that was started anew is sent to by another connection", async () => {
  const { sfu, sent } = sfuWith();
  sfu.setParticipants([ME]);
  await settled();
  sfu.receive(answerFrom("VideoRoom 1"));
  await settled();

  sfu.receive(answerFrom("VideoRoom 2"));
  await settled();

  assert.equal(FakeConnection.all[0].closed, true);
  const offers = sent.filter(({ type }) => type === "offer");
  assert.notEqual(offers[0].sid, offers[1].sid);
  sfu.receive(answerFrom("VideoRoom 2"));
  await settled();
  assert.deepEqual([FakeConnection.all.length, FakeConnection.all[1].closed], [2, false]);
});

test("the connection is kept as long as the same server answers", async () => {
  const { sfu } = sfuWith();
  sfu.setParticipants([ME]);
  await settled();

  sfu.receive(answerFrom("VideoRoom 1"));
  sfu.receive(answerFrom("VideoRoom 1"));
  await settled();

  assert.deepEqual([FakeConnection.all.length, FakeConnection.all[0].closed], [1, false]);
});

test("whoever stops sending is forgotten", async () => {
  const { sfu, told } = await sending();
  sfu.setParticipants([ME, BOB]);
  sfu.receive(OFFER);
  await settled();

  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);

  assert.equal(FakeConnection.all[1].closed, true);
  assert.deepEqual(told.at(-1), ["stream", "bob", "video", null]);
});

test("other rights mean another connection, as the server has closed the old one", async () => {
  const { sfu, types } = await sending();

  sfu.setLocalMedia({ ...SPEAKING, mayVideo: false });
  await settled();

  assert.equal(FakeConnection.all[0].closed, true);
  assert.deepEqual(types(), ["offer video → me"]);
});

test("an offer has no place for what may not be sent, or the server refuses it all", async () => {
  await sending({ media: { ...SPEAKING, mayVideo: false } });

  const places = FakeConnection.all[0].getTransceivers();
  assert.deepEqual(places.map(({ receiver, direction }) => [receiver.track.kind, direction]), [["audio", "sendonly"]]);
});

test("whoever may send other things has been closed by the server, and is asked anew", async () => {
  const { sfu, sent, told } = await sending();
  sfu.setParticipants([ME, { ...BOB, permissions: 16 + 32 + 64 }]);
  sfu.receive(OFFER);
  await settled();
  sent.length = told.length = 0;

  sfu.setParticipants([ME, { ...BOB, permissions: 16 + 64 }]);

  assert.equal(FakeConnection.all[1].closed, true);
  assert.deepEqual(told[0], ["stream", "bob", "video", null]);
  assert.deepEqual(sent.map(({ type, to }) => [type, to]), [["requestoffer", "bob"]]);
});

for (const [name, before, now] of [
  ["rights that have nothing to do with sending", 16 + 32, 16 + 32 + 128],
  ["rights that nobody has told yet", null, 16],
  ["rights that are not told any more", 16, null],
]) {
  test(`a connection stands: ${name}`, async () => {
    const { sfu } = await sending();
    sfu.setParticipants([ME, { ...BOB, permissions: before }]);
    sfu.receive(OFFER);
    await settled();

    sfu.setParticipants([ME, { ...BOB, permissions: now }]);

    assert.equal(FakeConnection.all[1].closed, false);
  });
}

test("a track that is switched needs no new connection", async () => {
  const { sfu, sent } = await sending();

  sfu.setLocalMedia({ ...SPEAKING, video: VIDEO });
  await settled();

  assert.equal(FakeConnection.all.length, 1);
  assert.deepEqual(sent, []);
});

test("a screen is sent once, and everybody is told to look, also who comes later", async () => {
  const { sfu, types } = await sending();
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);

  sfu.setScreen(new FakeStream([VIDEO]));
  await settled();
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }, { sessionId: "carol", inCall: 1 }]);

  assert.deepEqual(types(), ["sendoffer screen → bob", "offer screen → me", "sendoffer screen → carol"]);
});

test("the end of a screen is told before it stops", async () => {
  const { sfu, types, sent, clock } = await sending();
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);
  sfu.setScreen(new FakeStream([VIDEO]));
  await settled();
  sent.length = 0;

  sfu.setScreen(null);

  assert.deepEqual(types(), ["unshareScreen screen → bob", "unshareScreen screen → me"]);
  assert.equal(FakeConnection.all[1].closed, false);
  await clock.pass(1000);
  assert.equal(FakeConnection.all[1].closed, true);
});

test("the screen of somebody else is shown until it is over", async () => {
  const { sfu, told } = await sending();
  sfu.setParticipants([ME, BOB]);
  sfu.receive({ ...OFFER, roomType: "screen" });
  await settled();

  sfu.receive({ type: "unshareScreen", from: "bob", roomType: "screen" });

  assert.deepEqual(told.at(-1), ["stream", "bob", "screen", null]);
});

test("after a nap all that is not connected is tried again", async () => {
  const { sfu, types } = await sending();
  sfu.setParticipants([ME, BOB]);
  sfu.receive(OFFER);
  await settled();
  FakeConnection.all[0].become("disconnected");

  sfu.repair();

  assert.equal(FakeConnection.all[0].restarts, 1);
  assert.equal(types().filter((each) => each === "requestoffer video → bob").length, 2);
});

/** How the pictures of each connection that I offered are sent. */
const encodings = () =>
  FakeConnection.all.map((each) => {
    const video = each.getTransceivers().find(({ receiver }) => receiver.track.kind === "video");
    return video.sender.parameters.encodings.map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy]);
  });

test("with simulcast a camera is sent in three sizes, and stays so; a screen in one", async () => {
  const { sfu } = await sending({ hasSimulcast: true, media: { ...SPEAKING, video: VIDEO } });

  sfu.setScreen(new FakeStream([VIDEO]));
  await settled();

  const [camera, screen] = encodings();
  assert.deepEqual(camera, [["h", 1], ["m", 2], ["l", 4]]);
  assert.deepEqual(screen.map(([rid]) => rid), [undefined]);
});

test("without simulcast a camera is sent in one size", async () => {
  await sending({ media: { ...SPEAKING, video: VIDEO } });

  assert.deepEqual(encodings(), [[[undefined, 1]]]);
});

test("a picture is asked for in the size that it is shown at, again and again", async () => {
  const { sfu, clock, asked } = await receiving({ hasSimulcast: true });

  for (const lines of [700, 150]) {
    sfu.show(new Map([["bob", lines]]));
    await clock.pass(1000);
  }

  assert.deepEqual(asked(), [
    ["bob", "video", { substream: 2, temporal: 2 }],
    ["bob", "video", { substream: 0, temporal: 2 }],
  ]);
});

test("a connection that is made anew is asked for in the same size, once it has been answered", async () => {
  const { sfu, sent, clock, asked } = await receiving({ hasSimulcast: true });
  sfu.show(new Map([["bob", 150]]));
  await clock.pass(1000);
  sent.length = 0;

  sfu.receive({ ...OFFER, sid: "j2" });
  await settled();

  assert.deepEqual(sent.map(({ type }) => type), ["answer", "selectStream"]);
  assert.deepEqual(asked(), [["bob", "video", { substream: 0, temporal: 2 }]]);
});

test("what is offered anew on the same connection keeps its size", async () => {
  const { sfu, clock, sent, asked } = await receiving({ hasSimulcast: true });
  sfu.show(new Map([["bob", 150]]));
  await clock.pass(1000);
  sent.length = 0;

  sfu.receive(OFFER);
  await settled();

  assert.deepEqual(asked(), []);
});

test("screens have no size to choose", async () => {
  const { sfu, clock, sent } = await sending({ hasSimulcast: true });
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);
  sfu.receive({ ...OFFER, roomType: "screen" });
  await settled();
  sent.length = 0;

  sfu.show(new Map([["bob", 150]]));
  await clock.pass(1000);

  assert.deepEqual(sent, []);
});

test("whoever has stopped sending is asked for nothing", async () => {
  const { sfu, clock, asked } = await receiving({ hasSimulcast: true });
  sfu.setParticipants([ME, { ...BOB, inCall: 1 }]);

  sfu.show(new Map([["bob", 150]]));
  await clock.pass(1000);

  assert.deepEqual(asked(), []);
});

test("where the server has no simulcast, sizes do not matter", async () => {
  const { sfu, clock, asked } = await receiving();

  sfu.show(new Map([["bob", 150]]));
  await clock.pass(1000);

  assert.deepEqual(asked(), []);
});

test("what is closed asks for no other size", async () => {
  const { sfu, clock, asked } = await receiving({ hasSimulcast: true });
  sfu.show(new Map([["bob", 150]]));

  sfu.close();
  await clock.pass(1000);

  assert.deepEqual(asked(), []);
});

test("closed is closed", async () => {
  const { sfu, clock, sent } = await sending();
  sfu.setParticipants([ME, BOB]);
  sent.length = 0;

  sfu.close();
  await clock.pass(60000);

  assert.deepEqual(sent, []);
  assert.deepEqual(FakeConnection.all.map(({ closed }) => closed), [true]);
});
