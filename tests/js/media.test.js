import assert from "node:assert/strict";
import { test } from "node:test";

import { Media } from "../../talk/static/talk/media.js";
import { FakeStream } from "./connections.js";

class FakeTrack {
  readyState = "live";
  enabled = true;

  constructor(kind, deviceId = "default") {
    this.kind = kind;
    this.deviceId = deviceId;
  }

  getSettings = () => ({ deviceId: this.deviceId });
  stop = () => (this.readyState = "ended");
}

const failing = (name) => Object.assign(new Error(name), { name });

/** Devices of a browser; `fails` says which kinds do, and how. Asked-for constraints are kept. */
function mediaWith({ fails = {}, secure = true, kept = {} } = {}) {
  const asked = [];
  const tracks = [];
  const devices = {
    getUserMedia: async (constraints) => {
      asked.push(constraints);
      for (const [kind, name] of Object.entries(fails)) {
        if (constraints[kind]) throw failing(name);
      }
      const opened = ["audio", "video"]
        .filter((kind) => constraints[kind])
        .map((kind) => new FakeTrack(kind, constraints[kind].deviceId?.ideal));
      tracks.push(...opened);
      return new FakeStream(opened);
    },
    getDisplayMedia: async () => {
      if (fails.screen) throw failing(fails.screen);
      const track = new FakeTrack("video");
      tracks.push(track);
      return new FakeStream([track]);
    },
    enumerateDevices: async () => [
      { kind: "audioinput", deviceId: "a" },
      { kind: "videoinput", deviceId: "v" },
    ],
  };
  const storage = {
    getItem: (name) => kept[name] ?? null,
    setItem: (name, value) => (kept[name] = value),
  };
  let changes = 0;
  const media = new Media({
    devices: secure ? devices : undefined,
    AudioContext: undefined,
    storage,
    changed: () => (changes += 1),
  });
  return { media, asked, tracks, kept, changes: () => changes };
}

const states = (media) => [media.isOn("microphone"), media.isOn("camera")];
const live = (tracks) => tracks.filter(({ readyState }) => readyState === "live").length;

test("both devices are one question to the user", async () => {
  const { media, asked } = mediaWith();

  await media.start();

  assert.deepEqual([asked.length, states(media)], [1, [true, true]]);
});

test("without a camera the microphone works, and the problem is known", async () => {
  const { media } = mediaWith({ fails: { video: "NotFoundError" } });

  await media.start();

  assert.deepEqual(
    [states(media), media.problem("camera"), media.problem("microphone")],
    [[true, false], "missing", ""],
  );
});

for (const [name, problem] of [
  ["NotAllowedError", "denied"],
  ["NotReadableError", "busy"],
  ["OverconstrainedError", "missing"],
  ["TypeError", "unknown"],
]) {
  test(`${name} is ${problem}`, async () => {
    const { media } = mediaWith({ fails: { audio: name, video: name } });

    await media.start();

    assert.deepEqual(
      [states(media), media.problem("microphone"), media.problem("camera")],
      [[false, false], problem, problem],
    );
  });
}

test("a page without HTTPS has no devices, and says why", async () => {
  const { media } = mediaWith({ secure: false });

  await media.start();

  assert.deepEqual([states(media), media.problem("camera")], [[false, false], "insecure"]);
});

test("a camera that is off is released, and taken again", async () => {
  const { media, tracks } = mediaWith();
  await media.start();

  await media.switch("camera", false);
  const off = [media.track("camera"), live(tracks)];
  await media.switch("camera", true);

  assert.deepEqual([off, live(tracks), media.isOn("camera")], [[null, 1], 2, true]);
});

test("a muted microphone stays open and gives its track to nobody", async () => {
  const { media, tracks } = mediaWith();
  await media.start();

  await media.switch("microphone", false);

  assert.deepEqual([media.track("microphone"), tracks[0].enabled, live(tracks)], [null, false, 2]);
});

test("quick clicks take their turns, and the last one counts", async () => {
  const { media, tracks } = mediaWith();
  await media.start();

  media.switch("camera", false);
  media.switch("camera", true);
  await media.switch("camera", false);

  assert.deepEqual([media.isOn("camera"), live(tracks)], [false, 1]);
});

test("stopping lets go of everything, also of what was just being opened", async () => {
  const { media, tracks } = mediaWith();
  const opening = media.start();

  media.stop();
  await opening;

  assert.deepEqual([states(media), live(tracks)], [[false, false], 0]);
});

test("a chosen device is used from now on, and remembered", async () => {
  const { media, asked, tracks, kept } = mediaWith();
  await media.start();

  await media.choose("camera", "other");

  assert.deepEqual(
    [asked.at(-1).video.deviceId, kept["talk-camera"]],
    [{ ideal: "other" }, "other"],
  );
  assert.deepEqual([media.chosen("camera"), live(tracks)], ["other", 2]);
});

test("a device that is chosen while it is off stays off", async () => {
  const { media, asked } = mediaWith();

  await media.choose("camera", "other");

  assert.deepEqual(
    [asked.length, media.isOn("camera"), media.chosen("camera")],
    [0, false, "other"],
  );
});

test("a device that is pulled out is off, with its reason", async () => {
  const { media, tracks } = mediaWith();
  await media.start();

  tracks.find(({ kind }) => kind === "video").onended();

  assert.deepEqual([media.isOn("camera"), media.problem("camera")], [false, "lost"]);
});

test("a screen is shared until its track ends", async () => {
  const { media, tracks } = mediaWith();

  const shared = await media.shareScreen();
  tracks[0].onended();

  assert.deepEqual([shared, media.screen, live(tracks)], [true, null, 0]);
});

test("whoever thinks better of sharing shares nothing", async () => {
  const { media } = mediaWith({ fails: { screen: "NotAllowedError" } });

  assert.deepEqual([await media.shareScreen(), media.screen], [false, null]);
});

test("a browser that keeps nothing still has devices", async () => {
  const { media } = mediaWith();
  const broken = new Media({
    devices: undefined,
    AudioContext: undefined,
    storage: {
      getItem: () => {
        throw failing("SecurityError");
      },
      setItem: () => {
        throw failing("SecurityError");
      },
    },
    changed: () => {},
  });

  await broken.choose("camera", "other");

  assert.deepEqual([broken.chosen("camera"), (await media.list()).camera.length], ["", 1]);
});
