"""The site that is measured, and the two views it is compared with."""

from django.urls import include, path

from tests.benchmarks import bare, model_serializer
from tests.benchmarks.polls import original

urlpatterns = [
    path("bare/<token>", bare.peers),
    path("model-serializer/<token>", model_serializer.Peers.as_view()),
    path("original/<token>", original.signaling),
    path("", include("talk.urls")),
]
