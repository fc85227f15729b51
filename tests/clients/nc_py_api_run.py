"""A third-party client against a live server: everything that nc-py-api and the Call API share.

Runs outside of the suite, in an environment of its own (nc-py-api replaces urllib3)::

    python tests/clients/nc_py_api_run.py http://127.0.0.1:8000 alice:talk bob:talk

The server is the demo site. Prints a line per step; exits with 1 at the first surprise.
"""

import sys

from nc_py_api import Nextcloud, NextcloudException, NextcloudExceptionNotFound
from nc_py_api.talk import ConversationType, InCallFlags, NotificationLevel, ParticipantType

API = "/ocs/v2.php/apps/spreed/api/v4"
GROUP = "Tea lovers"
NAME, OTHER_NAME = "Nordwand & Süd <3", "Südwand"


def main(url, *accounts):
    alice, bob = (log_in(url, *account.split(":")) for account in accounts)
    steps = [
        knows_the_server,
        reads_the_rooms,
        makes_and_renames_a_room,
        finds_a_one_to_one_again,
        joins_a_call,
        protects_a_room,
        arranges_a_room,
        invites_a_group,
        is_told_of_calls,
        bans_somebody,
        hears_of_changes_only,
        leaves_and_deletes,
        is_refused,
    ]
    for step in steps:
        step(alice, bob)
        print(f"ok  {step.__name__.replace('_', ' ')}")
    wrong = log_in(url, alice.user, "not the password")
    require(status_of(wrong.talk.get_user_conversations) == 401, "wrong password")
    print(f"{len(steps) + 1} passed, 0 failed")


def log_in(url, name, password):
    return Nextcloud(nextcloud_url=url, nc_auth_user=name, nc_auth_pass=password)


# Steps ------------------------------------------------------------------------------------


def knows_the_server(alice, bob):
    require(alice.talk.available, "no Talk here")
    require(alice.srv_version["major"] >= 28, f"version {alice.srv_version}")
    require(
        "conversation-v4" in alice.capabilities["spreed"]["features"], "conversation-v4 missing"
    )
    require(alice.ocs("GET", "/ocs/v1.php/cloud/user")["id"] == "alice", "somebody else")


def reads_the_rooms(alice, bob):
    rooms = alice.talk.get_user_conversations()
    require(len(rooms) >= 3, f"{len(rooms)} rooms")
    kinds = {room.conversation_type for room in rooms}
    require(
        kinds >= {ConversationType.ONE_TO_ONE, ConversationType.GROUP, ConversationType.PUBLIC},
        f"only {kinds}",
    )
    for room in rooms:
        read_everything(room)
    require(any(room.has_call for room in rooms), "no call is running")
    require(len(alice.talk.config_sha) == 40, "no hash of the configuration")


def makes_and_renames_a_room(alice, bob):
    room = alice.talk.create_conversation(ConversationType.PUBLIC, room_name=NAME)
    require(room.display_name == NAME, f"called {room.display_name!r}")
    require(room.participant_type is ParticipantType.OWNER, "not the owner")

    alice.talk.rename_conversation(room, OTHER_NAME)
    alice.talk.set_conversation_description(room, "Zeile 1\nZeile 2")

    again = alice.talk.get_conversation_by_token(room)
    require((again.display_name, again.description) == (OTHER_NAME, "Zeile 1\nZeile 2"), "lost")


def finds_a_one_to_one_again(alice, bob):
    mine = alice.talk.create_conversation(ConversationType.ONE_TO_ONE, invite=bob.user)
    theirs = bob.talk.create_conversation(ConversationType.ONE_TO_ONE, invite=alice.user)
    require(mine.token == theirs.token, "two rooms of the same two people")
    require(mine.display_name != theirs.display_name, "called the same by both")


