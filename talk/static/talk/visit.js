// @ts-check
/**
 * One visit to a room's call, from looking at the room to hanging up: what state it is in, and the
 * steps from one to the next. Draws nothing; `frame.js` shows what is here and passes clicks on.
 *
 * loading → before → (lobby) → call → over, and from over back to before.
 */

import { ApiError } from "./api.js";
import { Connection } from "./connection.js";
import { Door } from "./door.js";
import { Moderation } from "./moderation.js";
import { Publishing } from "./publishing.js";
import { hasTimedOut } from "./retry.js";
import { Room, isMember, isReadOnly, mayNotStart, moderates, waitsInLobby, whyOut } from "./room.js";
import { Roster } from "./roster.js";
import { gettext } from "./text.js";
import { elsewhereWords, lobbyWords, outlookWords, readOnlyWords, refusalWords } from "./words.js";

/** @typedef {import("./words.js").Ending} Ending */
/** @typedef {import("./door.js").Credentials} Credentials */
/** @typedef {import("./media.js").Kind} Kind */

const LOOK_EVERY = 5000;
const LOOK_EAGERLY_EVERY = 3000;
/** Coming back into a call that puts one out again and again has to end. */
const MOST_RETURNS = 5;
const EVERYTHING = 255;
const KINDS = /** @type {Kind[]} */ (["microphone", "camera"]);

/**
 * @typedef {Object} Needs
 * @property {import("./api.js").Api} api
 * @property {string} token
 * @property {string} userId "" for guests
 * @property {string} userName what others see; a guest says it on joining
 * @property {boolean} cameBack this very tab was in the call before it was reloaded
 * @property {import("./media.js").Media} media
 * @property {any} browser RTCPeerConnection and MediaStream
 * @property {import("./interfaces.js").Clock} clock
 * @property {() => void} changed something is to be shown anew
 * @property {(event: "joined" | "left" | "ended" | "error", detail?: any) => void} announce
 */

export class Visit {
  /** @type {"loading" | "before" | "joining" | "lobby" | "call" | "over"} */
  stage = "loading";
  /** @type {any} the room object of the API */
  room = null;
  /** A sentence on how things stand, and one on what went wrong. */
  notice = "";
  alert = "";
  /** @type {Ending | ""} */
  ending = "";
  asksPassword = false;
  asksConsent = false;
  /** Wants to come in as soon as that is possible. */
  isEager = false;
  /** @type {string[]} who is in the call, before one is there oneself */
  people = [];
  /** @type {Connection | null} */
  connection = null;

  #needs;
  #room;
  #door;
  #media;
  #clock;
  #changed;
  #force;
  #busy = false;
  #lookTimer = /** @type {any} */ (null);
  #startedAt = 0;
  #wasInCall = false;
  #returns = 0;
  /** @type {Kind[]} what was on when the call was over */
  #wereOn = [];

