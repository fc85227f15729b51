// @ts-check
/**
 * The connection to a signaling server: hello, resume, and coming back (signaling.md §5.1–5.2).
 * Knows nothing of rooms and calls; hpb.js does.
 */

import { ApiError } from "./api.js";
import { retryDelay } from "./retry.js";

/** Servers before 1.0 do not say welcome, and hang up on clients that are silent for 2 seconds. */
const WELCOME_WITHIN = 1000;
const ANSWER_WITHIN = 10000;
/** So long a server keeps a session whose connection broke. */
const RESUMABLE_FOR = 30000;
/** Errors that another hello, with fresh credentials, may get over. */
const STALE = new Set(["token_expired", "token_not_valid_yet", "invalid_token", "invalid_ticket"]);
/** Errors that no other attempt gets over. */
const FINAL = new Set(["invalid_backend", "invalid_client_type", "no_such_user"]);

/**
 * @typedef {Object} SocketEvents
 * @property {(told: any) => void} told anything that is no answer to a hello
 * @property {(isNew: boolean) => void} open messages get through; `isNew`: with a new session
 * @property {() => void} interrupted
 * @property {() => void} lost there will be no further attempts
 */

export class Socket {
  /** What the server can do. @type {string[]} */
  features = [];
  sessionId = "";
  #needs;
  #clock;
  #on;
  /** @type {WebSocket | null} */
  #socket = null;
  #resumeId = "";
  #brokeAt = 0;
  #failures = 0;
  #closed = false;
  #number = 0;
  #timer = /** @type {any} */ (null);
  /** @type {any} settings of signaling; they are good for one minute */
  #settings;
  /** @type {{resolve: () => void, reject: (error: Error) => void} | null} of the first attempt */
  #first = null;

  /**
   * @param {{
   *   settings: any,
   *   askSettings: () => Promise<any>,
   *   backend: string,
   *   WebSocket: typeof WebSocket,
   *   clock: import("./interfaces.js").Clock,
   *   random: () => number,
   *   on: SocketEvents,
   * }} needs `backend`: the address that the server asks the site at
   */
  constructor(needs) {
    this.#needs = needs;
    this.#clock = needs.clock;
    this.#on = needs.on;
    this.#settings = needs.settings;
  }

  /** Resolves once the server has said hello; rejects with its reason if it does not. */
  open() {
    return new Promise((resolve, reject) => {
      this.#first = { resolve: () => resolve(undefined), reject };
      this.#connect();
    });
  }

  /**
   * @param {string} type
   * @param {any} content
   * @returns {string} the id that the answer will have
   */
  say(type, content) {
    const id = String(++this.#number);
    if (this.isOpen) this.#socket?.send(JSON.stringify({ id, type, [type]: content }));
    return id;
  }

  /** Whether what is said gets through. */
  get isOpen() {
    return this.sessionId !== "" && this.#brokeAt === 0 && this.#socket?.readyState === 1;
  }

  /** A connection that slept may be dead without knowing: take a new one, as the same session. */
  wake() {
    if (this.#closed || this.#first) return;
    this.#failures = 0;
    if (this.#brokeAt === 0) this.#broke();
    this.#again(0);
  }

  /** Leave for good. */
  close() {
    if (this.isOpen) this.say("bye", {});
    this.#closed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#drop();
  }

  #connect() {
    this.#drop();
    const { WebSocket } = this.#needs;
    let socket;
    try {
      socket = new WebSocket(addressOf(this.#settings.server));
    } catch {
      return this.#failed("unreachable");
    }
    this.#socket = socket;
    let greeted = false;
    const greet = (/** @type {string[]} */ features) => {
      if (greeted) return;
      greeted = true;
      this.#greet(features);
    };
    this.#wait(ANSWER_WITHIN, () => this.#failed("unreachable"));
    socket.onopen = () => this.#wait(WELCOME_WITHIN, () => greet([]));
    socket.onmessage = ({ data }) => {
      const told = parsed(data);
      if (told?.type === "welcome") greet(listOf(told.welcome?.features));
      else if (told) this.#hear(told);
    };
    socket.onclose = () => this.#failed("unreachable");
  }

  /** @param {string[]} features */
  #greet(features) {
    this.#wait(ANSWER_WITHIN, () => this.#failed("unreachable"));
    const isResumable = this.#resumeId !== "" && this.#clock.now() - this.#brokeAt < RESUMABLE_FOR;
    if (isResumable) return this.#sayHello({ version: "1.0", resumeid: this.#resumeId });
    const all = this.#settings.helloAuthParams ?? {};
    const version = features.includes("hello-v2") && all["2.0"]?.token ? "2.0" : "1.0";
    this.#sayHello({ version, auth: { url: this.#needs.backend, params: all[version] } });
  }

  /** @param {any} hello */
  #sayHello(hello) {
    this.#socket?.send(JSON.stringify({ id: "hello", type: "hello", hello }));
  }

  /** @param {any} told */
  #hear(told) {
    if (told.id === "hello") {
      if (told.type === "hello") return this.#greeted(told.hello ?? {});
      return this.#refused(String(told.error?.code ?? ""));
    }
    if (this.isOpen) this.#on.told(told);
    else if (told.type === "bye") this.#refused(String(told.bye?.reason ?? ""));
  }

  /** @param {any} hello */
  #greeted(hello) {
    this.#clock.clearTimeout(this.#timer);
    const isNew = hello.sessionid !== this.sessionId;
    this.sessionId = String(hello.sessionid ?? "");
    this.#resumeId = String(hello.resumeid ?? "");
    this.features = listOf(hello.server?.features);
    this.#brokeAt = this.#failures = 0;
    this.#settle();
    this.#on.open(isNew);
  }

