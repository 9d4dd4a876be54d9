"""Solve a model with HiGHS; cones by cuts, a few for each school, until none is broken.

A cone Σ w (v − m)² ≤ c² m², m = Σ w v, is taken apart into t_i ≥ (v_i − m)² ÷ m and Σ w t ≤ c² m. For any
ratio r, (v − m)² ÷ m ≥ 2r(v − m) − r² m, which is a row of a few columns; rows at the ratios of the
solutions found are enough. A cone is taken in only once a solution breaks it.

First everything may be a fraction: that gives a bound. Then what came out whole is held, and the
rest made whole: that gives a solution, mostly within a hair of the bound. Where it is not, the
whole problem is searched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import highspy
import numpy as np

from junheng.plan.model import Model, Solution
from junheng.plan.solve_cuts import Cut, Spread, cut, ratios

Report = Callable[[Sequence[float], float, float], None]
_NEAR = 1e-7
"""A coefficient of variation this near to its limit, relatively, is within it."""
_ROUGH = 1e-3
"""So near is enough for a bound, which holds whatever cuts are still missing."""
_TIGHTER = 3e-4
"""Solutions are sought within limits tighter by this, relatively, so that a few rounds of cuts do."""
_NEARLY = 1e-4
_HALF = 0.5 + 1e-7
_WHOLE = 1e-6
_START = (-0.8, -0.4, 0.0, 0.4, 0.8)
_SEED = 2017


def solve(
    model: Model, ends: tuple[float, float], report: Report, *, quick: bool = False
) -> Solution:
    """Find the cheapest solution; `ends` are the seconds there are, and the gap that will do.

    `quick`: a bound and a solution rounded from it; the whole problem is not searched.
    """
    seconds, gap = ends
    return _Search(model, seconds, report).run(gap, quick=quick)


class _Search:
    """One model in HiGHS, with the cuts found so far: they hold in every step."""

    def __init__(self, model: Model, seconds: float, report: Report) -> None:
        self.model, self.report = model, report
        self.began, self.seconds = time.monotonic(), seconds
        self.spreads: dict[int, Spread] = {}
        self.tighter = 0.0
        self.highs = _made(model)
        self.whole = np.flatnonzero(model.wholes).astype(np.int32)

    def run(self, gap: float, *, quick: bool) -> Solution:
        """Bound, round, and search where need be."""
        relaxed = self._without_broken_cones(_ROUGH if len(self.whole) else _NEAR)
        if not len(self.whole) or not relaxed.values:
            return relaxed
        bound = relaxed.bound if relaxed.state == "solved" else -inf
        best = replace(self._rounded(gap), bound=bound)
        if not (best.values and best.gap <= gap) and not quick:
            best = self._searched(best, gap)
        enough = best.values and best.gap <= gap
        unfound = "infeasible" if best.state == "infeasible" and not quick else "nothing"
        state = "solved" if enough else "stopped" if best.values else unfound
        return replace(best, state=state, seconds=time.monotonic() - self.began)

    def _rounded(self, gap: float) -> Solution:
        """Round the choices, then look for whole numbers near to what is left; further off if need be."""
        self._tighten(_TIGHTER)
        best = self._without_broken_cones(_NEARLY)
        if best.values:
            found = np.array(best.values)
            choices = [at for at in self.whole if self.model.highs[at] == 1]
            self._hold(choices, np.floor(found[choices] + _HALF))
            held = self._without_broken_cones(_NEARLY)
            if held.values:
                best = held
            else:
                self._let_go()
        if best.values:
            found = np.array(best.values)
            self._make_whole(highspy.HighsVarType.kInteger)
            self.highs.setOptionValue("mip_rel_gap", gap / 2)
            for off in (0.0, 1.0, 5.0):
                self._keep_near(found, off)
                best = self._without_broken_cones(0.0)
                if best.values:
                    break
        self._let_go()
        return best if self._is_whole(best) else Solution("nothing", solver=_name())

    def _keep_near(self, found: Any, off: float) -> None:
        """Keep whole columns near their values: those that are choices where they are held."""
        at = self.whole
        free = np.array([self.model.highs[c] != 1 for c in at])
        lows = np.floor(found[at] + _WHOLE) - off * free
        highs = np.ceil(found[at] - _WHOLE) + off * free
        limits = np.array([_bound(self.model.highs[c]) for c in at])
        self.highs.changeColsBounds(len(at), at, np.maximum(lows, 0), np.minimum(highs, limits))

    def _searched(self, best: Solution, gap: float) -> Solution:
        """Search the whole problem: its bound rises, and its solutions are mended to keep the cones."""
        while time.monotonic() - self.began < self.seconds:
            self._tighten(0.0)
            self._make_whole(highspy.HighsVarType.kInteger)
            self.highs.setOptionValue("mip_rel_gap", gap / 2)
            found = self._once()
            bound = max(best.bound, found.bound)
            if not found.values:
                return replace(best if best.values else found, bound=bound)
            broken = self._broken(found, _NEAR)
            if broken:
                for at in broken:
                    self._cut_off(at, found)
                mended = self._mended(found)
            better = found if not broken else mended
            if better.values and better.cost < best.cost:
                self.report(better.values, better.cost, better.seconds)
                best = replace(better, first_seconds=best.first_seconds or better.seconds)
            best = replace(best, bound=bound)
            if not broken or (best.values and best.gap <= gap):
                break
        return best

    def _mended(self, found: Solution) -> Solution:
        """Hold everything whole, and change the rest until no cone is broken."""
        self._tighten(_TIGHTER)
        self._make_whole(highspy.HighsVarType.kContinuous)
        self._hold(self.whole, np.round(np.array(found.values)[self.whole]))
        mended = self._without_broken_cones(0.0)
        self._let_go()
        return mended

    def _hold(self, columns: Any, values: Any) -> None:
        at = np.array(columns, dtype=np.int32)
        self.highs.changeColsBounds(len(at), at, values, values)

    def _let_go(self) -> None:
        n = len(self.model.costs)
        lows, highs = np.array(self.model.lows), np.array([_bound(h) for h in self.model.highs])
        self.highs.changeColsBounds(n, np.arange(n, dtype=np.int32), lows, highs)

    def _make_whole(self, kind: highspy.HighsVarType) -> None:
        kinds = np.full(len(self.whole), int(kind), dtype=np.uint8)
        self.highs.changeColsIntegrality(len(self.whole), self.whole, kinds)

    def _tighten(self, by: float) -> None:
        self.tighter = by
        for spread in self.spreads.values():
            self.highs.changeCoeff(spread.row, spread.mean, -spread.most(by))

    def _without_broken_cones(self, near: float) -> Solution:
        """Solve, cut off what breaks a cone, until nothing does or time is up."""
        bound = -inf
        while time.monotonic() - self.began < self.seconds:
            found = self._once()
            bound = max(bound, found.bound)
            broken = self._broken(found, near)
            if not found.values or not broken:
                if self._is_whole(found):
                    self.report(found.values, found.cost, found.seconds)
                return found
            for at in broken:
                self._cut_off(at, found)
        return Solution("nothing", bound=bound, solver=_name(), seconds=self.seconds)

    def _broken(self, found: Solution, near: float) -> list[int]:
        return [
            at
            for at, cone in enumerate(self.model.cones)
            if found.values and cone.cv(found.values) > cone.limit * (1 + near)
        ]

    def _once(self) -> Solution:
        left = self.seconds - (time.monotonic() - self.began)
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(left, 0.01))
        self.highs.run()
        return self._read()

    def _is_whole(self, found: Solution) -> bool:
        if not found.values:
            return False
        values = np.array(found.values)[self.whole]
        return bool(np.all(np.abs(values - np.round(values)) <= _WHOLE))

    def _cut_off(self, at: int, found: Solution) -> None:
        cone = self.model.cones[at]
        if at in self.spreads:
            all_values = self.highs.getSolution().col_value
            _add(self.highs, self.spreads[at].cuts(ratios(cone, found.values), all_values))
            return
        spread = self.spreads[at] = Spread(cone, self.highs.getNumCol())
        n = len(cone.weights) + 1
        self.highs.addVars(n, np.zeros(n), np.full(n, highspy.kHighsInf))
        _add(self.highs, spread.rows())
        spread.row = self.highs.getNumRow() - 1
        for ratio in _START:
            _add(self.highs, spread.cuts([ratio] * (n - 1)))
        _add(self.highs, spread.cuts(ratios(cone, found.values)))
        self._tighten(self.tighter)

    def _read(self) -> Solution:
        made, model = self.highs, self.model
        status, info = made.getModelStatus(), made.getInfo()
        seconds = time.monotonic() - self.began
        if status in (highspy.HighsModelStatus.kInfeasible,
                      highspy.HighsModelStatus.kUnboundedOrInfeasible):  # fmt: skip
            return Solution("infeasible", solver=_name(), seconds=seconds)
        optimal = status in (highspy.HighsModelStatus.kOptimal,
                             highspy.HighsModelStatus.kObjectiveTarget)  # fmt: skip
        as_mip = info.mip_node_count >= 0
        bound = info.mip_dual_bound if as_mip else info.objective_function_value
        bound = bound if as_mip or optimal else -inf
        if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            return Solution("nothing", bound=bound, solver=_name(), seconds=seconds)
        found = made.getSolution()
        duals = tuple(found.row_dual[: len(model.rows)]) if optimal and not len(self.whole) else ()
        return Solution(
            "solved" if optimal else "stopped", tuple(found.col_value[: len(model.costs)]),
            info.objective_function_value, bound, _name(), seconds, seconds, duals,
        )  # fmt: skip


def _name() -> str:
    made: Any = highspy.Highs
    return f"HiGHS {made().version()}"


def _bound(high: float) -> float:
    return highspy.kHighsInf if high == inf else high


def _made(model: Model) -> Any:
    fresh: Any = highspy.Highs
    made = fresh()
    made.setOptionValue("output_flag", False)  # noqa: FBT003  # HiGHS's signature
    made.setOptionValue("random_seed", _SEED)
    made.setOptionValue("mip_feasibility_tolerance", _WHOLE / 10)
    n = len(model.costs)
    made.addVars(n, np.array(model.lows), np.array([_bound(high) for high in model.highs]))
    made.changeColsCost(n, np.arange(n, dtype=np.int32), np.array(model.costs))
    _add(made, [cut(row.terms, row.low, row.high) for row in model.rows])
    return made


def _add(made: Any, cuts: list[Cut]) -> None:
    if not cuts:
        return
    starts = np.cumsum([0, *(len(columns) for columns, *_ in cuts)])[:-1].astype(np.int32)
    columns = np.array([at for cut in cuts for at in cut[0]], dtype=np.int32)
    values = np.array([by for cut in cuts for by in cut[1]], dtype=float)
    lows = np.array([-highspy.kHighsInf if low == -inf else low for _, _, low, _ in cuts])
    highs = np.array([_bound(high) for *_, high in cuts])
    made.addRows(len(cuts), lows, highs, len(values), starts, columns, values)
