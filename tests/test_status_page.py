"""GET /status.php: what apps ask first (clients.md §1)."""

import pytest
from django.test import Client

STATUS = {
    "installed": True,
    "maintenance": False,
    "needsDbUpgrade": False,
    "version": "33.0.0.0",
    "versionstring": "33.0.0",
    "edition": "",
    "productname": "Talk",
    "extendedSupport": False,
}


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
def test_everybody_is_told_without_an_envelope(accept):
    response = Client().get("/status.php", headers={"accept": accept})

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response.json() == STATUS


def test_there_is_nothing_to_post():
    assert Client().post("/status.php").status_code == 405
