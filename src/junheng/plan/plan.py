"""The least-cost plan of a county: design the target year, judge it again, spread it over the years."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import polars as pl

from junheng.errors import WrongUse
from junheng.evaluate import Evaluation
from junheng.plan.actions import Action, actions, after, cost, judged, passes
from junheng.plan.costs import Costs
from junheng.plan.design import MONEY, Design, design, least_moves
from junheng.plan.items import Items
from junheng.plan.limits import Budget, Limits
from junheng.plan.model import Solution
from junheng.plan.pairing import Move, Unpaired, paired
from junheng.plan.rates import MOVE, Rates, rates
from junheng.plan.schedule import (
    Schedule,
    Step,
    read_schedule,
    schedule_model,
    spending,
    with_money,
    with_rotation,
)
from junheng.plan.solve import Effort, solve
from junheng.plan.start import Start
from junheng.plan.zones import changed, opened, settled

TIGHTENED = (1e-6, 1e-5, 1e-4, 1e-3)
"""By how much the limits of the coefficients are tightened: more, should a plan fail when judged."""
_ROUNDS = 5
_AT_ONCE = 5.0
"""Seconds for a schedule in which every building is begun at once."""
_EVEN = 0.02
"""A schedule whose dearest year is this near to the cheapest possible is even enough."""
_ROUNDED = 1e-5
"""What rounding up to whole steps may add to a gap."""
_LIMITS, _EFFORT = Limits(), Effort()
_WITHHELD = 1.02


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made for."""

    start: Start
    costs: Costs
    limits: Limits = _LIMITS
    budget: Budget | None = None
    effort: Effort = _EFFORT
    settled: tuple[Action, ...] = ()
    """What is done whatever else is: it costs, and is scheduled. Special rooms and classes (`items`),
    and pupils who change zones, whom `start` has where they go."""
    items: Items | None = None
    """Where `settled` has rooms and classes: what else is known of them."""
    moves_weigh: float = 1.0
    """For how many times its price a move counts where plans are compared; it is paid as ever."""


