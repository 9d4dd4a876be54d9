"""Triggers by which the database itself refuses to change or delete rows of a table."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION junheng_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION junheng_refuse();
CREATE TRIGGER {name}_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION junheng_refuse();
"""
_SQLITE = """
CREATE TRIGGER {name}_not_{word} BEFORE {what} ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def append_only(app: str, model: str) -> RunPython:
    """Give the migration step that makes the table of a model append-only."""

    def put(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        table = apps.get_model(app, model)._meta.db_table  # Django's own way
        names = {"name": table, "table": editor.quote_name(table)}
        if editor.connection.vendor == "postgresql":
            editor.execute(_POSTGRESQL.format(**names), params=None)
            return
        for word, what in (("changed", "UPDATE"), ("deleted", "DELETE")):
            editor.execute(
                _SQLITE.format(word=word, what=what, name=table, table=table), params=None
            )

    return RunPython(put, RunPython.noop)
