"""Run a queryset many times for the price of compiling it once.

Most of what a small read costs is Django building the same SQL again. Here the queryset is
built once per database with placeholder values; afterwards only the parameters change. The
SQL stays what Django writes for the models and the database in use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connections, models, router


class CompiledQuery:
    """A ``values_list()`` queryset that is compiled once and run often.

    ``build`` receives one placeholder per name in ``parameters`` and returns the queryset. Each
    parameter is a pair: the model field that says how Python values become database values,
    and a placeholder that nothing else in the query equals (or a function that makes one).
    Rows come back as tuples.
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        **parameters: tuple[models.Field[Any, Any], Any],
    ) -> None:
        self._build, self._parameters = build, parameters
        self._model: type[models.Model] = next(iter(parameters.values()))[0].model
        self._plans: dict[str, tuple[Any, ...]] = {}

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run with these values. One query; keyword names are those of ``parameters``."""
        using = router.db_for_read(self._model)
        connection = connections[using]
        plan = self._plans.get(using)
        if plan is None:
            plan = self._plans[using] = self._compile(using)
        sql, order, converters = plan
        arguments = [
            constant if field is None else field.get_db_prep_value(values[name], connection)
            for name, field, constant in order
        ]
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

    def _compile(self, using: str) -> tuple[Any, ...]:
        connection = connections[using]
        placeholders = {
            name: value() if callable(value) else value
            for name, (_field, value) in self._parameters.items()
        }
        queryset = self._build(**placeholders).using(using)
        compiler = queryset.query.get_compiler(using)
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
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return sql, order, converters

    @staticmethod
    def _convert(rows: list[tuple[Any, ...]], converters: Any, connection: Any) -> Any:
        for row in map(list, rows):
            for position, (functions, expression) in converters.items():
                value = row[position]
                for convert in functions:
                    value = convert(value, expression, connection)
                row[position] = value
            yield row
