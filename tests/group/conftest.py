"""What the tests of groups share."""

import pytest
from django.contrib.auth.models import Group

from tests.factories import UserFactory


@pytest.fixture
def make_group(db):
    """A group of the site with so many new people in it, or with these."""

    def make(name="Choir", people=2, **account):
        group = Group.objects.create(name=name)
        if isinstance(people, int):
            people = [UserFactory(**account) for _ in range(people)]
        group.user_set.set(people)
        return group

    return make


@pytest.fixture
def told_names(heard, django_capture_on_commit_callbacks):
    """Do something and return the names of the signals that a host received."""

    def do(act, *arguments, **named):
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return [name for name, _arguments in heard]

    return do
