"""Gaps: how many teachers, square metres, yuan, rooms and classes are short, school by school.

What is short is asked of the evaluator, with the limits and dated easements that it applied; nothing
is typed here. A gap is given twice: what the section itself is short of, and what must be added to
the reported cell (`add`), because of an amount that a campus shares a section gets its share only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.evaluate import Evaluation, evaluate
from junheng.evaluate.robustness import reported
from junheng.evaluate.verdict import Keep
from junheng.model.standard import Indicator, SectionRule, Standard
from junheng.model.tables import SCHOOLS, SECTIONS, table_of
from junheng.plan.gaps_items import ledger, missing_classes, missing_rooms

SECTION = ("year", "county", "school", "level")
WHOLE = ("person", "room", "set", "volume", "class")
"""Units of columns that come in whole numbers: what is to be added is rounded up."""
_NOISE = 5e-10
"""What rounding may leave of 0, relatively; half of what the evaluator forgives."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is short, in frames sorted by their keys; unknown gaps are null, never 0.

    `amounts`: a row a section and indicator — `cell` (the column to add to), `unit`, `share`,
    `amount`, `value`, `limit`, `verdict`, `short` and `short_of_floor` (in the unit of the amount,
    exact), `add` and `add_for_floor` (to the cell; whole for people, rooms, sets and volumes).
    `campuses`: a row a school and cell — the most that one of its levels asks for, and that `level`.
    `rooms`: a row a school and use — `need`, `have` (large enough), `short`.
    `classes`: a row a section — `pupils`, `classes`, `need`, `short`.
    `ledger`: a row a class, section or school (`over`) that does not comply — `value`, `limit`,
    `excess` (above an upper limit) or `short` (of the column `short_of`), `gone` (the first school year without it; null where
    nothing is known to end it) and `gone_by` (graduation, projection).
    """

    standard: Standard
    amounts: pl.DataFrame
    campuses: pl.DataFrame
    rooms: pl.DataFrame
    classes: pl.DataFrame
    ledger: pl.DataFrame

    @property
    def unlimited(self) -> tuple[str, ...]:
        """The indicators without a limit that a school must reach: nothing can be short of them."""
        return tuple(i.id for i in self.standard.indicators if not counts(i))


def gaps(
    tables: Mapping[str, Any],
    standard: Standard,
    *,
    keep: Keep,
    projected: pl.DataFrame | None = None,
) -> Gaps:
    """Find what is short in a data set, under a standard as of a day.

    Parameters
    ----------
    tables
        As for `evaluate`.
    standard
        `load_standard(id).on(day)`.
    keep
        Holds an intermediate result, such as `inmemory.hold`.
    projected
        Pupils by year, school, level (`plan.project`), by which schools over size are dated.
    """
    return of_evaluation(evaluate(tables, standard, keep=keep), tables, projected)


def of_evaluation(
    found: Evaluation, tables: Mapping[str, Any], projected: pl.DataFrame | None = None
) -> Gaps:
    """Find what is short in a data set that was judged already."""
    amounts = _amounts(found)
    return Gaps(
        found.standard,
        amounts,
        campuses(amounts),
        missing_rooms(found, tables),
        missing_classes(found, tables),
        ledger(found, tables, projected),
    )


def lacking(found: Evaluation) -> pl.DataFrame:
    """Give what each school lacks in each cell, and nothing else: the `campuses` of `Gaps`."""
    return campuses(_amounts(found))


def counts(indicator: Indicator) -> bool:
    """Say whether an indicator has a lower limit, which an amount can be short of."""
    return indicator.limit is not None and indicator.limit.comparison == "at_least"


def _amounts(found: Evaluation) -> pl.DataFrame:
    judged: pl.DataFrame = found.wide.judged.collect("polars").to_native()
    standard = found.standard
    rows = [_rows(judged, one, standard) for one in standard.indicators if counts(one)]
    if not rows:
        return pl.DataFrame(schema=_AMOUNTS)
    places = {one.id: place for place, one in enumerate(standard.indicators)}
    order = pl.col("indicator").replace_strict(places)
    return pl.concat(rows).sort(*SECTION[:3], by_level(), order)


def by_level() -> pl.Expr:
    """Give the order of levels: primary, junior, senior."""
    return pl.col("level").replace_strict({"primary": 0, "junior": 1, "senior": 2}, default=3)


def unit_of(column: str) -> str:
    """Give the unit of an amount column."""
    table = SCHOOLS if table_of(column) == "schools" else SECTIONS
    return table.column(column).unit


def _rows(judged: pl.DataFrame, one: Indicator, standard: Standard) -> pl.DataFrame:
    cell = reported(one, standard)
    amount, limit = pl.col(f"amount:{one.id}"), pl.col(f"limit:{one.id}")
    met, floor = pl.col(f"met:{one.id}"), _floor(one, standard.section_rule)
    near = pl.col(f"floor:{one.id}") if floor else None
    rows = judged.select(
        *SECTION,
        "name",
        "kind",
        "pupils",
        indicator=pl.lit(one.id),
        cell=pl.lit(cell),
        unit=pl.lit(unit_of(cell)),
        share=pl.col("share") if table_of(cell) == "schools" else pl.lit(1.0),
        amount=amount,
        value=pl.col(f"value:{one.id}"),
        limit=limit,
        verdict=_verdict(met, near),
        **_shorts(limit * pl.col("pupils") / one.per, amount, (met, near, floor)),
    )
    unit, share = unit_of(cell), pl.col("share")
    added = {"add": "short", "add_for_floor": "short_of_floor"}
    return rows.with_columns(
        to_add(pl.col(short), share, unit).alias(name) for name, short in added.items()
    )


def _shorts(
    need: pl.Expr, amount: pl.Expr, judged: tuple[pl.Expr, pl.Expr | None, float | None]
) -> dict[str, pl.Expr]:
    met, near, floor = judged
    low = pl.lit(None, pl.Float64)
    if near is not None and floor is not None:
        low = _short(near, need * floor, amount)
    return {"short": _short(met, need, amount), "short_of_floor": low}


def _floor(one: Indicator, rule: SectionRule | None) -> float | None:
    return rule.floor if rule and one.id in rule.indicators else None


def _verdict(met: pl.Expr, near: pl.Expr | None) -> pl.Expr:
    short = pl.lit("unmet")
    if near is not None:
        short = pl.when(near).then(pl.lit("near")).otherwise(short)
    unknown = pl.when(met.is_null()).then(pl.lit("not_assessed"))
    return unknown.when(met).then(pl.lit("met")).otherwise(short)


def _short(met: pl.Expr, need: pl.Expr, amount: pl.Expr) -> pl.Expr:
    """Give how much of an amount is missing: 0 where it is met, null where that is unknown."""
    return pl.when(met).then(0.0).when(~met).then(need - amount)


def to_add(short: pl.Expr, share: pl.Expr, unit: str) -> pl.Expr:
    """Give what is to be added to a cell of which a section gets `share`: whole things rounded up."""
    exact = short / share
    if unit not in WHOLE:
        return exact
    return (exact - exact.abs() * _NOISE).ceil().clip(0)


def campuses(amounts: pl.DataFrame) -> pl.DataFrame:
    """Give what each school lacks in each cell.

    What belongs to one level is added up; of what a campus shares, the level that asks for most
    decides, since the others get their share of the same metres or rooms. Null as soon as one level
    is unknown.
    """
    keys = ["year", "county", "school", "indicator"]
    shared = pl.col("cell").is_in([column.name for column in SCHOOLS.columns])
    most = amounts.filter(shared).group_by(keys, maintain_order=True)
    each = amounts.filter(~shared).group_by(keys, maintain_order=True)
    rows = [
        most.agg(*_CARRIED, _deciding(), *[_if_all_known(n, n_max=True) for n in _ADDED]),
        each.agg(
            *_CARRIED, pl.lit(None, pl.String).alias("level"), *[_if_all_known(n) for n in _ADDED]
        ),
    ]
    return pl.concat(rows).sort("year", "county", "school", maintain_order=True)


_ADDED = ("add", "add_for_floor")
_CARRIED = tuple(pl.col(name).first() for name in ("name", "cell", "unit"))


def _deciding() -> pl.Expr:
    """Name the level that asks for most; none where a level is unknown or nothing is short."""
    known = pl.col("add").null_count() == 0
    level = pl.col("level").get(pl.col("add").fill_null(0).arg_max())
    return pl.when(known & (pl.col("add").max() > 0)).then(level).alias("level")


def _if_all_known(name: str, *, n_max: bool = False) -> pl.Expr:
    total = pl.col(name).max() if n_max else pl.col(name).sum()
    return pl.when(pl.col(name).null_count() == 0).then(total).alias(name)


_TEXT = ("county", "school", "level", "name", "kind", "indicator", "cell", "unit", "verdict")
_AMOUNTS: dict[str, Any] = {"year": pl.Int64} | dict.fromkeys(_TEXT[:5], pl.String)
_AMOUNTS |= {"pupils": pl.Float64} | dict.fromkeys(_TEXT[5:8], pl.String)
_AMOUNTS |= dict.fromkeys(("share", "amount", "value", "limit"), pl.Float64)
_AMOUNTS |= {"verdict": pl.String}
_AMOUNTS |= dict.fromkeys(("short", "short_of_floor", "add", "add_for_floor"), pl.Float64)
