"""``{% talk_incoming_calls %}``: an element that rings, for who is signed in."""

import re

import pytest
from django.template import Context, Template

from tests.embedding.conftest import attributes_of
from tests.factories import UserFactory


def test_element_is_told_where_to_ask(render):
    html = render("talk_incoming_calls", UserFactory(username="bea"))

    assert attributes_of(html, "talk-incoming") == {
        "api": "/ocs/v2.php",
        "pages": "/call/",
        "user-id": "bea",
        "sound": "on",
        "stylesheet": "/static/talk/incoming.css",
    }


def test_site_may_want_it_silent(render):
    html = render("talk_incoming_calls sound=False", UserFactory())

    assert attributes_of(html, "talk-incoming")["sound"] == "off"


def test_nobody_calls_a_guest(render):
    assert render("talk_incoming_calls") == ""


def test_nobody_calls_who_may_not_use_talk(render, settings):
    settings.TALK_POLICY = "tests.embedding.policies.NobodyMay"

    assert render("talk_incoming_calls", UserFactory()) == ""


def test_it_costs_no_query(render, django_assert_num_queries):
    user = UserFactory()

    with django_assert_num_queries(0):
        render("talk_incoming_calls", user)


def test_nothing_is_inline(render):
    html = render("talk_incoming_calls", UserFactory())

    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html) == []


@pytest.mark.parametrize(
    "tag", ["talk_incoming_calls", "talk_call 'a1b2'", "talk_call_button 'a1b2'"]
)
@pytest.mark.django_db
def test_page_without_a_request_shows_nothing(tag):
    assert Template("{% load talk %}{% " + tag + " %}").render(Context()).strip() == ""
