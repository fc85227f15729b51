// @ts-check
/** The whole of the call's element: puts the parts together and shows how the visit stands. */

import { DevicePicker } from "./devices.js";
import { Entrance } from "./entrance.js";
import { h, say, set } from "./markup.js";
import { People } from "./people.js";
import { Stage } from "./stage.js";
import { gettext, interpolate } from "./text.js";
import { Toolbar } from "./toolbar.js";
import { durationWords, endingWords } from "./words.js";

/** @typedef {import("./visit.js").Visit} Visit */

const LEVEL_EVERY = 100;

export class Frame {
  #host;
  #visit;
  #media;
  #entrance;
  #stage;
  #people;
  #toolbar;
  #title = h("h2", { class: "title", tabindex: -1 });
  #time = h("span", {
    class: "time",
    role: "timer",
    "aria-label": gettext("Duration of the call"),
  });
  #notice = h("p", { role: "status", class: "notice" });
  #alert = h("p", { role: "alert", class: "alert" });
  #again = h("button", { type: "button", class: "primary" });
  #away = h("a", { class: "plain" });
  #over;
  #dialog;
  #devices;
  #root;
  #levelTimer;
  #isPeopleShown;
  #isSpeakerView = false;
  #isSilenced = false;
  #saidLink = "";
  #shown = "";

  /**
   * @param {{
   *   host: HTMLElement,
   *   visit: Visit,
   *   media: import("./media.js").Media,
   *   guestName: string,
   * }} needs
   */
  constructor({ host, visit, media, guestName }) {
    this.#host = host;
    this.#visit = visit;
    this.#media = media;
    this.#isPeopleShown = true;
    const toggle = (/** @type {"microphone" | "camera"} */ kind) =>
      visit.publishing.switch(kind, !media.isOn(kind));
    this.#entrance = new Entrance({ visit, media, toggle, guestName });
    this.#stage = new Stage({
      onBlocked: () => this.#silenced(),
      onResized: () => visit.stay.connection?.show(this.#stage.lines),
    });
    this.#people = new People({
      mute: (sessionId) => visit.moderation.mute(sessionId),
      remove: (attendeeId) => visit.moderation.remove(attendeeId),
      admit: (attendeeId) => visit.moderation.admit(attendeeId),
    });
    this.#devices = new DevicePicker(media);
    this.#dialog = this.#makeDialog();
    this.#toolbar = new Toolbar({
      toggle,
      screen: () => visit.publishing.shareScreen(media.screen === null),
      hand: () => visit.stay.connection?.raiseHand(!visit.stay.connection.hand),
      react: (reaction) => visit.stay.connection?.react(reaction),
      leave: () => visit.leave(),
      end: () => visit.endForEveryone(),
      people: () => this.#flip(() => (this.#isPeopleShown = !this.#isPeopleShown)),
      layout: () => this.#flip(() => (this.#isSpeakerView = !this.#isSpeakerView)),
      full: () => this.#toggleFull(),
      devices: () => this.#openDevices(),
      copyLink: () => this.#copyLink(),
    });
    this.#again.addEventListener("click", () => this.#goOn());
    this.#over = h(
      "section",
      { class: "over", "aria-label": gettext("After the call") },
      this.#again,
      this.#away,
    );
    this.#root = h(
      "div",
      { class: "frame", onpointerdown: () => this.#hear(), onkeydown: () => this.#hear() },
      h("header", { class: "top" }, this.#title, this.#time),
      this.#alert,
      this.#notice,
      this.#entrance.root,
      this.#stage.root,
      this.#people.root,
      this.#toolbar.root,
      this.#over,
      this.#dialog,
    );
    this.#mount();
    this.#levelTimer = setInterval(() => {
      if (!this.#entrance.root.hidden) this.#entrance.showLevel(media.level);
    }, LEVEL_EVERY);
    this.update();
  }

  close() {
    clearInterval(this.#levelTimer);
    this.#stage.close();
  }

  devicesChanged() {
    this.#entrance.devices.update();
    this.#devices.update();
  }

  /** Once a second. */
  tick() {
    const { stay, door } = this.#visit;
    say(this.#time, stay.startedAt > 0 ? durationWords(door.now - stay.startedAt) : "");
  }

  update() {
    const visit = this.#visit;
    const { stage, room } = visit;
    const { connection } = visit.stay;
    const isInCall = stage === "call" && connection !== null;
    const isBefore = stage === "before" || stage === "joining" || stage === "lobby";
    set(this.#root, "data-stage", isInCall ? "call" : stage === "call" ? "joining" : stage);
    set(this.#root, "data-people", this.#isPeopleShown);
    say(this.#title, room?.displayName || this.#host.getAttribute("room-name") || gettext("Call"));
    say(this.#notice, this.#noticeWords());
    say(this.#alert, visit.alert || (isBefore ? (this.#host.getAttribute("warning") ?? "") : ""));
    this.#entrance.root.hidden = !isBefore;
    this.#stage.root.hidden = this.#toolbar.root.hidden = !isInCall;
    this.#people.root.hidden = !isInCall || !this.#isPeopleShown;
    this.#over.hidden = stage !== "over";
    if (isBefore) this.#entrance.update(visit);
    if (isInCall) this.#updateCall(connection);
    if (stage === "over") this.#updateOver();
    this.#moveFocus(isInCall ? "call" : isBefore ? "before" : stage);
    this.tick();
  }

  /** @param {import("./connection.js").Connection} connection */
  #updateCall(connection) {
    const visit = this.#visit;
    const { tiles } = connection;
    const shown = tiles.all;
    this.#stage.update(shown, this.#isSpeakerView ? tiles.focus : null);
    connection.show(this.#stage.lines);
    const people = shown.map((tile) => {
      const participant = connection.participant(tile.sessionId);
      const seat = participant && visit.stay.roster.seatOf(participant);
      const mayAct = visit.moderates && !tile.own;
      const attendeeId = mayAct && seat && !seat.isOwner ? seat.attendeeId : null;
      return { tile, attendeeId, mayMute: mayAct };
    });
    this.#people.update(people, visit.moderates ? visit.stay.roster.waiting(visit.room) : []);
    this.#toolbar.update({
      visit,
      media: this.#media,
      isPeopleShown: this.#isPeopleShown,
      isSpeakerView: this.#isSpeakerView,
    });
  }

  #updateOver() {
    const { ending } = this.#visit;
    const words = {
      left: gettext("Join call"),
      duplicate: gettext("Continue here"),
      lost: gettext("Try again"),
      removed: gettext("Try again"),
    };
    const again = /** @type {Record<string, string>} */ (words)[ending] ?? gettext("Back");
    say(this.#again, again);
    this.#again.hidden = ending === "banned" || ending === "not-found" || ending === "no-calls";
    const signIn = ending === "not-found" && this.#visit.door.isGuest;
    const where = this.#host.getAttribute(signIn ? "login" : "rooms");
    set(this.#away, "href", where);
    this.#away.hidden = !where || (this.#visit.door.isGuest && !signIn);
    say(this.#away, signIn ? gettext("Sign in") : gettext("My conversations"));
  }

  #goOn() {
    const { ending } = this.#visit;
    if (ending === "left") this.#visit.join();
    else if (ending === "duplicate") this.#visit.takeOver();
    else this.#visit.open();
  }

  #noticeWords() {
    const visit = this.#visit;
    if (visit.stage === "loading") return gettext("Loading …");
    if (visit.ending) return endingWords(visit.ending);
    if (visit.notice) return visit.notice;
    if (visit.stage === "joining") return gettext("Joining …");
    if (visit.stage !== "call") return "";
    if (this.#isSilenced) return gettext("Click anywhere to hear the others.");
    if (this.#saidLink) return this.#saidLink;
    if (this.#isTooLarge()) {
      return gettext(
        "So many people in one call may be too much for their connections. Switching cameras off helps.",
      );
    }
    return "";
  }

  #isTooLarge() {
    const most = Number(this.#host.getAttribute("max-mesh")) || Infinity;
    const { connection } = this.#visit.stay;
    return connection !== null && connection.isMesh && connection.tiles.all.length > most;
  }

  #mount() {
    const shadow = this.#host.shadowRoot ?? this.#host.attachShadow({ mode: "open" });
    const href = this.#host.getAttribute("stylesheet") ?? new URL("call.css", import.meta.url).href;
    const sheet = h("link", { rel: "stylesheet", href });
    // Nothing is shown unstyled, nor never.
    this.#root.hidden = true;
    const show = () => {
      this.#root.hidden = false;
      this.update();
    };
    sheet.addEventListener("load", show);
    sheet.addEventListener("error", show);
    shadow.replaceChildren(sheet, this.#root);
    this.devicesChanged();
  }

  #makeDialog() {
    const done = h(
      "button",
      { type: "button", class: "primary", onclick: () => this.#dialog.close() },
      gettext("Done"),
    );
    return h(
      "dialog",
      { "aria-label": gettext("Devices") },
      h("h3", {}, gettext("Devices")),
      this.#devices.root,
      done,
    );
  }

  async #openDevices() {
    await this.#devices.update();
    this.#dialog.showModal();
  }

  #toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.#host.requestFullscreen().catch(() => {});
  }

  async #copyLink() {
    const page = this.#host.getAttribute("page");
    const link = page ? new URL(page, location.href).href : location.href.split("#")[0];
    try {
      await navigator.clipboard.writeText(link);
      this.#saidLink = gettext("The link to this call has been copied.");
    } catch {
      this.#saidLink = interpolate(gettext("The link to this call: %(link)s"), { link });
    }
    this.update();
    setTimeout(() => {
      this.#saidLink = "";
      this.update();
    }, 8000);
  }

  /** @param {() => void} change */
  #flip(change) {
    change();
    this.update();
  }

  #silenced() {
    this.#isSilenced = true;
    this.update();
  }

  #hear() {
    this.#media.resume();
    if (!this.#isSilenced) return;
    this.#isSilenced = false;
    this.#stage.play();
    this.update();
  }

  /** Whoever uses the keyboard goes on at the top of what is new. @param {string} now */
  #moveFocus(now) {
    if (now === this.#shown) return;
    const isFirst = this.#shown === "" || this.#shown === "loading";
    this.#shown = now;
    if (now === "before" || now === "call") this.devicesChanged();
    if (!isFirst) this.#title.focus();
  }
}
