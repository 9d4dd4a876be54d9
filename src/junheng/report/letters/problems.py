"""The problems of a county, one by one: coefficients, schools, points, then items."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from junheng.report.forms.items import points_short
from junheng.report.forms.page import digits_apart, printed, steady
from junheng.report.letters.found import one_found

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
            item, found = tables.words.item(row["item"]), one_found(tables, row)
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
    for part, points in tables.bundle.points_short:
        if not only or part in only:
            yield tables.words.part(part), points_short(tables.bundle, points)


def short(tables: Tables, only: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give each failing section and what it is short of, in teachers, square metres, yuan …"""
    keys = ["school", "level"]
    wanted = pl.col("verdict").is_in(["unmet", "near"])
    amounts = tables.bundle.gaps.amounts.filter(
        wanted, pl.col("indicator").is_in(list(only)) if only else pl.lit(value=True)
    )
    failing = tables.bundle.county.failing.select(keys)
    found = failing.join(amounts, on=keys, maintain_order="left_right")
    for (school, level), rows in found.group_by(keys, maintain_order=True):
        lacks = (f"{tables.words.short(row['indicator'])} {lacking(tables, row['indicator'], row['short'])}"
                 for row in rows.iter_rows(named=True))  # fmt: skip
        yield tables.said.school(str(school), str(level)), tables.say("list_comma").join(lacks)


def lacking(tables: Tables, indicator: str, amount: float) -> str:
    """Write what a section lacks of an indicator's limit, with its unit."""
    of = tables.bundle.standard.indicator(indicator).unit.partition("/")[0]
    # Half a teacher cannot be hired: what is counted is rounded up.
    whole = of in ("person", "room", "set", "volume")
    found = tables.words.amount(math.ceil(steady(amount)) if whole else amount)
    return tables.say("amount", amount=found, unit=tables.words.unit(of))
