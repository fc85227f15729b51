import { ApiError } from "../../talk/static/talk/api.js";

export const ROOM = {
  token: "abcd",
  displayName: "Tea time",
  description: "",
  type: 3,
  participantType: 3,
  attendeeId: 7,
  hasPassword: false,
  hasCall: true,
  canStartCall: true,
  callStartTime: 1000,
  readOnly: 0,
  lobbyState: 0,
  permissions: 246,
  participantFlags: 0,
  sessionId: "0",
  lastPing: 0,
  recordingConsent: 0,
};
const PATHS = {
  "GET v4/room/abcd": "room",
  "POST v4/room/abcd/participants/active": "enter",
  "DELETE v4/room/abcd/participants/active": "leave",
  "GET v4/room/abcd/participants": "attendees",
  "POST v4/call/abcd": "join",
  "PUT v4/call/abcd": "flags",
  "DELETE v4/call/abcd": "hangUp",
  "GET v4/call/abcd": "peers",
  "GET v3/signaling/settings": "settings",
  "GET v3/signaling/abcd": "poll",
  "POST v3/signaling/abcd": "send",
  "POST v1/guest/abcd/name": "name",
};

/**
 * A server with one room. What it answers is in `answers`, by name: a value, a refusal, or a
 * function of the request's options. Polls wait until they are answered.
 */
export class FakeServer {
  room = { ...ROOM };
  asked = [];
  #polls = [];
  answers = {
    room: () => this.room,
    enter: () => ({ ...this.room, sessionId: "me", attendeeId: 7 }),
    settings: () => ({ signalingMode: "internal", stunservers: [], turnservers: [] }),
    peers: () => [],
    attendees: () => [],
    poll: (options) =>
      new Promise((resolve, reject) => {
        this.#polls.push({ resolve, reject });
        options.signal.onabort = () => reject(new Error("aborted"));
      }),
  };

  get = (path, options) => this.#answer("GET", path, options);
  post = (path, options) => this.#answer("POST", path, options);
  put = (path, options) => this.#answer("PUT", path, options);
  delete = (path, options) => this.#answer("DELETE", path, options);

  /** How often, or with which bodies, it was asked. */
  count = (name) => this.asked.filter((each) => each.name === name).length;
  bodies = (name) => this.asked.filter((each) => each.name === name).map(({ body }) => body);

  /** Answer the waiting poll: who is in the room. */
  tell(...sessions) {
    this.#polls.pop()?.resolve([{ type: "usersInRoom", data: sessions }]);
  }

  /** Answer the waiting poll: what somebody says. */
  say(message) {
    this.#polls.pop()?.resolve([{ type: "message", data: JSON.stringify(message) }]);
  }

  /** Refuse the waiting poll. */
  refusePoll(status) {
    this.#polls.pop()?.reject(new ApiError(status, "", []));
  }

  async #answer(method, path, options = {}) {
    const name = PATHS[`${method} ${path}`];
    this.asked.push({ name, ...options });
    const answer = this.answers[name];
    const value = typeof answer === "function" ? await answer(options) : answer;
    if (value instanceof Error) throw value;
    return value ?? null;
  }
}

export const refusal = (status, error = "") => new ApiError(status, error, error ? { error } : []);

export const session = (sessionId, inCall = 1, participantPermissions = 246) => ({
  sessionId,
  userId: sessionId,
  inCall,
  participantPermissions,
  actorType: "users",
  actorId: sessionId,
});

/** Devices that always work. */
export class FakeMedia {
  #on = { microphone: false, camera: false };
  screen = null;
  level = 0;
  started = 0;

  start = async () => {
    this.started += 1;
    this.#on = { microphone: true, camera: true };
  };
  isOn = (kind) => this.#on[kind];
  track = (kind) => (this.#on[kind] ? { kind: kind === "camera" ? "video" : "audio" } : null);
  switch = async (kind, on) => {
    this.#on[kind] = on;
    this.changed?.();
  };
  stop = () => {
    this.#on = { microphone: false, camera: false };
  };
  stopScreen = () => {};
  resume = () => {};
}
