"""Answers of the hostile host's own API; none of them may turn up in ours."""

from rest_framework.response import Response


def refuse(exc, context):
    """Every error looks the same here."""
    return Response({"host": "says no"}, status=418)
