"""Templates of a host that use talk's tags."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.template import Context, Template
from django.test import RequestFactory


@pytest.fixture
def page_for(db):
    """A request of somebody: a user, a seat, or None for a guest."""

    def make(who=None):
        request = RequestFactory().get("/somewhere/")
        user = getattr(who, "user", who)
        request.user = AnonymousUser() if user is None else user
        request.session = SessionStore()
        return request

    return make


@pytest.fixture
def render(page_for):
    """What a tag makes for somebody; ``values`` are the template's."""

    def make(tag, who=None, **values):
        template = Template("{% load talk %}{% " + tag + " %}")
        return template.render(Context({"request": page_for(who), **values})).strip()

    return make


def attributes_of(html, element):
    """The attributes of the one element of this name."""
    (inside,) = re.findall(rf"<{element}\b([^>]*)>", html)
    return {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', inside)}


def text_of(html):
    """What is read of it."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))
