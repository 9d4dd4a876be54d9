"""What people type into cells, read by the rules by which workbooks are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import polars as pl

from junheng.errors import Problem
from junheng.intake import cells, check, labels
from junheng.intake.dataset import ROW, Sheet
from junheng.model.standard import Fact
from junheng.model.tables import TABLES, Column, Table
from junheng.report.workbook import CALCULATED

_LONGEST = 120
_SIGNS = "= + - @"
_YES_NO = "yes/no"
_SPACES = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and not "\x1c" <= c <= "\x1f")
"""What `strip_chars` takes away: Unicode's white space, without the separators that Python adds."""
_TEXT, _WRONG = pl.String(), "wrong "
Asked = tuple[Table, Column, Sequence[str | None]]
"""Cells of one column, as text."""


@dataclass(frozen=True, slots=True)
class Read:
    """One cell as it was understood: its value (None: not known), or the sentence why it was not."""

    value: Any = None
    problem: Problem | None = None

    def say(self, language: str) -> str:
        """Say what is wrong, without the table and row: the reader has the cell before him."""
        if self.problem is None:
            return ""
        fields = self.problem.fields
        beginning = {
            "zh": f"《{getattr(fields['table'], 'zh', '')}》第{fields['row']}行",
            "en": f"Table {fields['table']}, row {fields['row']}, ",
        }
        return self.problem.say(language).removeprefix(beginning[language])


def read(table: Table, column: Column, texts: Sequence[str | None]) -> list[Read]:
    """Read cells of one column; nothing but spaces is unknown.

    >>> from junheng.model.tables import SECTIONS
    >>> [each.value for each in read(SECTIONS, SECTIONS.column("pupils"), ["１，２００人", "—", ""])]
    [1200, None, None]
    >>> read(SECTIONS, SECTIONS.column("pupils"), ["12O0"])[0].say("zh")
    '“在校生数”填的是“12O0”，不是数字。请只填数字，例如1200；确实没有的填0，还不知道的留空。'
    """
    return read_together([(table, column, texts)])[0]


def read_together(asked: Sequence[Asked]) -> list[list[Read]]:
    """Read cells of several columns in one pass; only columns with a wrong cell are read patiently."""
    wanted = [one for n, (_, of, _texts) in enumerate(asked) for one in _wanted(of, str(n))]
    found = _frame([texts for _, _, texts in asked]).select_seq(wanted)
    return [
        _patiently(*each) if found[f"{_WRONG}{n}"].item(0) else _all_kept(each, found[str(n)])
        for n, each in enumerate(asked)
    ]


@lru_cache(maxsize=1024)
def _wanted(of: Column, name: str) -> tuple[pl.Expr, pl.Expr]:
    """Read the cells of a column by that name, and tell whether any is wrong."""
    column = replace(of, name=name, required=False)
    wrong = pl.any_horizontal(*cells.faults(column, _TEXT).values()).any()
    return cells.value(column, _TEXT).alias(name), wrong.alias(_WRONG + name)


def _frame(columns: Sequence[Sequence[str | None]]) -> pl.DataFrame:
    """Give cells as text without the spaces around it, short columns filled up with unknown."""
    longest = max(map(len, columns), default=0)
    bare = [[(text or "").strip(_SPACES) or None for text in texts] for texts in columns]
    filled = [[*texts, *[None] * (longest - len(texts))] for texts in bare]
    return pl.DataFrame([pl.Series(str(n), texts, _TEXT) for n, texts in enumerate(filled)])


def _patiently(table: Table, column: Column, texts: Sequence[str | None]) -> list[Read]:
    """Read cells of one column as people type them, and tell what is wrong with each."""
    given = _frame([texts]).to_series().alias(column.name)
    frame = pl.DataFrame([given]).with_row_index(ROW, 1).lazy()
    optional = replace(column, required=False)
    sheet = Sheet(table, frame, {column.name: _TEXT}, {})
    wrong = check.wrong_cells(sheet, optional).collect()
    if wrong.height and (column.kind != "text" or column.choices):
        sheet = check.with_plain(sheet, [optional])
        wrong = check.wrong_cells(sheet, optional).collect()
    problems = {row: _problem(table, column, row, told) for row, *told in wrong.iter_rows()}
    found = sheet.cells.select(cells.value(column, _TEXT)).collect().to_series().to_list()
    return [
        Read(problem=problems[row]) if row in problems else _kept(table, column, row, value)
        for row, value in enumerate(found, 1)
    ]


def _all_kept(asked: Asked, values: pl.Series) -> list[Read]:
    table, column, texts = asked
    return [_kept(table, column, *each) for each in enumerate(values.head(len(texts)), 1)]


def _kept(table: Table, column: Column, row: int, value: Any) -> Read:
    if isinstance(value, str) and len(value) > _LONGEST:
        told = ["text_too_long", value]
        return Read(problem=_problem(table, column, row, told, most=_LONGEST))
    if isinstance(value, str) and value.startswith(CALCULATED):
        told = ["text_calculated", value]
        return Read(problem=_problem(table, column, row, told, signs=_SIGNS))
    if isinstance(value, float) and value.is_integer():
        return Read(int(value))
    return Read(value)


def _problem(
    table: Table, column: Column, row: int, told: Sequence[Any], **more: object
) -> Problem:
    code, found = told
    names = {"table": table.label, "column": column.label}
    fields: dict[str, object] = {n: labels.Label(each.en, each.zh) for n, each in names.items()}
    if column.choices:
        fields["choices"] = labels.choices(column)
    if column.low is not None and column.high is not None:
        fields |= {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    area = "web" if more else "intake"
    return Problem(f"{area}.{code}", row=row, found=labels.shown(found), **fields, **more)


def column_of(table: str, key: str, name: str, facts: Mapping[str, Fact]) -> Column:
    """Give the column of a cell; of a county fact, with the fact's own name and unit."""
    column = TABLES[table].column(name)
    if table != "facts":
        return column
    fact = facts[key]
    kind = "flag" if fact.unit == _YES_NO else column.kind
    named = replace(column, zh=fact.label.zh, en=fact.label.en)
    return replace(named, unit=fact.unit, kind=kind)
