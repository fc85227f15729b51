"""What the demo host takes from its environment."""

import re

import pytest

from project.settings import env_bool, from_text, prepared

LONG_KEY = "a-long-key-of-many-letters-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-1", -1),
        ("007", "007"),
        ("1e5", "1e5"),
        ("NaN", "NaN"),
        ("true", True),
        ('["a.B", "c.D"]', ["a.B", "c.D"]),
        ("off", "off"),
        ("start-call", "start-call"),
        ("", ""),
    ],
)
def test_variable_becomes_a_setting(text, value):
    assert from_text(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), (" Yes ", True), ("on", True), ("0", False), ("False", False), ("", False)],
)
def test_switch_is_read(monkeypatch, text, value):
    monkeypatch.setenv("SWITCH", text)

    assert env_bool("SWITCH", default=not value) is value


@pytest.mark.parametrize("default", [True, False])
def test_switch_that_is_not_set_keeps_its_default(monkeypatch, default):
    monkeypatch.delenv("SWITCH", raising=False)

    assert env_bool("SWITCH", default=default) is default


def test_statements_are_prepared_unless_the_url_says_otherwise():
    assert prepared({"sslmode": "require", "prepare_threshold": 0}) == {
        "server_side_binding": True,
        "sslmode": "require",
        "prepare_threshold": 0,
    }


def test_production_settings_pass_the_deployment_checks(manage):
    process = manage("check", "--deploy", "--fail-level", "WARNING", DEBUG="0", SECRET_KEY=LONG_KEY)

    output, errors = process.communicate(timeout=120)

    # One hint, on how many people a call is good for, and nothing that is wrong.
    assert (process.returncode, re.findall(r"talk\.\w+|security\.\w+", output + errors)) == (
        0,
        ["talk.I041"],
    )


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_production_without_a_secret_key_does_not_start(manage, server):
    process = manage("shell", "-c", f"import project.{server}", DEBUG="0")

    _output, errors = process.communicate(timeout=120)

    assert process.returncode == 1
    assert errors.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty."
    )


def test_settings_of_the_environment_reach_talk(manage):
    process = manage(
        "shell",
        "-v0",
        "-c",
        "from talk.conf import settings; print(settings.TALK_MAX_CALL_DURATION)",
        TALK_MAX_CALL_DURATION="3600",
    )

    output, _errors = process.communicate(timeout=120)

    assert output == "3600\n"
