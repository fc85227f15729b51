"""Each system check: silent where all is well, and its id where it is not."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.checks import WARNING, run_checks
from django.db import connections
from django.http import HttpResponse
from django.urls import include, path, set_script_prefix
from rest_framework.authentication import TokenAuthentication

from talk import checks
from talk.conf import TalkSettings
from talk.host import Policy
from tests.signaling.keys import EC_KEY, K256_KEY, X25519_KEY

HPB = {"url": "https://hpb.example.org", "secret": "0123456789abcdef" * 2}
TURN = {"server": "turn.example.org:3478", "secret": "sesame"}


class OurPolicy(Policy):
    """A site's own policy."""


class Stranger:
    """Neither a policy nor an authentication class."""


def anything(request, rest):
    return HttpResponse()


class Mounted:
    urlpatterns = [path("deep/below/", include("talk.urls"))]


class Hidden:
    urlpatterns = [path("<path:rest>", anything), path("", include("talk.urls"))]


class Missing:
    urlpatterns = []


def found(*, deploy=False):
    """The ids of what our checks find wrong now."""
    return sorted(message.id for message in said(deploy=deploy) if message.level >= WARNING)


def said(*, deploy=False):
    return [
        message
        for message in run_checks(tags=["talk"], include_deployment_checks=deploy)
        if message.id.startswith("talk.")
    ]


def without(entries, *names):
    return [entry for entry in entries if not any(name in entry for name in names)]


