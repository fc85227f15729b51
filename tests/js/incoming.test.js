import assert from "node:assert/strict";
import { test } from "node:test";

import { callsIn, shownOf } from "../../talk/static/talk/incoming/calls.js";
import { Memory } from "../../talk/static/talk/incoming/memory.js";
import { pause } from "../../talk/static/talk/incoming/pace.js";

const NOON = Date.parse("2026-01-31T12:00:00+00:00");

/** A notification as the server makes it. */
const notification = (fields = {}) => ({
  notification_id: 7,
  app: "spreed",
  datetime: "2026-01-31T12:00:00+00:00",
  object_type: "call",
  object_id: "teatime",
  subject: "A group call has started in Tea",
  actions: [{ label: "Join call", link: "https://x.example/call/teatime#direct-call" }],
  ...fields,
});

const over = { actions: [{ link: "https://x.example/call/teatime" }], subject: "You missed it" };

test("a notification of a call becomes a call", () => {
  assert.deepEqual(callsIn([notification()]), [
    {
      id: 7,
      token: "teatime",
      text: "A group call has started in Tea",
      running: true,
      since: NOON,
    },
  ]);
});

test("a call that is over has no link into it", () => {
  assert.equal(callsIn([notification(over)])[0].running, false);
});

test("the newest comes first", () => {
  const ids = [3, 9, 5].map((notification_id) => notification({ notification_id }));

  assert.deepEqual(
    callsIn(ids).map(({ id }) => id),
    [9, 5, 3],
  );
});

const rubbish = {
  nothing: null,
  text: "x",
  "another app": notification({ app: "files" }),
  "an invitation": notification({ object_type: "room" }),
  "a path for a token": notification({ object_id: "../admin" }),
  "a script for a token": notification({ object_id: "javascript:alert(1)" }),
  "no number": notification({ notification_id: "7" }),
  "no time": notification({ datetime: "soon" }),
};
for (const [name, each] of Object.entries(rubbish)) {
  test(`${name} is no call`, () => assert.deepEqual(callsIn([each]), []));
}

test("what is no list holds no calls", () => {
  assert.deepEqual([undefined, null, {}, "x"].map(callsIn), [[], [], [], []]);
});

test("missing actions and endless texts do no harm", () => {
  const [call] = callsIn([notification({ actions: null, subject: "x".repeat(1000) })]);

  assert.deepEqual([call.running, call.text.length], [false, 300]);
});

/** What is shown of these notifications, so many seconds after they came. */
const shown = (notifications, seconds, known = {}) => {
  const found = shownOf(callsIn(notifications), {
    now: NOON + 1000 * seconds,
    rang: () => false,
    dismissed: () => false,
    open: () => false,
    state: () => 0,
    ...known,
  });
  return found && [found.kind, found.call.id];
};

test("a call rings for 45 seconds", () => {
  assert.deepEqual(shown([notification()], 0), ["ringing", 7]);
  assert.deepEqual(shown([notification()], 44.9), ["ringing", 7]);
  assert.equal(shown([notification()], 45), null);
});

test("a call that has rung stays there while it goes on", () => {
  assert.deepEqual(shown([notification()], 45, { rang: () => true }), ["running", 7]);
});

test("a call that has rung was missed when it is over", () => {
  assert.deepEqual(shown([notification(over)], 20, { rang: () => true }), ["missed", 7]);
});

test("what was missed while nobody was here is old news", () => {
  assert.equal(shown([notification(over)], 20), null);
});

test("nobody hears of yesterday's calls", () => {
  assert.equal(shown([notification(over)], 12 * 60 * 60, { rang: () => true }), null);
});

test("a dismissed call is not shown again, however it goes on", () => {
  const known = { dismissed: (id) => id === 7, rang: () => true };

  assert.equal(shown([notification()], 1, known), null);
  assert.equal(shown([notification(over)], 1, known), null);
});

test("a call does not ring in its own page", () => {
  assert.equal(shown([notification()], 1, { open: (token) => token === "teatime" }), null);
});

