"""Projection: pupils of every school and level for the next years, from grade to grade.

With the pupils P of grade g in year t, P(g+1, t+1) = r(g) × P(g, t): r is pooled over a county from
the years that follow each other in the data, and 1 where there are none. The first grade of primary
comes from the zone of the school, else from the births of the county six years before, else it is as
large as last year; the first grade of junior is the school's part of those who leave primary. Where
grades are not known, a section stays at last year's pupils, and its `basis` says so.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.plan.project_changes import Change, carry_out, changes
from junheng.plan.project_state import LUMP, Key, Progress, Section, progress, start

MOST_YEARS = 15
SCENARIOS = ("low", "middle", "high")
_ENTRY_AGE = 6
Inputs = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Projection:
    """Pupils to come, and what is to be said of them."""

    pupils: pl.DataFrame
    """Scenario, year, county, school, level, pupils (whole; null: unknown), basis; the base year too."""
    base: int
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _World:
    """What stays the same from year to year in one scenario."""

    base: int
    factor: float
    progress: Progress
    births: Mapping[tuple[int, str], float]
    zones: Mapping[tuple[int, str, str], float]
    housing: Mapping[tuple[int, str, str], float]
    first: Mapping[str, float]
    """By county, those who entered primary in the base year."""


def project(
    tables: Mapping[str, Any],
    *,
    years: int,
    inputs: Inputs | None = None,
    spread: float = 0.05,
    base: int | None = None,
) -> Projection:
    """Project the pupils of each section for 1 to 15 years after the base year.

    Parameters
    ----------
    tables
        The tables of a data set; classes of several years give better ratios.
    years
        How many years ahead.
    inputs
        Side tables by name (`project_tables.INPUTS`), each optional.
    spread
        By what share those who enter, and new housing, are lower or higher in the outer scenarios.
    base
        The school year to start from; the latest of the data unless said.

    Raises WrongUse for years outside 1–15 or a spread outside 0–1, DataNeedsMending with everything
    that is wrong in the inputs.
    """
    if not 1 <= years <= MOST_YEARS:
        raise WrongUse("project.years", found=years, most=MOST_YEARS)
    if not 0 <= spread < 1:
        raise WrongUse("project.spread", found=spread)
    present = tables["schools"].lazy().select("year").unique().collect()["year"].to_list()
    begin = max(present) if base is None else base
    given, sections = inputs or {}, start(tables, begin)
    span = range(begin + 1, begin + years + 1)
    planned, problems = changes(given.get("changes"), sections, span)
    problems += _unknown_schools(given, sections)
    if problems:
        raise DataNeedsMending(problems)
    ratios = progress(tables, [year for year in sorted(present) if year <= begin])
    rows: list[tuple[Any, ...]] = []
    for scenario, factor in zip(SCENARIOS, (1 - spread, 1.0, 1 + spread), strict=True):
        world = _world(begin, factor, ratios, given, sections)
        rows += _run(scenario, world, copy.deepcopy(sections), planned, span)
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return Projection(frame, begin, tuple(_notes(sections, ratios, given)))


_SCHEMA: dict[str, Any] = {
    "scenario": pl.String, "year": pl.Int64, "county": pl.String, "school": pl.String,
    "level": pl.String, "pupils": pl.Float64, "basis": pl.String,
}  # fmt: skip


def _unknown_schools(given: Inputs, sections: Mapping[Key, Section]) -> list[Problem]:
    opened = given.get("changes")
    new = set(opened.filter(pl.col("action") == "open")["school"]) if opened is not None else set()
    known = {school for school, _ in sections} | new
    return [
        Problem("project.no_such_school", table=name, row=row["row"], school=row["school"])
        for name in ("zones", "housing")
        if name in given
        for row in given[name].iter_rows(named=True)
        if row["school"] not in known
    ]


def _world(
    base: int, factor: float, ratios: Progress, given: Inputs, sections: Mapping[Key, Section]
) -> _World:
    def read(name: str, *key: str) -> dict[Any, float]:
        if name not in given:
            return {}
        frame = given[name]
        if name == "housing":
            frame = frame.with_columns(children=pl.col("homes") * pl.col("pupils_per_home"))
        value = "births" if name == "births" else "children"
        rows = frame.filter(pl.col(value).is_not_null()).select(*key, value)
        return {tuple(row[:-1]): row[-1] for row in rows.iter_rows()}

    first: dict[str, float] = {}
    for section in sections.values():
        if section.level == "primary":
            first[section.county] = first.get(section.county, 0.0) + section.entrants
    return _World(
        base,
        factor,
        ratios,
        read("births", "year", "county"),
        read("zones", "year", "school", "level"),
        read("housing", "year", "school", "level"),
        first,
    )


def _run(
    scenario: str,
    world: _World,
    sections: dict[Key, Section],
    planned: tuple[Change, ...],
    span: range,
) -> list[tuple[Any, ...]]:
    rows = _said(scenario, world.base, sections)
    for year in span:
        _go_on(year, world, sections)
        for change in planned:
            if change.year == year:
                carry_out(change, sections)
        _move_in(year, world, sections)
        rows += _said(scenario, year, sections)
    return rows


def _said(scenario: str, year: int, sections: Mapping[Key, Section]) -> list[tuple[Any, ...]]:
    return [
        (
            scenario, year, one.county, one.school, one.level,
            None if one.pupils is None else float(round(one.pupils)), one.basis,
        )
        for _, one in sorted(sections.items())
    ]  # fmt: skip


def _go_on(year: int, world: _World, sections: dict[Key, Section]) -> None:
    """Take every pupil one grade further, and let those in who enter."""
    pools = _pools(world, sections)
    for section in sections.values():
        if not section.by_grade:
            continue
        grades = sorted(grade for grade in section.grades if grade != LUMP)
        older = {
            grade + 1: section.grades[grade]
            * world.progress.ratio(section.county, section.level, grade)
            for grade in grades[:-1]
        }
        lump = {LUMP: section.grades[LUMP]} if LUMP in section.grades else {}
        first = _entrants(year, section, world, pools)
        section.grades = {grades[0]: first} | {g: older.get(g, 0.0) for g in grades[1:]} | lump


def _pools(world: _World, sections: Mapping[Key, Section]) -> dict[str, float]:
    """Give by county how many enter junior for each who did in the base year.

    A county where the grades of a primary school are not known has none.
    """
    leaving: dict[str, float] = defaultdict(float)
    weights: dict[str, float] = defaultdict(float)
    unknown = set()
    for section in sections.values():
        if section.level == "junior":
            weights[section.county] += section.entrants
        elif section.level == "primary" and section.by_grade:
            leaving[section.county] += section.grades[max(section.grades)]
        elif section.level == "primary":
            unknown.add(section.county)
    return {
        county: pupils * world.progress.transitions.get(county, 1.0) / weights[county]
        for county, pupils in leaving.items()
        if county not in unknown and weights[county] > 0
    }


def _entrants(year: int, section: Section, world: _World, pools: Mapping[str, float]) -> float:
    zone = world.zones.get((year, section.school, section.level))
    if zone is not None:
        return zone * (world.factor if section.level == "primary" else 1.0)
    if section.level == "primary":
        return section.entrants * world.factor * _growth(year, section.county, world)
    pooled = pools.get(section.county) if section.level == "junior" else None
    return section.entrants * (1.0 if pooled is None else pooled)


def _growth(year: int, county: str, world: _World) -> float:
    """Say how many times more children enter than in the base year; 1 where births do not tell.

    Where the births behind the base year are not given, all who were born are taken to enter.
    """
    now = world.births.get((year - _ENTRY_AGE, county))
    if now is None:
        return 1.0
    then = world.births.get((world.base - _ENTRY_AGE, county), world.first.get(county, 0.0))
    return now / then if then > 0 else 1.0


def _move_in(year: int, world: _World, sections: dict[Key, Section]) -> None:
    for (when, school, level), children in world.housing.items():
        if when != year or (school, level) not in sections:
            continue
        section = sections[school, level]
        grades = [grade for grade in section.grades if grade != LUMP] or [LUMP]
        coming = children * world.factor / len(grades)
        for grade in grades:
            section.grades[grade] += coming
        section.entrants += coming if section.by_grade else 0.0


def _notes(sections: Mapping[Key, Section], ratios: Progress, given: Inputs) -> list[Problem]:
    """Say what was not known, and what was taken instead."""
    judged = [s for s in sections.values() if s.level in ("primary", "junior")]
    flat = sum(not s.by_grade for s in judged)
    notes = [Problem("project.last_year", n=flat, of=len(judged))] if flat else []
    if not ratios.ratios and flat < len(judged):
        notes.append(Problem("project.one_year"))
    if "births" not in given and "zones" not in given:
        notes.append(Problem("project.no_entrants"))
    return notes
