"""What the checks of the library find in a filing, worded, and what was written about it.

Findings of logic block a submission; those of experience are to be mended or explained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.check import say_finding
from junheng.check.words import say_columns, say_row
from junheng.model.tables import LEVELS
from junheng.web.accounts.models import Kind
from junheng.web.collection.checked import checked
from junheng.web.collection.dataset import before, frames, tables
from junheng.web.collection.edits import RULE
from junheng.web.collection.models import Filing, Record
from junheng.web.collection.standards import standard_of

_STORED = ("filing__organisation__code", "table", "key", "statistics", "reported", "counted")
Reasons = Mapping[tuple[str, str], Mapping[str, str]]
_MARK = ("rule", "school", "table", "level", "row", "columns")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: where it is, its sentence, and how it is explained.

    `mark` tells it from the others of the same filing, whatever the language. The explanation is
    kept with the record `table`, `key` under the name `column`.
    """

    mark: str
    school: str
    hard: bool
    table: str
    key: str
    columns: tuple[str, ...]
    column: str
    who: str
    where: str
    what: str
    explanation: str = ""


def found(filing: Filing, language: str) -> list[Found]:
    """Give the findings of a filing, those of logic first, worded in "zh" or "en"."""
    records = filing.records.filter(removed=False)
    stored = records.order_by().values_list("table", "key", "reasons")
    reasons = {(table, key): told for table, key, told in stored}
    rows = sorted(_checked(filing), key=lambda r: (r["family"] != "logic", *map(str, r.values())))
    of_standard = standard_of(filing.campaign).facts.values()
    facts = {fact.id: fact.label.say(language) for fact in of_standard}
    return [_found(row, reasons, facts, language) for row in rows]


def hard(filing: Filing) -> int:
    """Count the findings of logic in the data as they are: a step depends on it."""
    return sum(row["family"] == "logic" for row in _checked(filing))


def _checked(filing: Filing) -> Sequence[Mapping[str, Any]]:
    return checked(*_tables(filing))


def _tables(filing: Filing) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame] | None]:
    if filing.organisation.kind == Kind.COUNTY:
        return tables(filing), before(filing)
    own = filing.organisation
    stored = Record.objects.filter(filing=filing, removed=False).order_by().values_list(*_STORED)
    return frames(
        list(stored), {own.code: own.name}, (filing.campaign.year, filing.county.code)
    ), None


def _found(
    row: Mapping[str, Any], reasons: Reasons, facts: Mapping[str, str], language: str
) -> Found:
    columns = tuple(name for name in (row["columns"] or "").split(",") if name)
    table, key = _place(row, columns)
    about = " ".join(str(row[name] or "") for name in ("level", "row") if row[name])
    column = f"{RULE}{row['rule']} {about}"[:_LONGEST].strip()
    level = row["level"] or ""
    word = LEVELS.get(level, level) if language == "zh" else level
    who = (row["name"], word, say_row(row, language))
    return Found(
        mark="|".join(str(row[name]) for name in _MARK),
        school=row["school"] or "",
        hard=row["family"] == "logic",
        table=table,
        key=key,
        columns=columns,
        column=column,
        who=_joined(*who),
        where=_joined(*who, say_columns(row, language, facts)),
        what=say_finding(row, language),
        explanation=reasons.get((table, key), {}).get(column, ""),
    )


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _place(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[str, str]:
    """Give the record of a finding; what is told of rows and of schools stands with the school."""
    if row["table"] == "sections" and row["level"]:
        return "sections", row["level"]
    if row["table"] == "facts" and columns:
        return "facts", columns[0]
    return ("schools", "") if row["school"] else ("opinions", "parent/questionnaire")
