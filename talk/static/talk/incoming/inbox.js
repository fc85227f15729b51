// @ts-check
/** The server's side of it: the list of notifications, the state of a call, and forgetting one. */

import { callsIn } from "./calls.js";

/** @typedef {import("./calls.js").Call} Call */

export class Inbox {
  #api;
  #fetch;
  #now;
  #etag = "";
  /** How far the server's clock is ahead, in milliseconds. */
  #ahead = 0;
  /** @type {Call[]} */
  #calls = [];

  /**
   * @param {{api: string, fetch: typeof fetch, now: () => number}} needs `api` such as
   *   `/ocs/v2.php`; `now` this machine's clock, in milliseconds
   */
  constructor({ api, fetch, now }) {
    this.#api = api.replace(/\/+$/, "");
    this.#fetch = fetch;
    this.#now = now;
  }

  /** The calls as they were read last. */
  get calls() {
    return this.#calls;
  }

  /** Milliseconds, by the server's clock: this machine's may be minutes wrong. */
  get now() {
    return this.#now() + this.#ahead;
  }

  /**
   * Read the list again; what was read before stays if that fails.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<number>} the status; 0 when there was no answer, or one that is none
   */
  async read(signal) {
    /** @type {Record<string, string>} */
    const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
    const response = await this.#ask("GET", this.#path(), signal, headers);
    if (response === null) return 0;
    this.#setClock(response.headers.get("Date"));
    if (response.status === 204 || response.status === 404) this.#calls = [];
    if (response.status !== 200) return response.status;
    try {
      this.#calls = callsIn((await response.json()).ocs.data);
    } catch {
      return 0;
    }
    this.#etag = response.headers.get("ETag") ?? "";
    return 200;
  }

  /**
   * Whether to go on ringing (call.md §7): 200 yes, 201 it was missed, 404 no.
   *
   * @param {Call} call
   * @param {AbortSignal} signal
   * @returns {Promise<number>} the status, 0 when there was no answer
   */
  async stateOf(call, signal) {
    const path = `/apps/spreed/api/v4/call/${call.token}/notification-state`;
    return (await this.#ask("GET", path, signal))?.status ?? 0;
  }

  /** Remove a notification that was seen, also from the visitor's other devices. @param {Call} call */
  async forget(call) {
    this.#calls = this.#calls.filter((each) => each.id !== call.id);
    this.#etag = "";
    await this.#ask("DELETE", this.#path(`/${call.id}`));
  }

  #path(rest = "") {
    return `/apps/notifications/api/v2/notifications${rest}`;
  }

  /** @param {string | null} date */
  #setClock(date) {
    const told = Date.parse(date ?? "");
    if (!Number.isNaN(told)) this.#ahead = told - this.#now();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {AbortSignal} [signal]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Response | null>}
   */
  async #ask(method, path, signal, headers = {}) {
    try {
      return await this.#fetch(this.#api + path, {
        method,
        headers: { "OCS-APIRequest": "true", Accept: "application/json", ...headers },
        credentials: "same-origin",
        cache: "no-store",
        keepalive: method === "DELETE",
        signal,
      });
    } catch {
      return null;
    }
  }
}