@dataclass(frozen=True, slots=True)
class Zoned:
    """What a plan whose zones may change was chosen against."""

    asked: Asked
    """With the pupils where they are, and the bounds within which they may go elsewhere."""
    still: Plan
    """The plan for pupils where they are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that passes when judged, or why there is none."""

    asked: Asked
    rates: Rates
    state: str
    """solved · stopped (the best so far) · enough (passes; a cheaper one may do, down to the bound) ·
    infeasible (proven) · nothing (none found, in time or within ceilings that are enough)."""
    solution: Solution
    actions: tuple[Action, ...] = ()
    steps: tuple[Step, ...] = ()
    moves: tuple[Move, ...] = ()
    judged: Evaluation | None = None
    seconds: float = 0.0
    clash: str = ""
    """What stood in the way though the target year can be reached: schedule, apart."""
    zones: Zoned | None = None
    """Where zones may change: the county before that. The bound is one over all enrolments."""

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return bool(self.judged)

    @property
    def cost(self) -> float:
        """Yuan that the plan counts."""
        return cost(self.actions)

    @property
    def bound(self) -> float:
        """Yuan that every plan counts at least."""
        fixed = cost(a for a in self.asked.settled if a.kind != "zone" or self.zones is None)
        return min(self.solution.bound * MONEY + fixed, self.cost) if self.found else 0.0

    @property
    def gap(self) -> float:
        """How much dearer than the cheapest it can be at most, as a share of its cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0

    def spending(self) -> dict[int, float]:
        """Give the yuan of each year."""
        return spending(self.steps, list(self.asked.start.years))


def make_plan(asked: Asked) -> Plan:
    """Find the least-cost plan.

    Parameters
    ----------
    asked
        The county at its start (`start`), unit costs, limits, yearly budget, and how long to look.

    Returns
    -------
    Plan
        Its target year passes when `junheng.evaluate` judges it, every year keeps its budget, and
        no plan costs less than `bound` (up to a millionth, by which the limits of the coefficients
        are tightened). Without one, `state` says whether that is proven.

    Raises
    ------
    WrongUse
        Prices are missing, a budget lacks years, limits name unknown schools, no solver is there.
    """
    began = time.monotonic()
    zoned = any(action.kind == "zone" for action in asked.settled)
    priced = rates(asked.start, asked.costs, asked.limits, zoned=zoned).weighed(
        MOVE, asked.moves_weigh
    )
    _check(asked)
    plan = (_with_zones if asked.limits.zones else _within_limits)(asked, priced)
    if asked.start.ceilings:
        plan = _with_ceilings(plan)
    return replace(plan, seconds=time.monotonic() - began)


def _with_ceilings(plan: Plan) -> Plan:
    """Hold a plan against what everything but the coefficients costs: ceilings are enough, no more."""
    if not plan.found:
        return replace(plan, state="nothing")
    asked = plan.zones.asked if plan.zones else plan.asked
    start = opened(asked.start, asked.limits)
    model = design(start, asked.limits, plan.rates, budget_left(asked)).model.copy()
    model.cones = []
    proven = _proven(plan, max(0.0, solve(model, asked.effort).bound))
    return proven if proven.state == "solved" else replace(proven, state="enough")


def _with_zones(asked: Asked, priced: Rates) -> Plan:
    """Choose enrolments together with all else, make the plan for them, and for those of today."""
    start = opened(asked.start, asked.limits)
    near = replace(asked.effort, gap=asked.effort.gap / 2)
    fixed = replace(asked, limits=replace(asked.limits, zones=()), effort=near)
    still = _within_limits(fixed, priced)
    before = Zoned(asked, still)
    made = design(start, asked.limits, priced, budget_left(asked), TIGHTENED[0])
    found = solve(made.model, near)
    if not (found.values or still.found):
        return Plan(asked, priced, found.state, found, zones=before)
    zoned = changed(made, found.values, priced) if found.values else ()
    plans = [still]
    if zoned:
        moved = replace(fixed, start=settled(asked.start, zoned), settled=(*asked.settled, *zoned))
        plans.append(_within_limits(moved, priced))
    best = min(plans, key=lambda plan: plan.cost if plan.found else inf)
    if not best.found:
        state = "infeasible" if found.state == "infeasible" else "nothing"
        return replace(plans[-1], asked=asked, zones=before, state=state)
    best = replace(best, asked=replace(best.asked, effort=asked.effort), zones=before)
    return _proven(best, max(found.bound, 0.0))


def _within_limits(asked: Asked, priced: Rates) -> Plan:
    """Design, pair and schedule; design again, asked for more, where that cannot be done."""
    plan = Plan(asked, priced, "nothing", Solution("nothing"))
    held, bound, apart = 0.0, inf, list[Unpaired]()
    for _ in range(_ROUNDS):
        plan = _designed(asked, priced, held, apart)
        if not plan.found:
            break
        bound = min(bound, plan.solution.bound)
        moves, left = paired(plan.actions, asked.start.tables["schools"], asked.limits)
        if left:
            apart += left
            continue
        found = scheduled(asked, priced, plan.actions, moves)
        if found.state in ("solved", "stopped") and not found.over:
            return _proven(replace(plan, moves=tuple(moves), steps=found.steps), bound)
        if not found.over:
            return replace(plan, state="nothing", judged=None, clash="schedule")
        held += _WITHHELD * sum(found.over.values())
    if not (held or apart):
        return plan
    return replace(plan, state="nothing", judged=None, clash="schedule" if held else "apart")


def _proven(plan: Plan, bound: float) -> Plan:
    """Hold a plan against the bound of the first design: what came after was asked for more."""
    plan = replace(plan, solution=replace(plan.solution, bound=bound))
    near = plan.gap <= plan.asked.effort.gap + _ROUNDED
    return replace(plan, state="solved" if near else "stopped")


def _check(asked: Asked) -> None:
    """Refuse a budget without a year of the plan, and limits on schools that are not there."""
    if asked.budget is not None:
        missing = [str(year) for year in asked.start.years if year not in asked.budget]
        if missing:
            raise WrongUse("plan.budget_missing", years=", ".join(missing))
    known = set(asked.start.tables["schools"]["school"].to_list())
    named = {*asked.limits.stay, *(school for school, _ in asked.limits.land)}
    named |= {school for pair in asked.limits.apart for school in pair}
    for school in sorted(named - known):
        raise WrongUse("plan.no_such_school_in_limits", school=school)


def _designed(asked: Asked, priced: Rates, held: float, apart: Sequence[Unpaired]) -> Plan:
    """Design the target year and judge it; should it fail, tighten the limits and design it again."""
    budget, bound = budget_left(asked, held), inf
    for tightened in TIGHTENED:
        made = design(asked.start, asked.limits, priced, budget, tightened)
        _keep_apart(made, apart)
        found = solve(made.model, asked.effort)
        bound = min(bound, found.bound)
        plan = Plan(asked, priced, found.state, replace(found, bound=bound))
        if not found.values:
            return plan
        done = actions(made, found.values)
        verdict = judged(asked.start, after(asked.start, done))
        if passes(verdict):
            return replace(plan, actions=(*done, *asked.settled), judged=verdict)
    return replace(plan, state="nothing")


def budget_left(asked: Asked, held: float = 0.0) -> Budget | None:
    """Take what is settled, and what a schedule could not fit, off the last year."""
    less = held + sum(action.once + action.yearly for action in asked.settled)
    if asked.budget is None or not less:
        return asked.budget
    last = max(asked.budget)
    return dict(asked.budget) | {last: asked.budget[last] - less}


def _keep_apart(made: Design, apart: Sequence[Unpaired]) -> None:
    """Let givers lose no more than those receive to whom they may give."""
    for one in apart:
        kept = made.limits.apart
        out = [n for n, _ in made.those("out") if n[2:] == (one.level, one.cell)]
        into = [n for n, _ in made.those("in") if n[2:] == (one.level, one.cell)]
        open_to = [n for n in into if any((g, n[1]) not in kept and g != n[1] for g in one.givers)]
        terms = {made.at[n]: 1.0 for n in out if n[1] in one.givers}
        terms |= {made.at[n]: -1.0 for n in open_to}
        made.model.row("apart", terms, high=0.0)


def scheduled(
    asked: Asked, priced: Rates, done: Sequence[Action], moves: Sequence[Move]
) -> Schedule:
    """Spread actions over the years: each building at once where that can be, else in phases."""
    found = Schedule((), {}, "nothing")
    for phased in (False, True):
        timed = schedule_model(asked.start, asked.limits, (done, moves), priced, phased=phased)
        with_rotation(timed, least_moves(asked.start, asked.limits))
        over = with_money(timed, asked.budget)
        seconds = asked.effort.seconds if phased else min(_AT_ONCE, asked.effort.seconds)
        effort = Effort(seconds, _EVEN, ("quick", "highs"))
        found = read_schedule(timed, solve(timed.model, effort), over)
        if found.state in ("solved", "stopped") and not found.over:
            break
    return found


def years_after(plan: Plan) -> dict[int, dict[str, pl.DataFrame]]:
    """Give the tables as they stand in each year, with what is complete by then."""
    start = plan.asked.start
    found = {}
    for year in start.years:
        done = [step for step in plan.steps if step.complete <= year]
        gone = [replace(s.action, kind="out", school=s.move.from_school) for s in done if s.move]
        found[year] = after(start, [*(step.action for step in done), *gone])
    return found
