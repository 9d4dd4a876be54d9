"""What was submitted, kept word by word under its hash; and what changed between two submissions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from junheng.web.accounts.models import Kind
from junheng.web.audit.chain import canonical
from junheng.web.blobs.models import Blob
from junheng.web.blobs.services import keep_bytes, open_blob
from junheng.web.collection.dataset import counting
from junheng.web.collection.models import Filing, Record
from junheng.web.reviews.models import StepTaken

Rows = dict[str, dict[str, dict[str, dict[str, Any]]]]
"""Organisation's code, table, key, column: the value that counts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what it was; None where there is or was none."""

    code: str
    table: str
    key: str
    column: str
    before: Any
    now: Any


def belonging(filing: Filing) -> QuerySet[Record]:
    """Give the records of a filing; of a county's, those of its schools as well."""
    if filing.organisation.kind == Kind.COUNTY:
        rows = Record.objects.filter(
            filing__campaign=filing.campaign_id, filing__county=filing.county_id
        )
    else:
        rows = Record.objects.filter(filing=filing)
    return rows.filter(removed=False)


def values(filing: Filing) -> Rows:
    """Give the values of a filing that count now."""
    found: Rows = {}
    ordered = belonging(filing).select_related("filing__organisation")
    for record in ordered.order_by("filing__organisation__code", "table", "key"):
        of_table = found.setdefault(record.filing.organisation.code, {}).setdefault(
            record.table, {}
        )
        of_table[record.key] = counting(record.statistics, record.reported, record.counted)
    return found


def freeze(filing: Filing) -> Blob:
    """Keep what a filing says now; the blob's name is its SHA-256."""
    campaign = filing.campaign
    content = {
        "campaign": campaign.pk,
        "year": campaign.year,
        "standard": campaign.standard,
        "standard_digest": campaign.standard_digest,
        "organisation": filing.organisation.code,
        "values": values(filing),
    }
    return keep_bytes(canonical(content))


def frozen_values(blob: Blob) -> Rows:
    """Read what was kept."""
    with open_blob(blob.digest) as file:
        rows: Rows = json.load(file)["values"]
    return rows


def submissions(filing: Filing) -> list[StepTaken]:
    """Give the submissions of a filing, the latest first."""
    rows = filing.steps.filter(frozen__isnull=False).select_related("frozen", "by")
    return list(rows.order_by("-number"))


def changed(filing: Filing) -> list[Difference]:
    """Give what changed: while it is filled in, since the last submission; else in it since the one before."""
    kept = [taken.frozen for taken in submissions(filing) if taken.frozen]
    if filing.editable:
        return list(differences(frozen_values(kept[0]), values(filing))) if kept else []
    latest, *earlier = [frozen_values(blob) for blob in kept[:2]] or [{}]
    return list(differences(earlier[0], latest)) if earlier else []


def differences(before: Rows, now: Rows) -> Iterator[Difference]:
    """Compare two states of the values, cell by cell, in order."""
    old, new = dict(_cells(before)), dict(_cells(now))
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) != new.get(place):
            yield Difference(*place, before=old.get(place), now=new.get(place))


def _cells(rows: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str, str], Any]]:
    for code, tables in rows.items():
        for table, keys in tables.items():
            for key, columns in keys.items():
                for column, value in columns.items():
                    yield (code, table, key, column), value
