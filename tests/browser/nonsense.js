// What a peer should not say, sent to the recipient as this browser's own session.
async ([token, own, to]) => {
  const offer = { type: "offer", roomType: "video" };
  const sdp = (text) => ({ type: "offer", sdp: text });
  const candidate = { candidate: "candidate:nonsense", sdpMid: "0" };
  const messages = [
    null,
    7,
    [],
    "text",
    {},
    { type: "offer" },
    { ...offer, sid: "1", payload: sdp("nonsense") },
    { ...offer, sid: "2", payload: sdp("v=0\r\n".repeat(9000)) },
    { ...offer, sid: "3", roomType: "screen", broadcaster: "somebody", payload: sdp("v=0") },
    { type: "answer", sid: "4", payload: { type: "answer", sdp: "v=0" } },
    { type: "candidate", sid: "5", payload: { candidate } },
    { type: "candidate", sid: {}, payload: [] },
    { type: "nickChanged", payload: { name: "<script>alert(1)</script>" } },
    { type: "reaction", payload: { reaction: "<img src=x onerror=alert(1)>" } },
    { type: "mute", payload: { name: "__proto__" } },
    { type: "raiseHand", payload: { state: "yes" } },
    { type: "unshareScreen", roomType: "screen" },
    { type: "control", payload: { action: "forceMute", peerId: {} } },
    { type: "constructor", payload: {} },
  ].map((said) => {
    const addressed = said && typeof said === "object" ? { ...said, to, from: "somebody" } : said;
    return { ev: "message", sessionId: own, fn: JSON.stringify(addressed) };
  });
  const answer = await fetch(`/ocs/v2.php/apps/spreed/api/v3/signaling/${token}`, {
    method: "POST",
    headers: { "OCS-APIRequest": "true", "Content-Type": "application/json" },
    body: JSON.stringify({ messages: JSON.stringify(messages) }),
  });
  return answer.status;
};
