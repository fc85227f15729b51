"""The settings (talk/conf.py): their defaults, their types, and that they are read at each use."""

import pytest

from talk.conf import Limit, SignalingServer, TalkSettings, TurnServer
from talk.conf import settings as talk_settings
from talk.constants import RecordingConsent, SignalingMode, StartCalls

DEFAULTS = {
    "TALK_START_CALLS": StartCalls.EVERYONE,
    "TALK_RING_RULE": "moderators",
    "TALK_DEFAULT_PERMISSIONS": 246,
    "TALK_RECORDING_CONSENT": RecordingConsent.NOT_NEEDED,
    "TALK_MAX_CALL_DURATION": 0,
    "TALK_MAX_MESH": 6,
    "TALK_POLICY": "talk.host.Policy",
    "TALK_GUEST_ACCOUNTS_GROUP": "guest_app",
    "TALK_AUTHENTICATION_CLASSES": [],
    "TALK_BASIC_AUTH_CACHE_SECONDS": 300,
    "TALK_THROTTLE": Limit(attempts=200, seconds=1800),
    "TALK_NOTIFY_BY_EMAIL": False,
    "TALK_WEBHOOK_HTTP": False,
    "TALK_WEBHOOK_PRIVATE_ADDRESSES": False,
    "TALK_WEBHOOK_KEEP_DAYS": 7,
    "TALK_SITE_URL": "",
    "TALK_SIGNALING_SERVERS": [],
    "TALK_SIGNALING_MODE": "auto",
    "TALK_SIGNALING_RELAY": "process",
    "TALK_HIDE_SIGNALING_WARNING": False,
    "TALK_HELLO_KEY": "",
    "TALK_STUN_SERVERS": [],
    "TALK_TURN_SERVERS": [],
    "TALK_SIGNALING_HOLD": 25,
    "TALK_SIGNALING_MAX_HELD": None,
}
OTHERS = {
    "TALK_SIGNALING_HOLD": (0, 0),
    "TALK_SIGNALING_MAX_HELD": (100, 100),
    "TALK_START_CALLS": (2, StartCalls.MODERATORS),
    "TALK_RING_RULE": ("start-call", "start-call"),
    "TALK_DEFAULT_PERMISSIONS": (255, 255),
    "TALK_RECORDING_CONSENT": (1, RecordingConsent.REQUIRED),
    "TALK_MAX_CALL_DURATION": (3600, 3600),
    "TALK_MAX_MESH": (9, 9),
    "TALK_POLICY": ("site.Policy", "site.Policy"),
    "TALK_GUEST_ACCOUNTS_GROUP": ("visitors", "visitors"),
    "TALK_AUTHENTICATION_CLASSES": (("site.Token",), ["site.Token"]),
    "TALK_BASIC_AUTH_CACHE_SECONDS": (0, 0),
    "TALK_THROTTLE": ({"attempts": 3}, Limit(attempts=3, seconds=1800)),
    "TALK_NOTIFY_BY_EMAIL": (True, True),
    "TALK_WEBHOOK_HTTP": (True, True),
    "TALK_WEBHOOK_PRIVATE_ADDRESSES": (True, True),
    "TALK_WEBHOOK_KEEP_DAYS": (30, 30),
    "TALK_SITE_URL": ("https://example.org/talk", "https://example.org/talk/"),
    "TALK_SIGNALING_SERVERS": (
        [{"url": "https://hpb.example.org", "secret": "s"}],
        [SignalingServer("https://hpb.example.org", "s", verify=True)],
    ),
    "TALK_SIGNALING_MODE": ("external", SignalingMode.EXTERNAL),
    "TALK_SIGNALING_RELAY": ("command", "command"),
    "TALK_HIDE_SIGNALING_WARNING": (1, True),
    "TALK_HELLO_KEY": ("key.pem", "key.pem"),
    "TALK_STUN_SERVERS": (("stun.example.org:3478",), ["stun.example.org:3478"]),
    "TALK_TURN_SERVERS": (
        [{"server": "turn.example.org:3478", "secret": "s"}],
        [TurnServer("turn.example.org:3478", "turn", "udp,tcp", "s")],
    ),
}


def properties():
    return {name: value for name, value in vars(TalkSettings).items() if name.startswith("TALK_")}


def test_every_setting_has_a_default_here():
    assert set(properties()) == set(DEFAULTS) == set(OTHERS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_site_that_says_nothing_gets_the_default(settings, name):
    if hasattr(settings, name):
        delattr(settings, name)

    assert getattr(talk_settings, name) == DEFAULTS[name]


@pytest.mark.parametrize("name", OTHERS)
def test_a_setting_is_read_at_each_use(settings, name):
    given, read = OTHERS[name]

    setattr(settings, name, given)

    assert getattr(talk_settings, name) == read
    assert type(getattr(talk_settings, name)) is type(read)


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_setting_says_what_it_is_for(name):
    assert properties()[name].__doc__
