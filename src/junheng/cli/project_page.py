"""The page of a projection: the county in three scenarios, then its schools in the middle one."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from junheng.cli import paper
from junheng.errors import say
from junheng.model.tables import LEVELS
from junheng.plan.project import SCENARIOS, Projection


def pages(found: Projection, language: str, most: int) -> Iterator[RenderableType]:
    """Give a page a county; of the schools the first `most` rows."""
    for (county,), mine in found.pupils.sort("county").group_by("county", maintain_order=True):
        title = say("project.title", language, county=county, base=found.base)
        yield Group(
            Text(title, "bold"), _summed(mine, language), Text(), _schools(mine, language, most)
        )


def _level(level: str, language: str) -> str:
    return LEVELS[level] if language == "zh" else level


def _summed(rows: pl.DataFrame, language: str) -> RenderableType:
    table = paper.table()
    years = rows["year"].unique().sort().to_list()
    names = [(say(f"project.h_{name}", language), "left") for name in ("level", "scenario")]
    paper.columns(table, [*names, *[(str(year), "right") for year in years]])
    known = pl.when(pl.col("pupils").null_count() == 0).then(pl.col("pupils").sum())
    sums = rows.group_by("level", "scenario", "year").agg(known.alias("pupils"))
    cells = {(lv, sc, year): pupils for lv, sc, year, pupils in sums.iter_rows()}
    for level in (name for name in LEVELS if name in set(rows["level"])):
        for scenario in SCENARIOS:
            said = say(f"project.scenario_{scenario}", language)
            numbers = [_number(cells.get((level, scenario, year))) for year in years]
            table.add_row(_level(level, language), said, *numbers)
    return table


def _schools(rows: pl.DataFrame, language: str, most: int) -> RenderableType:
    middle = rows.filter(pl.col("scenario") == "middle")
    years = middle["year"].unique().sort().to_list()
    table = paper.table()
    names = [(say(f"project.h_{name}", language), "left") for name in ("school", "level", "basis")]
    paper.columns(table, [*names, *[(str(year), "right") for year in years]])
    groups = list(middle.sort("school", "year").group_by("school", "level", maintain_order=True))
    for (school, level), mine in groups[:most]:
        cells = dict(mine.select("year", "pupils").iter_rows())
        basis = say(f"project.basis_{mine['basis'][0]}", language)
        numbers = [_number(cells[year]) if year in cells else "" for year in years]
        table.add_row(str(school), _level(str(level), language), basis, *numbers)
    more = len(groups) - most
    return Group(table, Text(say("project.more", language, n=more), "dim")) if more > 0 else table


def _number(pupils: float | None) -> str:
    return "?" if pupils is None else f"{pupils:,.0f}"
