"""What a session description would send (signaling.md §2.2)."""

import pytest

from talk.signaling.sdp import kinds_sent

AUDIO, VIDEO = "m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=video 9 UDP/TLS/RTP/SAVPF 96"
DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        ([], set()),
        (["v=0", AUDIO, "a=sendrecv"], {"audio"}),
        (["v=0", AUDIO, "a=sendonly"], {"audio"}),
        (["v=0", AUDIO], {"audio"}),
        (["v=0", AUDIO, "a=recvonly"], set()),
        (["v=0", AUDIO, "a=inactive"], set()),
        (["v=0", "a=recvonly", AUDIO, VIDEO, "a=sendonly"], {"video"}),
        (["v=0", "a=inactive", AUDIO], set()),
        (["v=0", "a=sendrecv", AUDIO], {"audio"}),
        (["v=0", AUDIO, "a=recvonly", VIDEO, "a=sendrecv"], {"video"}),
        (["v=0", AUDIO, "a=recvonly", AUDIO, "a=sendonly"], {"audio"}),
        (["v=0", DATA], {"application"}),
        # Said twice: it might be taken either way.
        (["v=0", AUDIO, "a=sendrecv", "a=inactive"], {"audio"}),
        # Not said at all, as browsers read it.
        (["v=0", AUDIO, "a=x\u2028a=inactive"], {"audio"}),
        (["v=0", AUDIO, "a=x\ra=inactive"], {"audio"}),
        (["v=0", AUDIO, "a=Inactive"], {"audio"}),
        (["v=0", AUDIO, " a=inactive"], {"audio"}),
    ],
)
@pytest.mark.parametrize("line_break", ["\r\n", "\n"])
def test_sections_send_unless_they_say_otherwise(lines, sent, line_break):
    assert kinds_sent(line_break.join(lines)) == sent


@pytest.mark.parametrize("description", [None, 5, [], {}])
def test_what_cannot_be_read_might_send_anything(description):
    assert kinds_sent(description) == {"audio", "video"}
