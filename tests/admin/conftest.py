"""What the tests of the admin share."""

import pytest
from django.contrib.auth.models import Permission

from tests.admin.staff import Staff
from tests.factories import UserFactory


@pytest.fixture
def staff(db):
    """Make a signed-in member of staff with these permissions (``view_room`` …), or with all."""

    def member(*permissions):
        user = UserFactory(is_staff=True, is_superuser=not permissions)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return Staff(user)

    return member


@pytest.fixture
def boss(staff):
    """Somebody who may do everything."""
    return staff()


@pytest.fixture
def told(db, heard, django_capture_on_commit_callbacks):
    """Do something and return the names of the signals that a host was sent, in order."""

    def names(act, *arguments, **changes):
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **changes)
        return [name for name, _facts in heard]

    return names
