import assert from "node:assert/strict";
import { test } from "node:test";

import { Room } from "../../talk/static/talk/room.js";
import { Roster } from "../../talk/static/talk/roster.js";
import { FakeClock, settled } from "./clock.js";
import { FakeServer, refusal } from "./server.js";

const participant = (sessionId, userId = "") => ({
  sessionId,
  talkSessionId: sessionId,
  userId,
  inCall: 1,
  permissions: 246,
});
const attendee = (name, changes = {}) => ({
  attendeeId: 1,
  displayName: name,
  participantType: 3,
  permissions: 246,
  sessionIds: [name],
  ...changes,
});

function rosterOf(answers) {
  const server = new FakeServer();
  Object.assign(server.answers, answers);
  const clock = new FakeClock();
  const room = new Room({ api: server, token: "abcd" });
  return { server, clock, roster: new Roster({ room, clock, changed: () => {} }) };
}

test("names are what the server says, until then the user's id, and guests are guests", async () => {
  const { roster } = rosterOf({ peers: [{ sessionId: "one", displayName: "Bob Baker" }] });
  const bob = participant("one", "bob");
  const before = roster.nameOf(bob);

  await roster.refresh(false);

  assert.deepEqual(
    [before, roster.nameOf(bob), roster.nameOf(participant("two"))],
    ["bob", "Bob Baker", "Guest"],
  );
});

test("the server is asked only when somebody came, went, or may do something else", async () => {
  const { roster, server } = rosterOf({});
  const seen = [
    [participant("one")],
    [participant("one")],
    [participant("one"), participant("two")],
  ];

  for (const all of seen) {
    roster.update(all, false);
    await settled();
  }

  assert.equal(server.count("peers"), 2);
});

test("only moderators ask for everybody's seats", async () => {
  const { roster, server } = rosterOf({});

  await roster.refresh(false);
  const asked = server.count("attendees");
  await roster.refresh(true);

  assert.deepEqual([asked, server.count("attendees")], [0, 1]);
});

test("a refusal leaves the names that are known", async () => {
  const { roster, server } = rosterOf({ peers: [{ sessionId: "one", displayName: "Bob" }] });
  await roster.refresh(false);

  server.answers.peers = refusal(412);
  await roster.refresh(false);

  assert.equal(roster.nameOf(participant("one")), "Bob");
});

test("those wait in the lobby who are there and may not pass", async () => {
  const attendees = [
    attendee("Gil", { attendeeId: 4, participantType: 4 }),
    attendee("Mo", { participantType: 2 }),
    attendee("Ann", { permissions: 246 | 8 }),
    attendee("Away", { sessionIds: [] }),
    attendee("", { attendeeId: 5, participantType: 4, sessionIds: ["x"] }),
  ];
  const { roster } = rosterOf({ attendees });
  await roster.refresh(true);

  assert.deepEqual(roster.waiting({ lobbyState: 1 }), [
    { attendeeId: 4, name: "Gil" },
    { attendeeId: 5, name: "Guest" },
  ]);
  assert.deepEqual(roster.waiting({ lobbyState: 0 }), []);
});

test("guests without a name are looked up again for a while", async () => {
  const { roster, server, clock } = rosterOf({ attendees: [attendee("", { participantType: 4 })] });

  roster.update([participant("one")], true);
  await clock.pass(60000);

  assert.equal(server.count("attendees"), 4);
});

test("owners cannot be removed, and are marked so", async () => {
  const { roster } = rosterOf({
    attendees: [attendee("one", { attendeeId: 9, participantType: 1 })],
  });
  await roster.refresh(true);

  assert.deepEqual(roster.seatOf(participant("one")), { attendeeId: 9, isOwner: true });
  assert.equal(roster.seatOf(participant("nobody")), null);
});
