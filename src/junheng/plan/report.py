"""A plan and what was asked for beside it, as one object and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

from junheng.errors import Problem
from junheng.model.tables import Column
from junheng.plan.choices import Choice, Price, choices, curve, prices
from junheng.plan.conflict import Conflict, conflict
from junheng.plan.design import least_moves
from junheng.plan.heuristics import Habit, habits
from junheng.plan.items import Items
from junheng.plan.plan import Asked, Plan, make_plan
from junheng.plan.results import Results, results
from junheng.plan.wording import Said


@dataclass(frozen=True, slots=True)
class Report:
    """A plan with its tables, or why there is none; and the extras that were wanted."""

    plan: Plan
    results: Results | None
    conflict: Conflict | None
    choices: tuple[Choice, ...] = ()
    curve: tuple[tuple[int, Plan], ...] = ()
    prices: tuple[Price, ...] = ()
    habits: tuple[Habit, ...] = ()


def make_report(asked_for: Callable[[int], Asked], target: int, more: Iterable[str] = ()) -> Report:
    """Make a plan for a target year, and what else is wanted of choices, curve, prices, compare.

    `asked_for` gives what is asked for a target year.
    """
    plan = make_plan(asked_for(target))
    if not plan.found:
        return Report(plan, None, conflict(plan))
    wanted = set(more)
    return Report(
        plan,
        results(plan),
        None,
        choices(plan, asked_for) if "choices" in wanted else (),
        tuple(curve(plan, asked_for)) if "curve" in wanted else (),
        prices(plan) if "prices" in wanted else (),
        _habits(plan) if "compare" in wanted else (),
    )


def _habits(plan: Plan) -> tuple[Habit, ...]:
    start = plan.zones.asked.start if plan.zones else plan.asked.start
    return habits(start, plan.rates, least_moves(start, plan.asked.limits))


def document(report: Report) -> dict[str, Any]:
    """Give a report for JSON; yuan, unrounded."""
    plan = report.plan
    found: dict[str, Any] = _about(plan)
    if report.results:
        found |= {name: frame.to_dicts() for name, frame in report.results.frames().items()
                  if name != "values"}  # fmt: skip
    if report.conflict:
        found["conflict"] = {
            "groups": list(report.conflict.groups),
            "smallest": report.conflict.smallest,
            "limits": [_said(one) for one in report.conflict.limits],
            "ways": [_said(one) for one in report.conflict.ways],
        }
    found["choices"] = [{"name": c.name} | _brief(c.plan) for c in report.choices]
    found["curve"] = [{"target": year} | _brief(p) for year, p in report.curve]
    found["prices"] = [_said(p.limit) | {"saves": p.saves} for p in report.prices]
    found["habits"] = [{"name": h.name, "cost": h.cost, "passes": h.passes} for h in report.habits]
    return found


def _about(plan: Plan) -> dict[str, Any]:
    start, solution = plan.asked.start, plan.solution
    return {
        "standard": {"id": start.standard.id, "as_of": str(start.standard.as_of),
                     "version": start.standard.digest},
        "county": start.county, "year": start.year, "target": start.target,
        "pupils": "projected" if start.projected else "last_year",
        "costs": {"id": plan.asked.costs.id, "version": plan.asked.costs.digest,
                  "illustrative": plan.rates.illustrative},
        "rotation": {"least_a_year": least_moves(start, plan.asked.limits)},
        "assumed": [_assumed(one) for one in start.assumed],
        "solver": solution.solver, "fallback": solution.fallback, "clash": plan.clash,
        "left_out": _left_out(plan.asked.items),
        "zones_as_they_are": _brief(plan.zones.still) if plan.zones else None,
        "seconds": plan.seconds, "first_seconds": solution.first_seconds,
    } | _brief(plan)  # fmt: skip


def _assumed(problem: Problem) -> dict[str, object]:
    return problem.fields | {"column": cast(Column, problem.fields["column"]).name}


def _left_out(items: Items | None) -> dict[str, Any] | None:
    """Say what of special rooms, classes and sizes the plan does not see to."""
    if items is None:
        return None
    things = [{"of": cell, "n": n, "why": why} for cell, n, why in items.left_out]
    return {"things": things, "unknown": items.unknown, "schools_over_size": items.over_size}


def _brief(plan: Plan) -> dict[str, Any]:
    if not plan.found:
        return {"state": plan.state}
    proven = isfinite(plan.solution.bound)
    return {
        "state": plan.state, "cost": plan.cost,
        "bound": plan.bound if proven else None, "gap": plan.gap if proven else None,
        "moves": moved(plan), "hires": counted(plan, "hire"),
    }  # fmt: skip


def counted(plan: Plan, kind: str) -> int:
    """Count the persons of a kind of action."""
    return round(sum(action.amount for action in plan.actions if action.kind == kind))


def moved(plan: Plan) -> int:
    """Count the moves of teachers, exchanges among them."""
    return counted(plan, "in") + counted(plan, "swap")


def _said(one: Said) -> dict[str, Any]:
    fields = {name: _said(f) if isinstance(f, Said) else f for name, f in one.fields.items()}
    return {"code": one.code} | fields
