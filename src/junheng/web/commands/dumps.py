"""Copying and filling the database itself: SQLite by its own backup, PostgreSQL by its own tools."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from junheng.errors import WrongUse

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def engine() -> str:
    """Name the engine of the database: sqlite or postgresql."""
    from django.db import connection

    return connection.vendor


def dump(to: Path) -> dict[str, int]:
    """Copy the database as of one moment; give the rows of each table."""
    if engine() == "sqlite":
        return _copy_sqlite(to)
    return _dump_postgresql(to)


def _copy_sqlite(to: Path) -> dict[str, int]:
    from django.db import connection

    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(to)) as copy:
        connection.connection.backup(copy)
        return {
            table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in _tables()
        }


def _dump_postgresql(to: Path) -> dict[str, int]:
    """Count and dump in the same snapshot, so that the counts are of what was dumped."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows = {}
        for table in _tables():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  # names of ours
            rows[table] = cursor.fetchone()[0]
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={to}")
    return rows


def _tables() -> list[str]:
    from django.apps import apps

    return sorted(model._meta.db_table for model in apps.get_models())  # Django's way


def _run(tool: str, *arguments: str) -> None:
    from django.db import connection

    if shutil.which(tool) is None:
        raise WrongUse("web.backup_tool", tool=tool)
    known = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    given = {name: str(known[key]) for name, key in names.items() if known.get(key)}
    environment = {**os.environ, **given, "PGDATABASE": str(known["NAME"])}
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own tools
        [tool, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise WrongUse("web.backup_tool_failed", tool=tool, reason=done.stderr.strip())


def fill(dump_file: Path) -> None:
    """Put a dump into an empty PostgreSQL database, all of it or nothing."""
    _refuse_unless_empty()
    arguments = ("--no-owner", "--single-transaction", "--exit-on-error")
    _run("pg_restore", *arguments, f"--dbname={_name()}", str(dump_file))


def readable(dump_file: Path) -> None:
    """Have PostgreSQL read a whole dump without a database; WrongUse when it cannot."""
    _run("pg_restore", "--file=/dev/null", str(dump_file))


def _name() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])


def _refuse_unless_empty() -> None:
    from django.db import connection

    if connection.introspection.table_names():
        raise WrongUse("web.restore_database_not_empty")


def same_engine(found: str) -> None:
    """Refuse a backup of another engine."""
    if found != engine():
        raise WrongUse(
            "web.restore_other_kind",
            found=_NAMES.get(found, found),
            wanted=_NAMES.get(engine(), engine()),
        )


def entries(copy: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Give the entries of the log of a copy, chain by chain, in the form that is hashed."""
    cursor = copy.execute(_ENTRIES)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        entry = dict(zip(names, row, strict=True))
        entry["details"] = json.loads(entry["details"])
        at = dt.datetime.fromisoformat(entry["at"]).replace(tzinfo=dt.UTC)
        entry["at"] = at.isoformat(timespec="microseconds")
        yield entry


def heads(copy: sqlite3.Connection) -> dict[str, tuple[str, int, str]]:
    """Give, by organisation, how long each log of a copy is, and its head."""
    return {row[0]: row for row in copy.execute(_HEADS)}


_ENTRIES = """
SELECT o.code AS organisation, e.number, e.at, e.actor, e.action, e.about, e.details, e.previous,
       e.digest
FROM audit_entry e JOIN audit_chain c ON c.id = e.chain_id
JOIN accounts_organisation o ON o.id = c.organisation_id ORDER BY o.code, e.number
"""
_HEADS = """
SELECT o.code, c.length, c.head FROM audit_chain c
JOIN accounts_organisation o ON o.id = c.organisation_id
"""