  /** @param {string} code */
  #refused(code) {
    if (this.#resumeId !== "") {
      // The server has forgotten the session: begin anew, with what the site says now.
      this.#resumeId = "";
      return this.#again(0);
    }
    if (FINAL.has(code) || (STALE.has(code) && this.#failures > 3)) return this.#giveUp(code);
    this.#failed(code);
  }

  /** The attempt came to nothing, or the connection broke. @param {string} code */
  #failed(code) {
    if (this.#closed) return;
    this.#drop();
    // Whoever is at the door wants to know why it stays shut.
    if (this.#first && this.#failures > 0) return this.#giveUp(code);
    if (this.sessionId !== "" && this.#brokeAt === 0) this.#broke();
    this.#failures += 1;
    const delay = retryDelay(this.#failures, this.#needs.random());
    if (delay === null) return this.#giveUp(code);
    this.#again(delay);
  }

  #broke() {
    this.#brokeAt = this.#clock.now();
    this.#on.interrupted();
  }

  /** @param {number} delay */
  #again(delay) {
    this.#drop();
    this.#wait(delay, async () => {
      const isResumable = this.#resumeId !== "" && this.#clock.now() - this.#brokeAt < RESUMABLE_FOR;
      if (!isResumable) {
        // Tokens have run out by now, and the server may be another one.
        this.#resumeId = "";
        const settings = await this.#needs.askSettings().catch(() => null);
        if (this.#closed) return;
        if (settings === null) return this.#failed("unreachable");
        this.#settings = settings;
      }
      this.#connect();
    });
  }

  /** @param {string} code */
  #giveUp(code) {
    const first = this.#first;
    this.#closed = true;
    this.#first = null;
    this.#clock.clearTimeout(this.#timer);
    this.#drop();
    if (first) first.reject(new ApiError(code === "unreachable" ? 0 : 502, code, null));
    else this.#on.lost();
  }

  #settle() {
    this.#first?.resolve();
    this.#first = null;
  }

  /** @param {number} delay @param {() => void} run */
  #wait(delay, run) {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(run, delay);
  }

  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

/** @param {string} server as it is configured */
export function addressOf(server) {
  return `${server.replace(/^http/, "ws").replace(/\/+$/, "")}/spreed`;
}

/** @param {unknown} data @returns {any} */
function parsed(data) {
  try {
    const told = JSON.parse(String(data));
    return typeof told === "object" && !Array.isArray(told) ? told : null;
  } catch {
    return null;
  }
}

/** @param {unknown} list @returns {string[]} */
const listOf = (list) => (Array.isArray(list) ? list.map(String) : []);
