"""The notification object (notifications.md §3)."""

from __future__ import annotations

from rest_framework import serializers as fields

from talk.api.shapes.field import Shape, Token, shape
from talk.constants import NotificationKind


class RichUser(Shape):
    """Who calls or invites."""

    type = fields.ChoiceField(choices=["user"])
    id = fields.CharField()
    name = fields.CharField()


RichCall = shape(
    "RichCall",
    {
        "type": fields.ChoiceField(choices=["call"]),
        "id": fields.CharField(help_text="The room's number."),
        "name": fields.CharField(),
        "call-type": fields.ChoiceField(choices=["one2one", "group", "public"]),
        "icon-url": fields.CharField(),
    },
)


class RichParameters(Shape):
    """What the placeholders of the subject stand for."""

    user = RichUser(required=False)
    call = RichCall()


NotificationAction = shape(
    "NotificationAction",
    {
        "label": fields.CharField(),
        "link": fields.CharField(),
        "type": fields.ChoiceField(choices=["WEB"]),
        "primary": fields.BooleanField(),
    },
)


class Notification(Shape):
    """What an account should be told."""

    notification_id = fields.IntegerField()
    app = fields.ChoiceField(choices=["spreed"])
    user = fields.CharField(help_text="Whom it is for.")
    datetime = fields.CharField(help_text="ISO 8601, with offset.")
    object_type = fields.ChoiceField(choices=NotificationKind.choices)
    object_id = Token()
    subject = fields.CharField()
    subjectRich = fields.CharField(help_text="With placeholders in braces.")
    subjectRichParameters = RichParameters()
    message = fields.CharField()
    messageRich = fields.CharField()
    messageRichParameters = fields.ListField(max_length=0)
    link = fields.CharField()
    icon = fields.CharField()
    shouldNotify = fields.BooleanField()
    actions = NotificationAction(many=True)


NOTIFICATION, NOTIFICATIONS = Notification(), Notification(many=True)
IDS = fields.ListField(child=fields.IntegerField())
