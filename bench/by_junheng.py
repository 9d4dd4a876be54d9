"""Ours: the resources part of cn-quality-2017 on Polars and on Spark, and the measures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from bench import numpy_pass
from junheng import measures
from junheng.evaluate import results
from junheng.evaluate.regimes import Regime, regimes
from junheng.evaluate.sections import all_sections, judged_sections
from junheng.evaluate.verdict import Keep, Wide, wide_results
from junheng.inmemory import ENGINE, carried_out, contributions, hold, judge
from junheng.intake import read
from junheng.model.load import load_standard
from junheng.model.standard import Standard
from junheng.report.collected import of_evaluation

_KEYS = ("year", "county", "level")
_BESIDE = 2
_COUNTED = ("verdicts on sections", "verdicts on parts", "coefficients", "coefficients over")
Year = tuple[dict[str, Any], Standard]
"""The tables of a year, and what holds for it."""


@cache
def resources() -> Standard:
    """Give the standard with its resources part alone: what the rows by hand do."""
    whole = load_standard("cn-quality-2017")
    return replace(whole, parts=whole.parts[:1], veto=(), eligibility=(), easements=())


def nation(folder: Path) -> dict[str, float]:
    """Judge every year on Polars, two years beside each other."""
    totals: dict[str, float] = {}
    with ThreadPoolExecutor(_BESIDE) as years:
        for found in years.map(_judged, _years(folder)):
            for name, number in found.items():
                totals[name] = totals.get(name, 0) + number
    return totals


def _judged(year: Year) -> dict[str, float]:
    held = carried_out(_kept_and_counted, *year)
    return counts({name: held[name].rows() for name in _COUNTED})


def _kept_and_counted(
    sources: Mapping[str, Any], standard: Standard, keep: Keep
) -> dict[str, pl.LazyFrame]:
    """Give every value and verdict by its keys, and what is counted of them."""
    wide = wide_results(sources, standard, keep)
    kept = {field.name: getattr(wide, field.name) for field in fields(Wide)}
    held = {name: frame for name, frame in kept.items() if frame is not None}
    return {name: frame.to_native() for name, frame in {**held, **counted(wide)}.items()}


def _years(folder: Path) -> Iterator[Year]:
    tables = {name: pl.scan_parquet(folder / f"{name}.parquet") for name in ("schools", "sections")}
    for regime in regimes(resources(), numpy_pass.years(folder)):
        for year, day in regime.days.items():
            one: Regime = replace(regime, days={year: day})
            yield one.cut(tables), one.standard


def on_spark(session: Any, folder: Path) -> dict[str, float]:
    """Judge every year on Spark, all at once."""
    from junheng.cli.engine_spark import Spark

    tables = {
        name: session.read.parquet(str(folder / f"{name}.parquet"))
        for name in ("schools", "sections")
    }
    keep = Spark(session, "en").keep
    totals: dict[str, float] = {}
    for regime in regimes(resources(), numpy_pass.years(folder)):
        found = counted(wide_results(regime.cut(tables), regime.standard, keep))
        rows = {name: frame.collect("polars").rows() for name, frame in found.items()}
        for name, number in counts(rows).items():
            totals[name] = totals.get(name, 0) + number
    return totals


def counted(wide: Wide) -> dict[str, nw.LazyFrame[Any]]:
    """Count verdicts and add up coefficients, on the engine that computes them."""
    names = [i.id for i in resources().indicators]
    over = [
        nw.when(~nw.col(f"met:{n}")).then(1).otherwise(0).sum().alias(f"met:{n}") for n in names
    ]
    found = (
        _by_verdict(wide.judged),
        _by_verdict(results.parts(wide.parts)),
        wide.balance.select(*[nw.col(f"cv:{n}").sum() for n in names]),
        wide.balance.select(*over),
    )
    return dict(zip(_COUNTED, found, strict=True))


def _by_verdict(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    return frame.group_by("verdict").agg(nw.len().alias("n")).select("verdict", "n")


def counts(rows: Mapping[str, list[tuple[Any, ...]]]) -> dict[str, float]:
    """Name what was counted, as every row of the tables gives it."""
    sections, parts = dict(rows["verdicts on sections"]), dict(rows["verdicts on parts"])
    (coefficients,), (over,) = rows["coefficients"], rows["coefficients over"]
    return {
        "sections_pass": sections.get("pass", 0),
        "sections_fail": sections.get("fail", 0),
        "resources_fail": parts.get("fail", 0),
        "resources_pass": parts.get("pass", 0),
        "cv_over": int(sum(over)),
        "cv_sum": float(sum(cell or 0.0 for cell in coefficients)),
    }


def measured(folder: Path) -> dict[str, float]:
    """Work out the CV, Gini, Theil and its parts of every county, level and indicator."""
    amounts = {i.id: f"amount:{i.id}" for i in resources().indicators}
    totals: dict[str, float] = {}
    for tables, standard in _years(folder):
        judged = judged_sections(all_sections(tables, standard), standard)
        judged = judged.select(*_KEYS, "school", "pupils", *amounts.values())
        setting = nw.from_native(tables["schools"]).select("year", "school", "setting")
        joined = judged.join(setting, on=["year", "school"], how="left")
        for name, number in _measured(hold(joined), amounts).items():
            totals[name] = totals.get(name, 0.0) + number
    return totals


def _measured(rows: nw.LazyFrame[Any], amounts: dict[str, str]) -> dict[str, float]:
    about: dict[str, Any] = {"amounts": amounts, "pupils": "pupils", "by": _KEYS}
    spread = measures.balance(rows, **about).to_native()
    others = measures.disparities(rows, part="setting", **about).to_native()
    named = {
        "cv": "cv",
        "gini": "gini",
        "theil_t": "theil",
        "within": "within",
        "between": "between",
    }
    found: dict[str, float] = {}
    for frame in pl.collect_all([spread, others], engine=ENGINE):
        for measure in named.keys() & {column.partition(":")[0] for column in frame.columns}:
            cells = frame.select(f"{measure}:{k}" for k in amounts)
            found[f"{named[measure]}_sum"] = float(sum(cells.sum().row(0)))
            found[f"{named[measure]}_known"] = float(sum(cells.count().row(0)))
    return found


def county(folder: Path, times: int) -> tuple[float, float]:
    """Time one county in the library: first and again (median), with verdicts and contributions."""
    tables = {name: frame.collect() for name, frame in read(folder).tables.items()}
    (regime,) = regimes(load_standard("cn-quality-2017"), [2025])
    seconds = []
    for _ in range(times + 1):
        began = time.perf_counter()
        _judge(tables, regime)
        seconds.append(time.perf_counter() - began)
    return seconds[0], statistics.median(seconds[1:])


def _judge(tables: dict[str, pl.DataFrame], regime: Regime) -> None:
    """Judge by the whole standard, and find the schools that make each coefficient."""
    found = judge(tables, regime.standard)
    of_evaluation(found, regime)
    contributions(found)
