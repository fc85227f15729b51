import assert from "node:assert/strict";
import { test } from "node:test";

import { Inbox } from "../../talk/static/talk/incoming/inbox.js";
import { Memory } from "../../talk/static/talk/incoming/memory.js";
import { Turn } from "../../talk/static/talk/incoming/turn.js";
import { Watch } from "../../talk/static/talk/incoming/watch.js";
import { FakeClock, settled } from "./clock.js";

const LIST = "/site/ocs/v2.php/apps/notifications/api/v2/notifications";
const STATE = "/site/ocs/v2.php/apps/spreed/api/v4/call/teatime/notification-state";

/** A server with one call, which is `over` or whose notification is gone when a test says so. */
class Server {
  requests = [];
  status = 200;
  state = 200;
  calls = [{ notification_id: 7, subject: "Bea calls", over: false }];

  constructor(clock, ahead = 0) {
    this.clock = clock;
    this.ahead = ahead;
    this.began = new Date(clock.now() + ahead).toISOString();
  }

  fetch = async (url, options) => {
    this.requests.push([options.method, url]);
    this.last = options;
    if (this.status === 0) throw new TypeError("Failed to fetch");
    const headers = { Date: new Date(this.clock.now() + this.ahead).toUTCString(), ETag: '"1"' };
    if (url === STATE) return new Response("{}", { status: this.state, headers });
    const empty = [204, 304].includes(this.status);
    return new Response(empty ? null : this.#body(), { status: this.status, headers });
  };

  #body() {
    const data = this.calls.map(({ over, ...each }) => ({
      app: "spreed",
      object_type: "call",
      object_id: "teatime",
      datetime: this.began,
      actions: [{ link: `https://x.example/call/teatime${over ? "" : "#direct-call"}` }],
      ...each,
    }));
    return JSON.stringify({ ocs: { data } });
  }

  lists() {
    return this.requests.filter(([, url]) => url === LIST).length;
  }
}

/** A page that watches, and what it shows. */
function page({ ahead = 0, hidden = false } = {}) {
  const clock = new FakeClock();
  const server = new Server(clock, ahead);
  const shown = [];
  const inbox = new Inbox({ api: "/site/ocs/v2.php/", fetch: server.fetch, now: clock.now });
  const watch = new Watch({
    inbox,
    memory: new Memory({ storage: null, key: "k" }),
    clock,
    random: () => 0,
    page: { hidden: () => hidden, shows: () => false },
    show: (each) => shown.push(each && `${each.kind}: ${each.call.text}`),
  });
  return { clock, server, shown, watch, inbox };
}

test("a call rings, and is asked about while it does", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(3000);

  assert.deepEqual(shown, ["ringing: Bea calls"]);
  assert.deepEqual(server.requests, [
    ["GET", LIST],
    ["GET", STATE],
    ["GET", LIST],
    ["GET", STATE],
  ]);
});

test("requests say that they are ours and know what was read", async () => {
  const { clock, server, watch } = page();
  server.calls = [];

  watch.start();
  await clock.pass(5000);

  assert.equal(server.last.headers["OCS-APIRequest"], "true");
  assert.equal(server.last.headers["If-None-Match"], '"1"');
});

test("a list that did not change still rings", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(0);
  server.status = 304;
  await clock.pass(60000);

  assert.deepEqual(shown, ["ringing: Bea calls", "running: Bea calls"]);
});

test("a call that is missed says so in the server's words", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(3000);
  server.state = 201;
  server.calls = [{ notification_id: 7, subject: "You missed Bea", over: true }];
  await clock.pass(3000);

  assert.deepEqual(shown, ["ringing: Bea calls", "missed: You missed Bea"]);
});

test("a call that was answered elsewhere stops ringing", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(3000);
  server.state = 404;
  await clock.pass(3000);

  assert.deepEqual(shown, ["ringing: Bea calls", null]);
});

test("a notification that was dismissed elsewhere stops ringing", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(3000);
  server.calls = [];
  await clock.pass(3000);

  assert.deepEqual(shown, ["ringing: Bea calls", null]);
});

test("a dismissed call does not come back, a new one does", async () => {
  const { clock, server, shown, watch, inbox } = page();

  watch.start();
  await clock.pass(0);
  watch.dismiss(inbox.calls[0]);
  await clock.pass(10000);
  server.calls = [{ notification_id: 8, subject: "Bea calls again", over: false }];
  await clock.pass(5000);

  assert.deepEqual(shown, ["ringing: Bea calls", null, "ringing: Bea calls again"]);
});

test("a missed call that was seen is forgotten by the server", async () => {
  const { clock, server, shown, watch, inbox } = page();

  watch.start();
  await clock.pass(0);
  server.calls[0].over = true;
  await clock.pass(5000);
  await watch.forget(inbox.calls[0]);

  assert.deepEqual(shown, ["ringing: Bea calls", "missed: Bea calls", null]);
  assert.deepEqual(server.requests.at(-1), ["DELETE", `${LIST}/7`]);
});

