import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Visit } from "../../talk/static/talk/visit.js";
import { FakeClock } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";
import { FakeMedia, FakeServer, ROOM, refusal, session } from "./server.js";

const LOBBY = { lobbyState: 1 };
const STRANGER = { attendeeId: 0, participantType: 4, permissions: 1, hasCall: false, canStartCall: false };

beforeEach(() => {
  FakeConnection.all = [];
});

/** Somebody in front of the room's page. */
async function visitor({ room = {}, answers = {}, userId = "me", cameBack = false } = {}) {
  const server = new FakeServer();
  Object.assign(server.room, room);
  Object.assign(server.answers, answers);
  const clock = new FakeClock();
  const media = new FakeMedia();
  const announced = [];
  const visit = new Visit({
    api: server,
    token: "abcd",
    userId,
    userName: "Me Myself",
    cameBack,
    media,
    browser: { RTCPeerConnection: FakeConnection, MediaStream: FakeStream },
    clock,
    changed: () => {},
    announce: (event, detail) => announced.push([event, detail?.reason ?? detail?.status]),
  });
  media.changed = () => visit.mediaChanged();
  await visit.open();
  return { visit, server, clock, media, announced };
}

/** Somebody in the call with bob. */
async function inCall(how) {
  const person = await visitor(how);
  await person.visit.join();
  await person.clock.pass(0);
  person.server.tell(session("me"), session("bob", 7));
  await person.clock.pass(0);
  return person;
}

// Before the call

test("looking at a room shows oneself, and enters nothing", async () => {
  const { visit, server, media } = await visitor();

  assert.deepEqual([visit.stage, media.started, server.count("enter")], ["before", 1, 0]);
});

test("those in the call are named before one joins", async () => {
  const peers = [{ displayName: "Bob" }, { displayName: "" }];
  const { visit } = await visitor({ answers: { peers } });

  assert.deepEqual(visit.lookout.people, ["Bob", "Guest"]);
});

test("nobody is named to a stranger", async () => {
  const { server } = await visitor({ room: STRANGER });

  assert.equal(server.count("peers"), 0);
});

test("a room that there is not is the end, without asking for a camera", async () => {
  const { visit, media } = await visitor({ answers: { room: refusal(404) } });

  assert.deepEqual([visit.stage, visit.ending, media.started], ["over", "not-found", 0]);
});

test("a server that is down is told, and asked again", async () => {
  const { visit, server, clock } = await visitor({ answers: { room: refusal(503) } });
  const told = visit.alert;
  server.answers.room = () => server.room;
  await clock.pass(5000);

  assert.deepEqual([told, visit.alert, visit.stage], ["The server has a problem. Please try again.", "", "before"]);
});

test("a read-only room says so, and asks for no camera", async () => {
  const { visit, media } = await visitor({ room: { readOnly: 1 } });

  assert.deepEqual([visit.stage, /read-only/.test(visit.alert), media.started], ["before", true, 0]);
});

test("another tab in the call is told of, and joining takes over", async () => {
  const { visit, server } = await visitor({ room: { participantFlags: 7, sessionId: "other" } });
  const told = visit.notice;
  await visit.join();

  assert.match(told, /another tab/);
  assert.equal(server.bodies("enter")[0].force, true);
});

test("when another tab is in the call, one is asked before it is put out", async () => {
  const answers = { enter: ({ body }) => (body.force ? { ...ROOM, sessionId: "me" } : refusal(409)) };
  const { visit, server } = await visitor({ answers });

  await visit.join();
  const told = [visit.stage, /another tab/.test(visit.notice)];
  await visit.join();

  assert.deepEqual([told, visit.stage], [["before", true], "call"]);
  assert.deepEqual(server.bodies("enter").map(({ force }) => force), [false, true]);
});

test("a tab that was reloaded takes its own place again", async () => {
  const { visit, server } = await visitor({ cameBack: true });

  await visit.join();

  assert.equal(server.bodies("enter")[0].force, true);
});

// Joining

test("joining tells the server what is published", async () => {
  const { visit, server, announced } = await visitor();

  await visit.join();

  assert.deepEqual(server.bodies("join"), [{ flags: 7, recordingConsent: false }]);
  assert.deepEqual([visit.stage, announced[0][0]], ["call", "joined"]);
});

test("a guest gives a name and a password", async () => {
  const answers = { enter: { sessionId: "me", permissions: 246, participantType: 4, attendeeId: 9, lastPing: 0 } };
  const { visit, server } = await visitor({ room: STRANGER, userId: "", answers });

  await visit.join({ name: "Gil", password: "sesame" });

  assert.equal(server.bodies("enter")[0].password, "sesame");
  assert.deepEqual(server.bodies("name"), [{ displayName: "Gil" }]);
});

test("a wrong password is told, and nothing is joined", async () => {
  const { visit, server } = await visitor({ room: STRANGER, userId: "", answers: { enter: refusal(403, "password") } });

  await visit.join({ password: "barley" });

  assert.deepEqual([visit.stage, visit.asksPassword, visit.alert], ["before", true, "The password is wrong. Please try again."]);
  assert.equal(server.count("join"), 0);
});

test("the word on a wrong password stands while the page goes on looking", async () => {
  const { visit, clock } = await visitor({ room: STRANGER, userId: "", answers: { enter: refusal(403, "password") } });
  await visit.join({ password: "barley" });

  await clock.pass(15000);

  assert.match(visit.alert, /password/);
});

