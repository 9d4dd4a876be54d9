"""The full hand calculation of every coefficient of variation, with live formulas.

One sheet a level and indicator. What is written as a number was reported; everything else is a
formula that Excel works out itself, beside the result of the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.report.bundle import Bundle
from junheng.report.forms.fill import footer
from junheng.report.forms.page import UNKNOWN, steady
from junheng.report.office import Looks, properties, set_up
from junheng.report.workbook import workbook, write_cell
from junheng.report.workings_sheet import Coefficient, Sheet, Written

_COLUMNS = (("level", 8), ("indicator", 46), ("mean", 15), ("cv", 13), ("program", 15),
            ("check", 13), ("limit", 9), ("verdict", 13))  # fmt: skip
_HEAD = 3


def write(bundle: Bundle, folder: Path) -> Sequence[Path]:
    """Write 差异系数计算过程.xlsx; give its path.

    Raises WrongUse when there is a file of that name already.
    """
    path = folder / "差异系数计算过程.xlsx"
    with workbook(path) as book:
        properties(book, bundle.words.title(bundle.county))
        looks = Looks(book)
        summary = book.add_worksheet(_say(bundle, "summary"))
        lines = [Sheet(book, looks, bundle, of).write() for of in _coefficients(bundle)]
        _Summary(summary, looks, bundle).write(lines)
    return (path,)


def _say(bundle: Bundle, name: str, **fields: object) -> str:
    return say(f"report.workings_{name}", bundle.words.language, **fields)


def _coefficients(bundle: Bundle) -> Iterator[Coefficient]:
    """Give every coefficient of the levels that the county has sections of."""
    for level in bundle.standard.levels:
        for indicator in bundle.standard.indicators:
            found = bundle.workings(level, indicator.id)
            total: pl.DataFrame = found.total.collect("polars").to_native()
            rows: pl.DataFrame = found.rows.collect("polars").to_native()
            if total.height:
                yield Coefficient(level, found, rows.sort("school").to_dicts(), total.to_dicts()[0])


class _Summary:
    """The first sheet: every coefficient, taken from its sheet, beside the program's."""

    def __init__(self, sheet: Any, looks: Looks, bundle: Bundle) -> None:
        self.sheet, self.looks, self.bundle = sheet, looks, bundle

    def write(self, lines: Sequence[Written]) -> None:
        """Write a line a coefficient, and below them the composite of each level."""
        set_up(self.sheet, footer(self.bundle), paper="A4", head=(0, _HEAD - 1))
        title = self.bundle.words.title(self.bundle.county)
        write_cell(self.sheet, (0, 0), title, self.looks.title)
        write_cell(self.sheet, (1, 0), _say(self.bundle, "about"), self.looks.plain)
        for place, (name, width) in enumerate(_COLUMNS):
            write_cell(self.sheet, (_HEAD - 1, place), _say(self.bundle, name), self.looks.head)
            self.sheet.set_column(place, place, width)
        self.sheet.set_row(_HEAD - 1, 32)
        for row, line in enumerate(lines, _HEAD):
            self._line(row, line)
        self._composites(lines, _HEAD + len(lines))

    def _line(self, row: int, line: Written) -> None:
        words, total = self.bundle.words, line.total
        write_cell(self.sheet, (row, 0), words.level(line.level), self.looks.text)
        write_cell(self.sheet, (row, 1), words.indicator(line.indicator.id), self.looks.text)
        self._formula(row, 2, line.mean, "0.000000", total["mean"])
        self._formula(row, 3, line.cv, "0.000000", total["cv"])
        self._program(row, total["cv"])
        rule = self.bundle.standard.balance_rule
        if rule and rule.judged == "each":
            verdict = "not_assessed" if total["met"] is None else "met" if total["met"] else "unmet"
            self._judged(row, total["limit"], verdict)

    def _composites(self, lines: Sequence[Written], row: int) -> None:
        """Write the mean of the coefficients of each level, where the standard judges that."""
        composite = self.bundle.county.balance.filter(pl.col("indicator") == "composite")
        for found in composite.iter_rows(named=True):
            rule = self.bundle.standard.balance_rule
            judged = rule.indicators if rule else ()
            cells = [w.cv for w in lines if w.level == found["level"] and w.indicator.id in judged]
            mean = (
                f'IF(COUNT({",".join(cells)})={len(cells)},AVERAGE({",".join(cells)}),"{UNKNOWN}")'
            )
            words = self.bundle.words
            write_cell(self.sheet, (row, 0), words.level(found["level"]), self.looks.text)
            write_cell(self.sheet, (row, 1), words.indicator("composite"), self.looks.text)
            write_cell(self.sheet, (row, 2), None, self.looks.text)
            self._formula(row, 3, mean, "0.000000", found["cv"])
            self._program(row, found["cv"])
            self._judged(row, found["limit"], found["verdict"])
            row += 1

    def _formula(self, row: int, place: int, formula: str, form: str, value: float | None) -> None:
        shown = UNKNOWN if value is None else steady(value)
        self.sheet.write_formula(row, place, f"={formula}", self.looks.number(form), shown)

    def _program(self, row: int, cv: float | None) -> None:
        shown = UNKNOWN if cv is None else steady(cv)
        write_cell(self.sheet, (row, 4), shown, self.looks.number("0.000000"))
        same, differs = _say(self.bundle, "same"), _say(self.bundle, "differs")
        own = f"D{row + 1},E{row + 1}"
        close = f'IF(ABS(D{row + 1}-E{row + 1})<=1E-9,"{same}","{differs}")'
        formula = f'=IF(COUNT({own})=2,{close},"{UNKNOWN}")'
        self.sheet.write_formula(row, 5, formula, self.looks.text, UNKNOWN if cv is None else same)

    def _judged(self, row: int, limit: float | None, verdict: str) -> None:
        shown = UNKNOWN if limit is None else steady(limit)
        write_cell(self.sheet, (row, 6), shown, self.looks.number("0.00"))
        said = {"met": "within", "unmet": "over"}.get(verdict)
        text = _say(self.bundle, said) if said else UNKNOWN
        write_cell(self.sheet, (row, 7), text, self.looks.text)
