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
    Rows come back as tuples. Columns named in ``raw`` stay as the database driver gives them.
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        *,
        raw: frozenset[str] = frozenset(),
        **parameters: tuple[models.Field[Any, Any], Any],
    ) -> None:
        self._build, self._raw, self._parameters = build, raw, parameters
        self._plans: dict[str, tuple[Any, ...]] = {}

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run with these values. One query; keyword names are those of ``parameters``."""
        using = router.db_for_read(self._model)
        connection = connections[using]
        plan = self._plans.get(using)
        if plan is None:
            plan = self._plans[using] = self._compile(using)
        sql, order, compiler, converters = plan
        arguments = [
            constant if name is None else self._adapt(name, values[name], connection)
            for name, constant in order
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if converters and rows:
            return [tuple(row) for row in self._convert(rows, converters, connection)]
        return rows

    @property
    def _model(self) -> type[models.Model]:
        field, _placeholder = next(iter(self._parameters.values()))
        model: type[models.Model] = field.model
        return model

    def _adapt(self, name: str, value: Any, connection: Any) -> Any:
        field, _placeholder = self._parameters[name]
        return field.get_db_prep_value(value, connection, prepared=False)

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
            self._adapt(name, placeholder, connection): name
            for name, placeholder in placeholders.items()
        }
        order = [(names.get(value), value) for value in params]
        lost = set(placeholders) - {name for name, _value in order}
        if lost:
            raise TypeError(f"the query does not use its parameters {sorted(lost)}")
        raw = {
            position
            for position, (expression, _sql, _alias) in enumerate(compiler.select)
            if getattr(getattr(expression, "target", None), "name", None) in self._raw
        }
        converters = {
            position: found
            for position, found in compiler.get_converters(
                [expression for expression, _sql, _alias in compiler.select]
            ).items()
            if position not in raw
        }
        return sql, order, compiler, converters

    @staticmethod
    def _convert(rows: list[tuple[Any, ...]], converters: Any, connection: Any) -> Any:
        for row in map(list, rows):
            for position, (functions, expression) in converters.items():
                value = row[position]
                for convert in functions:
                    value = convert(value, expression, connection)
                row[position] = value
            yield row
