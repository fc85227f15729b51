// @ts-check
/**
 * The HTTP contract: OCS envelopes in, data out. Knows no endpoint; see room.js for those.
 *
 * Paths are relative to the API's base, which the page is told by the server, so that a site may
 * mount talk below any prefix: `api.get("v4/room/abcd")`.
 */

/** A request that was not answered with success. `status` 0: no answer from the server at all. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code the contract's own word ("password", "ban", …), or ""
   * @param {unknown} data what the envelope carried
   */
  constructor(status, code, data) {
    super(`${status}${code && ` ${code}`}`);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/**
 * @typedef {Object} Options
 * @property {Record<string, string | number | boolean>} [query]
 * @property {unknown} [body] sent as JSON
 * @property {boolean} [keepalive] goes on when the page is closed
 * @property {AbortSignal} [signal]
 */

export class Api {
  #base;
  #fetch;

  /**
   * @param {{base: string, fetch: typeof fetch}} needs `base` such as `/ocs/v2.php/apps/spreed/api`
   */
  constructor({ base, fetch }) {
    this.#base = base.replace(/\/+$/, "");
    this.#fetch = fetch;
  }

  /** Where an endpoint is, for others who ask it. @param {string} path */
  url(path) {
    return `${this.#base}/${path}`;
  }

  /** @param {string} path @param {Options} [options] */
  get(path, options) {
    return this.#request("GET", path, options);
  }

  /** @param {string} path @param {Options} [options] */
  post(path, options) {
    return this.#request("POST", path, options);
  }

  /** @param {string} path @param {Options} [options] */
  put(path, options) {
    return this.#request("PUT", path, options);
  }

  /** @param {string} path @param {Options} [options] */
  delete(path, options) {
    return this.#request("DELETE", path, options);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Options} [options]
   * @returns {Promise<any>} the envelope's data
   */
  async #request(method, path, { query, body, keepalive, signal } = {}) {
    const search = query ? `?${new URLSearchParams(asText(query))}` : "";
    /** @type {Record<string, string>} */
    const headers = { "OCS-APIRequest": "true", Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response, text;
    try {
      response = await this.#fetch(`${this.#base}/${path}${search}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
        keepalive,
        signal,
      });
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, "", null);
    }
    const data = dataOf(text);
    if (!response.ok) throw new ApiError(response.status, data?.error ?? "", data);
    return data;
  }
}

/**
 * @param {Record<string, string | number | boolean>} query
 * @returns {Record<string, string>}
 */
function asText(query) {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

/**
 * What an envelope carries; null if it is none, such as a proxy's own error page.
 *
 * @param {string} text
 * @returns {any}
 */
function dataOf(text) {
  try {
    return JSON.parse(text).ocs.data;
  } catch {
    return null;
  }
}
