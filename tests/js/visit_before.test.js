import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { FakeConnection } from "./connections.js";
import { ROOM, refusal, session } from "./server.js";
import { LOBBY, visitor } from "./visitor.js";

const STRANGER = {
  attendeeId: 0,
  participantType: 4,
  permissions: 1,
  hasCall: false,
  canStartCall: false,
};

beforeEach(() => {
  FakeConnection.all = [];
});

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

  assert.deepEqual(
    [told, visit.alert, visit.stage],
    ["The server has a problem. Please try again.", "", "before"],
  );
});

test("a read-only room says so, and asks for no camera", async () => {
  const { visit, media } = await visitor({ room: { readOnly: 1 } });

  assert.deepEqual(
    [visit.stage, /read-only/.test(visit.alert), media.started],
    ["before", true, 0],
  );
});

test("another tab in the call is told of, and joining takes over", async () => {
  const { visit, server } = await visitor({ room: { participantFlags: 7, sessionId: "other" } });
  const told = visit.notice;
  await visit.join();

  assert.match(told, /another tab/);
  assert.equal(server.bodies("enter")[0].force, true);
});

test("when another tab is in the call, one is asked before it is put out", async () => {
  const answers = {
    enter: ({ body }) => (body.force ? { ...ROOM, sessionId: "me" } : refusal(409)),
  };
  const { visit, server } = await visitor({ answers });

  await visit.join();
  const told = [visit.stage, /another tab/.test(visit.notice)];
  await visit.join();

  assert.deepEqual([told, visit.stage], [["before", true], "call"]);
  assert.deepEqual(
    server.bodies("enter").map(({ force }) => force),
    [false, true],
  );
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
  const answers = {
    enter: { sessionId: "me", permissions: 246, participantType: 4, attendeeId: 9, lastPing: 0 },
  };
  const { visit, server } = await visitor({ room: STRANGER, userId: "", answers });

  await visit.join({ name: "Gil", password: "sesame" });

  assert.equal(server.bodies("enter")[0].password, "sesame");
  assert.deepEqual(server.bodies("name"), [{ displayName: "Gil" }]);
});

test("a wrong password is told, and nothing is joined", async () => {
  const { visit, server } = await visitor({
    room: STRANGER,
    userId: "",
    answers: { enter: refusal(403, "password") },
  });

  await visit.join({ password: "barley" });

  assert.deepEqual(
    [visit.stage, visit.asksPassword, visit.alert],
    ["before", true, "The password is wrong. Please try again."],
  );
  assert.equal(server.count("join"), 0);
});

test("the word on a wrong password stands while the page goes on looking", async () => {
  const { visit, clock } = await visitor({
    room: STRANGER,
    userId: "",
    answers: { enter: refusal(403, "password") },
  });
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
  const { visit, server, clock } = await visitor({
    answers: { join: () => (++joins === 1 ? refusal(404) : null) },
  });

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
  const { visit, server, clock } = await visitor({
    answers: { join: () => new Promise((resolve) => (letIn = resolve)) },
  });
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

test("in front of a lobby one can say that one wants in, call or not", async () => {
  const { visit } = await visitor({ room: { ...LOBBY, hasCall: false, canStartCall: false } });

  await visit.join();

  assert.deepEqual([visit.stage, visit.isEager], ["lobby", true]);
});

test("whoever says so on the way to the lobby wants in, too", async () => {
  let letIn;
  const { visit, server, clock } = await visitor();
  Object.assign(server.room, LOBBY);
  server.answers.enter = () =>
    new Promise((resolve) => (letIn = () => resolve({ ...server.room, sessionId: "me" })));
  await clock.pass(5000);

  visit.join();
  letIn();
  await clock.pass(0);

  assert.deepEqual([visit.stage, visit.isEager, server.count("enter")], ["lobby", true, 1]);
});
