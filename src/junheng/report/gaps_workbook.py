"""Gaps as people pass them on: a workbook with a sheet for each kind, frames, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter.worksheet import Worksheet

from junheng.errors import say
from junheng.model.tables import SCHOOLS, SECTIONS
from junheng.plan.costs import Costs
from junheng.plan.gaps import Gaps
from junheng.report.words import Words
from junheng.report.workbook import workbook, write_cell

Row = dict[str, Any]
_A3 = 8
_WIDTHS = {"name": 30, "what": 30, "of": 46, "indicator": 46, "item": 30, "unit": 14, "school": 14}
_WIDTHS |= {"cell": 30, "yuan": 16, "yuan_for_floor": 16, "amount": 15, "add": 14, "basis": 18}
_WIDTHS |= {
    "verdict": 18,
    "gone_by": 22,
    "place": 14,
    "short_of": 28,
    "year": 7,
    "county": 9,
    "level": 9,
}
_UNITS = {"m²": "m2"}
"""Units of columns whose name in units.yaml is another."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The gaps of one school year under one set of rules, and what they come to."""

    gaps: Gaps
    year: int
    costs: Costs
    totals: pl.DataFrame
    projected: bool = False
    """Whether the pupils are those of a year to come."""

    @property
    def illustrative(self) -> bool:
        """Whether a price in it is made up to show the form."""
        return "illustrative" in self.totals["basis"]

    @property
    def short(self) -> pl.DataFrame:
        """The sections' amounts that are short of their limit, or not known."""
        return self.gaps.amounts.filter((pl.col("short") > 0) | pl.col("short").is_null())


def _placed(ledger: pl.DataFrame) -> pl.DataFrame:
    """Name the class in a column of its own; of sections and schools there is nothing to add."""
    place = pl.when(pl.col("over") == "class").then("unit").alias("place")
    return ledger.with_columns(place).drop("unit")


SHEETS: Mapping[str, tuple[Callable[[Priced], pl.DataFrame], Sequence[str]]] = {
    "totals": (lambda p: p.totals, (
        "year", "county", "what", "of", "unit", "schools", "unknown", "add", "add_for_floor", "paid",
        "price", "basis", "yuan", "yuan_for_floor")),
    "amounts": (lambda p: p.short, (
        "year", "county", "school", "name", "level", "pupils", "indicator", "share", "amount", "value",
        "limit", "verdict", "short", "short_of_floor", "cell", "add", "add_for_floor", "unit")),
    "campuses": (lambda p: p.gaps.campuses.filter((pl.col("add") > 0) | pl.col("add").is_null()), (
        "year", "county", "school", "name", "indicator", "cell", "level", "add", "add_for_floor",
        "unit")),
    "rooms": (lambda p: p.gaps.rooms.filter((pl.col("short") > 0) | pl.col("short").is_null()), (
        "year", "county", "school", "name", "item", "use", "need", "have", "short")),
    "classes": (lambda p: p.gaps.classes.filter((pl.col("short") > 0) | pl.col("short").is_null()), (
        "year", "county", "school", "name", "level", "pupils", "classes", "limit", "need", "short",
        "by")),
    "ledger": (lambda p: _placed(p.gaps.ledger), (
        "year", "county", "school", "name", "level", "place", "item", "value", "limit", "excess",
        "short", "short_of", "gone", "gone_by")),
}  # fmt: skip
"""Each sheet: where its rows come from, and its columns."""


def write(priced: Sequence[Priced], out: Path, language: str) -> None:
    """Write the workbook; WrongUse when there is a file of that name, or it cannot be written."""
    with workbook(out) as book:
        styles = {
            "plain": book.add_format({"valign": "top"}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}
            ),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "parts": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        }
        for name, (_, columns) in SHEETS.items():
            sheet = book.add_worksheet(say(f"gaps.sheet_{name}", language))
            about = say(f"gaps.about_{name}", language, **_about(priced, language))
            sheet.write_string(0, 0, about, styles["plain"])
            _lay_out(sheet, columns)
            for place, column in enumerate(columns):
                heading = say(f"gaps.h_{column}", language)
                write_cell(sheet, (1, place), heading, styles["head"])
            for at, row in enumerate(said(priced, name, language), 2):
                for place, one in enumerate(row):
                    write_cell(sheet, (at, place), one, styles[_style(one)])