  /** @param {Needs} needs */
  constructor(needs) {
    this.#needs = needs;
    this.#media = needs.media;
    this.#clock = needs.clock;
    this.#changed = needs.changed;
    this.#force = needs.cameBack;
    const room = new Room(needs);
    this.#room = room;
    this.#door = new Door({ ...needs, room });
    this.publishing = new Publishing({ ...needs, room });
    this.roster = new Roster({ room, changed: () => this.#rosterChanged() });
    this.moderation = new Moderation({
      room,
      connection: () => this.connection,
      done: (refusal) => this.#moderated(refusal),
    });
  }

  get isGuest() {
    return this.#needs.userId === "";
  }

  get moderates() {
    return this.room !== null && moderates(this.room);
  }

  /** What one is called, as the others see it. */
  get ownName() {
    return this.isGuest ? this.#door.credentials.name || gettext("Guest") : this.#needs.userName;
  }

  /** How long the call has been going on, in seconds. */
  get seconds() {
    return this.#startedAt === 0 ? 0 : this.#door.now - this.#startedAt;
  }

  /** Look at the room and get ready to join. */
  async open() {
    this.stage = "loading";
    this.ending = this.alert = this.notice = "";
    this.isEager = false;
    this.#media.start();
    await this.#door.settled();
    await this.#look();
  }

  /**
   * Join the call, or wait for it: in the lobby, or until somebody starts it.
   *
   * @param {Partial<Credentials>} [credentials]
   */
  async join(credentials = {}) {
    if (this.#busy || this.stage === "call") return;
    Object.assign(this.#door.credentials, credentials);
    this.#media.resume();
    if (this.stage === "over") for (const kind of this.#wereOn) this.#media.switch(kind, true);
    this.ending = this.alert = this.notice = "";
    this.isEager = true;
    await this.#goIn();
  }

  /** Take the call over from the other tab. */
  async takeOver() {
    this.#force = true;
    await this.join();
  }

  /** Do not wait any longer. */
  async giveUp() {
    this.isEager = false;
    this.notice = "";
    await this.#look();
  }

  async leave() {
    if (this.stage !== "over") await this.#hangUp("left", false);
  }

  /** End the call for everyone; without the right to, only leave it. */
  async endForEveryone() {
    if (this.stage === "call") await this.#hangUp(this.moderates ? "ended" : "left", this.moderates);
  }

  /** The page is closing: tell the server while there is time. */
  vanish() {
    if (this.stage !== "call") return;
    this.#room.hangUp({ keepalive: true }).catch(() => {});
    this.#stop();
  }

  /** The network is back, or the machine woke up. */
  wake() {
    this.connection?.wake();
    if (this.stage === "before" || this.stage === "lobby") this.#look();
  }

  /** Something of one's own media changed. */
  mediaChanged() {
    this.publishing.update();
    this.connection?.showOwn();
    this.#changed();
  }

  /** @param {Kind} kind @param {boolean} on */
  async switch(kind, on) {
    if (!on || this.publishing.may(kind)) await this.#media.switch(kind, on);
  }

  /** @param {boolean} on */
  async shareScreen(on) {
    if (!on) this.#media.stopScreen();
    else if (this.stage === "call" && this.publishing.may("screen")) await this.#media.shareScreen();
  }

  // Before the call --------------------------------------------------------------------------

  async #look() {
    this.#clock.clearTimeout(this.#lookTimer);
    const { stage } = this;
    const found = await this.#room.read().catch((error) => error);
    if (this.stage !== stage) return;
    if (!(found instanceof ApiError)) await this.#see(found);
    else if (found.status === 404) return this.#finish("not-found");
    else this.alert = refusalWords(found);
    this.#changed();
    if (["loading", "before", "lobby"].includes(this.stage)) this.#lookSoon();
  }

  #lookSoon() {
    const isWaiting = this.isEager || this.stage === "lobby";
    this.#clock.clearTimeout(this.#lookTimer);
    this.#lookTimer = this.#clock.setTimeout(
      () => this.#look(),
      isWaiting ? LOOK_EAGERLY_EVERY : LOOK_EVERY,
    );
  }

  /** @param {any} room */
  async #see(room) {
    this.room = room;
    await this.publishing.allow(isMember(room) ? room.permissions : EVERYTHING);
    const waits = isMember(room) && waitsInLobby(room);
    if (this.stage === "loading" || (this.stage === "lobby" && !waits)) this.stage = "before";
    const mayGoIn = this.isEager && !isReadOnly(room) && !mayNotStart(room);
    if (this.stage === "before" && (waits || mayGoIn)) return this.#goIn();
    if (this.stage !== "before") return;
    this.#showOutlook();
    const mayLook = isMember(room) && room.hasCall && !isReadOnly(room);
    const peers = mayLook ? await this.#room.peers().catch(() => []) : [];
    this.people = peers.map((each) => String(each.displayName || gettext("Guest")));
  }

  #showOutlook() {
    // What was said of a wrong password stands until the next one.
    if (isReadOnly(this.room)) this.alert = readOnlyWords();
    else if (!this.asksPassword && !this.asksConsent) this.alert = "";
    this.notice = outlookWords(this.room, this.#force);
  }

  async #goIn() {
    if (this.#busy) return;
    this.#busy = true;
    if (this.isEager) this.stage = "joining";
    this.#changed();
    try {
      await this.#enter();
      if (waitsInLobby(this.room)) await this.#wait();
      else if (this.isEager && !isReadOnly(this.room) && !mayNotStart(this.room)) {
        await this.#joinCall();
      } else this.#stayBefore();
    } catch (error) {
      await this.#refused(error);
    }
    this.#busy = false;
    this.#changed();
  }

  #stayBefore() {
    this.stage = "before";
    this.#showOutlook();
    this.#lookSoon();
  }

