"""What items of the standard ask a plan for beside amounts: music and art rooms, and more classes.

They touch no amount and no coefficient, only the money: what is missing is opened, priced by the same
unit costs, and scheduled within the same budgets. How many classes there will be is not known, so
those of the data's year are taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import polars as pl

from junheng.evaluate import Evaluation
from junheng.inmemory import judge
from junheng.model.standard import Item, Standard
from junheng.plan.actions import Action
from junheng.plan.costs import Costs
from junheng.plan.gaps import Gaps, of_evaluation
from junheng.plan.gaps_items import missing_rooms
from junheng.plan.limits import Limits
from junheng.plan.rates import rate
from junheng.plan.start import Start

_TABLES = ("schools", "sections", "classes", "rooms", "facts", "opinions")


@dataclass(frozen=True, slots=True)
class Items:
    """Rooms and classes to be opened, and what of them is left out of the plan."""

    actions: tuple[Action, ...]
    left_out: tuple[tuple[str, float, str], ...]
    """Thing (a name of the unit costs), how many of it, and why: price, time."""
    looked: int
    """At how many schools and sections was looked; 0 where the standard asks for nothing of it."""
    unknown: int
    """Of how many schools and sections it is not known what is missing."""
    over_size: int
    """Schools over size, which only other pupils or another school would help."""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    """Item to what the evaluator says of it in the data's year, by the rules of the target year."""


def items(
    start: Start, tables: Mapping[str, Any], whole: Standard, costs: Costs, limits: Limits
) -> Items:
    """Find the music and art rooms and the classes that are missing, and price them.

    Parameters
    ----------
    start
        The county whose plan they belong to.
    tables
        Its tables, `classes` and `rooms` among them; without these nothing is known to be missing.
    whole
        The standard with all its items, as of the target year.
    costs, limits
        Unit costs, and for how many years yearly spending counts.
    """
    held = {name: _of_year(tables[name], start) for name in _TABLES if name in tables}
    evaluation = judge(held, whole)
    found = of_evaluation(evaluation, held)
    rooms = _rooms(found, held, whole)
    needs = pl.concat([rooms, _classes(found)])
    day = dt.date(start.year + 1, 1, 1)
    actions, left_out = list[Action](), dict[tuple[str, str], float]()
    for school, level, cell, n in needs.filter(pl.col("n") > 0).iter_rows():
        one = rate(costs, cell, (start.county, day), limits)
        if one is None or one.lead >= len(start.years):
            key = (cell, "price" if one is None else "time")
            left_out[key] = left_out.get(key, 0.0) + n
            continue
        actions.append(Action("open", school, level, cell, n, one.once * n, one.yearly * n,
                              one.counted * n, one.lead))  # fmt: skip
    left = tuple((cell, n, why) for (cell, why), n in left_out.items())
    unknown = needs["n"].null_count()
    return Items(tuple(actions), left, needs.height, unknown, _over_size(found), _said(evaluation))


def opens(item: Item) -> tuple[str, ...]:
    """Name what is opened for an item of a standard, as the unit costs name it: rooms, classes."""
    rooms = [_room(use) for check in item.checks if check.kind == "rooms" for use in check.uses]
    return (*rooms, *("classes" for check in item.checks if check.over == "class"))


def _room(use: str) -> str:
    return f"{use.split('+', maxsplit=1)[0]}_room"


def _said(found: Evaluation) -> dict[str, str]:
    if found.items is None:
        return {}
    rows = nw.from_native(found.items).lazy().collect("polars").to_native()
    return dict(rows.select("item", "item_verdict").iter_rows())


def _of_year(table: Any, start: Start) -> pl.DataFrame:
    frame = pl.DataFrame(nw.from_native(table).lazy().collect("polars").to_native())
    moved = frame.filter(pl.col("year") == start.year)
    return moved.with_columns(year=pl.lit(start.target, pl.Int64))


def _rooms(found: Gaps, held: Mapping[str, pl.DataFrame], whole: Standard) -> pl.DataFrame:
    """Give the rooms that are missing once there are as many classes as it takes."""
    more = found.classes.select("school", "level", more=pl.col("short").fill_null(0.0))
    sections = held["sections"].join(more, on=["school", "level"], how="left")
    if "classes" in sections.columns:
        grown = pl.col("classes").cast(pl.Float64) + pl.col("more").fill_null(0.0)
        sections = sections.with_columns(classes=grown)
    then = {**held, "sections": sections.drop("more")}
    opening = more.filter(pl.col("more") > 0).height
    rooms = missing_rooms(judge(then, whole), then) if opening else found.rooms
    cell = pl.col("use").map_elements(_room, pl.String).alias("cell")
    return rooms.select("school", pl.lit("").alias("level"), cell, n="short")


def _classes(found: Gaps) -> pl.DataFrame:
    return found.classes.select("school", "level", pl.lit("classes").alias("cell"), n="short")


def _over_size(found: Gaps) -> int:
    over = found.ledger.filter(pl.col("over") == "school", pl.col("excess") > 0)
    return over["school"].n_unique()
