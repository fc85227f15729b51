import assert from "node:assert/strict";
import { test } from "node:test";

import { HpbSignaling } from "../../talk/static/talk/hpb.js";
import { troubleWords } from "../../talk/static/talk/trouble.js";
import { FakeClock } from "./clock.js";
import { FakeServer, SETTINGS, beginAnew, hello, refusal } from "./socket-server.js";

const EVENT = (target, type, content) => ({ type: "event", event: { target, type, [type]: content } });
const JOINED = (id) => ({ sessionid: id, userid: id, roomsessionid: `talk-${id}` });
const UPDATE = (users, rest = {}) => EVENT("participants", "update", { roomid: "abcd", users, ...rest });
const ENTRY = (id, inCall, rest = {}) => ({ sessionId: id, inCall, actorType: "users", actorId: id, userId: id, ...rest });

function signalingWith({ features = ["mcu"], room = null, join } = {}) {
  const server = new FakeServer();
  const clock = new FakeClock();
  const heard = [];
  let sessions = 0;
  server.answer = (frame) => {
    if (frame.type === "hello") {
      if (frame.hello.resumeid) return refusal(frame, "no_such_session");
      return hello(frame, `s${++sessions}`, features);
    }
    if (frame.type === "room") return join?.(frame) ?? { id: frame.id, type: "room", room: { roomid: frame.room.roomid } };
    return [];
  };
  const api = {
    url: (path) => `/ocs/v2.php/apps/spreed/api/${path}`,
    get: async (path) => (path.startsWith("v4/room") ? room : SETTINGS),
  };
  const tell = (name) => (value) => heard.push([name, value]);
  const names = ["participants", "message", "state", "gone", "room", "renewed", "trouble"];
  const on = Object.fromEntries(names.map((name) => [name, tell(name)]));
  const signaling = new HpbSignaling({
    api, token: "abcd", talkSessionId: "talk-me", settings: SETTINGS, clock, on,
    WebSocket: server.WebSocket, location: "https://example.org/talk/call/abcd", random: () => 0,
  });
  const only = (name) => heard.filter(([each]) => each === name).map(([, value]) => value);
  return { server, clock, heard, only, signaling };
}

async function entered(options) {
  const parts = signalingWith(options);
  const opening = parts.signaling.open();
  parts.server.last.accept();
  await parts.clock.pass(0);
  await opening;
  parts.heard.length = 0;
  parts.tell = async (told) => {
    parts.server.last.tell(told);
    await parts.clock.pass(0);
  };
  return parts;
}

test("the site is named as the page knows it, and the room by the session of the site", async () => {
  const { server, signaling } = await entered();

  assert.equal(
    server.all("hello")[0].auth.url,
    "https://example.org/ocs/v2.php/apps/spreed/api/v3/signaling/backend",
  );
  assert.deepEqual(server.all("room"), [{ roomid: "abcd", sessionid: "talk-me" }]);
  assert.equal(signaling.sessionId, "s1");
  assert.equal(signaling.hasSfu, true);
});

test("a connection that was never interrupted is nothing to speak of", async () => {
  const { signaling, server, clock, only } = signalingWith();
  const opening = signaling.open();
  server.last.accept();
  await clock.pass(0);
  await opening;

  assert.deepEqual(only("state"), []);
});

test("without a media server there is a mesh", async () => {
  const { signaling } = await entered({ features: ["hello-v2"] });

  assert.equal(signaling.hasSfu, false);
});

for (const [features, hasSimulcast] of [
  [["mcu", "simulcast"], true],
  [["mcu"], false],
  [["simulcast"], false],
]) {
  test(`several sizes of a picture: ${features.join(" and ")}`, async () => {
    const { signaling } = await entered({ features });

    assert.equal(signaling.hasSimulcast, hasSimulcast);
  });
}

test("whoever is in the room already is in it", async () => {
  await entered({ join: (frame) => refusal(frame, "already_joined") });
});

test("a server that answers nothing to joining is believed after a while", async () => {
  const { signaling, server, clock } = signalingWith({ join: () => [] });
  const opening = signaling.open();
  server.last.accept();
  await clock.pass(10000);

  await opening;
});

test("a refused session is told at the door", async () => {
  const { signaling, server, clock } = signalingWith({ join: (frame) => refusal(frame, "no_such_room") });
  const opening = signaling.open();
  opening.catch(() => {});
  server.last.accept();
  await clock.pass(0);

  await assert.rejects(opening, { status: 404, code: "no_such_room" });
});

