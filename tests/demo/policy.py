"""A site whose rules the tour does not expect."""

from talk.host import Policy


class NobodyCreatesRooms(Policy):
    def may_create_rooms(self, user):
        return False
