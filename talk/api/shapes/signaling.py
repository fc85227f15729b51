"""What a client needs to meet others, and how it hears of them (signaling.md §1-2)."""

from __future__ import annotations

from rest_framework import serializers as fields

from talk.api.shapes.field import Shape, Texts, shape


class TicketParameters(Shape):
    """For hello 1.0."""

    userid = fields.CharField(allow_null=True, help_text="Null for guests.")
    ticket = fields.CharField()


class TokenParameters(Shape):
    """For hello 2.0."""

    token = fields.CharField(help_text="A signed JWT.")


HelloParameters = shape("HelloParameters", {"1.0": TicketParameters(), "2.0": TokenParameters()})


class StunServer(Shape):
    """Tells browsers their own address."""

    urls = Texts()


class TurnServer(Shape):
    """Relays media."""

    urls = Texts()
    username = fields.CharField()
    credential = fields.CharField()


class SignalingSettings(Shape):
    """Mode, servers and credentials."""

    signalingMode = fields.ChoiceField(choices=["internal", "external", "conversation_cluster"])
    userId = fields.CharField(allow_null=True, help_text="Null for guests.")
    hideWarning = fields.BooleanField()
    server = fields.CharField(help_text="The signaling server's URL; empty if there is none.")
    ticket = fields.CharField()
    helloAuthParams = HelloParameters()
    federation = fields.CharField(allow_null=True, help_text="Always null here.")
    stunservers = StunServer(many=True)
    turnservers = TurnServer(many=True)
    sipDialinInfo = fields.CharField()


SIGNALING_SETTINGS = SignalingSettings()


class BackendAnswer(Shape):
    """What a signaling server is answered: the object that `type` names."""

    type = fields.ChoiceField(choices=["auth", "room", "session", "error"])
    auth = fields.DictField(required=False)
    room = fields.DictField(required=False)
    session = fields.DictField(required=False)
    error = fields.DictField(required=False, help_text="`code` and `message`.")


BACKEND_ANSWER = BackendAnswer()

NEWS = fields.ListField(
    child=fields.DictField(
        help_text="`type` is `message` (`data` is a JSON text of another browser) or `usersInRoom` "
        "(`data` is the list of all sessions, and ends the answer)."
    )
)
