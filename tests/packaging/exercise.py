"""The installed wheel at work in a site of ten lines, with nothing but what it requires.

Run outside of the repository, by the Python that the wheel was installed for; the test tools
and the demo site are not there.
"""

import importlib.metadata
import importlib.util
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path

API = "/ocs/v2.php/apps/spreed/api/v4"

settings.configure(
    SECRET_KEY="only-for-this-run",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3",
                           "OPTIONS": {"transaction_mode": "IMMEDIATE"}}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "rest_framework", "django_filters", "talk"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware"],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }],
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], USE_TZ=True,
)  # fmt: skip
django.setup()
urlpatterns = [path("", include("talk.urls"))]


def main():
    call_command("check", fail_level="WARNING")
    call_command("migrate", verbosity=0)

    import talk

    here = Path(talk.__file__).resolve()
    require(sys.prefix in str(here), f"talk was imported from {here}")
    require(importlib.util.find_spec("tests") is None, "the tests are installed")
    require(importlib.util.find_spec("project") is None, "the demo site is installed")
    require(importlib.util.find_spec("dj_database_url") is None, "the extra demo is installed")

    from django.contrib.auth import get_user_model
    from django.test import Client

    from talk import room, signals

    alice = get_user_model().objects.create_user("alice", password="secret")
    meeting = room.create(name="Meeting", owner=alice)
    heard = []
    signals.call_started.connect(lambda **event: heard.append(event["room"].token), weak=False)
    browser = Client(headers={"ocs-apirequest": "true", "accept": "application/json"})
    browser.force_login(alice)
    entered = browser.post(f"{API}/room/{meeting.token}/participants/active")
    joined = browser.post(f"{API}/call/{meeting.token}", {"flags": 7})
    peers = browser.get(f"{API}/call/{meeting.token}").json()["ocs"]["data"]
    page = Client().get(f"{API}/call/{meeting.token}", headers={"accept": "text/html"})

    require([entered.status_code, joined.status_code] == [200, 200], "could not join")
    require([peer["actorId"] for peer in peers] == ["alice"], f"in the call: {peers}")
    require(heard == [meeting.token], f"signals: {heard}")
    require((page.status_code, b"<html" in page.content) == (412, True), "the template is missing")
    version = importlib.metadata.version("django-talk")
    print(f"django-talk {version} on Django {django.__version__}: joined a call")


def require(holds, otherwise):
    if not holds:
        sys.exit(f"not as it should be: {otherwise}")


if __name__ == "__main__":
    main()
