"""What the gaps of a county come to, in units and in yuan."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from junheng.plan.costs import Costs
from junheng.plan.gaps import Gaps, unit_of

KEYS = ("year", "county", "what", "of")


def totals(found: Gaps, costs: Costs, day: dt.date) -> pl.DataFrame:
    """Add the gaps of each county up, and price them.

    Parameters
    ----------
    found
        The gaps of one school year.
    costs
        Unit costs (`load_costs`).
    day
        The day whose prices hold.

    Returns
    -------
    polars.DataFrame
        A row a county and thing: `what` (the cell, special room or class), `of` (indicator or item),
        `unit`, `schools` (how many are short), `unknown` (how many are not known), `add` and
        `add_for_floor` (null for items: they have no floor), `paid`, `price`, `basis` of the price,
        `yuan`, `yuan_for_floor`. What is not known is not added up, which `unknown` says; where
        nothing is known, and without a price, the sums are null, never 0.
    """
    rows = pl.concat([_of_amounts(found), _of_rooms(found), _of_classes(found), _of_items(found)])
    priced = [_priced(row, costs, day) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(priced, schema=_SCHEMA, orient="row")


_SCHEMA: dict[str, Any] = {
    "year": pl.Int64, "county": pl.String, "what": pl.String, "of": pl.String, "unit": pl.String,
    "schools": pl.Int64, "unknown": pl.Int64, "add": pl.Float64, "add_for_floor": pl.Float64,
    "paid": pl.String, "price": pl.Float64, "basis": pl.String, "yuan": pl.Float64,
    "yuan_for_floor": pl.Float64,
}  # fmt: skip
_NONE = pl.lit(None, pl.Float64)


def _summed(rows: pl.DataFrame, *, floor: bool) -> pl.DataFrame:
    """Add up by county and thing; `rows` has what, of, unit, add and perhaps add_for_floor."""
    return rows.group_by(*KEYS, "unit", maintain_order=True).agg(
        (pl.col("add") > 0).sum().cast(pl.Int64).alias("schools"),
        pl.col("add").null_count().cast(pl.Int64).alias("unknown"),
        _known_sum("add"),
        _known_sum("add_for_floor") if floor else _NONE.alias("add_for_floor"),
    )


def _known_sum(name: str) -> pl.Expr:
    """Add up what is known; null where nothing is."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _of_amounts(found: Gaps) -> pl.DataFrame:
    rule = found.standard.section_rule
    places = {one.id: n for n, one in enumerate(found.standard.indicators)}
    rows = found.campuses.with_columns(
        what="cell", of="indicator", place=pl.col("indicator").replace_strict(places, default=0)
    )
    rows = rows.sort("year", "county", "place", maintain_order=True)
    return _summed(rows, floor=bool(rule and rule.floor is not None))


def _of_rooms(found: Gaps) -> pl.DataFrame:
    rows = found.rooms.sort("year", "county", "use", descending=[False, False, True])
    return _summed(
        rows.with_columns(
            what=pl.concat_str(pl.col("use").str.split("+").list.first(), pl.lit("_room")),
            of="item",
            unit=pl.lit("room"),
            add="short",
        ),
        floor=False,
    )


def _of_classes(found: Gaps) -> pl.DataFrame:
    rows = found.classes.with_columns(
        what=pl.lit("classes"), of="item", unit=pl.lit("class"), add="short"
    )
    return _summed(rows, floor=False)


def _of_items(found: Gaps) -> pl.DataFrame:
    """Add up what items ask for of each section or school, such as public funds or certificates."""
    short = found.ledger.filter(pl.col("short").is_not_null())
    units = {name: unit_of(name) for name in short["short_of"].unique()}
    unit = pl.col("short_of").replace_strict(units, default=None, return_dtype=pl.String)
    return _summed(
        short.with_columns(what="short_of", of="item", unit=unit, add="short"), floor=False
    )


def _priced(row: dict[str, Any], costs: Costs, day: dt.date) -> dict[str, Any]:
    price = costs.price(row["what"], row["county"], day)
    cost = costs.costs.get(row["what"])
    money = row["unit"] == "yuan" and price is None
    each = 1.0 if money else price.yuan if price else None

    def yuan(units: float | None) -> float | None:
        return None if units is None or each is None else units * each

    return {
        **row,
        "paid": "once" if money else cost.paid if cost else None,
        "price": each,
        "basis": price.reference.basis if price else None,
        "yuan": yuan(row["add"]),
        "yuan_for_floor": yuan(row["add_for_floor"]),
    }
