"""Links that people are given lead below the prefix that the host put Talk under."""

import re

from django.core import mail
from django.test import Client


def invite(alice, django_capture_on_commit_callbacks):
    """The token of Alice's room, and the address that was mailed to a guest of it."""
    _status, room = alice.ask("POST", "/room", roomType=3, roomName="Stammtisch")
    with django_capture_on_commit_callbacks(execute=True):
        alice.ask(
            "POST",
            f"/room/{room['token']}/participants",
            newParticipant="gina@example.org",
            source="emails",
        )
    return room["token"], re.search(r"http\S+access=\S+", mail.outbox[0].body)[0]


def test_an_invitation_leads_to_the_room(visit, django_capture_on_commit_callbacks):
    token, link = invite(visit("Alice"), django_capture_on_commit_callbacks)

    assert link.startswith(f"http://testserver/community/call/{token}?access=")


def test_who_opens_the_invitation_enters_as_the_guest(visit, django_capture_on_commit_callbacks):
    token, link = invite(visit("Alice"), django_capture_on_commit_callbacks)
    gina = visit()

    page = Client.get(gina, link.removeprefix("http://testserver"), follow=True)

    assert page.status_code == 200
    _status, room = gina.ask("POST", f"/room/{token}/participants/active")
    assert (room["actorType"], room["invitedActorId"]) == ("emails", "gina@example.org")


def test_a_notification_leads_to_the_room(visit):
    alice, bob = visit("Alice"), visit("Bob")
    _status, room = alice.ask("POST", "/room", roomType=3, roomName="Stammtisch")
    people = f"/room/{room['token']}/participants"

    alice.ask("POST", people, newParticipant="bob@example.org")

    listed = "/community/ocs/v2.php/apps/notifications/api/v2/notifications"
    (told,) = bob.get(listed).json()["ocs"]["data"]
    assert told["link"] == f"http://testserver/community/call/{room['token']}"
