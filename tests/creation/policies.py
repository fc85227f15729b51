"""Rules of host sites, for ``TALK_POLICY``."""

from talk.host import Policy


class NobodyCreatesRooms(Policy):
    def may_create_rooms(self, user):
        return False
