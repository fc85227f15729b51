// @ts-check
/**
 * The two seams of the call page, as types. Behind each there are two ways of doing it, and
 * `call.js` cannot tell which is in use:
 *
 * - a *transport* carries messages between sessions: `InternalSignaling` (signaling.js, HTTP long
 *   poll) or `HpbSignaling` (hpb.js, WebSocket to a High-Performance Backend);
 * - *peers* carry media: `Mesh` (mesh.js, one connection to each) or `Sfu` (sfu.js, through the
 *   backend's media server).
 *
 * Both are told everything they need when they are made, and tell what happens through the
 * functions in `on`. Nothing here touches the page. A peer is never believed: `from` is what the
 * server said, and messages pass `message.js` before they reach anybody.
 */

/**
 * One session in the room, in the call or not, one's own included.
 *
 * @typedef {Object} Participant
 * @property {string} sessionId what messages are addressed to (with a backend: the backend's id)
 * @property {string} talkSessionId the id that `GET /call/{token}` uses; internal: the same
 * @property {string} userId "" for guests
 * @property {string} actorType
 * @property {string} actorId
 * @property {number} inCall sum of `Flag`s
 * @property {number | null} permissions sum of `Permission`s; null where the transport is not told
 */

/**
 * A message between two sessions (signaling.md §2.3).
 *
 * @typedef {Object} Message
 * @property {string} type offer, answer, candidate, endOfCandidates, connectivityError,
 *   unshareScreen, mute, unmute, nickChanged, raiseHand, reaction, control; to a media server also
 *   requestoffer, sendoffer, selectStream
 * @property {string} [to] recipient, when sending
 * @property {string} [from] sender, when received: as the server says
 * @property {"video" | "screen"} [roomType]
 * @property {string} [sid] the peer connection it belongs to
 * @property {string} [broadcaster] for screens: session id of the sharer
 * @property {any} [payload]
 */

/** @typedef {"gone" | "duplicate" | "expired" | "lost"} GoneReason */

/**
 * What a transport tells.
 *
 * @typedef {Object} TransportEvents
 * @property {(all: Participant[]) => void} participants the whole list, after each change and
 *   before any message of a session that is new in it
 * @property {(message: Message) => void} message checked by `message.js`
 * @property {(state: "open" | "reconnecting") => void} state whether messages get through now
 * @property {(reason: GoneReason) => void} gone the transport has closed itself: removed from the
 *   room (or it was deleted); this session was replaced or has timed out; it has timed out; the
 *   server has not answered for minutes
 * @property {() => void} [renewed] the server gave one a new `sessionId`: connections to others have
 *   to be made anew
 * @property {(code: string) => void} [trouble] the server refused something, and why
 * @property {() => void} room something of the room changed: ask `GET /room/{token}` (a transport
 *   that is not told never calls it)
 */

/**
 * @typedef {Object} Transport
 * @property {string} sessionId one's own, as others see it; valid once `open` has resolved
 * @property {boolean} hasSfu media goes through a media server: use `Sfu`, not `Mesh`
 * @property {boolean} hasSimulcast that server takes cameras in several sizes at once
 * @property {() => Promise<void>} open connect; rejects if the first attempt is refused
 * @property {(message: Message) => void} send queue it; never throws, order per recipient is kept
 * @property {() => void} wake the network is back or the machine woke up: try again at once
 * @property {() => void} close stop everything; nothing is told after it
 */

/**
 * What is published now. A track is null when it is switched off; `mayX` say what the server lets
 * through, whether or not anything is sent at the moment.
 *
 * @typedef {Object} LocalMedia
 * @property {MediaStreamTrack | null} audio
 * @property {MediaStreamTrack | null} video
 * @property {boolean} mayAudio
 * @property {boolean} mayVideo
 */

/**
 * What peers tell.
 *
 * @typedef {Object} PeersEvents
 * @property {(sessionId: string, kind: "video" | "screen", stream: MediaStream | null) => void}
 *   stream the stream to show for this session, again when its tracks changed, null when it is over
 * @property {(sessionId: string, status: {type: string, payload?: any}) => void} status what the
 *   session itself told over its data channel: audioOn, audioOff, videoOn, videoOff, …
 * @property {(sessionId: string, state: "connecting" | "connected" | "interrupted") => void}
 *   connection how its camera and microphone connection is doing
 */

/**
 * @typedef {Object} Peers
 * @property {(media: LocalMedia) => void} setLocalMedia publish this from now on
 * @property {(stream: MediaStream | null) => void} setScreen share this screen, or stop sharing
 * @property {(all: Participant[]) => void} setParticipants who is in the room now; connects to
 *   whoever is in the call, and closes what belongs to the others
 * @property {(message: Message) => void} receive offers, answers, candidates, unshareScreen, …
 * @property {(type: string, payload?: any) => void} tell send a status to all over data channels;
 *   peers tell audioOn, audioOff, videoOn and videoOff by themselves
 * @property {(lines: ReadonlyMap<string, number>) => void} [show] how many lines of the screen the
 *   camera of each session has now, 0 for what nobody sees: where there is a choice, pictures come
 *   in that size
 * @property {(sessionId: string) => number} level how loud the session is now, 0 to 1
 * @property {(sessionId: string) => Promise<RTCStatsReport | null>} stats
 * @property {() => void} repair the network is back: restart what is not connected
 * @property {() => void} close
 */

/**
 * The clock, so that tests have theirs.
 *
 * @typedef {Object} Clock
 * @property {() => number} now milliseconds
 * @property {(run: () => void, milliseconds: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

/**
 * What the call finds around it.
 *
 * @typedef {Object} Surroundings
 * @property {import("./api.js").Api} api
 * @property {string} token
 * @property {string} userId "" for guests
 * @property {string} userName what others see; a guest says it on joining
 * @property {boolean} cameBack this very tab was in the call before it was reloaded
 * @property {import("./media.js").Media} media
 * @property {any} browser RTCPeerConnection and MediaStream
 * @property {Clock} clock
 * @property {() => void} changed something is to be shown anew
 * @property {(event: "joined" | "left" | "ended" | "error", detail?: any) => void} announce
 */

/** @type {Clock} */
export const realClock = {
  now: () => Date.now(),
  setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
};