test("the server's clock counts, however wrong this machine's is", async () => {
  const { clock, shown, watch } = page({ ahead: 3_600_000 });

  watch.start();
  await clock.pass(0);

  assert.deepEqual(shown, ["ringing: Bea calls"]);
});

test("a server in trouble is asked less and less, and what rang goes on", async () => {
  const { clock, server, shown, watch } = page();
  server.calls = [];

  watch.start();
  await clock.pass(0);
  server.status = 503;
  await clock.pass(75000);

  assert.equal(server.lists(), 5);
  assert.deepEqual(shown, []);
});

test("a network that is gone does no harm", async () => {
  const { clock, server, shown, watch } = page();
  server.status = 0;

  watch.start();
  await clock.pass(10000);
  server.status = 200;
  await clock.pass(20000);

  assert.deepEqual(shown, ["ringing: Bea calls"]);
});

test("an answer that is no JSON counts as none", async () => {
  const { clock, server, shown, watch } = page();
  server.fetch = async () => new Response("<html>", { status: 200 });
  const inbox = new Inbox({ api: "", fetch: server.fetch, now: clock.now });

  assert.equal(await inbox.read(new AbortController().signal), 0);
  assert.deepEqual([shown, inbox.calls], [[], []]);
  watch.stop();
});

test("who is signed out meanwhile is not rung any more", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(0);
  server.status = 401;
  await clock.pass(600000);

  assert.deepEqual(shown, ["ringing: Bea calls", null]);
  assert.equal(server.lists(), 2);
});

test("whoever stops shows nothing and asks no more", async () => {
  const { clock, server, shown, watch } = page();

  watch.start();
  await clock.pass(0);
  watch.stop();
  await clock.pass(60000);

  assert.deepEqual(shown, ["ringing: Bea calls", null]);
  assert.equal(server.lists(), 1);
});

test("a stop while the server thinks is a stop", async () => {
  const { clock, shown, watch } = page();

  watch.start();
  watch.stop();
  await clock.pass(60000);

  assert.deepEqual(shown, []);
});

// One of many tabs -----------------------------------------------------------------------------

/** The browser's locks, of which we need one: waiting in a queue, and stealing. */
class Locks {
  #holder = null;
  #queue = [];

  request(name, { steal, signal }, hold) {
    return new Promise((resolve, reject) => {
      const asked = { hold, resolve, reject };
      signal?.addEventListener("abort", () => {
        this.#queue = this.#queue.filter((each) => each !== asked);
        reject(signal.reason);
      });
      if (steal && this.#holder) {
        this.#holder.reject(new DOMException("stolen", "AbortError"));
        this.#holder = null;
        this.#queue.unshift(asked);
      } else this.#queue.push(asked);
      this.#next();
    });
  }

  async #next() {
    if (this.#holder) return;
    const next = (this.#holder = this.#queue.shift() ?? null);
    if (!next) return;
    await next.hold();
    next.resolve();
    if (this.#holder !== next) return;
    this.#holder = null;
    this.#next();
  }
}

function tabs(number, locks = new Locks()) {
  const told = [];
  const turns = Array.from({ length: number }, (_, tab) => {
    const on = { gained: () => told.push(`+${tab}`), lost: () => told.push(`-${tab}`) };
    return new Turn({ locks, name: "x", on });
  });
  return { told, turns };
}

test("of many tabs that wait one has its turn", async () => {
  const { told, turns } = tabs(3);

  for (const turn of turns) turn.wait();
  await settled();

  assert.deepEqual(told, ["+0"]);
});

test("a tab that comes to the front takes the turn, and gives it back when it goes", async () => {
  const { told, turns } = tabs(2);

  turns[0].wait();
  await settled();
  turns[1].take();
  await settled();
  turns[1].leave();
  await settled();

  assert.deepEqual(told, ["+0", "+1", "-0", "-1", "+0"]);
});

test("a tab that waits and comes to the front has one turn, not two", async () => {
  const { told, turns } = tabs(2);

  turns[0].wait();
  turns[1].wait();
  await settled();
  turns[1].take();
  turns[1].take();
  await settled();

  assert.deepEqual(told, ["+0", "+1", "-0"]);
});

test("a tab that left does not come back by itself", async () => {
  const { told, turns } = tabs(2);

  turns[0].wait();
  turns[1].wait();
  await settled();
  turns[1].leave();
  turns[0].leave();
  await settled();

  assert.deepEqual(told, ["+0", "-0"]);
});

test("without locks every tab has its turn", () => {
  const { told, turns } = tabs(2, null);

  turns[0].wait();
  turns[1].take();

  assert.deepEqual(told, ["+0", "+1"]);
});
