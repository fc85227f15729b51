"""The hostile host's own app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tests.hosts.people"
    label = "people"
    default_auto_field = "django.db.models.AutoField"
