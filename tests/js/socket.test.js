import assert from "node:assert/strict";
import { test } from "node:test";

import { Socket, addressOf } from "../../talk/static/talk/socket.js";
import { FakeClock } from "./clock.js";
import { FakeServer, SETTINGS, beginAnew, hello, refusal } from "./socket-server.js";

const BACKEND = "https://example.org/ocs/v2.php/apps/spreed/api/v3/signaling/backend";

function socketTo(server, { settings = SETTINGS, fresh = SETTINGS } = {}) {
  const clock = new FakeClock();
  const heard = [];
  let asked = 0;
  const socket = new Socket({
    settings,
    askSettings: async () => {
      asked += 1;
      return fresh;
    },
    backend: BACKEND,
    WebSocket: server.WebSocket,
    clock,
    random: () => 0,
    on: {
      told: (told) => heard.push(["told", told.type]),
      open: (isNew) => heard.push(["open", isNew]),
      interrupted: () => heard.push(["interrupted"]),
      lost: () => heard.push(["lost"]),
    },
  });
  return { socket, clock, heard, asked: () => asked };
}

/** A server that knows everybody by one session, and resumes it. */
function friendly() {
  const server = new FakeServer();
  server.answer = (frame) => (frame.type === "hello" ? hello(frame, "s1") : []);
  return server;
}

async function opened(server, options) {
  const parts = socketTo(server, options);
  const opening = parts.socket.open();
  await parts.clock.pass(0);
  server.last.accept();
  await parts.clock.pass(0);
  await opening;
  return parts;
}

test("addresses of servers are those of their sockets", () => {
  assert.equal(addressOf("https://hpb.example.org/"), "wss://hpb.example.org/spreed");
  assert.equal(addressOf("http://hpb.example.org/path"), "ws://hpb.example.org/path/spreed");
  assert.equal(addressOf("wss://hpb.example.org"), "wss://hpb.example.org/spreed");
});

test("a server that knows tokens is shown one", async () => {
  const server = friendly();

  const { heard, socket } = await opened(server);

  assert.deepEqual(server.all("hello"), [
    { version: "2.0", auth: { url: BACKEND, params: { token: "j" } } },
  ]);
  assert.deepEqual(heard, [["open", true]]);
  assert.equal(socket.sessionId, "s1");
});

test("a server that knows no tokens is shown a ticket", async () => {
  const server = friendly();
  server.features = ["mcu"];

  await opened(server);

  assert.equal(server.all("hello")[0].version, "1.0");
  assert.deepEqual(server.all("hello")[0].auth.params, { userid: "alice", ticket: "t" });
});

test("a site without tokens shows a ticket", async () => {
  const server = friendly();
  const { "1.0": card } = SETTINGS.helloAuthParams;

  await opened(server, { settings: { ...SETTINGS, helloAuthParams: { "1.0": card, "2.0": { token: "" } } } });

  assert.equal(server.all("hello")[0].version, "1.0");
});

test("a server that says no welcome is greeted after a second", async () => {
  const server = friendly();
  const { socket, clock } = socketTo(server);
  const opening = socket.open();
  server.last.accept({ welcome: false });

  await clock.pass(999);
  assert.equal(server.said.length, 0);
  await clock.pass(1);

  assert.equal(server.all("hello")[0].version, "1.0");
  await opening;
});

test("a connection that broke is resumed, with the same session", async () => {
  const server = friendly();
  const { clock, heard, asked } = await opened(server);

  server.last.breakOff();
  await clock.pass(300);
  server.last.accept();
  await clock.pass(0);

  assert.deepEqual(server.all("hello")[1], { version: "1.0", resumeid: "resume-s1" });
  assert.deepEqual(heard, [["open", true], ["interrupted"], ["open", false]]);
  assert.equal(asked(), 0);
});

test("a session that the server has forgotten begins anew, with fresh settings", async () => {
  const server = friendly();
  const { clock, heard, asked, socket } = await opened(server);
  server.answer = (frame) =>
    frame.hello?.resumeid ? refusal(frame, "no_such_session") : hello(frame, "s2");

  server.last.breakOff();
  await beginAnew(server, clock);

  assert.deepEqual(heard, [["open", true], ["interrupted"], ["open", true]]);
  assert.equal(socket.sessionId, "s2");
  assert.equal(asked(), 1);
});

