"""The usual way: a DRF view, the ORM, a ``ModelSerializer`` with ``many=True``.

Without authentication, permissions, throttling or negotiation between formats, and with the
related rows fetched in the same query.
"""
# ruff: noqa: N815  the names of the wire

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from talk.constants import ActorType
from talk.models import Attendee, Session
from tests.benchmarks.people import CALLER


class UnixSeconds(serializers.Field):
    def to_representation(self, value):
        return int(value.timestamp())


class PeerSerializer(serializers.ModelSerializer):
    actorType = serializers.CharField(source="attendee.actor_type")
    actorId = serializers.CharField(source="attendee.actor_id")
    displayName = serializers.CharField(source="attendee.display_name")
    token = serializers.SerializerMethodField()
    lastPing = UnixSeconds(source="last_ping")
    sessionId = serializers.CharField(source="session_id")

    class Meta:
        model = Session
        fields = ["actorType", "actorId", "displayName", "token", "lastPing", "sessionId"]

    def get_token(self, session):
        return self.context["token"]


class Peers(APIView):
    authentication_classes = permission_classes = throttle_classes = []
    renderer_classes = [JSONRenderer]

    def get(self, request, token):
        seat = get_object_or_404(
            Attendee.objects, room__token=token, actor_type=ActorType.USERS, actor_id=CALLER
        )
        sessions = (
            Session.objects.fresh()
            .in_call()
            .filter(room=seat.room_id)
            .select_related("attendee")
            .order_by("pk")
        )
        data = PeerSerializer(sessions, many=True, context={"token": token}).data
        meta = {"status": "ok", "statuscode": 200, "message": "OK"}
        return Response({"ocs": {"meta": meta, "data": data}})