def test_all_is_well():
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "id"),
    [
        ("TALK_START_CALLS", 4, "talk.E011"),
        ("TALK_START_CALLS", -1, "talk.E011"),
        ("TALK_START_CALLS", "2", "talk.E011"),
        ("TALK_START_CALLS", True, "talk.E011"),
        ("TALK_RING_RULE", "everybody", "talk.E012"),
        ("TALK_RING_RULE", None, "talk.E012"),
        ("TALK_DEFAULT_PERMISSIONS", 256, "talk.E013"),
        ("TALK_DEFAULT_PERMISSIONS", "", "talk.E013"),
        ("TALK_RECORDING_CONSENT", 3, "talk.E014"),
        ("TALK_MAX_CALL_DURATION", -1, "talk.E015"),
        ("TALK_MAX_CALL_DURATION", 1.5, "talk.E015"),
        ("TALK_MAX_MESH", 1, "talk.E041"),
        ("TALK_MAX_MESH", "6", "talk.E041"),
        ("TALK_POLICY", "talk.host.Missing", "talk.E016"),
        ("TALK_POLICY", "no_such_module.Policy", "talk.E016"),
        ("TALK_POLICY", "Policy", "talk.E016"),
        ("TALK_POLICY", "tests.test_checks.Stranger", "talk.E016"),
        ("TALK_POLICY", "talk.host.policy", "talk.E016"),
        ("TALK_POLICY", OurPolicy, "talk.E016"),
        ("TALK_GUEST_ACCOUNTS_GROUP", "", "talk.E017"),
        ("TALK_GUEST_ACCOUNTS_GROUP", None, "talk.E017"),
        ("TALK_AUTHENTICATION_CLASSES", "one.dotted.Path", "talk.E018"),
        ("TALK_AUTHENTICATION_CLASSES", [TokenAuthentication], "talk.E018"),
        ("TALK_AUTHENTICATION_CLASSES", ["tests.test_checks.Stranger"], "talk.E018"),
        ("TALK_AUTHENTICATION_CLASSES", ["no.such.Class"], "talk.E018"),
        ("TALK_BASIC_AUTH_CACHE_SECONDS", -300, "talk.E019"),
        ("TALK_BASIC_AUTH_CACHE_SECONDS", None, "talk.E019"),
        ("TALK_THROTTLE", "on", "talk.E020"),
        ("TALK_THROTTLE", {"attempts": 0}, "talk.E020"),
        ("TALK_THROTTLE", {"seconds": "60"}, "talk.E020"),
        ("TALK_THROTTLE", {"tries": 3}, "talk.E020"),
        ("TALK_NOTIFY_BY_EMAIL", "yes", "talk.E061"),
        ("TALK_NOTIFY_BY_EMAIL", True, "talk.E062"),
        ("TALK_WEBHOOK_HTTP", "no", "talk.E021"),
        ("TALK_WEBHOOK_PRIVATE_ADDRESSES", 1, "talk.E022"),
        ("TALK_WEBHOOK_KEEP_DAYS", 0, "talk.E023"),
        ("TALK_SIGNALING_SERVERS", HPB, "talk.E031 talk.W033"),
        ("TALK_SIGNALING_SERVERS", [HPB["url"]], "talk.E031 talk.W033"),
        (
            "TALK_SIGNALING_SERVERS",
            [HPB | {"url": "hpb.example.org"}],
            "talk.E031 talk.W033",
        ),
        (
            "TALK_SIGNALING_SERVERS",
            [HPB | {"url": "https://[hpb"}],
            "talk.E031 talk.W033",
        ),
        ("TALK_SIGNALING_SERVERS", [HPB | {"secret": ""}], "talk.E031 talk.W033"),
        ("TALK_SIGNALING_SERVERS", [HPB | {"secret": None}], "talk.E031 talk.W033"),
        ("TALK_SIGNALING_SERVERS", [HPB | {"verify": 2}], "talk.E031 talk.W033"),
        ("TALK_SIGNALING_SERVERS", [HPB | {"sekret": "s"}], "talk.E031 talk.W033"),
        ("TALK_SIGNALING_SERVERS", [{"url": HPB["url"]}], "talk.E031 talk.W033"),
        ("TALK_SIGNALING_SERVERS", [HPB], "talk.W033"),
        (
            "TALK_SIGNALING_SERVERS",
            [HPB | {"secret": "short"}],
            "talk.W031 talk.W033",
        ),
        ("TALK_SIGNALING_MODE", "cluster", "talk.E032"),
        ("TALK_HELLO_KEY", None, "talk.E033"),
        ("TALK_HELLO_KEY", "no such file", "talk.E033"),
        ("TALK_HELLO_KEY", EC_KEY[:100], "talk.E033"),
        ("TALK_HELLO_KEY", K256_KEY, "talk.E033"),
        ("TALK_HELLO_KEY", X25519_KEY, "talk.E033"),
        ("TALK_STUN_SERVERS", "stun.example.org:3478", "talk.E034"),
        ("TALK_STUN_SERVERS", ["stun.example.org"], "talk.E034"),
        ("TALK_STUN_SERVERS", ["stun.example.org:port"], "talk.E034"),
        ("TALK_STUN_SERVERS", [3478], "talk.E034"),
        ("TALK_TURN_SERVERS", [{"server": "turn.example.org:3478"}], "talk.E035"),
        ("TALK_TURN_SERVERS", [{"secret": "s"}], "talk.E035"),
        ("TALK_TURN_SERVERS", [TURN | {"schemes": "turn,https"}], "talk.E035"),
        ("TALK_TURN_SERVERS", [TURN | {"protocols": "sctp"}], "talk.E035"),
        ("TALK_SITE_URL", "example.org", "talk.E036"),
        ("TALK_SITE_URL", 1, "talk.E036"),
        ("TALK_SIGNALING_RELAY", "thread", "talk.E038"),
        ("TALK_HIDE_SIGNALING_WARNING", "yes", "talk.E037"),
        ("TALK_SIGNALING_HOLD", -1, "talk.E051"),
        ("TALK_SIGNALING_HOLD", 31, "talk.E051"),
        ("TALK_SIGNALING_HOLD", "25", "talk.E051"),
        ("TALK_SIGNALING_MAX_HELD", -1, "talk.E052"),
        ("TALK_SIGNALING_MAX_HELD", "many", "talk.E052"),
        ("TALK_START_CALL", 1, "talk.W003"),
        ("TALK_POLICIES", "talk.host.Policy", "talk.W003"),
        ("SESSION_COOKIE_AGE", 24 * 60 * 60 - 1, "talk.W004"),
        ("MIDDLEWARE", [], "talk.E002 talk.E003"),
        ("ROOT_URLCONF", Missing, "talk.W001"),
        ("ROOT_URLCONF", Hidden, "talk.W001"),
        ("TEMPLATES", [], "talk.W002"),
    ],
)
def test_wrong_setting_is_told(settings, name, value, id):
    setattr(settings, name, value)

    assert found() == id.split()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TALK_START_CALLS", 3),
        ("TALK_RING_RULE", "start-call"),
        ("TALK_DEFAULT_PERMISSIONS", 255),
        ("TALK_RECORDING_CONSENT", 2),
        ("TALK_MAX_CALL_DURATION", 10**9),
        ("TALK_MAX_MESH", 2),
        ("TALK_POLICY", "tests.test_checks.OurPolicy"),
        ("TALK_AUTHENTICATION_CLASSES", ("rest_framework.authentication.TokenAuthentication",)),
        ("TALK_BASIC_AUTH_CACHE_SECONDS", 0),
        ("TALK_THROTTLE", "off"),
        ("TALK_THROTTLE", {"attempts": 1, "seconds": 1}),
        ("TALK_NOTIFY_BY_EMAIL", False),
        ("TALK_SIGNALING_SERVERS", []),
        ("TALK_SIGNALING_MODE", "external"),
        ("TALK_HELLO_KEY", EC_KEY),
        ("TALK_STUN_SERVERS", ("stun.example.org:3478", "stun:[2001:db8::1]:443")),
        ("TALK_TURN_SERVERS", [TURN]),
        ("TALK_TURN_SERVERS", [TURN | {"schemes": "turn,turns", "protocols": "tcp"}]),
        ("TALK_SITE_URL", "https://example.org/talk"),
        ("TALK_SIGNALING_RELAY", "command"),
        ("TALK_HIDE_SIGNALING_WARNING", True),
        ("TALK_SIGNALING_HOLD", 0),
        ("TALK_SIGNALING_HOLD", 30),
        ("TALK_SIGNALING_MAX_HELD", 0),
        ("TALK_SIGNALING_MAX_HELD", None),
        ("TALK_SHOW_HOST", "the site's own business"),
        ("SESSION_COOKIE_AGE", 24 * 60 * 60),
        ("SESSION_EXPIRE_AT_BROWSER_CLOSE", True),
        ("ROOT_URLCONF", Mounted),
    ],
)
def test_right_setting_is_silent(settings, name, value):
    setattr(settings, name, value)

    assert found() == []


