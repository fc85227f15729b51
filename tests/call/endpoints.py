"""The endpoints of the call, as the tests ask for them."""

from tests.conftest import data_of

V1 = "/ocs/v1.php/apps/spreed/api/v4/call/"
V2 = "/ocs/v2.php/apps/spreed/api/v4/call/"

ENDPOINTS = {
    # name: method, path below the token
    "peers": ("get", ""),
    "join": ("post", ""),
    "change_flags": ("put", ""),
    "leave": ("delete", ""),
    "ring": ("post", "/ring/{attendee}"),
    "dial_out": ("post", "/dialout/{attendee}"),
    "download": ("get", "/download"),
    "state": ("get", "/notification-state"),
}

NO_ENVELOPE = "no envelope"
NO_BODY = "no body"


def ask(client, endpoint, token, *, attendee=1, base=V2, **parameters):
    """Ask an endpoint with JSON parameters, or in the query where a request has no body."""
    method, path = ENDPOINTS[endpoint]
    url = base + token + path.format(attendee=attendee)
    if method == "get":
        return client.get(url, parameters)
    return getattr(client, method)(url, parameters, content_type="application/json")


def answer_of(response):
    """The status of an answer, and what its envelope carries."""
    if not response.content:
        return response.status_code, NO_BODY
    if not response["Content-Type"].startswith("application/json") or "ocs" not in response.json():
        return response.status_code, NO_ENVELOPE
    return response.status_code, data_of(response)
