// @ts-check
/**
 * One visit to a room's call, from looking at the room to hanging up: what state it is in, and the
 * steps from one to the next. Draws nothing; `call.js` shows what is here and passes clicks on.
 *
 * loading → before → (lobby) → call → over, and from over back to before.
 */

import { ApiError } from "./api.js";
import { Connection } from "./connection.js";
import { Publishing } from "./publishing.js";
import { hasTimedOut } from "./retry.js";
import { Room, isMember, moderates, needsName, waitsInLobby } from "./room.js";
import { Roster } from "./roster.js";
import { gettext } from "./text.js";
import { troubleWords } from "./trouble.js";
import { refusalWords } from "./words.js";

/** @typedef {import("./words.js").Ending} Ending */
/** @typedef {{name: string, password: string, consent: boolean}} Credentials */

const LOOK_EVERY = 5000;
const LOOK_FROM_LOBBY_EVERY = 3000;
const KINDS = /** @type {const} */ (["microphone", "camera"]);
/** Coming back into a call that puts one out again and again has to end. */
const MOST_RETURNS = 5;

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
  #media;
  #clock;
  #changed;
  #announce;
  #entered = false;
  #force;
  #busy = false;
  #lookTimer = /** @type {any} */ (null);
  /** Milliseconds that the server's clock is ahead. */
  #ahead = 0;
  #startedAt = 0;
  #wasInCall = false;
  #returns = 0;
  /** The server is being told that one left: a new session must not get in its way. */
  #goodbye = Promise.resolve();
  /** @type {("microphone" | "camera")[]} what was on when the call was over */
  #wereOn = [];
  /** @type {Credentials} */
  #credentials = { name: "", password: "", consent: false };

  /** @param {Needs} needs */
  constructor(needs) {
    this.#needs = needs;
    this.#media = needs.media;
    this.#clock = needs.clock;
    this.#changed = needs.changed;
    this.#announce = needs.announce;
    this.#force = needs.cameBack;
    this.#room = new Room(needs);
    this.publishing = new Publishing({ media: needs.media, room: this.#room, clock: needs.clock });
    this.roster = new Roster({ room: this.#room, changed: () => this.#rosterChanged() });
  }

  get isGuest() {
    return this.#needs.userId === "";
  }

  get moderates() {
    return this.room !== null && moderates(this.room);
  }

  get needsPassword() {
    return this.asksPassword || (this.room?.hasPassword && !isMember(this.room));
  }

  get isReadOnly() {
    return this.room?.readOnly === 1;
  }

  /** Whether joining begins the call; whoever has no seat yet cannot know and just joins. */
  get wouldStart() {
    return this.room !== null && isMember(this.room) && !this.room.hasCall && this.room.canStartCall;
  }

  /** Whether one has to wait until somebody else starts the call. */
  get mayNotStart() {
    const { room } = this;
    return room !== null && isMember(room) && !room.hasCall && !room.canStartCall;
  }

  /** How long the call has been going on, in seconds. */
  get seconds() {
    if (this.#startedAt === 0) return 0;
    return (this.#clock.now() + this.#ahead) / 1000 - this.#startedAt;
  }

  /** What one is called, as the others see it. */
  get ownName() {
    return this.isGuest ? this.#credentials.name || gettext("Guest") : this.#needs.userName;
  }

  /** Look at the room and get ready to join. */
  async open() {
    this.stage = "loading";
    this.ending = this.alert = this.notice = "";
    this.isEager = false;
    this.#media.start();
    await this.#goodbye;
    await this.#look();
  }

  /** Join the call, or wait for it: in the lobby, or until somebody starts it. */
  async join(/** @type {Partial<Credentials>} */ credentials = {}) {
    if (this.#busy || this.stage === "call") return;
    this.#credentials = { ...this.#credentials, ...credentials };
    this.#media.resume();
    if (this.stage === "over") this.#switchOnAgain();
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
    if (this.stage === "over") return;
    await this.#hangUp("left", false);
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

  /** @param {"microphone" | "camera"} kind @param {boolean} on */
  async switch(kind, on) {
    if (!on || this.publishing.may(kind)) await this.#media.switch(kind, on);
  }

  /** @param {boolean} on */
  async shareScreen(on) {
    if (!on) this.#media.stopScreen();
    else if (this.stage === "call" && this.publishing.may("screen")) await this.#media.shareScreen();
  }

  /** @param {string} sessionId @returns {import("./roster.js").Seat | null} */
  seatOf(sessionId) {
    const participant = this.connection?.participant(sessionId);
    return participant ? this.roster.seatOf(participant) : null;
  }

  /** @param {string} sessionId */
  mute(sessionId) {
    this.connection?.send(sessionId, "control", { action: "forceMute", peerId: sessionId });
  }

  /** @param {number} attendeeId */
  async remove(attendeeId) {
    await this.#act(this.#room.remove(attendeeId));
  }

  /** @param {number} attendeeId */
  async admit(attendeeId) {
    await this.#act(this.#room.admit(attendeeId));
    await this.roster.refresh(this.moderates);
  }

  // Before the call --------------------------------------------------------------------------

  async #look() {
    this.#clock.clearTimeout(this.#lookTimer);
    const stage = this.stage;
    try {
      const room = await this.#room.read();
      if (this.stage !== stage) return;
      await this.#see(room);
    } catch (error) {
      if (this.stage !== stage) return;
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 404) return this.#finish("not-found");
      this.alert = refusalWords({ status });
    }
    this.#changed();
    if (this.stage === "before" || this.stage === "lobby" || this.stage === "loading") {
      const delay = this.stage === "lobby" ? LOOK_FROM_LOBBY_EVERY : LOOK_EVERY;
      this.#lookTimer = this.#clock.setTimeout(() => this.#look(), delay);
    }
  }

  /** @param {any} room */
  async #see(room) {
    if (this.room === null) this.alert = "";
    this.room = room;
    await this.publishing.allow(isMember(room) ? room.permissions : 255);
    if (this.stage === "loading") this.stage = "before";
    this.alert = this.#alertOf(room);
    const waits = isMember(room) && waitsInLobby(room);
    if (waits && this.stage === "before") return this.#goIn();
    if (!waits && this.stage === "lobby") {
      this.stage = "before";
      this.notice = "";
    }
    if (this.isEager && !this.isReadOnly && !this.mayNotStart) return this.#goIn();
    if (this.stage !== "before") return;
    this.notice = this.#noticeOf(room);
    const mayLook = isMember(room) && room.hasCall && !this.isReadOnly;
    const peers = mayLook ? await this.#room.peers().catch(() => []) : [];
    this.people = peers.map((each) => String(each.displayName || gettext("Guest")));
  }

  /** @param {any} room */
  #alertOf(room) {
    if (room.readOnly === 1) {
      return gettext("This conversation is read-only: nobody can call here.");
    }
    return this.asksPassword || this.asksConsent ? this.alert : "";
  }

  /** @param {any} room */
  #noticeOf(room) {
    if (room.readOnly === 1) return "";
    if (room.participantFlags > 0 && room.sessionId !== "0" && !this.#force) {
      return gettext("You are in this call in another tab or window. If you join here, it takes over.");
    }
    if (waitsInLobby(room) && !isMember(room)) {
      return gettext("This conversation has a lobby: a moderator will let you in.");
    }
    if (this.mayNotStart) return gettext("Nobody has started the call yet. Please wait.");
    return "";
  }

  async #goIn() {
    if (this.#busy) return;
    this.#busy = true;
    await this.#goodbye;
    if (this.isEager) this.stage = "joining";
    this.#changed();
    try {
      if (!this.#entered) await this.#enter();
      if (waitsInLobby(this.room)) await this.#wait();
      else if (this.isReadOnly || this.mayNotStart) this.#stayBefore();
      else if (this.isEager) await this.#joinCall();
      else this.stage = "before";
    } catch (error) {
      await this.#refused(error);
    }
    this.#busy = false;
    this.#changed();
  }

  #stayBefore() {
    this.stage = "before";
    this.alert = this.#alertOf(this.room);
    this.notice = this.#noticeOf(this.room);
    this.#lookSoon(LOOK_FROM_LOBBY_EVERY);
  }

  /** @param {number} delay */
  #lookSoon(delay) {
    this.#clock.clearTimeout(this.#lookTimer);
    this.#lookTimer = this.#clock.setTimeout(() => this.#look(), delay);
  }

  async #enter() {
    const { password, name } = this.#credentials;
    const room = await this.#room.enter({ password, force: this.#force || !this.isEager });
    this.room = room;
    this.#entered = true;
    this.#force = true;
    this.asksPassword = false;
    this.#ahead = room.lastPing * 1000 - this.#clock.now();
    if (needsName(room, this.#needs.userId)) await this.#room.nameGuest(name);
    await this.publishing.allow(room.permissions);
  }

  async #wait() {
    this.stage = "lobby";
    this.notice = this.isEager
      ? gettext("You are in the lobby. You will join the call as soon as a moderator lets you in.")
      : gettext("You are in the lobby. A moderator will let you in.");
    // Whoever waits is seen waiting: it is the signaling that keeps a session alive.
    await this.#connect();
    this.#lookSoon(LOOK_FROM_LOBBY_EVERY);
  }

  async #joinCall() {
    await this.#connect();
    const { flags } = this.publishing;
    try {
      await this.#room.join(flags, this.#credentials.consent);
    } catch (error) {
      // The session timed out while the page waited: one more, then it is an error.
      if (!(error instanceof ApiError) || error.status !== 404 || this.#returns > 0) throw error;
      this.#returns += 1;
      this.#disconnect();
      this.#entered = false;
      await this.#enter();
      await this.#connect();
      await this.#room.join(flags, this.#credentials.consent);
    }
    this.#clock.clearTimeout(this.#lookTimer);
    this.stage = "call";
    this.asksConsent = false;
    this.notice = this.alert = "";
    this.people = [];
    this.#wasInCall = false;
    await this.connection?.begin(this.publishing, flags);
    this.#giveNames();
    this.roster.refresh(this.moderates);
    this.#announce("joined", { token: this.#needs.token });
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
    this.#announce("error", { status, code });
    if (status === 403 && code === "ban") return this.#finish("banned");
    if (status === 404) return this.#finish(this.#entered ? "removed" : "not-found");
    if (status === 409) {
      this.#force = true;
      this.isEager = false;
      this.notice = gettext(
        "You are in this call in another tab or window. If you join here, it takes over.",
      );
      return;
    }
    if (status === 412) return this.#wait();
    if (status === 403 && code === "") {
      // Read-only now, or nobody may start calls but somebody else.
      this.room = { ...this.room, ...(await this.#room.read().catch(() => ({}))) };
      return this.#stayBefore();
    }
    this.isEager = false;
    this.asksPassword ||= code === "password";
    this.asksConsent ||= code === "consent";
    this.alert = refusalWords(refusal);
    this.#lookSoon(LOOK_EVERY);
  }

  // In the call ------------------------------------------------------------------------------

  async #connect() {
    if (this.connection) return;
    const connection = new Connection({
      api: this.#needs.api,
      token: this.#needs.token,
      talkSessionId: this.room.sessionId,
      settings: await this.#room.settings(),
      media: this.#media,
      browser: this.#needs.browser,
      clock: this.#clock,
      changed: this.#changed,
      on: {
        participants: (all) => this.#participants(all),
        gone: (reason) => this.#gone(reason),
        state: (state) => this.#connectionIs(state),
        muted: () => this.#wasMuted(),
        renamed: () => this.roster.refresh(this.moderates),
        trouble: (code) => this.#troubled(code),
        room: () => (this.stage === "call" ? this.#droppedOut(false) : this.#look()),
      },
    });
    this.connection = connection;
    await connection.open();
  }

  /** @param {string} code */
  #troubled(code) {
    this.notice = troubleWords(code) || this.notice;
    this.#changed();
  }

  #disconnect() {
    this.connection?.close();
    this.connection = null;
    this.publishing.end();
  }

  /** @param {import("./interfaces.js").Participant[]} all */
  #participants(all) {
    const { connection } = this;
    if (!connection) return;
    const me = all.find((each) => each.sessionId === connection.sessionId);
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
      else if (this.#wasInCall) this.#droppedOut(true);
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

  /**
   * Out of the call without having left it, or something of the room changed: find out why.
   *
   * @param {boolean} isOut
   */
  async #droppedOut(isOut) {
    this.#wasInCall &&= !isOut;
    const room = await this.#room.read().catch((error) => error);
    if (this.stage !== "call") return;
    if (room instanceof ApiError) {
      if (room.status === 404) this.#finish("removed");
      else if (isOut) this.#comeBack();
      return;
    }
    this.room = room;
    await this.publishing.allow(room.permissions);
    if (isOut) this.#wentOut(room);
    this.#changed();
  }

  /** @param {any} room */
  #wentOut(room) {
    if (room.readOnly === 1) this.#finish("read-only");
    else if (waitsInLobby(room)) {
      this.#media.stopScreen();
      this.connection?.end();
      this.publishing.end();
      this.#wait();
    } else if (!room.hasCall || room.callStartTime !== this.#startedAt) this.#finish("ended");
    else this.#comeBack();
  }

  /** @param {"gone" | "duplicate" | "lost"} reason */
  async #gone(reason) {
    const silence = this.#clock.now() - (this.connection?.heardAt ?? 0);
    if (reason === "lost") return this.#finish("lost");
    if (hasTimedOut(silence)) return this.#comeBack();
    if (reason === "duplicate") return this.#finish("duplicate");
    const room = await this.#room.read().catch((error) => error);
    this.#finish(room?.status === 404 && this.isGuest ? "not-found" : "removed");
  }

  /** Join again with a new session: this one timed out, or fell out of the call. */
  async #comeBack() {
    this.#returns += 1;
    if (this.#returns > MOST_RETURNS) return this.#finish("lost");
    const wasWaiting = this.stage === "lobby";
    this.#disconnect();
    this.#entered = this.#force = false;
    this.isEager = !wasWaiting || this.isEager;
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

  /** @param {Promise<any>} request of a moderator */
  async #act(request) {
    try {
      await request;
      this.notice = "";
    } catch (error) {
      const { status = 0 } = /** @type {any} */ (error);
      this.notice =
        status === 0 || status >= 500
          ? refusalWords({ status })
          : gettext("That was refused by the server.");
    }
    this.#changed();
  }

  // After the call ---------------------------------------------------------------------------

  /** @param {"left" | "ended"} ending @param {boolean} all */
  async #hangUp(ending, all) {
    const wasInCall = this.stage === "call";
    const entered = this.#entered;
    // Camera and microphone go off first, however long the server takes.
    this.#finish(ending);
    this.#goodbye = (async () => {
      if (wasInCall) await this.#room.hangUp({ all }).catch(() => {});
      if (entered) await this.#room.leave().catch(() => {});
    })();
    await this.#goodbye;
  }

  /** @param {Ending} ending */
  #finish(ending) {
    const wasInCall = this.#wasInCall || this.stage === "call";
    this.#stop();
    this.stage = "over";
    this.ending = ending;
    this.notice = this.alert = "";
    if (wasInCall) this.#announce(ending === "ended" ? "ended" : "left", { reason: ending });
    this.#changed();
  }

  #switchOnAgain() {
    for (const kind of this.#wereOn) this.#media.switch(kind, true);
  }

  #stop() {
    this.#clock.clearTimeout(this.#lookTimer);
    this.#disconnect();
    this.#wereOn = KINDS.filter((kind) => this.#media.isOn(kind));
    this.#media.stop();
    this.#entered = this.#force = this.#wasInCall = this.isEager = false;
    this.#returns = this.#startedAt = 0;
  }
}
