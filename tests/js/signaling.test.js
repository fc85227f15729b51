import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../talk/static/talk/api.js";
import { InternalSignaling } from "../../talk/static/talk/signaling.js";
import { FakeClock, settled } from "./clock.js";

const user = (sessionId, inCall = 1) => ({
  sessionId,
  userId: sessionId,
  roomId: 7,
  lastPing: 1700000000,
  inCall,
  participantPermissions: 246,
  actorType: "users",
  actorId: sessionId,
});
const inRoom = (...users) => ({ type: "usersInRoom", data: users });
const saying = (message) => ({ type: "message", data: JSON.stringify(message) });
const HAND = { type: "raiseHand", from: "bob", payload: { state: true } };

/** A server that answers polls in turn (an error is thrown) and then holds; and what was heard. */
function signalingWith(answers, { postFailures = [] } = {}) {
  const clock = new FakeClock();
  const heard = [];
  const posts = [];
  const knocks = [];
  let polls = 0;
  const api = {
    get: async () => {
      polls += 1;
      if (answers.length === 0) return new Promise(() => {});
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    post: async (path, { body }) => {
      if (body.messages === '[{"ev":"connect"}]') {
        knocks.push(clock.now());
        if (answers[0] instanceof Error) throw answers.shift();
        return;
      }
      if (postFailures.length > 0) throw postFailures.shift();
      posts.push(JSON.parse(body.messages).map(({ fn }) => JSON.parse(fn)));
    },
  };
  const tell = (name) => (value) => heard.push([name, value]);
  const on = Object.fromEntries(
    ["participants", "message", "state", "gone", "room"].map((name) => [name, tell(name)]),
  );
  const signaling = new InternalSignaling({
    api,
    token: "abcd",
    talkSessionId: "alice",
    clock,
    on,
    random: () => 0,
  });
  return { signaling, clock, heard, posts, knocks, polls: () => polls };
}

test("newcomers are told of before what they say", async () => {
  const { signaling, clock, heard } = signalingWith([[saying(HAND), inRoom(user("bob"))]]);

  await signaling.open();
  await clock.pass(0);

  assert.deepEqual(
    heard.map(([name]) => name),
    ["participants", "message"],
  );
  assert.deepEqual(heard[0][1], [
    {
      sessionId: "bob",
      talkSessionId: "bob",
      userId: "bob",
      actorType: "users",
      actorId: "bob",
      inCall: 1,
      permissions: 246,
    },
  ]);
});

test("nonsense between sound messages is left out", async () => {
  const nonsense = [null, 7, { type: "message", data: "{" }, saying({ type: "explode" })];
  const { signaling, clock, heard } = signalingWith([[...nonsense, saying(HAND), inRoom()]]);

  await signaling.open();
  await clock.pass(0);

  assert.deepEqual(
    heard.map(([name]) => name),
    ["participants", "message"],
  );
});

test("a failing server is asked again, ever more rarely", async () => {
  const down = () => new ApiError(503, "", null);
  const { signaling, clock, heard, polls } = signalingWith([down(), down(), [inRoom(user("a"))]]);

  await signaling.open();
  await clock.pass(299);
  const early = polls();
  await clock.pass(1001);

  assert.equal(early, 1);
  assert.deepEqual(
    heard.map(([name, value]) => (name === "state" ? value : name)),
    ["reconnecting", "open", "participants"],
  );
});

test("whether the way is open again is found out at once, not by a poll that waits", async () => {
  const { signaling, clock, heard, knocks } = signalingWith([new ApiError(0, "", null)]);

  await signaling.open();
  await clock.pass(300);

  assert.deepEqual(knocks, [300]);
  assert.deepEqual(heard, [
    ["state", "reconnecting"],
    ["state", "open"],
  ]);
});

test("waking up does not wait for the next attempt", async () => {
  const { signaling, clock, polls } = signalingWith([new ApiError(0, "", null)]);
  await signaling.open();
  await settled();

  signaling.wake();
  await clock.pass(0);

  assert.equal(polls(), 2);
});

for (const [status, reason] of [
  [404, "gone"],
  [403, "gone"],
  [409, "duplicate"],
]) {
  test(`after ${status} the session is ${reason}, and the server is left alone`, async () => {
    const { signaling, clock, heard, polls } = signalingWith([new ApiError(status, "", [])]);

    await signaling.open();
    await clock.pass(60000);

    assert.deepEqual([heard, polls()], [[["gone", reason]], 1]);
  });
}

test("a server that never comes back is given up", async () => {
  const { signaling, clock, heard } = signalingWith(Array(40).fill(new ApiError(0, "", null)));

  await signaling.open();
  await clock.pass(600000);

  assert.deepEqual(heard, [
    ["state", "reconnecting"],
    ["gone", "lost"],
  ]);
});

test("a server that holds no polls is asked once a second", async () => {
  const { signaling, clock, polls } = signalingWith(Array(50).fill([inRoom(user("alice"))]));

  await signaling.open();
  await clock.pass(10000);

  assert.equal(polls(), 12);
});

test("what is said in one moment is one request, sealed with the own session", async () => {
  const { signaling, clock, posts } = signalingWith([]);

  signaling.send({ ...HAND, to: "bob" });
  signaling.send({ ...HAND, to: "carol" });
  await clock.pass(0);

  assert.deepEqual(
    posts.map((batch) => batch.map(({ to }) => to)),
    [["bob", "carol"]],
  );
});

test("messages wait for the network, in their order", async () => {
  const postFailures = [new ApiError(0, "", null), new ApiError(502, "", null)];
  const { signaling, clock, posts } = signalingWith([], { postFailures });

  signaling.send({ ...HAND, to: "bob" });
  await settled();
  signaling.send({ ...HAND, to: "carol" });
  await clock.pass(2000);

  assert.deepEqual(
    posts.flat().map(({ to }) => to),
    ["bob", "carol"],
  );
});

test("what the server refuses is not said again", async () => {
  const { signaling, clock, posts } = signalingWith([], {
    postFailures: [new ApiError(400, "", null)],
  });

  signaling.send({ ...HAND, to: "bob" });
  await clock.pass(60000);

  assert.deepEqual(posts, []);
});

test("after closing nothing is asked, said or told", async () => {
  const { signaling, clock, heard, posts, polls } = signalingWith([new ApiError(0, "", null)]);
  await signaling.open();
  await settled();

  signaling.close();
  signaling.send({ ...HAND, to: "bob" });
  await clock.pass(60000);

  assert.deepEqual([polls(), posts, heard], [1, [], [["state", "reconnecting"]]]);
});
