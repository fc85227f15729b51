"""Where Talk is, for those who are given a link."""

from django.test import RequestFactory
from django.urls import set_script_prefix

from talk import link


def test_it_is_where_the_site_says(settings):
    settings.TALK_SITE_URL = "https://example.org/meet"

    assert link.site_url(RequestFactory().get("/")) == "https://example.org/meet/"


def test_else_it_is_where_the_request_came_to():
    assert link.site_url(RequestFactory().get("/ocs/anything")) == "http://testserver/"


def test_it_is_below_the_script():
    set_script_prefix("/site/")
    try:
        found = link.site_url(RequestFactory().get("/ocs/anything"))
    finally:
        set_script_prefix("/")

    assert found == "http://testserver/site/"


def test_without_both_it_is_a_path():
    assert link.site_url() == "/"


def test_the_page_of_a_room_is_below_it():
    assert link.page("abcd1234", site_url="https://example.org/") == (
        "https://example.org/call/abcd1234"
    )
