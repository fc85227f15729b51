"""What sites may say about their people."""

from talk.host import Policy


class NobodyMay(Policy):
    """Nobody uses Talk here."""

    def may_use_talk(self, user):
        return False


class NobodyCreates(Policy):
    """Rooms are made by somebody else."""

    def may_create_rooms(self, user):
        return False


class BeaMayNot(Policy):
    """Everybody but Bea uses Talk."""

    def may_use_talk(self, user):
        return user.get_username() != "bea"


class LongPasswords(Policy):
    """Eight characters at least."""

    def validate_room_password(self, password):
        from django.core.exceptions import ValidationError

        if len(password) < 8:
            raise ValidationError("Too short.")
