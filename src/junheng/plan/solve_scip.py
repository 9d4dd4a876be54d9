"""Solve a model with SCIP: cones as they are, whole numbers as they are.

Heuristics that hand continuous subproblems to a nonlinear solver are off: with them SCIP 10 broke
off with heap errors on problems like these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import pyscipopt as scip

from junheng.plan.model import Cone, Model, Solution

_OFF = ("subnlp", "mpec", "multistart", "nlpdiving", "undercover")
_SEED = 2017
_BETTER = scip.scip.PY_SCIP_EVENTTYPE.BESTSOLFOUND
Report = Callable[[Sequence[float], float, float], None]
"""Told (values, cost, seconds) of each better solution as it is found."""


class _Better(scip.Eventhdlr):
    def __init__(self, columns: list[Any], report: Report) -> None:
        self.columns, self.report, self.first = columns, report, -1.0

    def eventinit(self) -> None:
        self.model.catchEvent(_BETTER, self)

    def eventexec(self, _: object) -> None:
        best, seconds = self.model.getBestSol(), self.model.getSolvingTime()
        self.first = seconds if self.first < 0 else self.first
        self.report([best[c] for c in self.columns], self.model.getSolObjVal(best), seconds)


def solve(
    model: Model, ends: tuple[float, float], report: Report, start: Sequence[float] = ()
) -> Solution:
    """Find the cheapest solution; `ends` are the seconds there are, and the gap that will do.

    `report` is told of each better solution, so that it survives whatever happens to the solver.
    """
    made, columns = _build(model)
    made.setParam("limits/time", ends[0])
    made.setParam("limits/gap", ends[1])
    if start:
        _start(made, columns, start)
    watch = _Better(columns, report)
    made.includeEventhdlr(watch, "better", "reports better solutions")
    made.optimize()
    return _read(made, columns, None if watch.first < 0 else watch.first)


def _read(made: Any, columns: list[Any], first: float | None) -> Solution:
    name, seconds = f"SCIP {made.version()}", made.getSolvingTime()
    if not made.getNSols():
        state = "infeasible" if made.getStatus() == "infeasible" else "nothing"
        return Solution(state, solver=name, seconds=seconds)
    best, bound = made.getBestSol(), made.getDualbound()
    return Solution(
        "solved" if made.getStatus() in ("optimal", "gaplimit") else "stopped",
        tuple(best[c] for c in columns),
        made.getSolObjVal(best),
        bound if abs(bound) < made.infinity() else -inf,
        name,
        seconds,
        first,
    )


def _start(made: Any, columns: list[Any], start: Sequence[float]) -> None:
    """Offer a solution of the columns; SCIP works out the rest of it, and drops it if it is none."""
    partial = made.createPartialSol()
    for column, value in zip(columns, start, strict=True):
        made.setSolVal(partial, column, value)
    made.addSol(partial)


def _build(model: Model) -> tuple[Any, list[Any]]:
    made = scip.Model()
    made.hideOutput()
    made.setParam("randomization/randomseedshift", _SEED)
    for name in _OFF:
        made.setParam(f"heuristics/{name}/freq", -1)
    columns = [
        made.addVar(vtype="I" if whole else "C", lb=low, ub=None if high == inf else high, obj=cost)
        for cost, low, high, whole in zip(
            model.costs, model.lows, model.highs, model.wholes, strict=True
        )
    ]
    for row in model.rows:
        total = scip.quicksum(by * columns[at] for at, by in row.terms.items())
        if row.low == row.high:
            made.addCons(total == row.low)
        else:
            if row.low > -inf:
                made.addCons(total >= row.low)
            if row.high < inf:
                made.addCons(total <= row.high)
    for cone in model.cones:
        _add_cone(made, columns, cone)
    return made, columns


def _add_cone(made: Any, columns: list[Any], cone: Cone) -> None:
    """Add Σ w v² ≤ (1 + c²)·mean², which is CV ≤ c; each changing value is a column of its own."""
    mean = made.addVar(lb=0.0, ub=None)
    values: list[Any] = []
    fixed = 0.0
    for weight, constant, terms in zip(cone.weights, cone.constants, cone.terms, strict=True):
        if not terms:
            fixed += weight * constant**2
            values.append(constant)
            continue
        value = made.addVar(lb=0.0, ub=None)
        made.addCons(
            value == constant + scip.quicksum(by * columns[at] for at, by in terms.items())
        )
        values.append(value)
    weighed = scip.quicksum(w * v for w, v in zip(cone.weights, values, strict=True))
    made.addCons(mean == weighed)
    squares = scip.quicksum(
        w * v * v for w, v, t in zip(cone.weights, values, cone.terms, strict=True) if t
    )
    made.addCons(squares + fixed <= (1 + cone.limit**2) * mean * mean)
