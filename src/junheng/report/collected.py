"""Collect the verdicts of an evaluation, year by year, so that memory holds one year at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import polars as pl

from junheng.evaluate import Evaluation, evaluate
from junheng.evaluate.regimes import Regime
from junheng.evaluate.verdict import Keep
from junheng.inmemory import ENGINE, Rows, carried_out
from junheng.model.standard import Standard

Progress = Callable[[int, int], None]
"""Called with how many years are done, and how many there are."""
TABLES = ("values", "sections", "balance", "items", "parts", "counties", "excluded", "findings")
_LEVELS = {"primary": 0, "junior": 1, "senior": 2}
_ORDER = ("year", "county", "school", "level")


@dataclass(frozen=True, slots=True)
class Collected:
    """One regime's verdicts in memory: a Polars frame a table, keys sorted, items and parts in order of form."""

    regime: Regime
    values: pl.DataFrame
    sections: pl.DataFrame
    balance: pl.DataFrame
    items: pl.DataFrame
    parts: pl.DataFrame
    counties: pl.DataFrame
    excluded: pl.DataFrame
    findings: pl.DataFrame


def by_year(
    tables: Mapping[str, Rows], regimes: Sequence[Regime], progress: Progress | None = None
) -> Iterator[Collected]:
    """Judge and collect, one year of one regime at a time, in order of years."""
    single = [(year, regime) for regime in regimes for year in regime.days]
    for done, (year, regime) in enumerate(sorted(single, key=lambda pair: pair[0])):
        if progress:
            progress(done, len(single))
        one = replace(regime, days={year: regime.days[year]})
        yield collect(one.cut(tables), one)
    if progress:
        progress(len(single), len(single))


def held(tables: Mapping[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Collect tables that are in memory anyway, so that no step has to look at them as lazy ones."""
    frames = pl.collect_all(list(tables.values()), engine=ENGINE)
    return dict(zip(tables, frames, strict=True))


def collect(tables: Mapping[str, Rows], regime: Regime) -> Collected:
    """Judge and collect everything at once."""
    return Collected(regime, **carried_out(_verdicts, tables, regime.standard))


def _verdicts(
    sources: Mapping[str, Any], standard: Standard, keep: Keep
) -> dict[str, pl.LazyFrame]:
    found = evaluate(sources, standard, keep=keep)
    return {name: _sorted(found, name) for name in TABLES}


def of_evaluation(found: Evaluation, regime: Regime) -> Collected:
    """Collect the verdicts of an evaluation that is to be used for more."""
    frames = pl.collect_all([_sorted(found, name) for name in TABLES], engine=ENGINE)
    return Collected(regime, **dict(zip(TABLES, frames, strict=True)))


def _sorted(found: Evaluation, name: str) -> pl.LazyFrame:
    frame: pl.LazyFrame | None = getattr(found, name)
    if frame is None:
        return pl.LazyFrame(schema=_EMPTY[name])
    present = frame.collect_schema().names()
    keys = {key: pl.col(key) for key in (*_ORDER, "n", "unit") if key in present}
    if "level" in keys:
        keys["level"] = keys["level"].replace_strict(_LEVELS, default=len(_LEVELS))
    in_order = frame.sort(list(keys.values()), maintain_order=True)
    return in_order.drop("n") if "n" in present else in_order


_KEY = {"year": pl.Int64, "county": pl.String}
_EMPTY: dict[str, dict[str, Any]] = {
    "values": _KEY
    | {"school": pl.String, "level": pl.String, "indicator": pl.String, "amount": pl.Float64}
    | {"value": pl.Float64, "limit": pl.Float64, "verdict": pl.String},
    "findings": _KEY
    | {"school": pl.String, "name": pl.String, "level": pl.String, "unit": pl.String}
    | {"item": pl.String, "check": pl.String, "value": pl.Float64, "limit": pl.Float64},
    "balance": _KEY
    | {"level": pl.String, "schools": pl.UInt32, "pupils": pl.Float64, "indicator": pl.String}
    | {"mean": pl.Float64, "cv": pl.Float64, "limit": pl.Float64, "verdict": pl.String},
    "items": _KEY
    | {"part": pl.String, "item": pl.String, "check": pl.String, "value": pl.Float64}
    | {"limit": pl.Float64, "units": pl.Float64, "unmet": pl.Float64, "unknown": pl.Float64}
    | {"verdict": pl.String, "item_verdict": pl.String},
}


def of_county(one: Collected, year: int, county: str) -> Collected:
    """Cut what was collected to one county and year."""
    mine = (pl.col("year") == year) & (pl.col("county") == county)
    return replace(one, **{name: getattr(one, name).filter(mine) for name in TABLES})


def together(collected: Sequence[Collected]) -> Collected:
    """Put the collected years of one regime or several under each other."""
    first = collected[0]
    frames = {
        f.name: pl.concat([getattr(c, f.name) for c in collected])
        for f in fields(Collected)
        if f.name != "regime"
    }
    return Collected(first.regime, **frames)
