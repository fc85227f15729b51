"""Rules of host sites, for ``TALK_POLICY``."""

from talk.host import Policy


class NobodyIsDisturbed(Policy):
    def do_not_disturb(self, user):
        return True


class NamesAreShouted(Policy):
    def display_name(self, user):
        return user.get_username().upper()