def test_well_kept_signaling_server_is_silent(settings):
    settings.TALK_SIGNALING_SERVERS = [HPB, HPB | {"verify": "/etc/ssl/our-ca.pem"}]
    settings.TALK_HELLO_KEY = EC_KEY
    settings.TALK_SITE_URL = "https://example.org"

    assert found() == []


def test_servers_without_the_libraries_are_told(settings, monkeypatch):
    settings.TALK_SIGNALING_SERVERS = [HPB]
    settings.TALK_SITE_URL = "https://example.org"
    monkeypatch.setattr("talk.signaling.token.is_installed", lambda: False)

    assert found() == ["talk.W032"]


def test_site_without_urls_is_told(settings):
    del settings.ROOT_URLCONF

    assert found() == ["talk.W001"]


def test_site_below_a_script_name_is_silent():
    set_script_prefix("/below/")

    try:
        assert found() == []
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize(
    ("app", "id"),
    [
        ("django.contrib.sessions", "talk.E001"),
        ("rest_framework", "talk.E004"),
        ("django_filters", "talk.E005"),
    ],
)
def test_missing_app_is_told(settings, app, id):
    settings.INSTALLED_APPS = without(settings.INSTALLED_APPS, app)

    assert found() == [id]


def test_sessions_without_a_table_need_no_app(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.INSTALLED_APPS = without(settings.INSTALLED_APPS, "django.contrib.sessions")

    assert found() == []


@pytest.mark.parametrize(
    ("name", "ids"),
    [("SessionMiddleware", ["talk.E002"]), ("AuthenticationMiddleware", ["talk.E003"])],
)
def test_missing_middleware_is_told(settings, name, ids):
    settings.MIDDLEWARE = without(settings.MIDDLEWARE, name)

    assert found() == ids


def test_middleware_in_the_wrong_order_is_told(settings):
    settings.MIDDLEWARE = settings.MIDDLEWARE[::-1]

    assert found() == ["talk.E003"]


@pytest.mark.parametrize(
    ("vendor", "options", "ids"),
    [
        ("sqlite", {}, ["talk.W005"]),
        ("sqlite", {"transaction_mode": None}, ["talk.W005"]),
        ("sqlite", {"transaction_mode": "deferred"}, ["talk.W005"]),
        ("sqlite", {"transaction_mode": "immediate"}, []),
        ("sqlite", {"transaction_mode": "EXCLUSIVE"}, []),
        ("postgresql", {}, []),
        ("postgresql", {"isolation_level": 2}, []),
        ("postgresql", {"isolation_level": 3}, ["talk.W006"]),
        ("postgresql", {"isolation_level": 4}, ["talk.W006"]),
        ("mysql", {}, []),
        ("mysql", {"isolation_level": "READ COMMITTED"}, []),
        ("mysql", {"isolation_level": "repeatable read"}, ["talk.W006"]),
        ("mysql", {"isolation_level": None}, ["talk.W006"]),
        ("oracle", {}, []),
    ],
)
def test_database_options(monkeypatch, vendor, options, ids):
    database = connections["default"]
    monkeypatch.setattr(database, "vendor", vendor)
    monkeypatch.setitem(database.settings_dict, "OPTIONS", options)

    assert found() == ids


@pytest.mark.parametrize(
    ("backend", "ids"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", ["talk.W007"]),
        ("django.core.cache.backends.dummy.DummyCache", ["talk.W007"]),
        ("django.core.cache.backends.filebased.FileBasedCache", []),
        ("django.core.cache.backends.redis.RedisCache", []),
    ],
)
def test_cache_of_one_process_is_told_before_deployment(settings, backend, ids):
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "somewhere"}}

    assert (found(), found(deploy=True)) == ([], ids)


