"""Rules of host sites, for ``TALK_POLICY``."""

from talk.host import Policy


class NobodyUsesTalk(Policy):
    def may_use_talk(self, user):
        return False


class NobodyStartsCalls(Policy):
    def may_start_calls(self, user, room):
        return False


class OnlyAccountsStartCalls(Policy):
    def may_start_calls(self, user, room):
        return user is not None


class NobodyIsDisturbed(Policy):
    def do_not_disturb(self, user):
        return True


class NobodyDoesAnything(NobodyUsesTalk, NobodyIsDisturbed):
    pass


class AccountsAreShouted(Policy):
    def display_name(self, user):
        return user.get_username().upper()


class AccountsAreNameless(Policy):
    def display_name(self, user):
        return ""
