"""Run a statement many times for the price of compiling it once.

Most of what a small statement costs is Django building the same SQL again. Here it is built
once per database with placeholder values; afterwards only the parameters change. The SQL stays
what Django writes for the models and the database in use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections, models, router
from django.db.models import sql as sql_queries


class _Compiled:
    """``build`` receives one placeholder per name in ``parameters`` and returns a queryset.

    Each parameter is a pair: the model field that says how Python values become database values,
    and a placeholder that nothing else in the query equals (or a function that makes one).
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        **parameters: tuple[models.Field[Any, Any], Any],
    ) -> None:
        self._build, self._parameters = build, parameters
        self._model: type[models.Model] = next(iter(parameters.values()))[0].model
        self._plans: dict[str, tuple[Any, ...]] = {}

    def _statement(self, using: str, values: dict[str, Any]) -> tuple[str, list[Any], Any]:
        """The SQL, its arguments, and what has to be done to the columns that come back."""
        connection = connections[using]
        plan = self._plans.get(using)
        if plan is None:
            plan = self._plans[using] = self._compile(using)
        sql, order, converters = plan
        arguments = [
            constant if field is None else field.get_db_prep_value(values[name], connection)
            for name, field, constant in order
        ]
        return sql, arguments, converters

    def _compile(self, using: str) -> tuple[Any, ...]:
        connection = connections[using]
        placeholders = {
            name: value() if callable(value) else value
            for name, (_field, value) in self._parameters.items()
        }
        query = self._adapted(self._build(**placeholders).using(using).query)
        compiler = query.get_compiler(using)
        sql, params = compiler.as_sql()
        names = {
            self._parameters[name][0].get_db_prep_value(placeholder, connection): name
            for name, placeholder in placeholders.items()
        }
        order = [
            (names[value], self._parameters[names[value]][0], None)
            if value in names
            else (None, None, value)
            for value in params
        ]
        lost = set(placeholders) - {name for name, _field, _constant in order}
        if lost:
            raise TypeError(f"the query does not use its parameters {sorted(lost)}")
        selected = [column for column, _sql, _alias in compiler.select or ()]
        return sql, order, compiler.get_converters(selected)

    @staticmethod
    def _adapted(query: Any) -> Any:
        return query


class CompiledQuery(_Compiled):
    """A ``values_list()`` queryset. Rows come back as tuples."""

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run with these values. One query; keyword names are those of ``parameters``."""
        return self.on(router.db_for_read(self._model), **values)

    def on(self, using: str, **values: Any) -> list[tuple[Any, ...]]:
        """The same on a certain database."""
        sql, arguments, converters = self._statement(using, values)
        connection = connections[using]
        cursor = connection.cursor()
        try:
            cursor.execute(sql, arguments)
            # Some drivers answer a tuple of rows.
            rows: list[tuple[Any, ...]] = list(cursor.fetchall())
        finally:
            cursor.close()
        if converters and rows:
            return [tuple(row) for row in self._convert(rows, converters, connection)]
        return rows

    @staticmethod
    def _convert(rows: list[tuple[Any, ...]], converters: Any, connection: Any) -> Any:
        for row in map(list, rows):
            for position, (functions, expression) in converters.items():
                value = row[position]
                for convert in functions:
                    value = convert(value, expression, connection)
                row[position] = value
            yield row


PLACES = (1, 10, 100, 500)
"""For how many keys there are statements; the last is the most at once."""


def padded(keys: list[int]) -> list[int]:
    """At most 500 keys, as many as a statement has places for: the last one more than once."""
    places = next(size for size in PLACES if size >= len(keys))
    return keys + keys[-1:] * (places - len(keys))


class CompiledLookUp:
    """Rows by their primary keys. ``build`` receives keys and returns a ``values_list()``."""

    def __init__(self, build: Callable[[Iterable[int]], models.QuerySet[Any, Any]]) -> None:
        self._build = build
        self._plans: dict[tuple[str, int], str] = {}

    def on(self, using: str, keys: list[int]) -> list[tuple[Any, ...]]:
        """The rows of these keys in a database; columns that need no conversion."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(keys), PLACES[-1]):
            some = padded(keys[start : start + PLACES[-1]])
            with connections[using].cursor() as cursor:
                cursor.execute(self._statement(using, len(some)), some)
                rows += cursor.fetchall()
        return rows

    def _statement(self, using: str, places: int) -> str:
        plan = self._plans.get((using, places))
        if plan is None:
            query = self._build(range(places)).using(using).query
            plan = self._plans[using, places] = str(query.get_compiler(using).as_sql()[0])
        return plan


class CompiledDelete(_Compiled):
    """A queryset whose rows go, without signals and without rows that point to them."""

    def on(self, using: str, **values: Any) -> int:
        """Delete on a database; returns how many rows went."""
        sql, arguments, _converters = self._statement(using, values)
        with connections[using].cursor() as cursor:
            cursor.execute(sql, arguments)
            return int(cursor.rowcount)

    @staticmethod
    def _adapted(query: Any) -> Any:
        query.__class__ = sql_queries.DeleteQuery
        return query


class CompiledInsert:
    """Rows of a model, given as one value for each of ``fields``; without signals."""

    def __init__(self, model: type[models.Model], *fields: str) -> None:
        self._model = model
        self._fields: list[Any] = [model._meta.get_field(name) for name in fields]
        self._plans: dict[str, str] = {}

    def on(self, using: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert into a database."""
        connection = connections[using]
        sql = self._plans.get(using) or self._compile(using)
        prepared = [
            [
                field.get_db_prep_save(value, connection)
                for field, value in zip(self._fields, row, strict=True)
            ]
            for row in rows
        ]
        with connection.cursor() as cursor:
            cursor.executemany(sql, prepared)

    def _compile(self, using: str) -> str:
        query = sql_queries.InsertQuery(self._model)
        query.insert_values(self._fields, [self._model()])
        ((sql, _params),) = query.get_compiler(using).as_sql()
        self._plans[using] = str(sql)
        return self._plans[using]
