"""A verdict as JSON, as programs outside rely on it: keys may be added, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from junheng import __version__
from junheng.evaluate.recheck import recheck
from junheng.evaluate.regimes import Regime
from junheng.model.standard import Recheck, Standard
from junheng.report.collected import Collected

Row = dict[str, Any]
_COUNTS = ("pupils", "schools", "units", "unmet", "unknown")


def about(regimes: Sequence[Regime], standard: Standard, input_digest: str) -> Row:
    """Give what a verdict rests on: standard and version, day, input and code."""
    days = [day for regime in regimes for day in regime.days.values()]
    return {
        "standard": {
            "id": standard.id,
            "as_of": max(days).isoformat() if days else None,
            "version": standard.digest[:16],
            "options": dict(standard.options),
        },
        "input": {"sha256": input_digest},
        "junheng": {"version": __version__},
    }


def document(
    collected: Sequence[Collected],
    regimes: Sequence[Regime],
    standard: Standard,
    input_digest: str,
) -> Row:
    """Give the whole answer: what it rests on, and every county."""
    counties = [county for one in collected for county in entries(one)]
    if standard.recheck:
        _add_recheck(counties, standard.recheck)
    return {
        **about(regimes, standard, input_digest),
        "counties": sorted(counties, key=place),
    }


def entries(one: Collected) -> Iterator[Row]:
    """Give the entry of each county and year that was collected."""
    values = _grouped(one.values, ("year", "county", "school", "level"))
    sections = _grouped(one.sections, ("year", "county"))
    balance = _grouped(one.balance, ("year", "county"))
    parts = _grouped(one.parts, ("year", "county"))
    items = _grouped(one.items, ("year", "county"))
    excluded = _grouped(one.excluded, ("year", "county"))
    findings = _grouped(one.findings, ("year", "county"))
    for row in one.counties.iter_rows(named=True):
        key = (row["year"], row["county"])
        yield {
            "county": row["county"],
            "year": row["year"],
            "as_of": one.regime.days[row["year"]].isoformat(),
            "overlays": list(one.regime.standard.overlays),
            "verdict": row["verdict"],
            "parts": {part["part"]: part["verdict"] for part in parts[key]},
            "eligibility": row["eligible"],
            "balance": balance[key],
            "sections": [
                _section(s, values[(*key, s["school"], s["level"])]) for s in sections[key]
            ],
            "items": items[key],
            "findings": findings[key],
            "excluded": excluded[key],
        }


def place(entry: Row) -> tuple[str, int]:
    """Say where an entry stands among others: by county, then by year."""
    return entry["county"], entry["year"]


def _add_recheck(counties: list[Row], rule: Recheck) -> None:
    """Say of each county how many years in a row it has failed, as far as the data go back."""
    by_county: dict[str, dict[int, Row]] = defaultdict(dict)
    for county in counties:
        by_county[county["county"]][county["year"]] = county
    for years in by_county.values():
        found = recheck(rule, {year: county["parts"] for year, county in years.items()})
        for year, county in years.items():
            county["recheck"] = asdict(found[year])


def _section(section: Row, indicators: list[Row]) -> Row:
    keys = ("school", "level", "name", "pupils", "verdict")
    return {**{key: section[key] for key in keys}, "indicators": indicators}


def _grouped(frame: pl.DataFrame, keys: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    names = [name for name in frame.columns if name not in keys]
    counts = [name for name in _COUNTS if name in names]
    for cells in frame.select(*keys, *names).iter_rows():
        row = dict(zip(names, cells[len(keys) :], strict=True))
        grouped[cells[: len(keys)]].append(_whole(row, counts) if counts else row)
    return grouped


def _whole(row: Row, counts: Sequence[str]) -> Row:
    """Write counts without a decimal point."""
    for key in counts:
        if isinstance(row[key], float) and row[key].is_integer():
            row[key] = int(row[key])
    return row
