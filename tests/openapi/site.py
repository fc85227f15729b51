"""A site that describes its own API with drf-spectacular, and has talk below a prefix."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView


class Room(serializers.Serializer):
    """Not talk's."""

    seats = serializers.IntegerField()


class Rooms(APIView):
    serializer_class = Room

    def get(self, request):
        return Response()


urlpatterns = [
    path("rooms/", Rooms.as_view()),
    path("schema/", SpectacularAPIView.as_view()),
    path("calls/", include("talk.urls")),
    path("calls/api/", include("talk.openapi.urls")),
]