TEMPLATES_WITHOUT_REQUEST = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
    }
]


def test_tags_that_do_not_know_the_visitor_are_told(settings):
    settings.TEMPLATES = TEMPLATES_WITHOUT_REQUEST

    assert found() == ["talk.W041"]


class Rewriting(ManifestStaticFilesStorage):
    """As Django's documentation has it."""

    support_js_module_import_aggregation = True


@pytest.mark.parametrize(
    ("storage", "only_hashed", "ids"),
    [
        ("django.contrib.staticfiles.storage.ManifestStaticFilesStorage", True, ["talk.W042"]),
        ("django.contrib.staticfiles.storage.ManifestStaticFilesStorage", False, []),
        ("tests.test_checks.Rewriting", True, []),
        ("django.contrib.staticfiles.storage.StaticFilesStorage", True, []),
    ],
)
def test_modules_that_cannot_find_each_other_are_told(
    settings, tmp_path, storage, only_hashed, ids
):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    settings.WHITENOISE_KEEP_ONLY_HASHED_FILES = only_hashed

    assert found() == ids


def test_site_without_a_storage_for_files_is_well(settings):
    settings.STORAGES = {"default": settings.STORAGES["default"]}
    settings.WHITENOISE_KEEP_ONLY_HASHED_FILES = True

    assert found() == []


def test_admins_hear_before_deployment_what_a_mesh_is_good_for(settings):
    settings.TALK_MAX_MESH = 4

    (message,) = [each for each in said(deploy=True) if each.id == "talk.I041"]

    assert "more than 4 people" in message.msg
    assert "High-Performance Backend" in message.hint
    assert "talk.I041" not in [each.id for each in said()]


def test_a_site_with_a_backend_hears_nothing_of_meshes(settings):
    settings.TALK_SIGNALING_SERVERS = [{"url": "https://hpb.example.org", "secret": "s" * 32}]

    assert "talk.I041" not in [each.id for each in said(deploy=True)]


def test_every_check_is_registered():
    assert {check.__name__ for check in checks.ALWAYS + checks.DEPLOYED} == {
        name
        for module in walk_packages(checks.__path__, "talk.checks.")
        for name, value in vars(import_module(module.name)).items()
        if getattr(value, "__annotations__", {}).get("kwargs") == "Any"
    }


def test_ids_are_unique():
    files = sorted(Path(checks.__file__).parent.glob("*.py"))
    source = "\n".join(file.read_text() for file in files)

    of_functions = re.findall(r'^    """([EIW]\d{3})', source, re.MULTILINE)

    assert len(of_functions) == len(checks.ALWAYS + checks.DEPLOYED)
    assert sorted(of_functions) == sorted(set(of_functions))


def test_every_setting_has_a_check():
    names = {name for name in vars(TalkSettings) if name.startswith("TALK_")}

    assert names == {f"TALK_{check.__name__.upper()}" for check in checks.ALWAYS} & names


def test_messages_hold_a_way_out(settings):
    settings.TALK_POLICY, settings.MIDDLEWARE, settings.ROOT_URLCONF = "x.Y", [], Missing
    settings.TALK_START_CALLS = settings.TALK_AUTHENTICATION_CLASSES = "wrong"

    messages = run_checks(tags=["talk"])

    assert len(messages) == 6
    assert [message.id for message in messages if not message.hint] == []


@pytest.mark.django_db
def test_no_check_asks_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        found(deploy=True)
