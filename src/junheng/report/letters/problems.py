"""The problems of a county, one by one: coefficients, schools, points, then items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from junheng.report.forms.page import digits_apart, printed

if TYPE_CHECKING:
    from junheng.report.letters.tables import Tables

Problem = tuple[str, str]
"""The part, and what is wrong."""


def problems(tables: Tables, only: Sequence[str]) -> Iterator[Problem]:
    """Give every problem found, of some parts or of all."""
    yield from _of_balance(tables, only)
    yield from _of_sections(tables, only)
    yield from _of_points(tables, only)
    for row in tables.bundle.county.unmet_items.iter_rows(named=True):
        if not only or row["part"] in only:
            item, found = tables.words.item(row["item"]), tables.one_found(row)
            said = tables.say("item_problem", item=item, found=found)
            yield tables.words.group(row["part"]), said


def _of_balance(tables: Tables, only: Sequence[str]) -> Iterator[Problem]:
    part = next((p for p in tables.bundle.standard.parts if p.balance), None)
    if part and (not only or part.id in only):
        balance = tables.bundle.county.balance.filter(pl.col("verdict") == "unmet")
        for row in balance.iter_rows(named=True):
            yield tables.words.part(part.id), _over(tables, row)


def _over(tables: Tables, row: dict[str, Any]) -> str:
    words = tables.words
    digits = digits_apart(row["cv"], row["limit"], 3)
    return tables.say("over_limit", level=words.level(row["level"]), cv=printed(row["cv"], digits),
                      indicator=words.indicator(row["indicator"]), limit=f"{row['limit']:g}")  # fmt: skip


def _of_sections(tables: Tables, only: Sequence[str]) -> Iterator[Problem]:
    part = next((p for p in tables.bundle.standard.parts if p.section_rule), None)
    if part and (not only or part.id in only):
        for row in tables.bundle.county.failing.iter_rows(named=True):
            name, _, met, lacks = tables.failing_row(row, ())
            said = tables.say("school_problem", name=name, met=met, lacks=lacks)
            yield tables.words.part(part.id), said


def _of_points(tables: Tables, only: Sequence[str]) -> Iterator[Problem]:
    for part, points, least in tables.bundle.points_short:
        if not only or part in only:
            said = tables.say(
                "points_short", points=tables.words.amount(points), least=f"{least:g}"
            )
            yield tables.words.part(part), said
