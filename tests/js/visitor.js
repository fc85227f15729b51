import { Visit } from "../../talk/static/talk/visit.js";
import { FakeClock } from "./clock.js";
import { FakeConnection, FakeStream } from "./connections.js";
import { FakeMedia, FakeServer, session } from "./server.js";

export const LOBBY = { lobbyState: 1 };

/** Somebody in front of the room's page. */
export async function visitor({ room = {}, answers = {}, userId = "me", cameBack = false } = {}) {
  const server = new FakeServer();
  Object.assign(server.room, room);
  Object.assign(server.answers, answers);
  const clock = new FakeClock();
  const media = new FakeMedia();
  const announced = [];
  const visit = new Visit({
    api: server,
    token: "abcd",
    userId,
    userName: "Me Myself",
    cameBack,
    media,
    browser: { RTCPeerConnection: FakeConnection, MediaStream: FakeStream },
    clock,
    changed: () => {},
    announce: (event, detail) => announced.push([event, detail?.reason ?? detail?.status]),
  });
  media.changed = () => visit.mediaChanged();
  await visit.open();
  return { visit, server, clock, media, announced };
}

/** Somebody in the call with bob. */
export async function inCall(how) {
  const person = await visitor(how);
  await person.visit.join();
  await person.clock.pass(0);
  person.server.tell(session("me"), session("bob", 7));
  await person.clock.pass(0);
  return person;
}
