"""A site whose reads go to a copy of its database that lags behind."""


class FarBehind:
    """What belongs to talk is read from a copy, which is not even there: reading it fails."""

    def db_for_read(self, model, **_hints):
        return "copy" if model._meta.app_label == "talk" else None
