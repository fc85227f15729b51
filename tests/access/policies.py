"""Rules of a host site, for ``TALK_POLICY``."""

from talk.host import Policy


class NobodyUsesTalk(Policy):
    def may_use_talk(self, user):
        return False
