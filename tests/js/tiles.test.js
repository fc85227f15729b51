import assert from "node:assert/strict";
import { test } from "node:test";

import { Tiles, gridFor, initials } from "../../talk/static/talk/tiles.js";

const session = (sessionId, inCall = 7) => ({ sessionId, inCall });

/** Tiles of a call with me and these others. */
function tilesWith(...others) {
  const tiles = new Tiles();
  tiles.setParticipants([...others, session("me")], "me");
  return tiles;
}

const loud =
  (...names) =>
  ({ sessionId }) =>
    names.includes(sessionId) ? 0.5 : 0;

test("oneself comes first, then the others in the order of their coming", () => {
  const tiles = tilesWith(session("bob"), session("alice"));
  tiles.setParticipants([session("alice"), session("carol"), session("bob"), session("me")], "me");

  assert.deepEqual(
    tiles.all.map(({ sessionId }) => sessionId),
    ["me", "bob", "alice", "carol"],
  );
});

test("those outside of the call are not shown", () => {
  const tiles = tilesWith(session("bob", 0));

  assert.deepEqual(
    tiles.all.map(({ sessionId }) => sessionId),
    ["me"],
  );
});

test("whoever leaves is gone, with all that was known", () => {
  const tiles = tilesWith(session("bob"));
  tiles.change("bob", { hand: true });

  tiles.setParticipants([session("me")], "me");
  tiles.setParticipants([session("me"), session("bob")], "me");

  assert.equal(tiles.get("bob").hand, false);
});

test("flags say at first what is on", () => {
  const { audio, video } = tilesWith(session("bob", 3)).get("bob");

  assert.deepEqual([audio, video], [true, false]);
});

test("what was told last counts: flags that did not change do not take a message back", () => {
  const tiles = tilesWith(session("bob", 3));
  tiles.change("bob", { audio: false });

  tiles.setParticipants([session("me"), session("bob", 3)], "me");
  const afterSame = tiles.get("bob").audio;
  tiles.setParticipants([session("me"), session("bob", 7)], "me");

  assert.deepEqual([afterSame, tiles.get("bob").audio], [false, true]);
});

test("flags of one's own are known better here", () => {
  const tiles = tilesWith();
  tiles.change("me", { audio: true });

  tiles.setParticipants([session("me", 1)], "me");

  assert.equal(tiles.get("me").audio, true);
});

test("nothing can be told of somebody who is not there", () => {
  const tiles = tilesWith();

  tiles.change("mallory", { name: "Mallory" });

  assert.deepEqual(tiles.all.length, 1);
});

test("speaking is shown at once, and for a moment after", () => {
  const tiles = tilesWith(session("bob"));

  const seen = [[0, "bob"], [500], [899], [900]].map(([now, ...names]) => {
    tiles.listen(loud(...names), now);
    return tiles.get("bob").speaking;
  });

  assert.deepEqual(seen, [true, true, true, false]);
});

test("whoever is muted does not speak, whatever the level says", () => {
  const tiles = tilesWith(session("bob", 5));

  tiles.listen(loud("bob"), 0);

  assert.equal(tiles.get("bob").speaking, false);
});

test("listening says whether anything changed", () => {
  const tiles = tilesWith(session("bob"));

  assert.deepEqual([tiles.listen(loud("bob"), 0), tiles.listen(loud("bob"), 100)], [true, false]);
});

test("the one who speaks is large, until another one speaks alone", () => {
  const tiles = tilesWith(session("alice"), session("bob"));

  const large = [[0, "bob"], [100, "alice", "bob"], [1200, "alice"], [1400], [5000]].map(
    ([now, ...names]) => {
      tiles.listen(loud(...names), now);
      return tiles.focus.sessionId;
    },
  );

  assert.deepEqual(large, ["bob", "bob", "alice", "alice", "alice"]);
});

test("a screen is larger than any speaker", () => {
  const tiles = tilesWith(session("alice"), session("bob"));
  tiles.listen(loud("alice"), 0);

  tiles.change("bob", { screen: {} });

  assert.equal(tiles.focus.sessionId, "bob");
});

test("alone one is large oneself", () => {
  assert.equal(tilesWith().focus.sessionId, "me");
});

test("columns suit the room: a desktop, a phone, a strip", () => {
  const columns = (width, height) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((count) => gridFor(count, width, height).columns);

  assert.deepEqual(columns(1280, 720), [1, 2, 2, 2, 3, 3, 4, 4, 3]);
  assert.deepEqual(columns(390, 600), [1, 1, 1, 2, 2, 2, 2, 2, 2]);
  assert.deepEqual(columns(1200, 150), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a place without size is one column", () => {
  assert.deepEqual(gridFor(4, 0, 0), { columns: 1, rows: 4, cellWidth: 0, cellHeight: 0 });
});

test("cells are neither wider than a film nor narrower than a face", () => {
  const one = gridFor(1, 2000, 500);
  const tall = gridFor(1, 400, 900);

  assert.deepEqual([one.cellWidth, one.cellHeight], [888, 500]);
  assert.deepEqual([tall.cellWidth, tall.cellHeight], [400, 533]);
});

test("initials are the first letters of the first and the last word, in any script", () => {
  const names = ["Alice Archer", "bob", "Anna Maria von Berg", "  ", "𝒳ena 😀", "<b>"];

  assert.deepEqual(names.map(initials), ["AA", "B", "AB", "", "𝒳😀", "<"]);
});