test("after half a minute nobody tries to resume, and another server may answer", async () => {
  const server = friendly();
  const fresh = { ...SETTINGS, server: "https://other.example.org" };
  const { clock, asked } = await opened(server, { fresh });
  const before = server.sockets.length;
  server.last.breakOff();

  for (let second = 0; second < 40; second += 1) {
    await clock.pass(1000);
    if (server.last.readyState === 0 && server.last.url.includes("other")) break;
    if (server.last.readyState === 0) server.last.breakOff();
  }

  assert.ok(server.sockets.length > before);
  assert.equal(server.last.url, "wss://other.example.org/spreed");
  assert.equal(asked() > 0, true);
});

test("a token that ran out is renewed", async () => {
  const server = friendly();
  const fresh = { ...SETTINGS, helloAuthParams: { ...SETTINGS.helloAuthParams, "2.0": { token: "new" } } };
  server.answer = (frame) =>
    frame.hello?.auth.params.token === "new" ? hello(frame, "s1") : refusal(frame, "token_expired");
  const { socket, clock } = socketTo(server, { fresh });
  const opening = socket.open();
  server.last.accept();
  await clock.pass(300);
  server.last.accept();
  await clock.pass(0);

  await opening;

  assert.deepEqual(server.all("hello").map(({ auth }) => auth.params.token), ["j", "new"]);
});

test("whoever is refused at the door hears why", async () => {
  const server = friendly();
  server.answer = (frame) => refusal(frame, "invalid_backend");
  const { socket, clock } = socketTo(server);
  const opening = socket.open();
  server.last.accept();
  clock.pass(0);

  await assert.rejects(opening, { status: 502, code: "invalid_backend" });
});

test("a server that is down is tried twice before the door is shut", async () => {
  const server = friendly();
  const { socket, clock } = socketTo(server);
  const opening = socket.open();
  opening.catch(() => {});
  server.last.breakOff();
  await clock.pass(300);
  server.last.breakOff();

  await assert.rejects(opening, { status: 0 });
  assert.equal(server.sockets.length, 2);
});

test("a server that accepts and says nothing more is given up", async () => {
  const server = new FakeServer();
  const { socket, clock } = socketTo(server);
  const opening = socket.open();
  opening.catch(() => {});
  server.last.accept();
  await clock.pass(10300);
  server.last.accept();
  await clock.pass(10300);

  await assert.rejects(opening, { status: 0 });
});

test("a machine that woke up takes a new connection for the same session", async () => {
  const server = friendly();
  const { socket, clock, heard } = await opened(server);

  socket.wake();
  await clock.pass(0);
  server.last.accept();
  await clock.pass(0);

  assert.equal(server.sockets.length, 2);
  assert.deepEqual(server.all("hello")[1], { version: "1.0", resumeid: "resume-s1" });
  assert.deepEqual(heard.at(-1), ["open", false]);
});

test("leaving says goodbye, and nothing is heard after it", async () => {
  const server = friendly();
  const { socket, clock, heard } = await opened(server);

  socket.close();
  server.last.tell({ type: "event", event: {} });
  await clock.pass(60000);

  assert.deepEqual(server.all("bye"), [{}]);
  assert.deepEqual(heard, [["open", true]]);
  assert.equal(server.sockets.length, 1);
});

test("nonsense is not heard", async () => {
  const server = friendly();
  const { clock, heard } = await opened(server);

  for (const data of ["{", "null", "[]", "7"]) server.last.onmessage({ data });
  await clock.pass(0);

  assert.deepEqual(heard, [["open", true]]);
});

test("without an end, attempts end after minutes", async () => {
  const server = friendly();
  const { clock, heard } = await opened(server);
  server.last.breakOff();

  for (let second = 0; second < 400; second += 1) {
    await clock.pass(1000);
    if (server.last.readyState === 0) server.last.breakOff();
  }

  assert.deepEqual(heard.at(-1), ["lost"]);
});
