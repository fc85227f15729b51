"""A session engine that refuses what some databases refuse."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Fails when it is asked for a key with a NUL in it, as PostgreSQL does."""

    def load(self):
        if "\x00" in (self.session_key or ""):
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return super().load()