  async #enter() {
    const room = await this.#door.enter(this.#force || !this.isEager);
    if (!room) return;
    this.room = room;
    this.#force = true;
    this.asksPassword = false;
    await this.publishing.allow(room.permissions);
  }

  async #wait() {
    this.stage = "lobby";
    this.notice = lobbyWords(this.isEager);
    // Whoever waits is seen waiting: it is the signaling that keeps a session alive.
    await this.#connect();
    this.#lookSoon();
  }

  async #joinCall() {
    await this.#connect();
    const { consent } = this.#door.credentials;
    const { flags } = this.publishing;
    await this.#room.join(flags, consent);
    this.#clock.clearTimeout(this.#lookTimer);
    this.stage = "call";
    this.asksConsent = false;
    this.notice = this.alert = "";
    this.people = [];
    this.#wasInCall = false;
    await this.connection?.begin(this.publishing, flags);
    this.#giveNames();
    this.roster.refresh(this.moderates);
    this.#needs.announce("joined", { token: this.#needs.token });
    // When the call began is only known once it has.
    await this.#reread();
    this.#startedAt = this.room.callStartTime;
  }

  async #reread() {
    const room = await this.#room.read().catch(() => null);
    if (!room || this.stage !== "call") return;
    this.room = room;
    this.#changed();
  }

  /** @param {unknown} error */
  async #refused(error) {
    const refusal = error instanceof ApiError ? error : new ApiError(-1, "", null);
    const { status, code } = refusal;
    this.stage = "before";
    if (status === 412) return this.#wait();
    this.#needs.announce("error", { status, code });
    if (status === 403 && code === "ban") return this.#finish("banned");
    if (status === 404) return this.#sessionMissing();
    if (status === 403 && code === "") {
      // Read-only now, or somebody else has to start the call.
      this.room = { ...this.room, ...(await this.#room.read().catch(() => ({}))) };
      return this.#stayBefore();
    }
    this.isEager = false;
    if (status === 409) {
      this.#force = true;
      this.notice = elsewhereWords();
      return;
    }
    this.asksPassword ||= code === "password";
    this.asksConsent ||= code === "consent";
    this.alert = refusalWords(refusal);
    this.#lookSoon();
  }

  /** The session timed out while the page waited; or there is no such room (any more). */
  #sessionMissing() {
    const wasIn = this.#door.isIn;
    if (!wasIn || this.#returns >= MOST_RETURNS) return this.#finish(wasIn ? "removed" : "not-found");
    this.#returns += 1;
    this.#disconnect();
    this.#door.forget();
    this.#lookTimer = this.#clock.setTimeout(() => this.#goIn(), 0);
  }

  // In the call ------------------------------------------------------------------------------

  async #connect() {
    if (this.connection) return;
    const connection = new Connection({
      ...this.#needs,
      talkSessionId: this.room.sessionId,
      settings: await this.#room.settings(),
      on: {
        participants: (all) => this.#participants(all),
        gone: (reason) => this.#gone(reason),
        state: (state) => this.#connectionIs(state),
        muted: () => this.#wasMuted(),
        renamed: () => this.roster.refresh(this.moderates),
        room: () => (this.stage === "call" ? this.#roomChanged() : this.#look()),
      },
    });
    this.connection = connection;
    await connection.open();
  }

  #disconnect() {
    this.connection?.close();
    this.connection = null;
    this.publishing.end();
  }

  /** @param {import("./interfaces.js").Participant[]} all */
  #participants(all) {
    const own = this.connection?.sessionId;
    const me = all.find((each) => each.sessionId === own);
    if (me?.permissions != null && me.permissions !== this.room.permissions) {
      this.room = { ...this.room, permissions: me.permissions };
      this.publishing.allow(me.permissions);
      if (this.stage === "lobby") this.#look();
    }
    if (this.stage === "call") {
      // Of a lobby that somebody switched on, the signaling says nothing.
      if (this.roster.update(all, this.moderates) && this.moderates) this.#reread();
      this.#giveNames();
      if (me && me.inCall > 0) this.#wasInCall = true;
      else if (this.#wasInCall) this.#fellOut();
    }
    this.#changed();
  }

  #rosterChanged() {
    this.#giveNames();
    this.#changed();
  }

  #giveNames() {
    this.connection?.name((participant) => this.roster.nameOf(participant), this.ownName);
  }

  async #roomChanged() {
    await this.#reread();
    await this.publishing.allow(this.room.permissions);
  }

  /** Out of the call without having left it: find out why. */
  async #fellOut() {
    this.#wasInCall = false;
    const room = await this.#room.read().catch((error) => error);
    if (this.stage !== "call") return;
    if (room instanceof ApiError) {
      if (room.status === 404) this.#finish("removed");
      else await this.#comeBack();
      return;
    }
    this.room = room;
    await this.publishing.allow(room.permissions);
    const why = whyOut(room, this.#startedAt);
    if (why === "read-only" || why === "ended") this.#finish(why);
    else if (why === "interrupted") await this.#comeBack();
    else {
      this.#media.stopScreen();
      this.connection?.end();
      this.publishing.end();
      await this.#wait();
    }
    this.#changed();
  }

  /** @param {"gone" | "duplicate" | "lost"} reason */
  async #gone(reason) {
    const silence = this.#clock.now() - (this.connection?.heardAt ?? 0);
    if (reason === "lost") return this.#finish("lost");
    if (hasTimedOut(silence)) return this.#comeBack();
    this.#finish(reason === "duplicate" ? "duplicate" : "removed");
  }

  /** Join again with a new session: this one timed out, or fell out of the call. */
  async #comeBack() {
    this.#returns += 1;
    if (this.#returns > MOST_RETURNS) return this.#finish("lost");
    this.isEager ||= this.stage === "call";
    this.#disconnect();
    this.#door.forget();
    this.#force = false;
    this.notice = gettext("The connection was interrupted. You are being brought back …");
    await this.#goIn();
  }

  /** @param {"open" | "reconnecting"} state */
  #connectionIs(state) {
    const interrupted = gettext("The connection is interrupted. Trying again …");
    if (state === "reconnecting") this.notice = interrupted;
    else if (this.notice === interrupted) this.notice = gettext("You are connected again.");
    this.#changed();
  }

  #wasMuted() {
    this.#media.switch("microphone", false);
    this.notice = gettext("A moderator has muted you.");
    this.#changed();
  }

  /** @param {any} refusal */
  #moderated(refusal) {
    this.notice = refusal ? gettext("That was refused by the server.") : "";
    this.roster.refresh(this.moderates);
    this.#changed();
  }

  // After the call ---------------------------------------------------------------------------

  /** @param {"left" | "ended"} ending @param {boolean} all */
  async #hangUp(ending, all) {
    const inCall = this.stage === "call";
    const left = this.#door.leave({ inCall, all });
    // Camera and microphone go off now, however long the server takes.
    this.#finish(ending);
    await left;
  }

  /** @param {Ending} ending */
  #finish(ending) {
    const wasInCall = this.stage === "call";
    this.#stop();
    this.stage = "over";
    this.ending = ending;
    this.notice = this.alert = "";
    if (wasInCall) {
      this.#needs.announce(ending === "ended" ? "ended" : "left", { reason: ending });
    }
    this.#changed();
  }

  #stop() {
    this.#clock.clearTimeout(this.#lookTimer);
    this.#disconnect();
    this.#door.forget();
    this.#wereOn = KINDS.filter((kind) => this.#media.isOn(kind));
    this.#media.stop();
    this.#force = this.#wasInCall = this.isEager = false;
    this.#returns = this.#startedAt = 0;
  }
}
