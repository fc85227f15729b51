// @ts-check
/**
 * One visit to a room's call, from looking at the room to hanging up: what state it is in, and the
 * steps from one to the next. Draws nothing; `frame.js` shows what is here and passes clicks on.
 *
 * loading → before → (lobby) → call → over, and from over back to before.
 */

import { ApiError } from "./api.js";
import { ALL_PERMISSIONS } from "./constants.js";
import { Door } from "./door.js";
import { Lookout } from "./lookout.js";
import { Moderation } from "./moderation.js";
import { Publishing } from "./publishing.js";
import * as rooms from "./room.js";
import { Stay } from "./stay.js";
import { gettext } from "./text.js";
import * as words from "./words.js";

/** @typedef {import("./media.js").Kind} Kind */
/** @typedef {import("./interfaces.js").Surroundings} Surroundings */

/** Coming back into a call that puts one out again and again has to end. */
const MOST_RETURNS = 5;
const KINDS = /** @type {Kind[]} */ (["microphone", "camera"]);

export class Visit {
  /** @type {"loading" | "before" | "joining" | "lobby" | "call" | "over"} */
  stage = "loading";
  /** @type {any} the room object of the API */
  room = null;
  /** A sentence on how things stand, and one on what went wrong. */
  notice = "";
  alert = "";
  /** @type {import("./words.js").Ending | ""} */
  ending = "";
  asksPassword = false;
  asksConsent = false;
  /** Wants to come in as soon as that is possible. */
  isEager = false;

  #needs;
  #room;
  #media;
  #changed;
  #force;
  #busy = false;
  /** Counts visits: what was begun in an earlier one has no say any more. */
  #round = 0;
  #returns = 0;
  /** @type {Kind[]} what was on when the call was over */
  #wereOn = [];

  /** @param {Surroundings} needs */
  constructor(needs) {
    this.#needs = needs;
    this.#media = needs.media;
    this.#changed = needs.changed;
    this.#force = needs.cameBack;
    const room = new rooms.Room(needs);
    this.#room = room;
    this.door = new Door({ ...needs, room });
    this.publishing = new Publishing({ ...needs, room });
    this.lookout = new Lookout({
      ...needs,
      room,
      isEager: () => this.isEager || this.stage === "lobby",
      on: { seen: (seen) => this.#see(seen), refused: (refusal) => this.#seesNothing(refusal) },
    });
    this.stay = new Stay({
      needs,
      room,
      publishing: this.publishing,
      ownName: () => this.door.ownName,
      on: {
        room: (changes) => this.#learn(changes),
        over: (why) => this.#finish(why),
        lobby: () => this.#backToLobby(),
        interrupted: () => this.#comeBack(),
        notice: (said) => this.notify(said),
        muted: () => {
          this.#media.switch("microphone", false);
          this.notify(gettext("A moderator has muted you."));
        },
      },
    });
    this.moderation = new Moderation({
      room,
      stay: this.stay,
      notify: (said) => this.notify(said),
    });
  }

  get moderates() {
    return this.room !== null && rooms.moderates(this.room);
  }

  /** Look at the room and get ready to join. */
  async open() {
    this.stage = "loading";
    this.ending = this.alert = this.notice = "";
    this.isEager = false;
    await this.door.settled();
    await this.lookout.look();
  }

  /** Join the call, or wait for it. @param {Partial<import("./door.js").Credentials>} [said] */
  async join(said = {}) {
    if (this.stage === "call" || this.stage === "joining") return;
    Object.assign(this.door.credentials, said);
    this.#media.resume();
    if (this.stage === "over") for (const kind of this.#wereOn) this.#media.switch(kind, true);
    this.ending = this.alert = this.notice = "";
    this.isEager = true;
    await this.#goIn();
  }

  takeOver() {
    this.#force = true;
    return this.join();
  }

  async giveUp() {
    this.isEager = false;
    this.notice = this.stage === "lobby" ? words.lobbyWords(false) : "";
    await this.lookout.look();
  }

  async leave() {
    if (this.stage !== "over") await this.#hangUp("left", false);
  }

  /** End the call for everyone; without the right to, only leave it. */
  async endForEveryone() {
    if (this.stage === "call")
      await this.#hangUp(this.moderates ? "ended" : "left", this.moderates);
  }

  /** The page is closing: tell the server while there is time. */
  vanish() {
    if (this.stage !== "call") return;
    this.#room.hangUp({ keepalive: true }).catch(() => {});
    this.#stop();
  }

  /** The network is back, or the machine woke up. */
  wake() {
    this.stay.connection?.wake();
    if (this.stage === "before" || this.stage === "lobby") this.lookout.look();
  }

  /** Say how things stand, in a sentence. @param {string} said */
  notify(said) {
    this.notice = said;
    this.#changed();
  }

  mediaChanged() {
    this.publishing.update();
    this.stay.connection?.showOwn();
    this.#changed();
  }

  /** @param {any} room */
  async #see(room) {
    this.room = room;
    await this.publishing.allow(rooms.isMember(room) ? room.permissions : ALL_PERMISSIONS);
    const place = rooms.placeIn(room, this.isEager);
    if (this.stage === "loading" && !rooms.isReadOnly(room)) this.#media.start();
    if (this.stage === "loading" || place !== "lobby") this.stage = "before";
    if (this.stage === "before" && place !== "before") await this.#goIn();
    else if (this.stage === "before") this.#showOutlook();
    this.#changed();
  }

  /** @param {ApiError} refusal */
  #seesNothing(refusal) {
    if (refusal.status === 404) return this.#finish("not-found");
    this.alert = words.refusalWords(refusal);
    this.#changed();
  }

