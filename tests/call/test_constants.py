"""The numbers and names of the wire (constants.md)."""

from datetime import timedelta

import pytest

from talk import constants


@pytest.mark.parametrize(
    ("enumeration", "values"),
    [
        (constants.RoomType, [1, 2, 3, 4, 5, 6]),
        (constants.Listable, [0, 1, 2]),
        (constants.LobbyState, [0, 1]),
        (constants.MentionPermissions, [0, 1]),
        (constants.SipState, [0, 1, 2]),
        (constants.RecordingConsent, [0, 1, 2]),
        (constants.ParticipantType, [1, 2, 3, 4, 5, 6]),
        (constants.ActorType, ["users", "groups", "guests", "emails"]),
        (constants.BanTarget, ["users", "guests", "emails", "ip"]),
        (constants.PermissionMethod, ["set", "add", "remove"]),
        (constants.NotificationLevel, [0, 1, 2, 3]),
        (constants.SessionState, [0, 1]),
        (constants.StartCalls, [0, 1, 2, 3]),
        (constants.Ringing, [200, 201, 404]),
    ],
)
def test_enumerations_have_the_values_of_the_wire(enumeration, values):
    assert enumeration.values == values


def test_flags_have_the_bits_of_the_wire():
    assert {flag.name: flag.value for flag in constants.CallFlag} == {
        "IN_CALL": 1,
        "WITH_AUDIO": 2,
        "WITH_VIDEO": 4,
        "WITH_PHONE": 8,
    }
    assert (constants.DEFAULT_CALL_FLAGS, constants.ALL_CALL_FLAGS) == (7, 15)


def test_permissions_have_the_bits_of_the_wire():
    assert {bit.name: bit.value for bit in constants.Permission} == {
        "CUSTOM": 1,
        "CALL_START": 2,
        "CALL_JOIN": 4,
        "LOBBY_IGNORE": 8,
        "PUBLISH_AUDIO": 16,
        "PUBLISH_VIDEO": 32,
        "PUBLISH_SCREEN": 64,
        "CHAT": 128,
    }


def test_sets_of_permissions_end_below_the_bit_for_reactions():
    sets = (
        constants.MAX_PERMISSIONS,
        constants.MAX_CUSTOM_PERMISSIONS,
        constants.DEFAULT_PERMISSIONS,
    )

    assert sets == (254, 255, 246)


def test_roles_belong_together_as_on_the_wire():
    assert {1, 2, 6} == constants.MODERATORS
    assert {1, 2} == constants.LOGGED_IN_MODERATORS
    assert {4, 6} == constants.GUESTS


def test_presence_and_ringing_last_as_long_as_clients_think():
    assert (
        timedelta(seconds=30),
        timedelta(seconds=100),
        timedelta(seconds=60),
    ) == (constants.FRESH_FOR, constants.DEAD_AFTER, constants.RING_WINDOW)


def test_limits_are_those_of_the_wire():
    assert (
        constants.NAME_LENGTH,
        constants.DERIVED_NAME_LENGTH,
        constants.DESCRIPTION_LENGTH,
        constants.SESSION_ID_LENGTH,
        constants.BAN_NOTE_BYTES,
        constants.TOKEN_PATTERN.pattern,
    ) == (255, 64, 2000, 512, 4000, "[a-z0-9]{4,30}")


def test_versions_are_those_that_clients_look_for():
    assert (constants.NEXTCLOUD_VERSION[0], constants.TALK_VERSION.partition(".")[0]) == (33, "23")
