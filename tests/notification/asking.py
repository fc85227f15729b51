"""Starting a call, and who was told of it."""

from talk.models import Notification

CALL = "/ocs/v2.php/apps/spreed/api/v4/call/{}"
JSON = "application/json"


def told(room):
    """The attendees who were told of a call."""
    users = Notification.objects.filter(room=room, kind="call").values("user")
    return list(room.attendees.filter(user__in=users).order_by("pk"))


def start(sign_in, session, **parameters):
    response = sign_in(session).post(CALL.format(session.room.token), parameters, JSON)
    assert response.status_code == 200
    return response