def _lay_out(sheet: Worksheet, columns: Sequence[str]) -> None:
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column, 12))


def _style(value: object) -> str:
    if not isinstance(value, float):
        return "plain"
    return "whole" if value.is_integer() else "parts"


def _about(priced: Sequence[Priced], language: str) -> dict[str, Any]:
    one = priced[0]
    return {"costs": one.costs.id, "note": one.costs.note.say(language) + _ahead(one, language)}


def _ahead(one: Priced, language: str) -> str:
    return " " + say("gaps.projected", language) if one.projected else ""


def said(priced: Sequence[Priced], sheet: str, language: str) -> list[list[Any]]:
    """Give the rows of a sheet in words of a reader."""
    rows_of, columns = SHEETS[sheet]
    return [
        [cell(row, column, words) for column in columns]
        for one in priced
        for words in [Words(one.gaps.standard, language)]
        for row in rows_of(one).iter_rows(named=True)
    ]


def cell(row: Row, column: str, words: Words) -> Any:
    """Say one cell in the reader's words; numbers stay numbers, what is unknown is a question mark."""
    value = row.get(column)
    if value is None:
        return "" if "excess" in row else _unknown(column)
    if column in _CODED:
        return say(f"gaps.{column}_{value.replace('+', '_')}", words.language)
    return _SAID[column](words, value) if column in _SAID else value


_CODED = ("paid", "gone_by", "by", "use", "basis")


def _unknown(column: str) -> str:
    """Say nothing where nothing belongs, a question mark where something is not known."""
    return "?" if column in ("amount", "value", "short", "add", "pupils", "need", "have") else ""


def thing(value: str, words: Words) -> str:
    """Name an indicator or an item."""
    known = {indicator.id for indicator in words.standard.indicators}
    return words.indicator(value) if value in known else words.item(value)


def label(what: str, language: str) -> str:
    """Name a column of the tables, or one of the other things that cost."""
    names = {c.name: c.zh for table in (SCHOOLS, SECTIONS) for c in table.columns}
    if what in ("music_room", "art_room"):
        return say(f"gaps.what_{what}", language)
    return names.get(what, what) if language == "zh" else what.replace("_", " ")


_SAID: Mapping[str, Callable[[Words, str], str]] = {
    "level": Words.level,
    "verdict": Words.verdict,
    "indicator": Words.indicator,
    "item": lambda words, value: thing(value, words),
    "of": lambda words, value: thing(value, words),
    "unit": lambda words, value: words.unit(_UNITS.get(value, value)),
    "what": lambda words, value: label(value, words.language),
    "short_of": lambda words, value: label(value, words.language),
    "cell": lambda words, value: label(value, words.language),
}
"""How the words of a column are said."""


def frames(priced: Sequence[Priced]) -> dict[str, pl.DataFrame]:
    """Give every table of every year under each other, as it is written to Parquet."""
    whole = {
        "totals": [one.totals for one in priced],
        **{name: [getattr(one.gaps, name) for one in priced]
           for name in ("amounts", "campuses", "rooms", "classes", "ledger")},
    }  # fmt: skip
    return {name: pl.concat(parts) for name, parts in whole.items()}


_MARKS = ("illustrative", "projected")


def document(priced: Sequence[Priced], about: Row) -> Row:
    """Give the gaps as JSON: what they rest on, and each county's totals and rows that are short."""
    counties: dict[tuple[str, int], Row] = {}
    for one in priced:
        for name, (rows_of, _) in SHEETS.items():
            frame = rows_of(one)
            if name == "amounts":
                frame = one.short
            for row in frame.iter_rows(named=True):
                key = (row.pop("county"), row.pop("year"))
                county = counties.setdefault(key, _empty(*key))
                county[name].append(row)
    marks = {name: any(getattr(one, name) for one in priced) for name in _MARKS}
    about = {**about, **marks}
    return {**about, "counties": [counties[key] for key in sorted(counties)]}


def _empty(county: str, year: int) -> Row:
    return {"county": county, "year": year} | {name: [] for name in SHEETS}
