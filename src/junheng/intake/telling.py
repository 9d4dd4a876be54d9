"""What the checks find, as sentences to be said: problems in the order of tables and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from junheng.errors import Problem
from junheng.intake import check
from junheng.intake.dataset import Counted, Sheet
from junheng.intake.gathered import Engine
from junheng.intake.labels import LIMIT, choices, label, listed, shown
from junheng.intake.plain_tables import covered
from junheng.model.tables import SCHOOLS, SECTIONS, Column


@dataclass(frozen=True)
class Finding:
    """Rows to be found, and what to say of each besides its row and what it holds."""

    rows: pl.LazyFrame
    fields: dict[str, object]
    notice: bool = False


def say_all(opened: Mapping[str, Counted], engine: Engine) -> tuple[list[Problem], list[Problem]]:
    """Find the rows that are wrong and word them; gives problems, and what is only worth saying."""
    findings = [*_within(opened), *_between(opened)]
    frames = [check.first_of(finding.rows) for finding in findings]
    problems: list[Problem] = []
    notices: list[Problem] = []
    for finding, rows in zip(findings, pl.collect_all(frames, engine=engine), strict=True):
        (notices if finding.notice else problems).extend(_worded(finding, rows))
    return problems, notices


def _within(opened: Mapping[str, Counted]) -> Iterator[Finding]:
    for sheet, counts, _ in opened.values():
        for column in sheet.columns:
            if counts.get(column.name):
                yield Finding(check.wrong_cells(sheet, column), _fields(sheet, column))
        if counts.get(check.REPEATED):
            key = listed(sheet.table.column(each) for each in sheet.table.key)
            yield Finding(check.same_keys(sheet), {"table": label(sheet.table), "column": key})


def _between(opened: Mapping[str, Counted]) -> Iterator[Finding]:
    """Look for schools across tables, unless the keys to look among are wrong themselves."""
    linked = {name: sheet for name, (sheet, *_) in opened.items() if sheet.has(*check.LINK)}
    sound = {name for name in linked if not any(opened[name].counts[each] for each in check.LINK)}
    schools = linked.pop(SCHOOLS.name, None)
    if schools is None:
        return
    if SCHOOLS.name in sound:
        for name, sheet in linked.items():
            if covered(opened[name], opened[SCHOOLS.name]):
                continue
            rows = sheet if name in sound else check.with_sound(sheet, check.LINK)
            fields = _fields(sheet, sheet.table.column("school"))
            yield Finding(check.alone(rows, schools, "school_unknown"), fields)
    if SECTIONS.name in sound and not covered(opened[SCHOOLS.name], opened[SECTIONS.name]):
        alone = check.alone(schools, linked[SECTIONS.name], "school_without_section")
        yield Finding(alone, _fields(schools, SCHOOLS.column("school")), notice=True)


def _fields(sheet: Sheet, column: Column) -> dict[str, object]:
    fields: dict[str, object] = {"table": label(sheet.table), "column": label(column)}
    if column.choices:
        fields["choices"] = choices(column)
    if column.low is not None and column.high is not None:
        fields |= {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    return fields


def _worded(finding: Finding, found: pl.DataFrame) -> Iterator[Problem]:
    for group in found.iter_rows(named=True):
        code, many = f"intake.{group.pop('code')}", group.pop("many")
        for cells in zip(*group.values(), strict=True):
            fields = dict(zip(group, cells, strict=True)) | finding.fields
            yield Problem(code, **fields | {"found": shown(fields["found"])})
        if many > LIMIT:
            where = {name: finding.fields[name] for name in ("table", "column")}
            yield Problem("intake.more", **where, more=many - LIMIT)
