// @ts-check
/** The list of participants with their states, and what moderators can do with them. */

import { icon } from "./icons.js";
import { h, keep, say, set } from "./markup.js";
import { gettext, interpolate } from "./text.js";
import { statesOf } from "./stage.js";

/** @typedef {import("./tiles.js").Tile} Tile */
/** @typedef {{tile: Tile, attendeeId: number | null, mayMute: boolean}} Person */

export class People {
  #list = h("ul", { role: "list", "aria-label": gettext("Participants") });
  #waiting = h("ul", { role: "list", "aria-label": gettext("Waiting in the lobby") });
  #waitingTitle = h("h3", {}, gettext("Waiting in the lobby"));
  #title = h("h3", { "aria-hidden": "true" });
  #views = new Map();
  #waitingViews = new Map();
  #act;
  root = h(
    "aside",
    { class: "people", "aria-label": gettext("People") },
    this.#waitingTitle,
    this.#waiting,
    this.#title,
    this.#list,
  );

  /**
   * @param {{
   *   mute: (sessionId: string) => void,
   *   remove: (attendeeId: number) => void,
   *   admit: (attendeeId: number) => void,
   * }} act
   */
  constructor(act) {
    this.#act = act;
  }

  /**
   * @param {Person[]} people
   * @param {{attendeeId: number, name: string}[]} waiting
   */
  update(people, waiting) {
    say(this.#title, interpolate(gettext("Participants (%(count)s)"), { count: people.length }));
    keep(
      this.#list,
      this.#views,
      people,
      ({ tile }) => tile.sessionId,
      () => this.#person(),
    );
    this.#waitingTitle.hidden = this.#waiting.hidden = waiting.length === 0;
    keep(
      this.#waiting,
      this.#waitingViews,
      waiting,
      (each) => String(each.attendeeId),
      () => this.#waiter(),
    );
  }

  #person() {
    const name = h("span", { class: "person-name" });
    const states = h("span", { class: "person-states" });
    const mute = smallButton("microphone-off", () => this.#act.mute(person.tile.sessionId));
    const remove = smallButton(
      "remove",
      () => person.attendeeId !== null && this.#act.remove(person.attendeeId),
    );
    const root = h("li", {}, h("span", { class: "person" }, name, states), mute, remove);
    /** @type {Person} */
    let person;
    return {
      root,
      /** @param {Person} now */
      update(now) {
        person = now;
        const { tile } = now;
        say(name, tile.own ? interpolate(gettext("%(name)s (you)"), tile) : tile.name);
        say(states, statesOf(tile).join(" · "));
        set(root, "data-speaking", tile.speaking);
        mute.hidden = !now.mayMute || !tile.audio;
        remove.hidden = now.attendeeId === null;
        title(mute, interpolate(gettext("Mute %(name)s"), tile));
        title(remove, interpolate(gettext("Remove %(name)s"), tile));
      },
    };
  }

  #waiter() {
    const name = h("span", { class: "person-name" });
    const admit = h(
      "button",
      { type: "button", class: "small", onclick: () => this.#act.admit(attendeeId) },
      gettext("Admit"),
    );
    const root = h("li", {}, h("span", { class: "person" }, name), admit);
    let attendeeId = 0;
    return {
      root,
      /** @param {{attendeeId: number, name: string}} now */
      update(now) {
        attendeeId = now.attendeeId;
        say(name, now.name);
        set(admit, "aria-label", interpolate(gettext("Admit %(name)s"), now));
      },
    };
  }
}

/** @param {import("./icons.js").Icon} picture @param {() => void} onclick */
function smallButton(picture, onclick) {
  return h("button", { type: "button", class: "bare", onclick }, icon(picture));
}

/** @param {HTMLElement} button @param {string} words */
function title(button, words) {
  set(button, "aria-label", words);
  set(button, "title", words);
}