test("those in the room are known by both of their ids", async () => {
  const { tell, only } = await entered();

  await tell(EVENT("room", "join", [JOINED("bob")]));
  await tell(UPDATE([ENTRY("bob", 7, { participantPermissions: 246 })]));

  assert.deepEqual(only("participants").at(-1), [{
    sessionId: "bob", talkSessionId: "talk-bob", userId: "bob", actorType: "users", actorId: "bob",
    inCall: 7, permissions: 246,
  }]);
});

test("updates are merged, and whoever leaves is forgotten", async () => {
  const { tell, only } = await entered();
  const flags = () => only("participants").at(-1).map(({ sessionId, inCall }) => [sessionId, inCall]);

  await tell(UPDATE([ENTRY("bob", 7), ENTRY("carol", 3)]));
  await tell(UPDATE([ENTRY("bob", 0)]));
  assert.deepEqual(flags(), [["bob", 0], ["carol", 3]]);
  await tell(EVENT("room", "leave", ["bob"]));
  assert.deepEqual(flags(), [["carol", 3]]);
  await tell(UPDATE(undefined, { all: true, incall: 0 }));
  assert.deepEqual(flags(), [["carol", 0]]);
});

test("of those who changed only what was said is new, and the others stay as they were", async () => {
  const { tell, only } = await entered();
  await tell(EVENT("room", "join", [JOINED("bob"), JOINED("carol")]));
  await tell(UPDATE([ENTRY("bob", 7, { participantPermissions: 246 }), ENTRY("carol", 3)]));
  const [bob, carol] = only("participants").at(-1);

  await tell(UPDATE([{ sessionId: "bob", inCall: 3 }]));
  assert.deepEqual(only("participants").at(-1), [{ ...bob, inCall: 3 }, carol]);

  await tell(UPDATE([{ sessionId: "carol", participantPermissions: 16 }]));
  assert.deepEqual(only("participants").at(-1), [{ ...bob, inCall: 3 }, { ...carol, permissions: 16 }]);
});

test("joining again takes nobody out of the call", async () => {
  const { tell, only } = await entered();
  await tell(UPDATE([ENTRY("bob", 7)]));

  await tell(EVENT("room", "change", [JOINED("bob")]));

  assert.deepEqual(only("participants").at(-1).map(({ inCall }) => inCall), [7]);
});

test("an update that was under way when somebody left does not bring them back, only joining does", async () => {
  const { tell, only } = await entered();
  const flags = () => only("participants").at(-1).map(({ sessionId, inCall }) => [sessionId, inCall]);
  await tell(UPDATE([ENTRY("bob", 7), ENTRY("carol", 7)]));
  await tell(EVENT("room", "leave", ["bob"]));

  await tell(UPDATE([ENTRY("bob", 7)]));
  assert.deepEqual(flags(), [["carol", 7]]);

  await tell(EVENT("room", "join", [JOINED("bob")]));
  await tell(UPDATE([ENTRY("bob", 3)]));
  assert.deepEqual(flags(), [["carol", 7], ["bob", 3]]);
});

test("whoever left before a crash of the server may have come back meanwhile", async () => {
  const { tell, server, clock, only } = await entered();
  await tell(UPDATE([ENTRY("bob", 7)]));
  await tell(EVENT("room", "leave", ["bob"]));

  server.last.breakOff();
  await beginAnew(server, clock);
  await tell(UPDATE([ENTRY("bob", 7)]));

  assert.deepEqual(only("participants").at(-1).map(({ sessionId }) => sessionId), ["bob"]);
});

test("those who are absent, other rooms and nonsense are passed over", async () => {
  const { tell, only } = await entered();

  await tell(UPDATE([ENTRY("0", 0), null, { sessionId: "" }]));
  await tell(EVENT("participants", "update", { roomid: "other", users: [ENTRY("x", 7)] }));
  await tell(EVENT("room", "join", [{}]));
  await tell({ type: "event" });

  assert.deepEqual(only("participants").flat(), []);
});

test("messages bear the sender that the server names", async () => {
  const { tell, only } = await entered();
  const data = { type: "raiseHand", from: "mallory", roomType: "video", payload: { state: true } };

  await tell({ type: "message", message: { sender: { type: "session", sessionid: "bob" }, data } });

  const [message] = only("message");
  assert.equal(message.from, "bob");
  assert.deepEqual(message.payload, { state: true });
});

test("candidates of the media server are made sound", async () => {
  const { tell, only } = await entered();
  const payload = { candidate: { candidate: "candidate:1", sdpMid: "", sdpMLineIndex: 0 } };

  await tell({ type: "message", message: { sender: { sessionid: "s1" }, data: { type: "candidate", payload } } });

  assert.deepEqual(only("message")[0].payload, {
    candidate: { candidate: "candidate:1", sdpMid: null, sdpMLineIndex: 0 },
  });
});

