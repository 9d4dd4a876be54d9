"""What the checks of the library find in a filing: logic errors block a submission, the rest is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from junheng.check import check, say_finding
from junheng.check.words import say_columns, say_row
from junheng.report.collected import hold
from junheng.web.accounts.models import Kind
from junheng.web.collection.dataset import before, frames, tables
from junheng.web.collection.models import Filing, Record

_STORED = ("filing__organisation__code", "table", "key", "statistics", "reported", "counted")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, worded. `mark` tells it from the others of the same filing."""

    mark: str
    hard: bool
    table: str
    columns: str
    who: str
    where: str
    what: str


def found(filing: Filing, language: str) -> list[Found]:
    """Give the findings of a filing, logic errors first, worded in "zh" or "en"."""
    rows = sorted(_checked(filing), key=lambda r: (r["family"] != "logic", str(_place(r))))
    return [
        Found(
            mark="|".join(map(str, (row["rule"], *_place(row)))),
            hard=row["family"] == "logic",
            table=row["table"],
            columns=row["columns"] or "",
            who=_joined(row["name"], say_row(row, language)),
            where=_joined(row["name"], say_row(row, language), say_columns(row, language)),
            what=say_finding(row, language),
        )
        for row in rows
    ]


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def hard(filing: Filing) -> list[dict[str, Any]]:
    """Give the findings of logic."""
    return [row for row in _checked(filing) if row["family"] == "logic"]


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["school"], row["table"], row["level"], row["row"], row["columns"]


def _checked(filing: Filing) -> list[dict[str, Any]]:
    previous = None
    if filing.organisation.kind == Kind.COUNTY:
        data, previous = tables(filing), before(filing)
    else:
        own = filing.organisation
        stored = Record.objects.filter(filing=filing, removed=False).order_by()
        of = filing.campaign.year, filing.county.code
        data = frames(list(stored.values_list(*_STORED)), {own.code: own.name}, of)
    findings = check(
        {name: frame.lazy() for name, frame in data.items()},
        previous=previous and {name: frame.lazy() for name, frame in previous.items()},
        keep=hold,
    )
    rows: list[dict[str, Any]] = findings.collect().rows(named=True)
    return rows
