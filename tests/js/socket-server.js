/** What the site says of its signaling server, and shows there. */
export const SETTINGS = {
  server: "https://hpb.example.org",
  helloAuthParams: { "1.0": { userid: "alice", ticket: "t" }, "2.0": { token: "j" } },
};

/** A signaling server as the browser sees it: every socket that was opened, and what was said. */
export class FakeServer {
  sockets = [];
  said = [];
  features = ["mcu", "hello-v2"];
  /** Answers a client's frame; returns what the server says, one frame or several. */
  answer = () => [];

  get WebSocket() {
    const server = this;
    return class {
      readyState = 0;
      constructor(url) {
        this.url = url;
        server.sockets.push(this);
      }
      send(text) {
        const frame = JSON.parse(text);
        server.said.push(frame);
        for (const told of [server.answer(frame)].flat()) this.tell(told);
      }
      tell(told) {
        queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(told) }));
      }
      accept({ welcome = true } = {}) {
        this.readyState = 1;
        this.onopen?.();
        if (welcome) this.tell({ type: "welcome", welcome: { features: server.features } });
      }
      breakOff() {
        this.readyState = 3;
        this.onclose?.();
      }
      close() {
        this.readyState = 3;
      }
    };
  }

  get last() {
    return this.sockets.at(-1);
  }

  /** What was said of one type, without the ids of the frames. */
  all(type) {
    return this.said.filter((frame) => frame.type === type).map((frame) => frame[type]);
  }
}

export const hello = (frame, sessionid, features = ["mcu"]) => ({
  id: frame.id,
  type: "hello",
  hello: { sessionid, resumeid: `resume-${sessionid}`, userid: "", server: { features } },
});

export const refusal = (frame, code) => ({ id: frame.id, type: "error", error: { code } });

/** After a connection broke: the next one cannot resume its session, and another begins a new one. */
export async function beginAnew(server, clock) {
  await clock.pass(300);
  server.last.accept();
  await clock.pass(1);
  server.last.accept();
  await clock.pass(1);
}
