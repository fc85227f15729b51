"""Rules of a host site, for ``TALK_POLICY``."""

from talk.host import Policy


class Photos(Policy):
    def avatar_url(self, user):
        return f"/media/{user.username}.jpg"
