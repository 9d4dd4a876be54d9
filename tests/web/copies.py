"""What many tests begin with is made once a process; every later test gets its rows back as they were."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from django.apps import apps
from django.db import connection, transaction

Rows = Sequence[tuple[object, ...]]
_KEPT: dict[Hashable, dict[str, Rows]] = {}


def copied(name: Hashable, make: Callable[[], object]) -> None:
    """Make rows in an empty database, or put back those that were made the first time.

    Only on SQLite, whose rows come and go as they are stored: elsewhere they are made each time.
    """
    with transaction.atomic():
        if connection.vendor != "sqlite":
            make()
            return
        if name in _KEPT:
            _put(_KEPT[name])
            return
        before = _rows()
        make()
        now = _rows()
    changed = [table for table, rows in before.items() if rows and rows != now[table]]
    assert not changed, f"{name} changes what was there before: {changed}"
    _KEPT[name] = {table: rows for table, rows in now.items() if rows and not before[table]}


def _rows() -> dict[str, Rows]:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # a table of ours
            found[table] = cursor.fetchall()
    return found


def _put(kept: dict[str, Rows]) -> None:
    with connection.cursor() as cursor:
        for table, rows in kept.items():
            places = ", ".join(["%s"] * len(rows[0]))
            put = f'INSERT INTO "{table}" VALUES ({places})'  # noqa: S608  # a table of ours
            cursor.executemany(put, rows)
