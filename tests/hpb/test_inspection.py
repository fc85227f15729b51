"""Is a signaling server well? Asked by the command, the deployment check and the admin."""

import stat

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from talk.conf import TalkSettings
from talk.models import Announcement, Relay
from talk.signaling import announcing, inspection, token
from tests.factories import RoomFactory
from tests.signaling.keys import EC_KEY

ALL = "audio-video-permissions, mcu, hello-v2, incall-all, simulcast, switchto"


@pytest.fixture
def well(server, settings):
    server.features = ALL
    settings.TALK_HELLO_KEY = EC_KEY
    return server


def inspect():
    (server,) = TalkSettings().TALK_SIGNALING_SERVERS
    return inspection.inspect(server)


def test_a_server_that_is_well(well):
    finding = inspect()

    assert (finding.version, finding.errors, finding.warnings) == ("1.2.4", [], [])
    assert finding.features == ALL.split(", ")
    assert well.tokens == ["nobodysroom"]


def test_a_server_that_is_down(settings):
    (text,) = inspect().errors

    assert text == ("It cannot be reached (ConnectionError): is it running, and the address right?")


@pytest.mark.parametrize("content", [[], "Welcome", {}, {"version": ""}])
def test_something_that_is_no_signaling_server(well, content):
    well.version = content

    assert inspect().errors == ["Something answers there (200) that is no signaling server."]


def test_a_server_that_is_too_old(well):
    well.features = "audio-video-permissions"

    finding = inspect()

    assert finding.errors == ["It lacks mcu: update it, and configure its media server."]
    assert len(finding.warnings) == 1


def test_garbage_is_no_signaling_server(well):
    well.version = "x" * 10_000_000

    assert inspect().errors == ["Something answers there (200) that is no signaling server."]


@pytest.mark.parametrize("date", ["Thu, 01 Jan 2026 00:00:00 -0000", "Thu, 01 Jan 2026 00:00:00"])
def test_a_date_without_a_zone_is_utc(well, date):
    well.date = date

    (text,) = inspect().errors

    assert text.startswith("Its clock differs by")


def test_a_server_with_another_secret(well, settings):
    settings.TALK_SIGNALING_SERVERS = [well.settings | {"secret": "another"}]

    (text,) = inspect().errors

    assert text.startswith("It does not believe us")


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        ((400, b"what?"), "It does not understand us: 400 what?."),
        ((500, b"nats"), "It does not take messages: 500 nats."),
    ],
)
def test_a_server_that_takes_nothing(well, answer, begins):
    well.answers = [answer]

    assert inspect().errors == [begins]


def test_a_clock_that_is_wrong(well, monkeypatch):
    monkeypatch.setattr(inspection, "MOST_CLOCK_DIFFERENCE", -1)

    (text,) = inspect().errors

    assert text.startswith("Its clock differs by")


def test_without_the_library(well, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "requests", None)

    assert inspect().errors == ['The library is missing: install "django-talk[hpb]".']


# The check of a deployment.


def ids():
    messages = run_checks(tags=["talk"], include_deployment_checks=True)
    return [message.id for message in messages if message.id == "talk.W034"]


def test_a_deployment_hears_of_servers_that_are_not_well(well):
    assert ids() == []

    well.features = ""

    assert ids() == ["talk.W034"]


def test_a_setting_that_is_wrong_is_enough_to_hear_of(settings):
    settings.TALK_SIGNALING_SERVERS = [{}]

    assert ids() == []


# The commands.


@pytest.fixture
def mounted(well, settings, live_server):
    settings.TALK_SITE_URL = live_server.url
    return well


def test_the_command_says_that_all_is_well(mounted, capsys):
    call_command("talk_hpb_check")

    out = capsys.readouterr().out
    assert f"{mounted.settings['url']} (version 1.2.4): well" in out
    assert "The site: well" in out
    assert "Waiting to be told: 0" in out
    assert mounted.secret not in out