def joins_a_call(alice, bob):
    room = alice.talk.create_conversation(ConversationType.GROUP, room_name=NAME)
    enter, call = f"{API}/room/{room.token}/participants", f"{API}/call/{room.token}"
    require(status_of(lambda: bob.ocs("POST", f"{enter}/active")) == 404, "bob is no member")
    alice.ocs("POST", enter, json={"newParticipant": bob.user})
    require(status_of(lambda: alice.ocs("POST", call)) == 404, "joined without a session")

    for visitor, flags in ((alice, 7), (bob, 3)):
        require(len(visitor.ocs("POST", f"{enter}/active")["sessionId"]) == 512, "no session id")
        visitor.ocs("POST", call, json={"flags": flags})

    require([peer["actorId"] for peer in bob.ocs("GET", call)] == ["alice", "bob"], "peers")
    require(alice.talk.get_conversation_by_token(room).has_call, "no call in the room")
    seats = alice.talk.list_participants(room)
    for seat in seats:
        read_everything(seat)
    audio = InCallFlags.IN_CALL | InCallFlags.PROVIDES_AUDIO
    require(
        [(seat.actor_id, seat.participant_flags) for seat in seats]
        == [("alice", audio | InCallFlags.PROVIDES_VIDEO), ("bob", audio)],
        "flags",
    )
    bob.ocs("PUT", call, json={"flags": 1})
    bob.ocs("DELETE", call)
    alice.ocs("DELETE", call, params={"all": True})
    require(not alice.talk.get_conversation_by_token(room).has_call, "the call goes on")


def protects_a_room(alice, bob):
    room = alice.talk.create_conversation(ConversationType.PUBLIC, room_name=NAME)
    enter = f"{API}/room/{room.token}/participants/active"

    alice.talk.set_conversation_password(room, "Gletscher-spalte-4000")
    alice.talk.set_conversation_readonly(room, True)

    require(alice.talk.get_conversation_by_token(room).has_password, "no password")
    require(status_of(lambda: bob.ocs("POST", enter)) == 403, "entered without the password")
    bob.ocs("POST", enter, json={"password": "Gletscher-spalte-4000"})
    refused = status_of(lambda: bob.ocs("POST", f"{API}/call/{room.token}"))
    require(refused == 403, "a call in a read-only room")


def arranges_a_room(alice, bob):
    room = alice.talk.create_conversation(ConversationType.GROUP, room_name=NAME)
    alice.talk.set_conversation_fav(room, True)
    alice.talk.set_conversation_notify_lvl(room, NotificationLevel.NEVER_NOTIFY)
    alice.talk.set_conversation_public(room, True)

    again = alice.talk.get_conversation_by_token(room)
    require(again.is_favorite, "no favourite")
    require(again.notification_level is NotificationLevel.NEVER_NOTIFY, "still notified")
    require(again.conversation_type is ConversationType.PUBLIC, "not public")
    require(b"<svg" in alice.talk.get_conversation_avatar(room), "no picture")
    require(b"<svg" in alice.talk.get_conversation_avatar(room, dark=True), "no dark picture")

    alice.talk.set_conversation_fav(room, False)
    alice.talk.set_conversation_public(room, False)
    again = alice.talk.get_conversation_by_token(room)
    require(not again.is_favorite, "still a favourite")
    require(again.conversation_type is ConversationType.GROUP, "still public")


def invites_a_group(alice, bob):
    room = alice.talk.create_conversation(
        ConversationType.GROUP, invite=GROUP, source="groups", room_name=NAME
    )

    seats = alice.talk.list_participants(room, include_status=True)
    found = {(seat.actor_type, seat.actor_id) for seat in seats}
    people = {("users", name) for name in ("alice", "carol", "dave")}
    require(found == people | {("groups", GROUP)}, f"in the room: {found}")


