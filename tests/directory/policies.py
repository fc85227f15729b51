"""Rules of host sites, for ``TALK_POLICY``."""

from django.contrib.auth import get_user_model

from talk.host import Policy


class Shy(Policy):
    """Nobody finds whose name begins with an x."""

    def may_find(self, user, other):
        return not other.username.startswith("x")


class OwnSearch(Policy):
    """Whatever is typed, the newest account is meant."""

    def search_users(self, term, *, by, limit):
        return [get_user_model().objects.latest("pk")]

    def search_groups(self, term, *, by, limit):
        return ["Everybody"]
