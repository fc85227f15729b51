"""GET /cloud/capabilities and the hash that goes with it (capabilities.md, clients.md §1)."""

import pytest

from talk.host import Policy
from tests.conftest import TalkClient, data_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/cloud/capabilities"
ROOMS = "/ocs/v2.php/apps/spreed/api/v4/room"
CONFIG = {
    "attachments": {"allowed": bool},
    "call": {
        "enabled": bool,
        "breakout-rooms": bool,
        "recording": bool,
        "recording-consent": int,
        "supported-reactions": list,
        "predefined-backgrounds": list,
        "predefined-backgrounds-v2": list,
        "can-upload-background": bool,
        "sip-enabled": bool,
        "sip-dialout-enabled": bool,
        "can-enable-sip": bool,
        "default-phone-region": str,
        "start-without-media": bool,
        "blur-virtual-background": bool,
        "max-duration": int,
        "end-to-end-encryption": bool,
        "live-transcription": bool,
        "live-translation": bool,
        "live-transcription-target-language-id": str,
        "play-sounds": bool,
        "grid-limit": int,
        "grid-limit-enforced": bool,
    },
    "chat": {
        "max-length": int,
        "read-privacy": int,
        "typing-privacy": int,
        "has-translation-providers": bool,
        "has-translation-task-providers": bool,
        "matterbridge-enabled": bool,
        "summary-threshold": int,
        "style": str,
    },
    "conversations": {
        "can-create": bool,
        "force-passwords": bool,
        "list-style": str,
        "description-length": int,
        "retention-event": int,
        "retention-phone": int,
        "retention-instant-meetings": int,
    },
    "federation": {
        "enabled": bool,
        "incoming-enabled": bool,
        "outgoing-enabled": bool,
        "only-trusted-servers": bool,
    },
    "previews": {"max-gif-size": int},
    "signaling": {"session-ping-limit": int, "mode": str},
    "experiments": {"enabled": int},
    "permissions": {"max-default": int, "max-custom": int, "default": int},
}


class Closed(Policy):
    """A site that keeps Talk, or new rooms, from some."""

    def may_use_talk(self, user):
        return user.username != "parrot"

    def may_create_rooms(self, user):
        return False


class Pub(Policy):
    def theme(self):
        return {**super().theme(), "name": "The Pub", "color": "#112233"}


def spreed(client):
    return data_of(client.get(URL))["capabilities"]["spreed"]


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("visitor", ["anonymous", "user"])
def test_everybody_reads_what_the_server_can_do(guest_client, sign_in, version, visitor):
    client = guest_client if visitor == "anonymous" else sign_in(UserFactory())

    response = client.get(f"/ocs/{version}.php/cloud/capabilities")

    assert response.status_code == 200
    assert "conversation-v4" in data_of(response)["capabilities"]["spreed"]["features"]


def test_the_version_is_one_that_clients_accept(guest_client):
    assert data_of(guest_client.get(URL))["version"] == {
        "major": 33,
        "minor": 0,
        "micro": 0,
        "string": "33.0.0",
        "edition": "",
        "extendedSupport": False,
    }


def test_every_key_of_the_configuration_is_there_and_of_its_type(guest_client):
    config = spreed(guest_client)["config"]

    assert {
        group: {key: type(value) for key, value in values.items()}
        for group, values in config.items()
    } == CONFIG


def test_what_is_not_built_is_told_as_such(sign_in):
    config = spreed(sign_in(UserFactory()))["config"]

    assert {group: [key for key in values if values[key]] for group, values in config.items()} == {
        "attachments": [],
        "call": ["enabled", "play-sounds", "grid-limit"],
        "chat": ["max-length", "read-privacy", "typing-privacy", "summary-threshold", "style"],
        "conversations": ["can-create", "list-style", "description-length"],
        "federation": ["only-trusted-servers"],
        "previews": ["max-gif-size"],
        "signaling": ["session-ping-limit", "mode"],
        "experiments": [],
        "permissions": ["max-default", "max-custom", "default"],
    }


FEATURES = [
    "audio", "video", "conversation-v4", "signaling-v3", "guest-signaling", "guest-display-names",
    "empty-group-room", "multi-room-users", "no-ping", "in-call-flags", "conversation-call-flags",
    "last-room-activity", "favorites", "notification-levels", "notification-calls",
    "invite-groups-and-mails", "locked-one-to-one-rooms", "read-only-rooms", "webinary-lobby",
    "start-call-flag", "listable-rooms", "room-description", "raise-hand", "force-mute",
    "publishing-permissions", "conversation-permissions", "silent-call", "send-call-notification",
    "session-state", "call-notification-state-api", "conversation-creation-password",
    "conversation-creation-all", "archived-conversations-v2", "important-conversations",
    "sensitive-conversations", "ban-v1", "mention-permissions", "unbind-conversation",
    "download-call-participants", "avatar", "chat-v2",
]  # fmt: skip


