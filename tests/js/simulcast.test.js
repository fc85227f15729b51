import assert from "node:assert/strict";
import { test } from "node:test";

import { ENCODINGS, Selection, layerFor } from "../../talk/static/talk/simulcast.js";
import { FakeClock } from "./clock.js";

const DEBOUNCED = 400;
const SMALL = 150;
const LARGE = 700;

function selection() {
  const clock = new FakeClock();
  const asked = [];
  const send = (sessionId, { substream, temporal }) => asked.push(`${sessionId} ${substream}/${temporal}`);
  return { selection: new Selection({ send, clock }), clock, asked };
}

/** Bob and carol send, and are shown at these lines. */
async function showing(bob, carol) {
  const parts = selection();
  parts.show = (...lines) => parts.selection.show(new Map([["bob", lines[0]], ["carol", lines[1]]]));
  parts.show(bob, carol);
  await parts.clock.pass(DEBOUNCED);
  parts.selection.begin("bob");
  parts.selection.begin("carol");
  parts.first = parts.asked.splice(0);
  return parts;
}

test("three sizes, each half of the next, in the order that the media server knows them by", () => {
  assert.deepEqual(
    ENCODINGS.map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy]),
    [["h", 1], ["m", 2], ["l", 4]],
  );
});

test("the smaller sizes leave more than half of what servers allow to the largest", () => {
  const [, middle, small] = ENCODINGS.map(({ maxBitrate }) => maxBitrate);

  assert.ok(middle + small < 500_000, `${middle} + ${small}`);
});

for (const [lines, substream, temporal] of [
  [0, 0, 0],
  [1, 0, 1],
  [100, 0, 1],
  [101, 0, 2],
  [180, 0, 2],
  [181, 1, 2],
  [360, 1, 2],
  [361, 2, 2],
  [4320, 2, 2],
]) {
  test(`${lines} lines are served by size ${substream} and rate ${temporal}`, () => {
    assert.deepEqual(layerFor(lines), { substream, temporal });
  });
}

test("a new connection is asked for at once, in the size of now", async () => {
  const { first } = await showing(LARGE, SMALL);

  assert.deepEqual(first, ["bob 2/2", "carol 0/2"]);
});

test("another size is asked for when it has settled, and of nobody else", async () => {
  const { show, clock, asked } = await showing(LARGE, SMALL);

  show(LARGE, 300);
  await clock.pass(DEBOUNCED - 1);
  assert.deepEqual(asked, []);

  await clock.pass(1);
  assert.deepEqual(asked, ["carol 1/2"]);
});

test("while a window is drawn larger nothing is asked, and then only once", async () => {
  const { show, clock, asked } = await showing(50, SMALL);

  for (const lines of [120, 200, 400]) {
    show(lines, SMALL);
    await clock.pass(DEBOUNCED - 1);
  }
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, ["bob 2/2"]);
});

test("sizes that need the same layer do not put off what is due", async () => {
  const { show, clock, asked } = await showing(LARGE, SMALL);

  show(SMALL, SMALL);
  await clock.pass(DEBOUNCED - 1);
  show(SMALL + 1, SMALL - 1);
  await clock.pass(1);

  assert.deepEqual(asked, ["bob 0/2"]);
});

test("what was large only for a moment is not asked for", async () => {
  const { show, clock, asked } = await showing(SMALL, SMALL);

  show(LARGE, SMALL);
  show(SMALL, SMALL);
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, []);
});

test("speakers change places", async () => {
  const { show, clock, asked } = await showing(LARGE, 90);

  show(90, LARGE);
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, ["bob 0/1", "carol 2/2"]);
});

test("what nobody sees costs the least, and comes back", async () => {
  const { show, clock, asked } = await showing(LARGE, SMALL);

  show(0, 0);
  await clock.pass(DEBOUNCED);
  show(LARGE, SMALL);
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, ["bob 0/0", "carol 0/0", "bob 2/2", "carol 0/2"]);
});

test("a connection that is made anew is asked for again", async () => {
  const { selection, asked } = await showing(LARGE, SMALL);

  selection.begin("carol");

  assert.deepEqual(asked, ["carol 0/2"]);
});

test("a connection that comes while a size settles is asked for once", async () => {
  const { selection, show, clock, asked } = await showing(LARGE, SMALL);

  show(LARGE, 300);
  selection.begin("carol");
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, ["carol 1/2"]);
});

test("nothing is asked of a picture before its size is known", async () => {
  const { selection: one, clock, asked } = selection();

  one.begin("bob");
  assert.deepEqual(asked, []);

  one.show(new Map([["bob", SMALL]]));
  await clock.pass(DEBOUNCED);
  assert.deepEqual(asked, ["bob 0/2"]);
});

test("nothing is asked of those who send nothing any more", async () => {
  const { selection, show, clock, asked } = await showing(LARGE, SMALL);

  selection.end("bob");
  show(SMALL, SMALL);
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, []);
});

test("a picture that is smaller than was asked for is asked for once more", async () => {
  const { selection, asked } = await showing(LARGE, 300);

  selection.gets("bob", 270);
  selection.gets("carol", 135);

  assert.deepEqual(asked, ["bob 2/2", "carol 1/2"]);
});

test("a picture in its size, or a larger one, is not", async () => {
  const { selection, asked } = await showing(LARGE, SMALL);

  selection.gets("bob", 540);
  selection.gets("carol", 270);
  selection.gets("dave", 135);

  assert.deepEqual(asked, []);
});

test("a camera that has no larger pictures is not asked for ever", async () => {
  const { selection, show, clock, asked } = await showing(LARGE, SMALL);
  for (let times = 0; times < 20; times += 1) selection.gets("bob", 240);
  assert.equal(asked.splice(0).length, 5);

  // What is wanted anew is another question.
  show(SMALL, SMALL);
  await clock.pass(DEBOUNCED);
  show(LARGE, SMALL);
  await clock.pass(DEBOUNCED);
  selection.gets("bob", 240);

  assert.deepEqual(asked, ["bob 0/2", "bob 2/2", "bob 2/2"]);
});

test("closed is closed", async () => {
  const { selection, show, clock, asked } = await showing(LARGE, SMALL);

  show(SMALL, SMALL);
  selection.close();
  await clock.pass(DEBOUNCED);

  assert.deepEqual(asked, []);
});
