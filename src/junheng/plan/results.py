"""A plan as tables: projects, funding, moves, the path of the coefficients, and each year's sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.plan.actions import judged
from junheng.plan.plan import Plan, years_after
from junheng.plan.rates import unit_of
from junheng.plan.schedule import Step
from junheng.plan.zones import ends

_KINDS = ("buy", "open", "hire", "raise")


@dataclass(frozen=True, slots=True)
class Results:
    """A plan's tables, a frame each.

    `projects`: a row a year, school and thing — `kind`, `cell`, `unit`, `amount`, `once` and `yearly`
    (yuan), `complete` (the year in which it counts). `funding`: a row a year — `once`, `running`,
    `total`, `budget` (null where none was given). `moves`: a row a year and pair of schools;
    exchanges, which change no count, have no schools. `balance`, `sections`, `values`: what
    `junheng.evaluate` says of each year, the data's year (with the target year's pupils) first.
    `zones`: a row a year and pair of schools whose enrolment zones change; every year of the plan is
    judged with the pupils after that, the data's year with those before.
    """

    projects: pl.DataFrame
    funding: pl.DataFrame
    moves: pl.DataFrame
    balance: pl.DataFrame
    sections: pl.DataFrame
    values: pl.DataFrame
    zones: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Give the frames by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def results(plan: Plan) -> Results:
    """Make the tables of a plan that was found."""
    judged_years = _judged(plan)
    return Results(_projects(plan), _funding(plan), _moves(plan), *judged_years, _zones(plan))


def _names(plan: Plan) -> Mapping[str, str]:
    schools = plan.asked.start.tables["schools"].select("school", "name")
    return {school: name or school for school, name in schools.iter_rows()}


def _projects(plan: Plan) -> pl.DataFrame:
    names = _names(plan)
    order = {kind: place for place, kind in enumerate(_KINDS)}
    steps = [s for s in plan.steps if s.action.kind in _KINDS]
    steps.sort(key=lambda s: (s.action.school, order[s.action.kind], s.action.cell, s.year))
    rows = [
        _step(step) | {"name": names[step.action.school], "complete": step.complete}
        for step in steps
    ]
    return pl.DataFrame(rows, schema=_PROJECTS)


def _step(step: Step) -> dict[str, Any]:
    action = step.action
    return {
        "year": step.year, "school": action.school, "level": action.level or None,
        "kind": action.kind, "cell": action.cell, "unit": unit_of(action.cell),
        "amount": action.amount, "once": action.once, "yearly": action.yearly,
    }  # fmt: skip


def _funding(plan: Plan) -> pl.DataFrame:
    rows = []
    for year, total in plan.spending().items():
        once = sum(step.action.once for step in plan.steps if step.year == year)
        budget = None if plan.asked.budget is None else plan.asked.budget[year]
        rows.append(
            {"year": year, "once": once, "running": total - once, "total": total, "budget": budget}
        )
    return pl.DataFrame(rows, schema=_FUNDING)


def _moves(plan: Plan) -> pl.DataFrame:
    names = _names(plan)
    rows = []
    for step in plan.steps:
        if step.action.kind not in ("in", "swap"):
            continue
        move, action = step.move, step.action
        ends = (move.from_school, move.to_school) if move else (None, None)
        rows.append({
            "year": step.year, "level": action.level, "kind": action.kind, "cell": action.cell,
            "from_school": ends[0], "from_name": names.get(ends[0] or ""),
            "to_school": ends[1], "to_name": names.get(ends[1] or ""),
            "persons": int(action.amount), "km": move.km if move else None,
        })  # fmt: skip
    return pl.DataFrame(rows, schema=_MOVES).sort(
        "year", "level", "cell", "from_school", nulls_last=True
    )


def _zones(plan: Plan) -> pl.DataFrame:
    names = _names(plan)
    rows = []
    for step in (step for step in plan.steps if step.action.kind == "zone"):
        giver, taker = ends(step.action)
        rows.append({
            "year": step.year, "level": step.action.level, "from_school": giver,
            "from_name": names[giver], "to_school": taker, "to_name": names[taker],
            "pupils": int(step.action.amount), "once": step.action.once,
            "yearly": step.action.yearly,
        })  # fmt: skip
    return pl.DataFrame(rows, schema=_ZONES).sort("year", "level", "from_school", "to_school")


def _judged(plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    start = plan.asked.start
    before = plan.zones.asked.start if plan.zones else start
    tables = {start.year: dict(before.tables)} | years_after(plan)
    frames: dict[str, list[pl.DataFrame]] = {"balance": [], "sections": [], "values": []}
    for year, held in tables.items():
        found = judged(start, held)
        for name, made in frames.items():
            frame = getattr(found, name).lazy().collect()
            made.append(frame.with_columns(year=pl.lit(year, pl.Int64)))
    keys = ["year", "level", "school", "indicator"]
    return tuple(  # type: ignore[return-value]  # three of them
        (whole := pl.concat(made)).sort(
            [k for k in keys if k in whole.columns], maintain_order=True
        )
        for made in frames.values()
    )


_PROJECTS: dict[str, type[pl.DataType]] = {
    "year": pl.Int64,
    "complete": pl.Int64,
    "school": pl.String,
    "name": pl.String,
}
_PROJECTS |= dict.fromkeys(("level", "kind", "cell", "unit"), pl.String)
_PROJECTS |= dict.fromkeys(("amount", "once", "yearly"), pl.Float64)
_FUNDING: dict[str, type[pl.DataType]] = {"year": pl.Int64} | dict.fromkeys(
    ("once", "running", "total", "budget"), pl.Float64
)
_MOVES: dict[str, type[pl.DataType]] = {"year": pl.Int64} | dict.fromkeys(
    ("level", "kind", "cell", "from_school", "from_name", "to_school", "to_name"), pl.String
)
_MOVES |= {"persons": pl.Int64, "km": pl.Float64}
_ZONES: dict[str, type[pl.DataType]] = {"year": pl.Int64} | dict.fromkeys(
    ("level", "from_school", "from_name", "to_school", "to_name"), pl.String
)
_ZONES |= {"pupils": pl.Int64, "once": pl.Float64, "yearly": pl.Float64}
