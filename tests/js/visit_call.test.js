import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { FakeConnection } from "./connections.js";
import { session } from "./server.js";
import { LOBBY, inCall, visitor } from "./visitor.js";

beforeEach(() => {
  FakeConnection.all = [];
});

// In the call

test("flags follow what is published, and the last ones win", async () => {
  const { server, clock, media } = await inCall();

  media.switch("camera", false);
  media.switch("camera", true);
  media.switch("microphone", false);
  media.switch("camera", false);
  await clock.pass(0);

  assert.deepEqual(server.bodies("flags").at(-1), { flags: 1 });
});

test("what is no longer allowed is switched off", async () => {
  const { visit, server, clock, media } = await inCall();

  server.tell(session("me", 7, 1 | 16));
  await clock.pass(0);

  assert.deepEqual([media.isOn("camera"), media.isOn("microphone")], [false, true]);
  assert.deepEqual(server.bodies("flags"), [{ flags: 3 }]);
  await visit.publishing.switch("camera", true);
  assert.equal(media.isOn("camera"), false);
});

const FALLING_OUT = [
  ["the call has ended", { hasCall: false, callStartTime: 0 }, "over", "ended"],
  ["another call has begun meanwhile", { callStartTime: 2000 }, "over", "ended"],
  ["the room is read-only now", { readOnly: 1 }, "over", "read-only"],
  ["there is a lobby now", LOBBY, "lobby", ""],
];
for (const [name, changes, stage, ending] of FALLING_OUT) {
  test(`out of the call: ${name}`, async () => {
    const { visit, server, clock } = await inCall();

    Object.assign(server.room, changes);
    server.tell(session("me", 0), session("bob", 0));
    await clock.pass(0);

    assert.deepEqual([visit.stage, visit.ending], [stage, ending]);
    assert.deepEqual(
      FakeConnection.all.map(({ closed }) => closed),
      [true],
    );
  });
}

test("whoever is sent to the lobby comes back when it opens", async () => {
  const { visit, server, clock } = await inCall();
  Object.assign(server.room, LOBBY);
  server.tell(session("me", 0));
  await clock.pass(0);

  server.room.lobbyState = 0;
  await clock.pass(3000);

  assert.deepEqual([visit.stage, server.count("join")], ["call", 2]);
});

test("out of a call that goes on: one comes back", async () => {
  const { visit, server, clock } = await inCall();

  server.tell(session("me", 0), session("bob"));
  await clock.pass(0);

  assert.deepEqual([visit.stage, server.count("join")], ["call", 2]);
});

test("whoever is put out again and again gives up", async () => {
  const { visit, server, clock } = await inCall();

  for (let time = 0; time < 7; time += 1) {
    server.tell(session("me", 1), session("bob"));
    await clock.pass(0);
    server.tell(session("me", 0), session("bob"));
    await clock.pass(1000);
  }

  assert.deepEqual([visit.stage, visit.ending], ["over", "lost"]);
});

test("the server may have said so before it answered to joining", async () => {
  const { visit, server, clock } = await visitor({
    answers: {
      join: async () => {
        server.tell(session("me"), session("bob"));
        await clock.pass(0);
      },
    },
  });
  await visit.join();
  await clock.pass(0);

  Object.assign(server.room, { readOnly: 1 });
  server.tell(session("me", 0), session("bob", 0));
  await clock.pass(0);

  assert.deepEqual([visit.stage, visit.ending], ["over", "read-only"]);
});

test("before the server has seen one in the call, one has not fallen out of it", async () => {
  const { visit, server, clock } = await visitor();
  await visit.join();
  await clock.pass(0);

  server.tell(session("me", 0));
  await clock.pass(0);

  assert.deepEqual([visit.stage, server.count("join")], ["call", 1]);
});

for (const [status, ending] of [
  [409, "duplicate"],
  [404, "removed"],
]) {
  test(`a session that ${status} ends while it is heard is ${ending}`, async () => {
    const { visit, server, clock, media } = await inCall();

    server.refusePoll(status);
    await clock.pass(0);

    assert.deepEqual([visit.stage, visit.ending, media.isOn("camera")], ["over", ending, false]);
  });

  test(`a session that ${status} ends after a long silence comes back by itself`, async () => {
    const { visit, server, clock } = await inCall();

    await clock.pass(61000);
    server.refusePoll(status);
    await clock.pass(0);

    assert.deepEqual([visit.stage, server.count("join")], ["call", 2]);
  });
}

test("on the way back one is not in the call yet, and that is no reason to go", async () => {
  const { visit, server, clock } = await inCall();
  let letIn;
  server.answers.join = () => new Promise((resolve) => (letIn = resolve));
  await clock.pass(61000);
  server.refusePoll(404);
  await clock.pass(0);

  server.tell(session("me", 0), session("bob"));
  await clock.pass(0);
  letIn(null);
  await clock.pass(0);

  assert.deepEqual([visit.stage, visit.ending], ["call", ""]);
});

test("a moderator's mute switches the microphone off", async () => {
  const { visit, server, clock, media } = await inCall();
  const mute = (peerId) => ({
    type: "control",
    from: "bob",
    payload: { action: "forceMute", peerId },
  });

  server.say(mute("carol"));
  await clock.pass(0);
  const others = media.isOn("microphone");
  server.say(mute("me"));
  await clock.pass(0);

  assert.deepEqual([others, media.isOn("microphone")], [true, false]);
  assert.equal(visit.notice, "A moderator has muted you.");
});

// After the call

test("leaving switches everything off before the server has answered", async () => {
  const { visit, server, media } = await inCall();
  server.answers.hangUp = () => new Promise(() => {});

  visit.leave();

  assert.deepEqual(
    [visit.stage, media.isOn("camera"), FakeConnection.all[0].closed],
    ["over", false, true],
  );
});

test("leaving leaves the call, then the room", async () => {
  const { visit, server, announced } = await inCall();

  await visit.leave();

  assert.deepEqual(
    server.asked.slice(-2).map(({ name }) => name),
    ["hangUp", "leave"],
  );
  assert.deepEqual(announced.at(-1), ["left", "left"]);
});

test("coming back waits until the server knows of the leaving, with the same devices on", async () => {
  const { visit, server, clock, media } = await inCall();
  await media.switch("microphone", false);
  let bye;
  server.answers.leave = () => new Promise((resolve) => (bye = resolve));
  visit.leave();
  await clock.pass(0);

  visit.join();
  await clock.pass(0);
  const early = server.count("enter");
  bye();
  await clock.pass(0);

  assert.deepEqual([early, server.count("enter"), visit.stage], [1, 2, "call"]);
  assert.deepEqual([media.isOn("camera"), media.isOn("microphone")], [true, false]);
});

test("the end for everyone is for moderators; others only leave", async () => {
  const moderator = await inCall({ room: { participantType: 1 } });
  const user = await inCall();

  await moderator.visit.endForEveryone();
  await user.visit.endForEveryone();

  const asked = ({ server }) => server.asked.find(({ name }) => name === "hangUp").query.all;
  assert.deepEqual([asked(moderator), asked(user)], [true, false]);
  assert.deepEqual([moderator.visit.ending, user.visit.ending], ["ended", "left"]);
});

test("a page that is closed tells the server while there is time", async () => {
  const { visit, server } = await inCall();

  visit.vanish();

  const last = server.asked.at(-1);
  assert.deepEqual([last.name, last.keepalive], ["hangUp", true]);
});
