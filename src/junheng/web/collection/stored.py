"""What every save reads and writes, by queries that are prepared once."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from django.db.models import BooleanField, F, JSONField, Q, QuerySet

from junheng.web.audit.prepared import Given, Prepared, PreparedChange, PreparedInsert
from junheng.web.collection.models import Filing, Record, Revision, Save, Source

SAVE = Prepared(
    lambda: Save.objects.filter(filing=Given("filing"), by=Given("by"), key=Given("key"))
)
NEW_SAVE, NEW_REVISION = PreparedInsert(Save), PreparedInsert(Revision)


def lock(filing: Filing) -> Filing:
    """Lock the filing and the county's: who writes in a county waits for who is writing."""
    both = {"campaign": filing.campaign_id, "county": filing.county_id}
    return next(each for each in _BOTH.rows(pk=filing.pk, **both) if each.pk == filing.pk)


def _both() -> QuerySet[Filing]:
    rows = Filing.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("campaign", "organisation", "county")
    county = Q(campaign=Given("campaign"), organisation=Given("county"))
    return rows.filter(Q(pk=Given("pk")) | county).order_by("pk")


_BOTH = Prepared(_both)


def raise_data_version(filing: Filing) -> None:
    """Say that something in the filing's county changed: its verdict has to be judged anew."""
    _CHANGED.make(campaign=filing.campaign_id, county=filing.county_id)


_CHANGED = PreparedChange(
    lambda: (
        Filing.objects.filter(campaign=Given("campaign"), organisation=Given("county")),
        {"data_version": F("data_version") + 1},
    )
)


def records_of(filing: Filing, tables: Collection[str], keys: Collection[str]) -> list[Record]:
    """Give what is stored of a filing in any of these tables under any of these keys."""
    named = {f"table{n}": table for n, table in enumerate(tables)}
    named |= {f"key{n}": key for n, key in enumerate(keys)}
    return _records(len(tables), len(keys)).rows(filing=filing.pk, **named)


@lru_cache(maxsize=64)
def _records(tables: int, keys: int) -> Prepared[Record]:
    places = {
        "table__in": [Given(f"table{n}") for n in range(tables)],
        "key__in": [Given(f"key{n}") for n in range(keys)],
    }
    return Prepared(lambda: Record.objects.filter(filing=Given("filing"), **places).order_by())


def change_record(record: Record, source: Source) -> None:
    """Store one of the three values of a record, with the reasons and whether it still counts."""
    values = {"values": getattr(record, source), "reasons": record.reasons}
    _RECORD[source].make(pk=record.pk, removed=record.removed, **values)


def _record(source: Source) -> PreparedChange:
    values = {
        source.value: Given("values", JSONField()),
        "reasons": Given("reasons", JSONField()),
        "removed": Given("removed", BooleanField()),
    }
    return PreparedChange(lambda: (Record.objects.filter(pk=Given("pk")), values))


_RECORD = {source: _record(source) for source in Source}
