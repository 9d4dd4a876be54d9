"""Queries whose SQL is made once: from one time to the next only their values change.

Django needs ten times as long to write a query as the database to answer it. What every save asks
for and writes is always the same, so its SQL is kept. Django writes it, for the database in use, and
the driver binds the values, as always; rows come back as the models or tuples of the query itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")
M = TypeVar("M", bound=Model)
Params = Sequence[Any]


class Given(Expression):
    """The place of a value in a prepared query: a number or text, or what a field makes of it."""

    def __init__(self, name: str, kind: Field[Any, Any] | None = None) -> None:
        super().__init__()
        self.name, self.kind = name, kind

    def as_sql(self, *_: Any, **__: Any) -> Any:
        """Leave the place open."""
        return "%s", [self]

    def of(self, given: dict[str, Any], connection: Any) -> Any:
        """Give the value as the driver takes it."""
        value = given[self.name]
        return value if self.kind is None else self.kind.get_db_prep_value(value, connection)


class Prepared(Generic[R]):
    """A query with open places; `make` gives it, and is asked once."""

    def __init__(self, make: Callable[[], QuerySet[Any, R]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> tuple[QuerySet[Any, R], SQLCompiler, str, Params]:
        rows = self._make()
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        read = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda _: read
        return rows, compiler, sql, params

    def rows(self, **given: Any) -> list[R]:
        """Ask, with a value for every open place."""
        rows, compiler, sql, params = self._made
        connection = connections[DEFAULT_DB_ALIAS]
        if rows.query.select_for_update and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("Locking rows needs a transaction.")
        asked: Any = copy(compiler)
        asked.connection = connection
        written = sql, _filled(params, given, connection)
        asked.as_sql = lambda *_, **__: written
        iterable: Any = rows._iterable_class
        return list(iterable(_Asked(asked)))

    def one(self, **given: Any) -> R | None:
        """Give the first row, None if there is none."""
        return next(iter(self.rows(**given)), None)


class _Asked:
    """What Django's iteration over rows wants of a query: here a compiler that has written already."""

    db = DEFAULT_DB_ALIAS
    _fields, _known_related_objects = (), {}  # type: ignore[var-annotated]

    def __init__(self, compiler: SQLCompiler) -> None:
        self.query, self._compiler = self, compiler

    def get_compiler(self, *_: Any, **__: Any) -> SQLCompiler:
        """Give the compiler."""
        return self._compiler


class PreparedChange:
    """A change of rows with open places; `make` gives the rows, and the values of their fields."""

    def __init__(self, make: Callable[[], tuple[QuerySet[Any], dict[str, Any]]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> tuple[str, Params]:
        rows, values = self._make()
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        made: tuple[str, Params] = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return made

    def make(self, **given: Any) -> None:
        """Change the rows, with a value for every open place."""
        sql, params = self._made
        connection = connections[DEFAULT_DB_ALIAS]
        with (
            transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, _filled(params, given, connection))


class PreparedInsert(Generic[M]):
    """Adding rows of a model."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    @cached_property
    def _made(self) -> tuple[str, list[Field[Any, Any]]]:
        fields = [each for each in self._model._meta.concrete_fields if not each.primary_key]
        query = InsertQuery(self._model)
        places = self._model(**{each.attname: Given(each.attname) for each in fields})
        query.insert_values(fields, [places], raw=True)
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [self._model._meta.pk]
        [(sql, _)] = compiler.as_sql()
        return sql, fields

    def add(self, *rows: M) -> None:
        """Store rows, as the fields of each give their values."""
        sql, fields = self._made
        connection = connections[DEFAULT_DB_ALIAS]
        with (
            transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS),
            connection.cursor() as cursor,
        ):
            for row in rows:
                cursor.execute(sql, [
                    each.get_db_prep_save(each.pre_save(row, add=True), connection)
                    for each in fields
                ])  # fmt: skip
                row.pk = self._key(cursor, connection)
                row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _key(self, cursor: Any, connection: Any) -> int:
        """Give the key of the row that was added last."""
        if connection.features.can_return_columns_from_insert:
            key: int = connection.ops.fetch_returned_insert_columns(cursor, ())[0]
            return key
        of = self._model._meta
        return int(connection.ops.last_insert_id(cursor, of.db_table, of.pk.column))


def _filled(params: Params, given: dict[str, Any], connection: Any) -> list[Any]:
    return [each.of(given, connection) if isinstance(each, Given) else each for each in params]
