"""The workings of one number, as an inspector writes them by hand, as rows of a page."""

from __future__ import annotations

from typing import Any

import polars as pl

from junheng.evaluate.explain import Group, cells, clause, explain_balance, explain_section
from junheng.evaluate.robustness import balance_flips, section_flips
from junheng.model.reference import Reference
from junheng.model.standard import Standard
from junheng.report.forms.page import digits_apart, printed
from junheng.report.words import Words
from junheng.web.verdicts.judging import Case
from junheng.web.verdicts.reading import said

Row = dict[str, Any]
MOST_FLIPS = 20
_LARGE = 1000


def balance(case: Case, county: str, level: str, indicator: str, words: Words) -> Row:
    """Give the hand calculation of one coefficient: rows, the sums below them, the clause."""
    year = next(iter(case.regime.days))
    found = explain_balance(case.wide, case.standard, Group(year, county, level), indicator)
    rows: pl.DataFrame = found.rows.collect().to_native()
    total: pl.DataFrame = found.total.collect().to_native()
    ordered = rows.sort(pl.col("contribution"), "school", descending=[True, False], nulls_last=True)
    used = cells(found.indicator, case.standard)
    return {
        "headings": [words.cell(cell) for cell in used],
        "rows": [_step(row, used, words) for row in ordered.iter_rows(named=True)],
        "total": _total(total.row(0, named=True), words) if total.height else None,
        "clause": reference(clause(found.limit), case.standard),
        "unit": words.unit(found.indicator.unit),
    }


def _step(row: Row, used: tuple[str, ...], words: Words) -> Row:
    numbers = ("value", "weight", "deviation", "term")
    return {
        "school": row["school"],
        "name": row["name"] or row["school"],
        "cells": [words.amount(row[cell]) for cell in used],
        "share": words.number(row["share"], 4),
        "amount": words.amount(row["amount"]),
        "pupils": words.count(row["pupils"]),
        "contribution": words.percent(row["contribution"]),
        "part": row["contribution"],
        "cv_if": words.blank(row["cv_if_at_limit"], 4),
        **{name: words.number(row[name], 4) for name in numbers},
    }


def _total(row: Row, words: Words) -> Row:
    cv, limit = row["compared"], row["limit"]
    return {
        "pupils": words.count(row["pupils"]),
        "cv": words.number(row["cv"], 6),
        "limit": words.blank(limit, 2),
        "distance": None if cv is None or limit is None else f"{abs(limit - cv):.6f}",
        "met": row["met"],
        **{name: words.number(row[name], 6) for name in ("mean", "s2", "s")},
    }


def school(case: Case, code: str, words: Words) -> list[Row]:
    """Give each number of a school: the cells it rests on, its limit, how much is short."""
    year = next(iter(case.regime.days))
    found = explain_section(case.wide, case.standard, year, code)
    if found is None:
        return []
    frame: pl.DataFrame = found.collect().to_native()
    return [
        {
            **row,
            "number": words.numbered(row["indicator"])[0],
            "name": words.numbered(row["indicator"])[1],
            "level_name": words.level(row["level"]),
            "cells": words.cells(row["cells"]),
            "value": _beside(row["value"], row["limit"]),
            "limit": _plain(row["limit"]),
            "floor": _plain(row["floor"]),
            "short": words.amount(row["short"]) if row["short"] else "",
            "said": said(words, row["verdict"]),
        }
        for row in frame.iter_rows(named=True)
    ]


def _beside(value: float | None, limit: float | None) -> str:
    """Write a value with as many decimals as it takes to tell it from its limit."""
    if value is None:
        return "?"
    return printed(value, 2 if limit is None else digits_apart(value, limit, 2))


def _plain(limit: float | None) -> str:
    return "" if limit is None else f"{limit:.6g}"


def _signed(change: float) -> str:
    """Write a change with its sign: whole where it is large, else four digits."""
    return f"{change:+,.0f}" if abs(change) >= _LARGE else f"{change:+.4g}"


def flips(case: Case, words: Words, school: str | None = None) -> list[Row]:
    """Give the single numbers whose smallest change would flip a verdict, the smallest first."""
    found = (balance_flips(case.wide, case.standard), section_flips(case.wide, case.standard))
    frames = [frame.collect().to_native() for frame in found if frame is not None]
    if not frames:
        return []
    rows = pl.concat(frames).drop_nulls(["change", "met"])
    if school is not None:
        rows = rows.filter(pl.col("school") == school)
    ordered = rows.sort(pl.col("relative").abs(), pl.col("change").abs(), nulls_last=True)
    return [
        {
            **row,
            "name": row["name"] or row["school"],
            "level_name": words.level(row["level"]),
            "cell": words.cell(row["cell"]),
            "reported": words.amount(row["reported"]),
            "change": _signed(row["change"]),
            "relative": words.percent(row["relative"]),
            "turn": words.say(
                f"flip_{row['gate']}",
                indicator=words.numbered(row["indicator"])[0],
                turn=words.say("turn_down" if row["met"] else "turn_up"),
            ),
        }
        for row in ordered.head(MOST_FLIPS).iter_rows(named=True)
    ]


def reference(found: Reference | None, standard: Standard) -> Row | None:
    """Give the document, clause and quote that decide."""
    if found is None:
        return None
    document = standard.documents[found.document]
    return {"document": document.number, "clause": found.clause, "quote": found.quote}
