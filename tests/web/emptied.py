"""No table that is append-only can be emptied in one go: PostgreSQL's own way, run by test_postgres.py."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

pytestmark = pytest.mark.django_db
KEPT = {
    "audit_entry", "collection_revision", "evidence_version", "evidence_mark", "packages_received",
    "planning_planresult", "planning_answer", "planning_proof", "reviews_steptaken",
    "verdicts_official",
}  # fmt: skip


def test_every_such_table_has_its_triggers_switched_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE p.proname = 'junheng_refuse' AND tgenabled = 'O' GROUP BY 1"
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(KEPT, 2)


@pytest.mark.parametrize("table", sorted(KEPT))
def test_the_database_refuses_to_empty_it(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")
