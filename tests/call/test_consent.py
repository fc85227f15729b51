"""Agreeing to be recorded (call.md §3, checks a and b)."""

import pytest

from talk import call, errors
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

NEEDED = [
    # TALK_RECORDING_CONSENT, the room's own setting, needed
    (0, 0, False),
    (0, 1, False),
    (1, 0, True),
    (1, 1, True),
    (2, 0, False),
    (2, 1, True),
]


@pytest.mark.parametrize(("site", "room", "needed"), NEEDED)
def test_join_without_consent_is_refused_where_it_is_needed(settings, stored, site, room, needed):
    settings.TALK_RECORDING_CONSENT = site
    session = SessionFactory(attendee__room=RoomFactory(recording_consent=room))
    before = stored()

    if needed:
        with pytest.raises(errors.ConsentRequired) as refusal:
            call.join(session)
        assert (refusal.value.status, refusal.value.data) == (400, {"error": "consent"})
        assert stored() == before
    else:
        call.join(session)
        session.refresh_from_db()
        assert session.in_call == 7


@pytest.mark.parametrize(("site", "room", "needed"), NEEDED)
def test_join_with_consent_is_never_refused(settings, site, room, needed):
    settings.TALK_RECORDING_CONSENT = site
    session = SessionFactory(attendee__room=RoomFactory(recording_consent=room))

    call.join(session, recording_consent=True)

    session.refresh_from_db()
    assert session.in_call == 7


@pytest.mark.parametrize(
    ("site", "given", "kept"),
    [(0, True, False), (1, True, True), (2, True, True), (0, False, False), (2, False, False)],
)
def test_consent_is_kept_where_the_site_asks_for_it(settings, now, site, given, kept):
    settings.TALK_RECORDING_CONSENT = site
    session = SessionFactory()

    call.join(session, recording_consent=given)

    session.attendee.refresh_from_db()
    assert session.attendee.consented_at == (now if kept else None)


def test_consent_is_asked_for_again_when_joining_again(settings):
    settings.TALK_RECORDING_CONSENT = 1
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    with pytest.raises(errors.ConsentRequired):
        call.join(session, 3)
