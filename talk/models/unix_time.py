"""Moments as unix seconds, counted by the database.

A call may have a thousand peers, and making a ``datetime`` of each one's ping costs more than
everything else about the row.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import models


class UnixSeconds(models.Func):
    """A ``DateTimeField`` in whole seconds, rounded down, as the database's own clock reads.

    Where :func:`counts_in_utc` says no, :func:`from_local` makes unix seconds of them.
    """

    arity = 1
    output_field = models.BigIntegerField()

    def get_db_converters(self, connection: Any) -> list[Any]:
        # Databases answer whole numbers already; a converter would be called once a row.
        return []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Without the fraction, which SQLite would round up. The doubled %% become one when the
        # template is filled in, and one again when the query is run.
        seconds = "CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER)"
        return self.as_sql(compiler, connection, template=seconds, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        seconds = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
        return self.as_sql(compiler, connection, template=seconds, **context)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        seconds = "TIMESTAMPDIFF(SECOND, '1970-01-01', %(expressions)s)"
        return self.as_sql(compiler, connection, template=seconds, **context)


def counts_in_utc(connection: Any) -> bool:
    """Whether the seconds are unix seconds: the database knows time zones, or is kept in UTC."""
    return connection.features.supports_timezones or connection.timezone is UTC


def from_local(seconds: int, connection: Any) -> int:
    """Unix seconds of what was counted on a clock of the site's or the database's time zone."""
    local = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=connection.timezone)
    return int(local.timestamp())
