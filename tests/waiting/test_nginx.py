"""The example of docs/deployment.md: only what waits goes to ASGI, beside a WSGI site."""

import os
import re
import shutil
import subprocess
import time

import pytest

from tests.ports import free_port
from tests.waiting.conftest import ROOT, V4, answers, kinds_of, until

CONFIGURATION = """\
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; {locations} }}
}}
"""


def example():
    """The code block of the page."""
    page = (ROOT / "docs" / "deployment.md").read_text()
    return re.search(r"<!-- ci:nginx -->\n```nginx\n(.*?)```", page, re.DOTALL)[1]


@pytest.fixture
def nginx(site, tmp_path):
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed here")
    # A worker of which one waiting request would be the end.
    wsgi = site.start("gunicorn without threads").address
    asgi = site.start("uvicorn").address
    port = free_port()
    locations = example().replace("http://127.0.0.1:8000", wsgi)
    locations = locations.replace("http://127.0.0.1:8001", asgi)
    file = tmp_path / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=tmp_path, port=port, locations=locations))
    process = subprocess.Popen([program, "-c", file, "-p", tmp_path])
    address = f"http://127.0.0.1:{port}"
    until(lambda: answers(address))
    yield address
    process.terminate()
    process.wait()


def test_polls_wait_and_the_site_goes_on(nginx, pair):
    alice, bob = pair(nginx)
    polls = [alice.poll(), bob.poll()]
    time.sleep(1)
    assert [poll.is_over for poll in polls] == [False, False]
    assert alice.ask("GET", f"{V4}/room/{alice.token}").status_code == 200

    alice.send((bob, {"sid": "1"}))
    assert kinds_of(polls[1].result()) == (200, ["message", "usersInRoom"])

    bob.call()  # of the WSGI site: the other process hears of it
    assert kinds_of(polls[0].result()) == (200, ["usersInRoom"])
