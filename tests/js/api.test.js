import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, ApiError } from "../../talk/static/talk/api.js";

const BASE = "/site/ocs/v2.php/apps/spreed/api";

/** An Api whose server gives this answer, and the requests that reached it. */
function apiAnswering(status, text) {
  const requests = [];
  const fetch = async (url, options) => {
    requests.push({ url, ...options });
    return new Response(text, { status });
  };
  return { api: new Api({ base: `${BASE}/`, fetch }), requests };
}

test("data comes out of its envelope", async () => {
  const { api } = apiAnswering(200, '{"ocs":{"meta":{},"data":{"token":"abcd"}}}');

  assert.deepEqual(await api.get("v4/room/abcd"), { token: "abcd" });
});

test("requests say that they are ours, below the site's prefix", async () => {
  const { api, requests } = apiAnswering(200, '{"ocs":{"data":null}}');

  await api.post("v4/call/abcd", { body: { flags: 3 }, query: { all: true } });

  const [{ url, method, headers, body }] = requests;
  assert.deepEqual([url, method, body], [`${BASE}/v4/call/abcd?all=true`, "POST", '{"flags":3}']);
  assert.deepEqual([headers["OCS-APIRequest"], headers.Accept], ["true", "application/json"]);
});

test("a refusal carries its status and the contract's word", async () => {
  const { api } = apiAnswering(403, '{"ocs":{"data":{"error":"password"}}}');

  const refusal = await api.post("v4/room/abcd/participants/active").catch((error) => error);

  assert.deepEqual([refusal.status, refusal.code], [403, "password"]);
});

test("an answer that is no envelope is only a status", async () => {
  const { api } = apiAnswering(502, "<html>Bad gateway</html>");

  const refusal = await api.get("v4/room/abcd").catch((error) => error);

  assert.deepEqual([refusal.status, refusal.code, refusal.data], [502, "", null]);
});

test("no answer at all is status 0", async () => {
  const fetch = async () => {
    throw new TypeError("Failed to fetch");
  };

  const failure = await new Api({ base: BASE, fetch }).get("v4/room").catch((error) => error);

  assert.deepEqual([failure instanceof ApiError, failure.status], [true, 0]);
});

test("a request that was called off is no failure of the network", async () => {
  const stop = new AbortController();
  const fetch = async () => {
    stop.abort();
    throw stop.signal.reason;
  };

  const failure = await new Api({ base: BASE, fetch })
    .get("v3/signaling/abcd", { signal: stop.signal })
    .catch((error) => error);

  assert.equal(failure.name, "AbortError");
});