const REFUSALS = [
  [403, "ban", "over", "banned"],
  [404, "", "over", "not-found"],
  [429, "", "before", ""],
  [0, "", "before", ""],
  [500, "", "before", ""],
];
for (const [status, code, stage, ending] of REFUSALS) {
  test(`entering is refused with ${status} ${code}`, async () => {
    const { visit, announced } = await visitor({ answers: { enter: refusal(status, code) } });

    await visit.join();

    assert.deepEqual([visit.stage, visit.ending, announced[0]], [stage, ending, ["error", status]]);
    assert.equal(visit.alert === "", stage === "over");
  });
}

test("consent to being recorded is asked for when the call needs it", async () => {
  const answers = { join: ({ body }) => (body.recordingConsent ? null : refusal(400, "consent")) };
  const { visit } = await visitor({ answers });

  await visit.join();
  const asked = [visit.stage, visit.asksConsent];
  await visit.join({ consent: true });

  assert.deepEqual([asked, visit.stage], [["before", true], "call"]);
});

test("a session that timed out meanwhile is renewed", async () => {
  let joins = 0;
  const { visit, server, clock } = await visitor({ answers: { join: () => (++joins === 1 ? refusal(404) : null) } });

  await visit.join();
  await clock.pass(0);

  assert.deepEqual([visit.stage, server.count("enter")], ["call", 2]);
});

test("whoever may not start the call waits, and goes on by itself", async () => {
  const { visit, server, clock } = await visitor({ room: { hasCall: false, canStartCall: false } });
  await visit.join();
  const before = [visit.stage, visit.notice, server.count("join")];

  server.room.hasCall = true;
  await clock.pass(3000);

  assert.deepEqual(before, ["before", "Nobody has started the call yet. Please wait.", 0]);
  assert.equal(visit.stage, "call");
});

test("whoever leaves while joining is not in the call", async () => {
  let letIn;
  const { visit, server, clock } = await visitor({ answers: { join: () => new Promise((resolve) => (letIn = resolve)) } });
  visit.join();
  await clock.pass(0);

  visit.leave();
  letIn(null);
  await clock.pass(0);

  assert.deepEqual([visit.stage, server.count("hangUp")], ["over", 1]);
});

// The lobby

test("in the lobby one is seen waiting, and does not join without having said so", async () => {
  const { visit, server, clock } = await visitor({ room: LOBBY });
  await clock.pass(10000);
  const waiting = [visit.stage, server.count("enter"), server.count("poll") > 0];

  server.room.lobbyState = 0;
  await clock.pass(3000);

  assert.deepEqual([waiting, visit.stage, server.count("join")], [["lobby", 1, true], "before", 0]);
});

test("whoever wants in joins as soon as the lobby opens", async () => {
  const { visit, server, clock } = await visitor({ room: LOBBY });
  await visit.join();
  const waiting = [visit.stage, /lobby/.test(visit.notice)];

  server.room.lobbyState = 0;
  await clock.pass(3000);

  assert.deepEqual([waiting, visit.stage], [["lobby", true], "call"]);
});

test("whoever is admitted joins at once", async () => {
  const { visit, server, clock } = await visitor({ room: LOBBY });
  await visit.join();
  await clock.pass(0);

  server.room.permissions = 254;
  server.tell(session("me", 0, 254));
  await clock.pass(100);

  assert.equal(visit.stage, "call");
});

test("moderators do not wait", async () => {
  const { visit } = await visitor({ room: { ...LOBBY, participantType: 2 } });

  await visit.join();

  assert.equal(visit.stage, "call");
});

test("whoever stops waiting stays in front of the lobby", async () => {
  const { visit, server, clock } = await visitor({ room: LOBBY });
  await visit.join();

  await visit.giveUp();
  server.room.lobbyState = 0;
  await clock.pass(3000);

  assert.deepEqual([visit.stage, server.count("join")], ["before", 0]);
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
    assert.deepEqual(FakeConnection.all.map(({ closed }) => closed), [true]);
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

test("before the server has seen one in the call, one has not fallen out of it", async () => {
  const { visit, server, clock } = await visitor();
  await visit.join();
  await clock.pass(0);

  server.tell(session("me", 0));
  await clock.pass(0);

  assert.deepEqual([visit.stage, server.count("join")], ["call", 1]);
});

for (const [status, ending] of [[409, "duplicate"], [404, "removed"]]) {
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
  const mute = (peerId) => ({ type: "control", from: "bob", payload: { action: "forceMute", peerId } });

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

  assert.deepEqual([visit.stage, media.isOn("camera"), FakeConnection.all[0].closed], ["over", false, true]);
});

test("leaving leaves the call, then the room", async () => {
  const { visit, server, announced } = await inCall();

  await visit.leave();

  assert.deepEqual(server.asked.slice(-2).map(({ name }) => name), ["hangUp", "leave"]);
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

test("in front of a lobby one can say that one wants in, call or not", async () => {
  const { visit } = await visitor({ room: { ...LOBBY, hasCall: false, canStartCall: false } });

  await visit.join();

  assert.deepEqual([visit.stage, visit.isEager], ["lobby", true]);
});

test("whoever says so on the way to the lobby wants in, too", async () => {
  let letIn;
  const { visit, server, clock } = await visitor();
  Object.assign(server.room, LOBBY);
  server.answers.enter = () => new Promise((resolve) => (letIn = () => resolve({ ...server.room, sessionId: "me" })));
  await clock.pass(5000);

  visit.join();
  letIn();
  await clock.pass(0);

  assert.deepEqual([visit.stage, visit.isEager, server.count("enter")], ["lobby", true, 1]);
});