  #showOutlook() {
    // What was said of a wrong password stands until the next one.
    if (rooms.isReadOnly(this.room)) this.alert = words.readOnlyWords();
    else if (!this.asksPassword && !this.asksConsent) this.alert = "";
    this.notice = words.outlookWords(this.room, this.#force);
  }

  async #goIn() {
    if (this.#busy) return;
    const [round, isEager] = [this.#round, this.isEager];
    this.#busy = true;
    if (isEager) this.stage = "joining";
    this.#changed();
    try {
      await this.#takeNextStep(round);
    } catch (error) {
      if (round === this.#round) await this.#refused(error).catch((again) => this.#tell(again));
    }
    if (round !== this.#round) return;
    this.#busy = false;
    this.#changed();
    // Said on the way to the lobby.
    if (this.isEager && !isEager) await this.#goIn();
  }

  /** @param {number} round */
  async #takeNextStep(round) {
    // Whoever joins has read that another tab is in the call.
    const isTold = !this.isEager || rooms.isInElsewhere(this.room);
    const room = await this.door.enter(this.#force || isTold);
    if (round !== this.#round) return;
    if (room) {
      this.room = room;
      this.#force = true;
      this.asksPassword = false;
      await this.publishing.allow(room.permissions);
    }
    const place = rooms.placeIn(this.room, this.isEager);
    if (place === "lobby") await this.#wait();
    else if (place === "call") await this.#joinCall(round);
    else this.#remainBefore();
  }

  #remainBefore() {
    this.stage = "before";
    this.#showOutlook();
    this.lookout.lookLater();
  }

  async #wait() {
    this.stage = "lobby";
    this.notice = words.lobbyWords(this.isEager);
    // Whoever waits is seen waiting: it is the signaling that keeps a session alive.
    await this.stay.open(this.room);
    this.lookout.lookLater();
  }

  /** @param {number} round */
  async #joinCall(round) {
    await this.stay.open(this.room);
    const { flags } = this.publishing;
    await this.#room.join(flags, this.door.credentials.consent);
    // Whoever has thought better of it meanwhile is not in the call.
    if (round !== this.#round) return this.#room.hangUp();
    this.lookout.stop();
    this.stage = "call";
    this.asksConsent = false;
    this.notice = this.alert = "";
    await this.stay.begin(flags);
    this.#needs.announce("joined", { token: this.#needs.token });
    this.stay.findStart();
  }

  /** @param {unknown} error */
  async #refused(error) {
    const refusal = error instanceof ApiError ? error : new ApiError(-1, "", null);
    const { status, code } = refusal;
    this.stage = "before";
    if (status === 412) return this.#wait();
    this.#needs.announce("error", { status, code });
    if (code === "ban") return this.#finish("banned");
    if (status === 404) return this.#sessionMissing();
    if (status === 403 && code === "") {
      // Read-only now, or somebody else has to start the call.
      this.room = await this.#room.read().catch(() => this.room);
      return this.#remainBefore();
    }
    this.#force ||= status === 409;
    this.asksPassword ||= code === "password";
    this.asksConsent ||= code === "consent";
    this.#tell(refusal);
  }

  /** @param {any} refusal */
  #tell(refusal) {
    this.stage = "before";
    this.isEager = false;
    if (refusal.status === 409) this.notice = words.elsewhereWords();
    else this.alert = words.refusalWords(refusal);
    this.lookout.lookLater();
  }

  /** The session timed out while the page waited; or there is no such room (any more). */
  #sessionMissing() {
    if (!this.door.isIn) return this.#finish("not-found");
    if (++this.#returns > MOST_RETURNS) return this.#finish("removed");
    this.stay.close();
    this.door.forget();
    this.#needs.clock.setTimeout(() => this.#goIn(), 0);
  }

  /** Join again with a new session: this one timed out, or fell out of the call. */
  async #comeBack() {
    if (++this.#returns > MOST_RETURNS) return this.#finish("lost");
    this.isEager ||= this.stage === "call";
    this.stay.close();
    this.door.forget();
    this.#force = false;
    this.notice = gettext("The connection was interrupted. You are being brought back …");
    await this.#goIn();
  }

  async #backToLobby() {
    this.#media.stopScreen();
    await this.#wait();
    this.#changed();
  }

  /** @param {any} changes */
  async #learn(changes) {
    this.room = { ...this.room, ...changes };
    await this.publishing.allow(this.room.permissions);
    if (this.stage === "lobby" && !rooms.waitsInLobby(this.room)) await this.lookout.look();
    this.#changed();
  }

  /** @param {"left" | "ended"} ending @param {boolean} all */
  async #hangUp(ending, all) {
    const inCall = this.stage === "call";
    const left = this.door.leave({ inCall, all });
    // Camera and microphone go off now, however long the server takes.
    this.#finish(ending);
    await left;
  }

  /** @param {import("./words.js").Ending} ending */
  #finish(ending) {
    const wasInCall = this.stage === "call";
    this.#stop();
    this.stage = "over";
    this.ending = ending;
    this.notice = this.alert = "";
    if (wasInCall) this.#needs.announce(ending === "ended" ? "ended" : "left", { reason: ending });
    this.#changed();
  }

  #stop() {
    this.lookout.stop();
    this.stay.close();
    this.door.forget();
    this.#wereOn = KINDS.filter((kind) => this.#media.isOn(kind));
    this.#media.stop();
    this.#force = this.isEager = this.#busy = false;
    this.#returns = 0;
    this.#round += 1;
  }
}
