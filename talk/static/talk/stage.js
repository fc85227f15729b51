// @ts-check
/** The people of the call and their screens, drawn as large as there is room for. */

import { icon } from "./icons.js";
import { h, keep, say, set } from "./markup.js";
import { Sizes } from "./sizes.js";
import { gettext, interpolate } from "./text.js";
import { gridFor, initials } from "./tiles.js";

/** @typedef {import("./tiles.js").Tile} Tile */

export class Stage {
  #grid = h("div", { class: "grid" });
  #views = new Map();
  #screens = new Map();
  #onBlocked;
  #sizes;
  root = h("section", { class: "stage", "aria-label": gettext("Call") }, this.#grid);

  /**
   * @param {{onBlocked: () => void, onResized: () => void}} needs called when the browser keeps the
   *   sound back; when there are other `lines`
   */
  constructor({ onBlocked, onResized }) {
    this.#onBlocked = onBlocked;
    this.#sizes = new Sizes(onResized);
    new ResizeObserver(() => this.#fit()).observe(this.#grid);
  }

  /**
   * @param {Tile[]} tiles
   * @param {Tile | null} focus the one to show large; null for a grid of equals
   */
  update(tiles, focus) {
    const screens = tiles.filter((tile) => tile.screen && !tile.own);
    const shown = [
      ...screens.map((tile) => ({ key: `screen ${tile.sessionId}`, tile, isScreen: true })),
      ...tiles.map((tile) => ({ key: tile.sessionId, tile, isScreen: false })),
    ];
    const large = screens.length > 0 ? shown[0] : shown.find(({ tile }) => tile === focus);
    const onBlocked = this.#onBlocked;
    keep(
      this.#grid,
      this.#views,
      shown,
      ({ key }) => key,
      ({ isScreen, tile }) => (isScreen ? screenView(onBlocked) : this.#tileView(tile)),
    );
    for (const { key } of shown)
      set(this.#views.get(key).root, "data-large", key === large?.key && shown.length > 1);
    set(this.root, "data-layout", large && shown.length > 1 ? "speaker" : "grid");
    set(this.root, "data-count", shown.length);
    this.#fit();
  }

  /** By session, how many lines its picture has on the screen now. */
  get lines() {
    return this.#sizes.lines;
  }

  close() {
    this.#sizes.close();
  }

  /** @param {Tile} tile */
  #tileView(tile) {
    const view = tileView(this.#onBlocked);
    if (!tile.own) this.#sizes.watch(tile.sessionId, view.video);
    return view;
  }

  /** The user has done something: browsers allow sound now. */
  play() {
    for (const video of this.#grid.querySelectorAll("video")) video.play().catch(() => {});
  }

  /** Cells of a good shape, in the middle of the place there is. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#grid;
    const { columns, rows, cellWidth, cellHeight } = gridFor(this.#views.size, width, height);
    this.#grid.style.setProperty("--columns", String(columns));
    this.#grid.style.setProperty("--rows", String(rows));
    this.#grid.style.setProperty("--cell-width", `${cellWidth}px`);
    this.#grid.style.setProperty("--cell-height", `${cellHeight}px`);
  }
}

/** @param {() => void} onBlocked */
function tileView(onBlocked) {
  const video = h("video", { autoplay: true, playsinline: true });
  const name = h("span", { class: "tile-name" });
  const muted = icon("microphone-off");
  const avatar = h("div", { class: "avatar", "aria-hidden": "true" });
  const state = h("p", { class: "tile-state" });
  const hand = h("span", { class: "tile-hand" }, icon("hand"));
  const reaction = h("span", { class: "tile-reaction" });
  const told = h("span", { class: "unseen" });
  const label = h("div", { class: "tile-label" }, muted, name, told);
  const root = h(
    "div",
    { role: "group", class: "tile" },
    video,
    avatar,
    state,
    hand,
    reaction,
    label,
  );
  return {
    root,
    video,
    /** @param {{tile: Tile}} item */
    update({ tile }) {
      set(root, "aria-label", tile.name || gettext("Guest"));
      set(root, "data-own", tile.own);
      set(root, "data-video", tile.video && tile.stream !== null);
      set(root, "data-speaking", tile.speaking);
      set(root, "data-hue", hueOf(tile.name));
      show(video, tile.stream, tile.own, onBlocked);
      say(name, tile.own ? interpolate(gettext("%(name)s (you)"), tile) : tile.name);
      say(avatar, initials(tile.name) || "?");
      set(muted, "data-shown", !tile.audio);
      set(hand, "data-shown", tile.hand);
      say(reaction, tile.reaction);
      say(state, stateWords(tile));
      say(told, ` ${statesOf(tile).join(", ")}`);
    },
  };
}

/** @param {() => void} onBlocked */
function screenView(onBlocked) {
  const video = h("video", { autoplay: true, playsinline: true });
  const name = h("span", { class: "tile-name" });
  const label = h("div", { class: "tile-label" }, icon("screen"), name);
  const root = h("div", { role: "figure", class: "tile screen", "data-video": true }, video, label);
  return {
    root,
    /** @param {{tile: Tile}} item */
    update({ tile }) {
      const words = interpolate(gettext("Screen of %(name)s"), tile);
      set(root, "aria-label", words);
      say(name, words);
      show(video, tile.screen, false, onBlocked);
    },
  };
}

/**
 * @param {HTMLVideoElement} video
 * @param {MediaStream | null} stream
 * @param {boolean} silent
 * @param {() => void} onBlocked
 */
function show(video, stream, silent, onBlocked) {
  video.muted = silent;
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  if (!stream) return;
  video.play().catch((error) => {
    if (error.name === "NotAllowedError") onBlocked();
  });
}

/** @param {Tile} tile @returns {string[]} */
export function statesOf(tile) {
  const states = [];
  if (!tile.audio) states.push(gettext("muted"));
  if (tile.video) states.push(gettext("with video"));
  if (tile.screen) states.push(gettext("shares a screen"));
  if (tile.hand) states.push(gettext("hand raised"));
  return states;
}

/** @param {Tile} tile */
function stateWords(tile) {
  if (tile.own || tile.connection === "connected") return "";
  // Two who send nothing have no connection, and need none.
  if (tile.connection === "connecting" && !tile.audio && !tile.video) return "";
  return tile.connection === "connecting"
    ? gettext("Connecting …")
    : gettext("Connection interrupted");
}

/** One of six colours, the same for everybody who sees this name. @param {string} name */
function hueOf(name) {
  return [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6;
}
