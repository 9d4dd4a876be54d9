"""Gaps ahead of time: what is projected for the ledger, and a whole data set of a year to come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import judging
from junheng.errors import WrongUse

if TYPE_CHECKING:
    import polars as pl

    from junheng.plan.project import Projection

FEW = 20
AHEAD = 5
"""School years looked ahead, of up to so many counties, unless one says otherwise."""


def pupils_to_come(
    ready: judging.Ready, year: int, wanted: tuple[int | None, Path | None], language: str
) -> pl.DataFrame | None:
    """Project from all years that were handed in, for the ledger; None where nobody looks ahead.

    `wanted`: years ahead, and the folder of births, zones, housing and changes.
    """
    import polars as pl

    ahead, inputs = wanted
    years = (AHEAD if len(ready.counties) <= FEW else 0) if ahead is None else ahead
    if years == 0:
        return None
    found = _projected(ready, year, (years, inputs), language)
    return found.pupils.filter(pl.col("scenario") == "middle")


def in_year(
    ready: judging.Ready, choice: judging.Choice, wanted: tuple[int, Path | None], language: str
) -> judging.Ready:
    """Give the data as they will stand in a year to come, and the rules of that year.

    Raises WrongUse for a year that is not after the latest of the data, or too far ahead.
    """
    from junheng.evaluate.regimes import regimes
    from junheng.model.overlay import load_overlay
    from junheng.plan.project_apply import at_year

    (target, inputs), base = wanted, max(ready.years)
    if target <= base:
        raise WrongUse("gaps.target_year", found=target, latest=base)
    found = _projected(ready, base, (target - base, inputs), language)
    overlays = [load_overlay(name, choice.standard) for name in choice.overlays]
    rules = regimes(ready.standard, [target], overlays=overlays, as_of=choice.as_of)
    tables = at_year(ready.tables, found, target)
    return replace(ready, tables=tables, regimes=rules, years=(target,))


def _projected(
    ready: judging.Ready, base: int, wanted: tuple[int, Path | None], language: str
) -> Projection:
    import polars as pl

    from junheng.cli.project import inputs_of
    from junheng.plan.project import project

    years, folder = wanted
    tables: dict[str, Any] = dict(ready.dataset.tables)
    tables["schools"] = tables["schools"].filter(pl.col("county").is_in(ready.counties))
    found = project(tables, years=years, base=base, inputs=inputs_of(folder))
    for note in found.notes:
        click.echo(note.say(language), err=True)
    return found
