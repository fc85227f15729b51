import { Mesh } from "../../talk/static/talk/mesh.js";
import { FakeClock, settled } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";

export const AUDIO = { kind: "audio" };
export const VIDEO = { kind: "video" };
export const SILENT = { audio: null, video: null, mayAudio: true, mayVideo: true };
export const SPEAKING = { ...SILENT, audio: AUDIO };

export const session = (sessionId, inCall = 7) => ({ sessionId, inCall });

/** A mesh of one; what it says goes to `sent`. */
export function meshOf(sessionId, { media = SPEAKING, clock = new FakeClock() } = {}) {
  const sent = [];
  const told = [];
  const mesh = new Mesh({
    sessionId,
    iceServers: [],
    send: (message) => sent.push(message),
    browser: { RTCPeerConnection: FakeConnection, MediaStream: FakeStream },
    clock,
    on: {
      stream: (...what) => told.push(["stream", ...what]),
      status: (...what) => told.push(["status", ...what]),
      connection: (...what) => told.push(["connection", ...what]),
    },
  });
  mesh.setLocalMedia(media);
  return { mesh, sent, told, clock };
}

/** Carry messages to and fro until nobody has anything to say. */
export async function deliver(...meshes) {
  for (let round = 0; round < 20; round += 1) {
    await settled();
    for (const { sent } of meshes) {
      for (const message of sent.splice(0)) {
        meshes.find(({ mesh }) => mesh.name === message.to)?.mesh.receive(message);
      }
    }
  }
}

/** Two meshes in one call, each called by its session id. */
export function pair(first, second) {
  first.mesh.name = first.id;
  second.mesh.name = second.id;
  return [first, second];
}

export const offersOf = ({ sent }) => sent.filter(({ type }) => type === "offer");
