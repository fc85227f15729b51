import assert from "node:assert/strict";
import { test } from "node:test";

import { hasTimedOut, isPassing, pollDelay, retryDelay } from "../../talk/static/talk/retry.js";

test("the first attempts come quickly, later ones every ten seconds", () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 30].map((failures) => retryDelay(failures, 0));

  assert.deepEqual(delays, [300, 1000, 2000, 4000, 8000, 10000, 10000, 10000]);
});

test("delays are spread by up to a fifth", () => {
  assert.equal(retryDelay(6, 1), 8000);
});

test("after thirty attempts it is given up", () => {
  assert.equal(retryDelay(31, 0), null);
});

test("a poll that brought news is followed at once by the next", () => {
  assert.equal(pollDelay(5, true), 0);
});

test("a server that holds no polls is asked once a second", () => {
  assert.deepEqual([pollDelay(100, false), pollDelay(25000, false)], [900, 0]);
});

test("a session that went silent has timed out, one that was just heard was replaced", () => {
  assert.deepEqual([hasTimedOut(59999), hasTimedOut(60000)], [false, true]);
});

test("only failures of the way or the server pass by themselves", () => {
  const passing = [0, 200, 403, 404, 409, 429, 500, 503].filter(isPassing);

  assert.deepEqual(passing, [0, 429, 500, 503]);
});