def test_features_are_those_that_work_and_no_others(guest_client):
    assert sorted(spreed(guest_client)["features"]) == sorted(FEATURES)


def test_features_of_the_own_server_are_named_apart(guest_client):
    assert sorted(spreed(guest_client)["features-local"]) == [
        "archived-conversations-v2",
        "avatar",
        "call-notification-state-api",
        "conversation-creation-all",
        "favorites",
        "important-conversations",
        "listable-rooms",
        "sensitive-conversations",
    ]


def test_accounts_are_told_which_notifications_there_are(guest_client, sign_in):
    told = data_of(sign_in(UserFactory()).get(URL))["capabilities"]["notifications"]

    assert "notifications" not in data_of(guest_client.get(URL))["capabilities"]
    assert told["push"] == []
    assert sorted(told["ocs-endpoints"]) == [
        "action-web",
        "delete",
        "delete-all",
        "exists",
        "get",
        "icons",
        "list",
        "rich-strings",
    ]


def test_local_names_are_among_those_that_are_offered(guest_client):
    seen = spreed(guest_client)

    assert set(seen["features-local"]) <= set(seen["features"])
    assert set(seen["config-local"]) <= set(seen["config"])


def test_local_keys_of_chat(guest_client):
    assert spreed(guest_client)["config-local"]["chat"] == [
        "read-privacy",
        "has-translation-providers",
        "has-translation-task-providers",
        "typing-privacy",
        "summary-threshold",
        "style",
        "matterbridge-enabled",
    ]


def test_the_version_of_talk_is_told(guest_client):
    assert spreed(guest_client)["version"] == "23.0.0"


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("TALK_START_CALLS", 2, ("call", "enabled", True)),
        ("TALK_START_CALLS", 3, ("call", "enabled", False)),
        ("TALK_RECORDING_CONSENT", 2, ("call", "recording-consent", 2)),
        ("TALK_MAX_CALL_DURATION", 3600, ("call", "max-duration", 3600)),
        ("TALK_DEFAULT_PERMISSIONS", 7, ("permissions", "default", 7)),
        ("TALK_DEFAULT_PERMISSIONS", 7, ("permissions", "max-custom", 255)),
        ("TALK_DEFAULT_PERMISSIONS", 7, ("permissions", "max-default", 254)),
    ],
)
def test_settings_are_told(guest_client, settings, setting, value, told):
    setattr(settings, setting, value)

    group, key, expected = told

    assert spreed(guest_client)["config"][group][key] == expected


def test_who_may_create_rooms_is_told(guest_client, sign_in, settings):
    user = UserFactory()

    assert spreed(guest_client)["config"]["conversations"]["can-create"] is False
    assert spreed(sign_in(user))["config"]["conversations"]["can-create"] is True
    settings.TALK_POLICY = f"{__name__}.Closed"
    assert spreed(sign_in(user))["config"]["conversations"]["can-create"] is False


def test_who_may_not_use_talk_is_told_of_no_talk(sign_in, settings):
    settings.TALK_POLICY = f"{__name__}.Closed"

    response = sign_in(UserFactory(username="parrot")).get(URL)

    assert response.status_code == 200
    assert list(data_of(response)["capabilities"]) == ["core", "theming"]


def test_the_server_rewrites_urls(guest_client):
    core = data_of(guest_client.get(URL))["capabilities"]["core"]

    assert core["mod-rewrite-working"] is True


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TALK_START_CALLS", 3),
        ("TALK_RECORDING_CONSENT", 1),
        ("TALK_DEFAULT_PERMISSIONS", 7),
        ("TALK_POLICY", f"{__name__}.Closed"),
    ],
)
def test_the_hash_changes_with_what_is_told(sign_in, settings, setting, value):
    client = sign_in(UserFactory())
    before = client.get(ROOMS).headers["X-Nextcloud-Talk-Hash"]

    setattr(settings, setting, value)

    assert client.get(ROOMS).headers["X-Nextcloud-Talk-Hash"] != before


def test_the_hash_is_the_same_for_people_who_may_do_the_same(sign_in):
    told = {
        sign_in(user).get(ROOMS).headers["X-Nextcloud-Talk-Hash"]
        for user in UserFactory.create_batch(2)
    }

    assert len(told) == 1


def test_asking_without_a_database_of_people_costs_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        TalkClient().get(URL)


def test_apps_are_told_what_the_site_is_called(guest_client, settings):
    settings.TALK_POLICY = f"{__name__}.Pub"

    theme = data_of(guest_client.get(URL))["capabilities"]["theming"]

    assert theme == {
        "name": "The Pub",
        "slogan": "",
        "url": "http://testserver/",
        "logo": "http://testserver/static/talk/talk.svg",
        "color": "#112233",
        "color-text": "#ffffff",
        "color-element": "#1d4ed8",
        "background": "#1d4ed8",
    }
