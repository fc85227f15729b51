import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";
import { AUDIO, BOB, ME, SPEAKING, VIDEO, answerFrom, sending, sfuWith } from "./sfus.js";

const LISTENER = { ...BOB, inCall: 1 };

beforeEach(() => {
  FakeConnection.all = [];
});

const tracksOf = (connection) => connection.getTransceivers().map(({ sender }) => sender.track);
const placesIn = (connection) => connection.getTransceivers().map(({ receiver }) => receiver.track.kind);
const areClosed = () => FakeConnection.all.map(({ closed }) => closed);

test("what is interrupted for ten seconds is sent by another connection", async () => {
  const { clock, types } = await sending();
  await clock.pass(60000);

  FakeConnection.all[0].become("disconnected");
  await clock.pass(9999);
  assert.deepEqual(areClosed(), [false]);
  await clock.pass(1);
  await settled();

  assert.deepEqual(areClosed(), [true, false]);
  assert.equal(types().at(-1), "offer video → me");
});

test("what heals by itself is left alone", async () => {
  const { clock } = await sending();

  FakeConnection.all[0].become("disconnected");
  await clock.pass(5000);
  FakeConnection.all[0].become("connected");
  await clock.pass(60000);

  assert.deepEqual(areClosed(), [false]);
});

test("after a nap nothing that is connected is restarted", async () => {
  const { sfu } = await sending();

  sfu.repair();

  assert.equal(FakeConnection.all[0].restarts, 0);
});

test("a track that is switched is sent", async () => {
  const { sfu } = await sending();

  sfu.setLocalMedia({ ...SPEAKING, video: VIDEO });
  await settled();

  assert.deepEqual(tracksOf(FakeConnection.all[0]), [AUDIO, VIDEO]);
});

test("another right to speak means another connection", async () => {
  const { sfu } = await sending();

  sfu.setLocalMedia({ ...SPEAKING, audio: null, video: VIDEO, mayAudio: false });
  await settled();

  assert.deepEqual(areClosed(), [true, false]);
  assert.deepEqual(placesIn(FakeConnection.all[1]), ["video"]);
});

test("statuses are told with the camera, and not with the screen", async () => {
  const { sfu } = await sending();
  sfu.setScreen(new FakeStream([VIDEO]));
  const channels = FakeConnection.all.flatMap((each) => each.channels);
  for (const each of channels) each.readyState = "open";

  sfu.tell("speaking");

  const said = ['{"type":"speaking"}'];
  const status = channels.filter(({ label }) => label === "status");
  assert.deepEqual(status.map(({ sent }) => sent), [said]);
});

test("a screen without sound has no place for it", async () => {
  const { sfu } = await sending();

  sfu.setScreen(new FakeStream([VIDEO]));

  assert.deepEqual(placesIn(FakeConnection.all[1]), ["video"]);
});

test("a screen that is shared instead of another is sent anew, and everybody is told", async () => {
  const { sfu, types } = await sending();
  sfu.setParticipants([ME, LISTENER]);
  sfu.setScreen(new FakeStream([VIDEO]));

  sfu.setScreen(new FakeStream([VIDEO]));
  await settled();

  // The first connection lingers, and its offer is on its way.
  assert.deepEqual(types().slice(0, 4), [
    "sendoffer screen → bob",
    "unshareScreen screen → bob",
    "unshareScreen screen → me",
    "sendoffer screen → bob",
  ]);
  assert.equal(FakeConnection.all.length, 3);
});

test("whoever comes back is told again to look at the screen", async () => {
  const { sfu, types } = await sending();
  sfu.setScreen(new FakeStream([VIDEO]));

  for (const others of [[LISTENER], [], [LISTENER], [LISTENER]]) sfu.setParticipants([ME, ...others]);

  assert.deepEqual(types(), Array(2).fill("sendoffer screen → bob"));
});

test("whoever leaves takes the screen along, and says so", async () => {
  const { sfu, sent, types, clock } = await sending();
  sfu.setParticipants([ME, LISTENER]);
  sfu.setScreen(new FakeStream([VIDEO]));
  await settled();
  sent.length = 0;

  sfu.close();
  await clock.pass(1000);

  assert.deepEqual(types(), ["unshareScreen screen → bob", "unshareScreen screen → me"]);
  assert.deepEqual(areClosed(), [true, true]);
});

test("nothing is sent after the end", async () => {
  const { sfu, sent } = await sending();
  sfu.close();

  sfu.setLocalMedia({ ...SPEAKING, video: VIDEO });
  sfu.setScreen(new FakeStream([VIDEO]));
  await settled();

  assert.deepEqual(sent, []);
  assert.deepEqual(areClosed(), [true]);
});

/** The same room at another media server. */
function answerBy(fingerprint) {
  const answer = answerFrom("VideoRoom 1");
  return { ...answer, payload: { type: "answer", sdp: `${answer.payload.sdp}a=fingerprint:${fingerprint}\r\n` } };
}

test("a media server is another one if its certificate is", async () => {
  const { sfu } = sfuWith();
  sfu.setParticipants([ME]);
  await settled();

  sfu.receive(answerBy("sha-256 AA"));
  sfu.receive(answerBy("sha-256 BB"));

  assert.deepEqual(areClosed(), [true, false]);
});

for (const [what, roomType, again] of [
  ["a camera", "video", (sfu) => sfu.setLocalMedia({ ...SPEAKING, mayVideo: false })],
  ["a screen", "screen", (sfu) => sfu.setScreen(new FakeStream([VIDEO]))],
]) {
  test(`${what} that is sent anew may have another room there`, async () => {
    const { sfu } = sfuWith();
    sfu.setParticipants([ME]);
    sfu.setScreen(new FakeStream([VIDEO]));
    await settled();
    sfu.receive({ ...answerFrom("VideoRoom 1"), roomType });
    again(sfu);
    await settled();
    const connections = FakeConnection.all.length;

    sfu.receive({ ...answerFrom("VideoRoom 2"), roomType });
    await settled();

    assert.equal(FakeConnection.all.length, connections);
    assert.equal(FakeConnection.all.at(-1).remoteDescription.type, "answer");
  });
}