test("the state of a call is believed more than the list", () => {
  assert.deepEqual(shown([notification()], 1, { state: () => 200 }), ["ringing", 7]);
  assert.deepEqual(shown([notification()], 1, { state: () => 201, rang: () => true }), [
    "missed",
    7,
  ]);
  assert.equal(shown([notification()], 1, { state: () => 404, rang: () => true }), null);
});

test("whoever rings comes before what goes on, and that before what was missed", () => {
  const [ringing, running, missed] = [
    notification({ notification_id: 1 }),
    notification({ notification_id: 2, datetime: "2026-01-31T11:58:00+00:00" }),
    notification({ notification_id: 3, ...over }),
  ];
  const known = { rang: () => true };

  assert.deepEqual(shown([missed, running, ringing], 1, known), ["ringing", 1]);
  assert.deepEqual(shown([missed, running], 1, known), ["running", 2]);
  assert.deepEqual(shown([missed], 1, known), ["missed", 3]);
});

test("of two that ring the newest is shown", () => {
  const two = [1, 2].map((notification_id) => notification({ notification_id }));

  assert.deepEqual(shown(two, 1), ["ringing", 2]);
});

// Pace ---------------------------------------------------------------------------------------

const at = (situation) =>
  pause({ status: 200, failures: 0, hidden: false, ringing: false, random: 0, ...situation });

test("a page that is seen asks every five seconds, a hidden one every twenty", () => {
  assert.deepEqual([at({}), at({ hidden: true })], [5000, 20000]);
});

test("while it rings it asks more often, seen or not", () => {
  assert.deepEqual([at({ ringing: true }), at({ ringing: true, hidden: true })], [3000, 3000]);
});

test("questions are spread by up to a fifth", () => {
  assert.equal(at({ random: 1 }), 4000);
});

test("each failure doubles the pause, up to five minutes", () => {
  const pauses = [1, 2, 5, 6, 99].map((failures) => at({ status: 503, failures }));

  assert.deepEqual(pauses, [10000, 20000, 160000, 300000, 300000]);
});

test("a server without notifications is asked ten times slower", () => {
  assert.deepEqual([at({ status: 204 }), at({ status: 404 })], [50000, 50000]);
});

test("who is not signed in any more asks no more", () => {
  assert.deepEqual([at({ status: 401 }), at({ status: 403 })], [null, null]);
});

// Memory -------------------------------------------------------------------------------------

/** What a browser keeps for all tabs. */
class Storage {
  stored = new Map();
  getItem = (key) => this.stored.get(key) ?? null;
  setItem = (key, value) => this.stored.set(key, value);
}

test("what one tab dismisses another one knows", () => {
  const storage = new Storage();
  const [here, there] = [1, 2].map(() => new Memory({ storage, key: "k" }));

  here.add("dismissed", 7);
  there.recall();

  assert.deepEqual([there.has("dismissed", 7), there.has("rang", 7)], [true, false]);
});

test("what another tab wrote meanwhile is kept", () => {
  const storage = new Storage();
  const [here, there] = [1, 2].map(() => new Memory({ storage, key: "k" }));

  here.add("rang", 1);
  there.add("rang", 2);
  here.recall();

  assert.deepEqual([here.has("rang", 1), here.has("rang", 2)], [true, true]);
});

test("fifty of each are remembered", () => {
  const memory = new Memory({ storage: new Storage(), key: "k" });

  for (let id = 1; id <= 51; id++) memory.add("rang", id);

  assert.deepEqual([memory.has("rang", 1), memory.has("rang", 2)], [false, true]);
});

for (const stored of ["{", "7", '{"rang": "x"}', '{"rang": [{}], "dismissed": [null]}']) {
  test(`${stored} in the storage is nothing to remember`, () => {
    const storage = new Storage();
    storage.setItem("k", stored);

    assert.equal(new Memory({ storage, key: "k" }).has("rang", 7), false);
  });
}

test("without storage a tab remembers for itself", () => {
  const refusing = {
    getItem() {
      throw new Error("forbidden");
    },
    setItem() {
      throw new Error("forbidden");
    },
  };
  for (const storage of [null, refusing]) {
    const memory = new Memory({ storage, key: "k" });

    memory.add("rang", 7);

    assert.equal(memory.has("rang", 7), true);
  }
});
