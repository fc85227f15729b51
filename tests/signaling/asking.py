"""How the tests of internal signaling poll and post."""

import json

from tests.conftest import data_of

PATH = "/ocs/v2.php/apps/spreed/api/v3/signaling/{}"


def pull(client, token):
    """The status of a poll, and what it answers."""
    response = client.get(PATH.format(token))
    return response.status_code, data_of(response)


def post(client, token, *entries):
    """Post entries as a client does: JSON in a form."""
    return client.post(PATH.format(token), {"messages": json.dumps(entries)})


def entry(session, to, /, **content):
    """One entry that a session sends to another one."""
    message = {"to": to.session_id, "type": "candidate", "roomType": "video", **content}
    return {"ev": "message", "fn": json.dumps(message), "sessionId": session.session_id}


def send(client, session, to, /, **content):
    """Post one message, and see that it is accepted."""
    response = post(client, session.room.token, entry(session, to, **content))
    assert (response.status_code, data_of(response)) == (200, None)


def messages_of(entries):
    """The messages that a poll answered, without the list of those in the room."""
    return [json.loads(each["data"]) for each in entries if each["type"] == "message"]


def received(client, token):
    """The messages that a poll brings."""
    status, entries = pull(client, token)
    assert (status, entries[-1]["type"]) == (200, "usersInRoom")
    return messages_of(entries)