def test_the_command_says_what_to_change(mounted, settings, capsys):
    mounted.features = "mcu"
    settings.TALK_HELLO_KEY = "no such file"
    announcing.tell(RoomFactory(), {})
    Relay.objects.create(lane="https://old.example.org", failures=3, error="500")

    with pytest.raises(CommandError, match="Something has to be changed"):
        call_command("talk_hpb_check")

    out = capsys.readouterr().out
    assert "wrong: It lacks audio-video-permissions" in out
    assert "wrong: There is no hello key" in out
    assert "Waiting to be told: 1" in out
    assert "https://old.example.org: 3 failures, last 500" in out


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "TALK_SITE_URL is not set"),
        ("http://127.0.0.1:9/", "cannot be read from here (ConnectionError)"),
        ("{live}/nowhere/", "answers 404 without capabilities"),
    ],
)
def test_the_command_looks_at_the_site_from_outside(mounted, settings, capsys, url, says):
    settings.TALK_SITE_URL = url.format(live=settings.TALK_SITE_URL)

    with pytest.raises(CommandError):
        call_command("talk_hpb_check")

    assert says in capsys.readouterr().out


def test_the_command_sees_that_the_site_has_another_key(mounted, monkeypatch, capsys):
    another = token.load(token.new_key())
    keys = [another]
    monkeypatch.setattr(token, "hello_key", lambda: keys.pop() if keys else token.load(EC_KEY))

    with pytest.raises(CommandError):
        call_command("talk_hpb_check")

    assert "The capabilities show another key" in capsys.readouterr().out


def test_the_command_needs_servers(settings):
    settings.TALK_SIGNALING_SERVERS = []

    with pytest.raises(CommandError, match="no signaling servers"):
        call_command("talk_hpb_check")


def test_the_command_says_which_libraries_are_missing(mounted, monkeypatch, capsys):
    monkeypatch.setattr(token, "is_installed", lambda: False)

    with pytest.raises(CommandError, match="Something has to be changed"):
        call_command("talk_hpb_check")

    assert "install django-talk[hpb]" in capsys.readouterr().out


def test_a_key_is_printed(capsys):
    call_command("talk_hpb_key")

    assert token.load(capsys.readouterr().out).algorithm == "ES256"


def test_a_key_is_written_for_nobody_else(tmp_path, capsys):
    path = tmp_path / "hello.pem"

    call_command("talk_hpb_key", path)

    assert token.load(str(path)).algorithm == "ES256"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path) in capsys.readouterr().out


def test_a_key_replaces_no_other(tmp_path):
    path = tmp_path / "hello.pem"
    path.write_text("in use")

    with pytest.raises(CommandError, match="exists already"):
        call_command("talk_hpb_key", path)

    assert path.read_text() == "in use"


def test_a_key_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("talk_hpb_key", tmp_path / "nowhere" / "hello.pem")


def test_a_key_needs_the_libraries(monkeypatch):
    monkeypatch.setattr(token, "is_installed", lambda: False)

    with pytest.raises(CommandError, match="hpb"):
        call_command("talk_hpb_key")


# The admin.


def test_the_admin_lists_servers_with_what_waits_for_them(well, admin_client):
    announcing.tell(RoomFactory(), {})

    page = admin_client.get("/admin/talk/relay/").content.decode()

    assert well.settings["url"] in page
    assert "not used yet" in page
    (relay,) = Relay.objects.all()
    assert relay.lane == well.settings["url"]
    assert Announcement.objects.filter(lane=relay.lane).count() == 1


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"failures": 2, "error": "500"}, "fails"),
        ({"reached_at": "2026-01-01T00:00Z"}, "well"),
        ({"lane": "https://old.example.org"}, "not configured any more"),
    ],
)
def test_the_admin_says_how_a_server_is_doing(server, settings, admin_client, facts, state):
    settings.USE_TZ = True
    Relay.objects.create(**{"lane": server.settings["url"]} | facts)

    assert f">{state}<" in admin_client.get("/admin/talk/relay/").content.decode()


def test_the_admin_asks_servers(well, admin_client):
    Relay.objects.create(lane=well.settings["url"])
    well.features = "audio-video-permissions, mcu"
    chosen = {"action": "check_now", "_selected_action": [Relay.objects.get().pk]}

    page = admin_client.post("/admin/talk/relay/", chosen, follow=True).content.decode()

    assert "is well (version 1.2.4)" in page
    assert "It lacks hello-v2" in page


def test_nothing_can_be_changed_in_the_admin(well, admin_client):
    relay = Relay.objects.create(lane=well.settings["url"])

    answers = [
        admin_client.post("/admin/talk/relay/add/"),
        admin_client.post(f"/admin/talk/relay/{relay.pk}/change/", {"failures": 7}),
        admin_client.post(f"/admin/talk/relay/{relay.pk}/delete/", {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
