"""Rules of a host site, for ``TALK_POLICY``."""

from talk.host import Policy


class BehindAProxy(Policy):
    def client_address(self, request):
        return request.headers["x-real-ip"]
