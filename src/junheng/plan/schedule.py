"""When each thing is done: within each year's budget, in time to be complete, without jumps.

The design says what must have been done by the target year; here it is spread over the years. What is
counted as cost does not depend on the year (docs/decisions/0051), so the schedule never makes a
plan dearer; it keeps the dearest year as cheap as it can be, and then does things early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

from junheng.plan.actions import Action
from junheng.plan.design import MONEY
from junheng.plan.limits import Budget, Limits
from junheng.plan.model import Model, Solution
from junheng.plan.pairing import Move
from junheng.plan.people import BACKBONE, stock
from junheng.plan.rates import MOVE, Rate, Rates, is_whole, step
from junheng.plan.start import Start

_OVER = 100.0
"""What a 10,000 yuan over a budget costs a schedule, beside 1 for the dearest year."""
_LATE = 1e-3
_DUST = 1e-4
_THINGS = ("buy", "open")
_WHOLE = ("swap", "open")
"""Kinds of actions that come in whole numbers, whatever their column."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is begun and paid for in one year."""

    year: int
    action: Action
    move: Move | None = None
    """Who moves, of a move between two schools."""

    @property
    def complete(self) -> int:
        """The year in which it counts."""
        return self.year + self.action.lead


@dataclass(frozen=True, slots=True)
class Schedule:
    """All steps, or by how much each year's budget would be overrun at least."""

    steps: tuple[Step, ...]
    over: Mapping[int, float]
    """Year to yuan; empty where every budget is kept."""
    state: str


@dataclass(slots=True)
class _Timed:
    """The model of a schedule: what can be begun when."""

    start: Start
    limits: Limits
    model: Model
    spent: dict[int, dict[int, float]]
    """Year to columns and their 10,000 yuan in it."""
    columns: list[tuple[int, int, Action, Move | None, float]]
    """Column, year, what, who, size of a step."""

    def add(self, action: Action, steps: float, move: Move | None = None) -> None:
        """Add a column for each year in which something can be begun."""
        years = [y for y in self.start.years if y + action.lead <= self.start.target]
        size = action.amount / steps
        terms: dict[int, float] = {}
        for year in years:
            whole = steps == 1 or move is not None or action.kind in _WHOLE or is_whole(action.cell)
            at = self.model.column((str(year),), 0.0, steps, whole=whole)
            terms[at] = 1.0
            self.columns.append((at, year, action, move, size))
            for later in self.start.years:
                yuan = action.yearly / steps if later >= year else 0.0
                yuan += action.once / steps if later == year else 0.0
                if yuan:
                    self.spent[later][at] = yuan / MONEY
        self.model.row("all", terms, steps, steps)


def schedule_model(
    start: Start,
    limits: Limits,
    doing: tuple[Sequence[Action], Sequence[Move]],
    rates: Rates,
    *,
    phased: bool,
) -> _Timed:
    """Make the model that spreads actions and moves over the years.

    `phased`: whether what is built or bought at a school may be parted over several years.
    """
    done, moves = doing
    timed = _Timed(start, limits, Model(), {year: {} for year in start.years}, [])
    for action in done:
        if action.kind not in ("in", "out"):
            size = step(action.cell) if action.kind == "buy" else 1.0
            whole = action.kind == "zone" or (action.kind in _THINGS and not phased)
            timed.add(action, 1.0 if whole else action.amount / size)
    for move in moves:
        timed.add(moving(move, rates[MOVE]), float(move.persons), move)
    _leaving(timed)
    return timed


def moving(move: Move, rate: Rate) -> Action:
    """Give a move as an action at the school that gains."""
    n = float(move.persons)
    return Action("in", move.to_school, move.level, move.cell, n, rate.once * n, rate.yearly * n,
                  rate.counted * n, 0)  # fmt: skip


def _leaving(timed: _Timed) -> None:
    """Let no section lose more of a kind in a year than it may."""
    counts = {s.key: s.counts for s in timed.start.sections}
    terms: dict[tuple[str, str, str, int], dict[int, float]] = {}
    for at, year, _, move, _ in timed.columns:
        if move:
            key = (move.from_school, move.level, move.cell, year)
            terms.setdefault(key, {})[at] = 1.0
    for (school, level, cell, _), row in terms.items():
        have = stock(cell, counts[school, level])
        timed.model.row("moves", row, high=max(1, floor(timed.limits.share_a_year * have)))


def with_rotation(timed: _Timed, least: int | None) -> None:
    """Move as many as the rule asks in every year."""
    share = timed.start.rotation[1]
    for year in timed.start.years if least else ():
        moved = {at: action for at, when, action, _, _ in timed.columns
                 if when == year and action.kind in ("in", "swap")}  # fmt: skip
        timed.model.row("rotation", dict.fromkeys(moved, 1.0), low=float(least or 0))
        terms = {at: (a.cell == BACKBONE) - share for at, a in moved.items()}
        timed.model.row("rotation", terms, low=0.0)


def with_money(timed: _Timed, budget: Budget | None) -> dict[int, int]:
    """Keep within the budgets, at a penalty over them; keep the dearest year cheap, and be early.

    Gives the column of each year's overrun.
    """
    model, over = timed.model, dict[int, int]()
    peak = model.column(("peak",), 1.0, whole=False)
    for year, terms in timed.spent.items():
        model.row("peak", terms | {peak: -1.0}, high=0.0)
        if budget is not None:
            over[year] = model.column(("over", str(year)), _OVER, whole=False)
            model.row("budget", terms | {over[year]: -1.0}, high=budget[year] / MONEY)
    first = timed.start.years[0]
    for at, year, action, _, size in timed.columns:
        yuan = (action.counted / max(action.amount, 1.0)) * size / MONEY
        model.costs[at] += _LATE * (year - first) * max(yuan, _LATE)
    return over


def read_schedule(timed: _Timed, found: Solution, over: Mapping[int, int]) -> Schedule:
    """Read the steps off a solution; what need not be whole is rounded so that its sum stays."""
    if not found.values:
        return Schedule((), {}, found.state)
    steps = list[Step]()
    for at, year, action, move, size in timed.columns:
        exact = found.values[at]
        n = float(round(exact)) if timed.model.wholes[at] else exact
        if n > _DUST:
            done = part_of(action, n * size)
            steps.append(Step(year, done, move and replace(move, persons=int(n))))
    overrun = {
        year: found.values[at] * MONEY for year, at in over.items() if found.values[at] > _LATE
    }
    return Schedule(tuple(steps), overrun, found.state)


def part_of(action: Action, amount: float) -> Action:
    """Give a part of an action, with its part of the money."""
    part = amount / action.amount if action.amount else 0.0
    return replace(
        action, amount=amount, once=action.once * part, yearly=action.yearly * part,
        counted=action.counted * part,
    )  # fmt: skip


def spending(steps: Sequence[Step], years: Sequence[int]) -> dict[int, float]:
    """Give the yuan of each year: what is begun in it, and what goes on from the years before."""
    return {
        year: sum(s.action.once for s in steps if s.year == year)
        + sum(s.action.yearly for s in steps if s.year <= year)
        for year in years
    }