test("control is a frame of its own, both ways", async () => {
  const { tell, only, signaling, server } = await entered();
  const data = { action: "forceMute", peerId: "s1" };

  await tell({ type: "control", control: { sender: { sessionid: "bob" }, data } });
  signaling.send({ type: "control", to: "bob", payload: { action: "forceMute", peerId: "bob" } });

  assert.deepEqual(only("message")[0].payload, data);
  assert.deepEqual(server.all("control"), [{
    recipient: { type: "session", sessionid: "bob" },
    data: { action: "forceMute", peerId: "bob" },
  }]);
});

test("every message says what it is about, as old servers want it", async () => {
  const { signaling, server } = await entered();

  signaling.send({ type: "reaction", to: "bob", payload: { reaction: "👍" } });

  assert.deepEqual(server.all("message"), [{
    recipient: { type: "session", sessionid: "bob" },
    data: { roomType: "video", type: "reaction", to: "bob", payload: { reaction: "👍" } },
  }]);
});

test("changes of the room are told, those of other rooms are not", async () => {
  const { tell, only } = await entered();

  await tell({ type: "room", room: { roomid: "abcd", properties: {} } });
  await tell(EVENT("roomlist", "update", { roomid: "abcd" }));
  await tell(EVENT("roomlist", "update", { roomid: "other" }));

  assert.equal(only("room").length, 2);
});

for (const [says, told] of [
  ["disinvited", EVENT("roomlist", "disinvite", { roomid: "abcd", reason: "disinvited" })],
  ["thrown out", { type: "room", room: { roomid: "" } }],
  ["taken over", { type: "bye", bye: { reason: "room_session_reconnected" } }],
]) {
  test(`${says}, and still a member: another tab has taken over`, async () => {
    const { tell, only } = await entered({ room: { attendeeId: 7 } });

    await tell(told);

    assert.deepEqual(only("gone"), ["duplicate"]);
  });

  test(`${says}, and in no tab of this browser: timed out`, async () => {
    const { tell, only } = await entered({ room: { attendeeId: 7, sessionId: "0" } });

    await tell(told);

    assert.deepEqual(only("gone"), ["expired"]);
  });

  test(`${says}, and no member any more: removed`, async () => {
    const { tell, only, server } = await entered({ room: null });

    await tell(told);

    assert.deepEqual(only("gone"), ["gone"]);
    assert.equal(server.sockets.length, 1);
  });
}

test("after a crash of the server everybody is somebody new", async () => {
  const { tell, server, clock, heard, only, signaling } = await entered();
  await tell(UPDATE([ENTRY("bob", 7)]));
  heard.length = 0;

  server.last.breakOff();
  signaling.send({ type: "mute", to: "bob", payload: { name: "audio" } });
  await beginAnew(server, clock);
  await tell(UPDATE([ENTRY("bob2", 7)]));

  assert.deepEqual(heard.slice(0, 3).map(([name]) => name), ["state", "renewed", "state"]);
  assert.equal(signaling.sessionId, "s2");
  assert.deepEqual(only("participants").at(-1).map(({ sessionId }) => sessionId), ["bob2"]);
  assert.deepEqual(server.all("message"), []);
  assert.equal(server.all("room").length, 2);
});

test("a session that the site has ended meanwhile is gone", async () => {
  let answers = 0;
  const { server, clock, only } = await entered({
    join: (frame) => (++answers > 1 ? refusal(frame, "no_such_room") : undefined),
  });

  server.last.breakOff();
  await beginAnew(server, clock);

  assert.deepEqual(only("gone"), ["gone"]);
});

test("what the server refuses is told by its code", async () => {
  const { tell, only } = await entered();

  await tell({ type: "error", error: { code: "not_allowed" } });

  assert.deepEqual(only("trouble"), ["not_allowed"]);
});

test("every code that matters has a sentence", () => {
  const codes = [
    "invalid_format", "hello_expected", "invalid_hello_version", "invalid_backend", "auth_failed",
    "invalid_client_type", "invalid_token", "token_expired", "token_not_valid_yet",
    "session_limit_exceeded", "too_many_requests", "room_join_failed", "not_allowed",
    "client_not_found", "processing_failed", "no_sdp", "invalid_sdp", "no_candidate",
    "invalid_candidate", "add_failed", "federation_error", "federation_unsupported",
    "internal_error", "hello_timeout", "room_join_timeout", "invalid_ticket", "no_such_user",
    "no_such_room",
  ];

  assert.deepEqual(codes.filter((code) => !troubleWords(code).endsWith(".") && !troubleWords(code).endsWith("…")), []);
  assert.equal(troubleWords("already_joined"), "");
});
