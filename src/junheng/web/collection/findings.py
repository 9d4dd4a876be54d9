"""What the checks of the library find in a filing, worded, and what was written about it.

Findings of logic block a submission; those of experience are to be mended or explained.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from junheng.check import check, say_finding
from junheng.check.words import say_columns, say_row
from junheng.model.tables import LEVELS
from junheng.report.collected import hold
from junheng.web.accounts.models import Kind
from junheng.web.collection.dataset import before, frames, tables
from junheng.web.collection.edits import RULE
from junheng.web.collection.models import Filing, Record, Revision

_STORED = ("filing__organisation__code", "table", "key", "statistics", "reported", "counted")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: where it is, its sentence, and how it is explained.

    The explanation is kept with the record `table`, `key` under the name `column`.
    """

    hard: bool
    table: str
    key: str
    columns: tuple[str, ...]
    column: str
    where: str
    what: str
    explanation: str = ""


def found(filing: Filing, language: str) -> list[Found]:
    """Give the findings of a filing, those of logic first, worded in "zh" or "en"."""
    records = filing.records.filter(removed=False)
    reasons = {(r.table, r.key): r.reasons for r in records.only("table", "key", "reasons")}
    rows = sorted(checked(filing), key=lambda r: (r["family"] != "logic", *map(str, r.values())))
    return [_found(row, reasons, language) for row in rows]


def checked(filing: Filing) -> Sequence[Mapping[str, Any]]:
    """Give the findings of a filing as the library gives them; not again while nothing changed."""
    last = _last_change(filing)
    return _checked_at(filing.pk, last) if last else _checked(filing)


def _last_change(filing: Filing) -> tuple[int, dt.datetime] | None:
    rows = Revision.objects.filter(record__filing__campaign=filing.campaign_id)
    if filing.organisation.kind == Kind.COUNTY:
        rows = rows.filter(record__filing__county=filing.organisation_id)
    else:
        rows = rows.filter(record__filing=filing)
    return rows.order_by("-pk").values_list("pk", "at").first()


@lru_cache(maxsize=512)
def _checked_at(pk: int, _last: tuple[int, dt.datetime]) -> Sequence[Mapping[str, Any]]:
    rows = Filing.objects.select_related("campaign", "organisation", "county")
    return _checked(rows.get(pk=pk))


def _checked(filing: Filing) -> Sequence[Mapping[str, Any]]:
    data, previous = _tables(filing)
    findings = check(_lazy(data), previous=previous and _lazy(previous), keep=hold)
    rows: list[dict[str, Any]] = findings.collect().rows(named=True)
    return rows


def _tables(filing: Filing) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame] | None]:
    if filing.organisation.kind == Kind.COUNTY:
        return tables(filing), before(filing)
    own = filing.organisation
    stored = Record.objects.filter(filing=filing, removed=False).order_by().values_list(*_STORED)
    return frames(
        list(stored), {own.code: own.name}, (filing.campaign.year, filing.county.code)
    ), None


def _lazy(data: Mapping[str, pl.DataFrame]) -> dict[str, pl.LazyFrame]:
    return {name: frame.lazy() for name, frame in data.items()}


def _found(
    row: Mapping[str, Any], reasons: Mapping[tuple[str, str], Mapping[str, str]], language: str
) -> Found:
    columns = tuple(name for name in (row["columns"] or "").split(",") if name)
    table, key = _place(row, columns)
    about = " ".join(str(row[name] or "") for name in ("level", "row") if row[name])
    column = f"{RULE}{row['rule']} {about}"[:_LONGEST].strip()
    level = row["level"] or ""
    word = LEVELS.get(level, level) if language == "zh" else level
    places = (row["name"], word, say_row(row, language), say_columns(row, language))
    return Found(
        hard=row["family"] == "logic",
        table=table,
        key=key,
        columns=columns,
        column=column,
        where=" · ".join(place for place in places if place),
        what=say_finding(row, language),
        explanation=reasons.get((table, key), {}).get(column, ""),
    )


def _place(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[str, str]:
    """Give the record of a finding; what is told of rows and of schools stands with the school."""
    if row["table"] == "sections" and row["level"]:
        return "sections", row["level"]
    if row["table"] == "facts" and columns:
        return "facts", columns[0]
    return ("schools", "") if row["school"] else ("opinions", "parent/questionnaire")
