"""Schemathesis asks every operation of the document many things, as several people (CI's own gate).

    python -m pytest tests/openapi/fuzz.py

Whatever it sends, each answer has a documented status and a body as documented, and none is a
server error. What is asked is the same each time.
"""

import base64
import copy

import hypothesis
import pytest
import schemathesis
from django.contrib.sessions.backends.db import SessionStore
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from talk.actor import HOLDER_KEY
from talk.constants import CallFlag, LobbyState, NotificationKind, ParticipantType, RoomType
from talk.models import Ban, Notification
from talk.openapi.document import TalkDocument
from talk.password import hashed
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.ocs.endpoints import undone

EXAMPLES = 30
"""Per operation and way of asking (well, or badly)."""

ROOMS = ["fuzzgroup", "fuzzpublic", "fuzzlobby", "fuzzreadonly", "fuzzpassword"]
NOBODYS = "fuzznobody"
SEATS = range(9_000_000, 9_000_100)
"""Ids that the document names as examples, and that seats, bans and notifications have."""

CHECKED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def document_of_these_rooms():
    """The document, in which tokens and ids are those of the fixture more often than not."""
    document = copy.deepcopy(TalkDocument().get_schema())
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("name") == "token" and parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "enum": [*ROOMS, NOBODYS]}
                elif parameter.get("in") == "path":
                    parameter["schema"]["enum"] = [0, *SEATS[:8], SEATS[-1]]
    for name, body in document["components"]["schemas"].items():
        if name.endswith("Body") and "attendeeId" in body["properties"]:
            body["properties"]["attendeeId"]["enum"] = [0, *SEATS[:8], SEATS[-1]]
    return document


class Caller:
    """Somebody who asks: by name and password, by cookie, by both, or as nobody."""

    def __init__(self, name, user=None, holder=None):
        self.name = name
        self.headers = {"Accept": "application/json"}
        if user is not None:
            pair = base64.b64encode(f"{user}:secret".encode()).decode()
            self.headers["Authorization"] = f"Basic {pair}"
        if holder is not None:
            store = SessionStore()
            store[HOLDER_KEY] = holder
            store.save()
            self.headers["Cookie"] = f"sessionid={store.session_key}"

    def __repr__(self):
        return self.name


@pytest.fixture
def _one_connection():
    """As Django's test client has it: the test's connection outlives each request."""
    ends = (request_started, request_finished)
    for each in ends:
        each.disconnect(close_old_connections)
    yield
    for each in ends:
        each.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _nothing_to_wait_for(settings):
    settings.TALK_SIGNALING_HOLD = 0


@pytest.fixture
def callers(db, _one_connection):
    """The rooms of the document, and whom they know."""
    moderator, member = (UserFactory(username=name) for name in ("moderator", "member"))
    rooms = [
        RoomFactory(token="fuzzgroup", type=RoomType.GROUP),
        RoomFactory(token="fuzzpublic", public=True, with_call=True),
        RoomFactory(token="fuzzlobby", public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT),
        RoomFactory(token="fuzzreadonly", type=RoomType.GROUP, read_only=True),
        RoomFactory(token="fuzzpassword", public=True, password=hashed("open")),
    ]
    numbers = iter(SEATS)
    for found in rooms:
        moderators = AttendeeFactory(
            pk=next(numbers), room=found, user=moderator, participant_type=ParticipantType.OWNER
        )
        SessionFactory(attendee=moderators, holder="moderator", calling=found.has_call)
        seat = AttendeeFactory(pk=next(numbers), room=found, user=member)
        SessionFactory(attendee=seat, holder="member")
        Ban.objects.create(
            pk=seat.pk, room=found, actor_type="ip", actor_id="192.0.2.1", moderator_id="moderator"
        )
        Notification.objects.create(
            pk=seat.pk, user=member, room=found, kind=NotificationKind.CALL, sender_id="moderator"
        )
        if found.type == RoomType.PUBLIC:
            guest = AttendeeFactory(pk=next(numbers), room=found, guest=True, holder="guest")
            SessionFactory(attendee=guest, holder="guest", in_call=CallFlag.IN_CALL)
    return [
        Caller("stranger"),
        Caller("guest", holder="guest"),
        Caller("member", user="member", holder="member"),
        Caller("moderator", user="moderator", holder="moderator"),
        Caller("wrong password", user="nobody"),
    ]


schema = schemathesis.openapi.from_dict(document_of_these_rooms())
schema.app = get_wsgi_application()
OPERATIONS = [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_answers_are_documented(callers, operation, mode):
    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(
        case=operation.as_strategy(generation_mode=mode), caller=st.sampled_from(callers)
    )
    def ask(case, caller):
        with undone():
            response = case.call(headers=caller.headers)
        assert response.status_code < 500 or response.status_code == 501, response.text
        case.validate_response(response, checks=CHECKED)

    ask()
