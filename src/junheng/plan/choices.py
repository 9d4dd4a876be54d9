"""Clearly different plans to choose from, what each target year costs, and what a limit is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from junheng.plan.design import MONEY, Design, design, least_moves
from junheng.plan.limits import AREAS
from junheng.plan.model import Model, Row
from junheng.plan.plan import Asked, Plan, budget_left, make_plan
from junheng.plan.rates import MOVE
from junheng.plan.solve import Effort, solve
from junheng.plan.wording import Said

_MOVE_LESS = 15.0
"""A move counts for so many times its price when few moves are wanted."""
_WIDER = 0.01
_BINDING = 0.99
"""A coefficient further from its limit than this, relatively, is not held by it."""
_MORE = {"budget": 1e6, "headcount": 1.0, "land": 100.0}


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan by the name of what it is best at; of the same plan, several names."""

    name: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Price:
    """What a limit that gives way by a unit would save, in yuan counted."""

    limit: Said
    saves: float


def choices(plan: Plan, start_of: Callable[[int], Asked]) -> tuple[Choice, ...]:
    """Give the plan and up to three that differ: fewest moves, no building, earliest.

    `start_of` gives what is asked for another target year. Each is designed, judged and scheduled
    like the first; one that cannot be done says so. Where no plan found moves fewer, the first is
    named for both.
    """
    asked = plan.asked
    areas = {(s.school, cell): 0.0 for s in asked.start.sections for cell in AREAS}
    still = replace(asked.limits, land={**asked.limits.land, **areas})
    least = (least_moves(asked.start, asked.limits) or 0) * len(asked.start.years)
    fewest = plan if _moves(plan) <= least else _fewest_moves(asked)
    if fewest.found and _moves(fewest) >= _moves(plan):
        made = [Choice("least_cost_and_moves", plan)]
    else:
        made = [Choice("least_cost", plan), Choice("fewest_moves", fewest)]
    made.append(Choice("no_building", make_plan(replace(asked, limits=still))))
    early = earliest(plan, start_of)
    return (*made, Choice("earliest", early)) if early is not None else tuple(made)


def _moves(plan: Plan) -> float:
    return sum(action.amount for action in plan.actions if action.kind in ("in", "swap"))


def _fewest_moves(asked: Asked) -> Plan:
    """Plan with moves that count for more than they cost, then count the cost at the true prices."""
    found = make_plan(replace(asked, moves_weigh=_MOVE_LESS))
    done = tuple(
        replace(one, counted=one.counted / _MOVE_LESS) if one.kind in ("in", "swap") else one
        for one in found.actions
    )
    unknown = replace(found.solution, bound=-inf)
    true = found.rates.weighed(MOVE, 1 / _MOVE_LESS)
    return replace(found, asked=asked, rates=true, actions=done, solution=unknown)


def earliest(plan: Plan, start_of: Callable[[int], Asked]) -> Plan | None:
    """Give the plan of the first target year in which it can be done, where that is not this one."""
    start = plan.asked.start
    for target in range(start.year + 1, start.target):
        found = make_plan(start_of(target))
        if found.found:
            return found
    return None


def curve(plan: Plan, start_of: Callable[[int], Asked]) -> list[tuple[int, Plan]]:
    """Give a plan for every target year from the next to this plan's, and this plan itself."""
    start = plan.asked.start
    others = [(year, make_plan(start_of(year))) for year in start.years[:-1]]
    return [*others, (start.target, plan)]


def prices(plan: Plan) -> tuple[Price, ...]:
    """Solve again with one limit after the other wider by a unit; give what that saves, if anything.

    Which limits a section leaves at the floor stays as it is in the plan, and people and rooms may
    come in fractions: what is compared is the relaxed cost before and after.
    """
    asked = plan.asked
    made = design(asked.start, asked.limits, plan.rates, budget_left(asked))
    model = _relaxed(made, plan)
    before = _cost(model)
    found = []
    values = plan.solution.values
    slack = {c.group for c in model.cones if c.cv(values) < c.limit * _BINDING}
    for group in (g for g in model.groups() if _widens(g) and g not in slack):
        wider = _less_rotation(plan) if group == "rotation" else _wider(model, group)
        saved = (before - _cost(wider)) * MONEY
        if saved > 1.0:
            found.append(Price(_said(group), saved))
    return tuple(sorted(found, key=lambda price: -price.saves))


def _relaxed(made: Design, plan: Plan) -> Model:
    model = made.model.copy()
    model.wholes = [False] * len(model.wholes)
    for name, at in made.those("reach"):
        chosen = round(plan.solution.values[made.at[name]])
        model.lows[at] = model.highs[at] = float(chosen)
    return model


def _cost(model: Model) -> float:
    return solve(model, Effort(30.0, 0.0, ("highs",))).cost


def _widens(group: str) -> bool:
    return group.partition(":")[0] in (*_MORE, "rotation", "cv")


def _less_rotation(plan: Plan) -> Model:
    """Give the model of a county in which one teacher less must move a year."""
    asked = plan.asked
    share, least = asked.start.rotation[0], least_moves(asked.start, asked.limits) or 1
    limits = replace(asked.limits, eligible=(least - 1) / share)
    return _relaxed(design(asked.start, limits, plan.rates, budget_left(asked)), plan)


def _wider(model: Model, group: str) -> Model:
    kind, wider = group.partition(":")[0], model.copy()
    if kind == "cv":
        wider.cones = [
            replace(c, limit=c.limit + _WIDER) if c.group == group else c for c in model.cones
        ]
        return wider
    by = _MORE[kind] / (MONEY if kind == "budget" else 1.0)

    def moved(row: Row) -> Row:
        return replace(row, high=row.high + by) if row.group == group else row

    wider.rows = [moved(row) for row in model.rows]
    return wider


def _said(group: str) -> Said:
    kind, *of = group.split(":")
    if kind == "cv":
        return Said("price_cv", {"level": of[0], "indicator": of[1]})
    if kind == "headcount":
        return Said("price_headcount", {"level": of[0]})
    if kind == "land":
        return Said("price_land", {"cell": of[0]})
    return Said(f"price_{kind}")
