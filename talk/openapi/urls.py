"""What a site includes to serve the document: ``path("api/", include("talk.openapi.urls"))``."""

from __future__ import annotations

from django.urls import path

from talk.openapi.views import AsJSON, AsPage, AsYAML

app_name = "talk-openapi"

urlpatterns = [
    path("", AsPage.as_view(), name="page"),
    path("openapi.yaml", AsYAML.as_view(), name="yaml"),
    path("openapi.json", AsJSON.as_view(), name="json"),
]
