"""Pictures of a verdict: each answers the question that is its title; Vega-Lite, PNG and SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from junheng.report.bundle import Bundle
from junheng.report.pictures.balance import balance, contribution, lorenz_curve
from junheng.report.pictures.county import settings, years
from junheng.report.pictures.heat import heat
from junheng.report.pictures.maps import county_map
from junheng.report.pictures.picture import Picture, as_png
from junheng.report.pictures.province import province_set
from junheng.report.pictures.schools import ranked, strip

__all__ = ["Picture", "county_set", "province_set", "write", "write_province"]


def county_set(bundle: Bundle) -> Iterator[Picture]:
    """Draw what a county leader is shown: twelve pictures of two levels (eleven without limits).

    Balance, all schools, town and country, years (with the way to a target school year), a map;
    and for each level a table of schools, and, of the indicator whose coefficient is furthest over
    its limit (else nearest to it), the schools in order and who makes the coefficient; of the worst
    of all, the Lorenz curve. None under a standard without indicators.
    """
    if not bundle.standard.indicators or not bundle.county.values.height:
        return
    yield balance(bundle)
    if bundle.county.values["limit"].count():
        yield strip(bundle)
    worst = _worst(bundle)
    for level, indicator in worst.items():
        yield heat(bundle, level)
        yield ranked(bundle, level, indicator)
        yield contribution(bundle, level, indicator)
    overall = bundle.county.worst_balance()
    yield lorenz_curve(bundle, overall[2] if overall else next(iter(worst.values())))
    yield settings(bundle)
    yield years(bundle)
    yield county_map(bundle)


def _worst(bundle: Bundle) -> dict[str, str]:
    """Give for each level the indicator whose coefficient is greatest against its limit."""
    single = bundle.county.balance.filter(pl.col("indicator") != "composite")
    ratio = pl.col("cv") / pl.col("limit").fill_null(1.0)
    ordered = single.sort(ratio, descending=True, nulls_last=True, maintain_order=True)
    firsts = ordered.group_by("level", maintain_order=True).first()
    found = dict(firsts.select("level", "indicator").iter_rows())
    return {level: found[level] for level in single["level"].unique(maintain_order=True)}


def write(bundle: Bundle, folder: Path) -> list[Path]:
    """Write a county's pictures as PNG and SVG."""
    return _save(county_set(bundle), folder)


def write_province(bundles: Sequence[Bundle], folder: Path) -> list[Path]:
    """Write the pictures of a province's counties, of one school year, as PNG and SVG."""
    return _save(province_set(bundles), folder)


def _save(pictures: Iterable[Picture], folder: Path) -> list[Path]:
    paths = []
    for one in pictures:
        paths += [folder / f"{one.id}.png", folder / f"{one.id}.svg"]
        drawn = one.svg()
        paths[-2].write_bytes(as_png(drawn))
        paths[-1].write_text(drawn, "utf-8")
    return paths