def is_told_of_calls(alice, bob):
    require(bob.notifications.available, "no notifications here")
    bob.notifications.delete_all()
    require(bob.notifications.get_all() == [], "some are left")
    room = alice.talk.create_conversation(ConversationType.GROUP, room_name=NAME)
    enter, call = f"{API}/room/{room.token}/participants", f"{API}/call/{room.token}"

    alice.ocs("POST", enter, json={"newParticipant": bob.user})
    invitation = bob.notifications.by_object_id(room.token)
    require(invitation.object_type == "room", "not invited")
    alice.ocs("POST", f"{enter}/active")
    alice.ocs("POST", call)
    ringing = bob.notifications.by_object_id(room.token)
    read_everything(ringing)
    require((ringing.object_type, ringing.app_name) == ("call", "spreed"), "does not ring")
    ids = [invitation.notification_id, ringing.notification_id]
    require(bob.notifications.exists(ids) == ids[1:], "the invitation stays")
    again = bob.notifications.get_one(ringing.notification_id)
    require(again.subject == ringing.subject, "another text")

    alice.ocs("DELETE", call)
    missed = bob.notifications.get_one(ringing.notification_id)
    require(missed.subject != ringing.subject, "still rings")
    bob.notifications.delete(ringing.notification_id)
    gone = status_of(lambda: bob.notifications.get_one(ringing.notification_id))
    require(gone == 404, "still there")


def bans_somebody(alice, bob):
    room = alice.talk.create_conversation(ConversationType.PUBLIC, room_name=NAME)
    enter = f"{API}/room/{room.token}/participants/active"
    bans = f"/ocs/v2.php/apps/spreed/api/v1/ban/{room.token}"
    bob.ocs("POST", enter)

    made = alice.ocs("POST", bans, json={"actorType": "users", "actorId": bob.user})
    require(status_of(lambda: bob.ocs("POST", enter)) == 403, "came back")
    require([ban["id"] for ban in alice.ocs("GET", bans)] == [made["id"]], "no ban")

    alice.ocs("DELETE", f"{bans}/{made['id']}")
    require(bob.ocs("POST", enter)["token"] == room.token, "still banned")


def hears_of_changes_only(alice, bob):
    alice.talk.get_user_conversations()
    # The wire counts in seconds: whatever was made in this very one may be told again.
    alice.talk.modified_since += 1
    changed = alice.talk.get_user_conversations(modified_since=True)
    quiet = [room.token for room in changed if not room.has_call]
    require(quiet == [], f"nothing happened to {quiet}")


def leaves_and_deletes(alice, bob):
    room = alice.talk.create_conversation(ConversationType.GROUP, room_name=NAME)
    alice.ocs("POST", f"{API}/room/{room.token}/participants", json={"newParticipant": bob.user})
    require(status_of(lambda: alice.talk.leave_conversation(room)) == 400, "the last moderator")
    bob.talk.leave_conversation(room)
    require(status_of(lambda: bob.talk.get_conversation_by_token(room)) == 404, "still a member")
    alice.talk.delete_conversation(room)
    require(status_of(lambda: alice.talk.get_conversation_by_token(room)) == 404, "still there")


def is_refused(alice, bob):
    room = alice.talk.create_conversation(ConversationType.GROUP, room_name=NAME)
    require(status_of(lambda: bob.talk.list_participants(room)) == 404, "a stranger looks in")
    require(status_of(lambda: alice.talk.rename_conversation(room, " ")) == 400, "no name")
    require(status_of(lambda: alice.ocs("GET", f"{API}/call/nosuchroom")) == 404, "no room")
    require(status_of(lambda: alice.ocs("GET", "/ocs/v2.php/no/such/route")) == 404, "no route")


# Looking ----------------------------------------------------------------------------------


def require(holds, otherwise):
    if not holds:
        sys.exit(f"not as it should be: {otherwise}")


def status_of(request):
    """The status that a request is refused with; 200 if it is not."""
    try:
        request()
    except NextcloudExceptionNotFound:
        return 404
    except NextcloudException as refusal:
        return refusal.status_code
    return 200


def read_everything(thing):
    """Every property that the client makes of an answer; a missing or odd value raises."""
    for name, attribute in vars(type(thing)).items():
        if isinstance(attribute, property) and name not in LATER:
            getattr(thing, name)


LATER = {"last_message"}
"""Chat is not part of the Call API."""


if __name__ == "__main__":
    main(*sys.argv[1:])
