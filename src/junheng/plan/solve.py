"""Hand a model to a solver in a process of its own; where that breaks off, to the other one."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from junheng.errors import WrongUse
from junheng.plan import solve_worker
from junheng.plan.model import Model, Solution
from junheng.plan.solve_child import ANSWER, BEST, MODEL, START, get, put

Solver = Literal["quick", "highs", "scip"]
Progress = Callable[[float, float | None], None]
"""Told the seconds gone, and the cost of the best solution so far; None while there is none."""
_NAMES = {"quick": "HiGHS", "highs": "HiGHS", "scip": "SCIP"}
_GRACE = 1.25
"""A solver may take this many times its time, and `_LATE` seconds, before it is stopped."""
_LATE = 15.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, and how good is good enough."""

    seconds: float = 60.0
    gap: float = 0.005
    """Stop once (cost − bound) ÷ cost is at most this."""
    solvers: tuple[Solver, ...] = ("quick", "scip", "highs")
    """Asked in turn: the next one only where the one before left the gap open or broke off."""
    progress: Progress | None = None


def solve(model: Model, effort: Effort | None = None) -> Solution:
    """Find the cheapest solution of a model.

    HiGHS gives a bound and a rounded solution within moments; where they are too far apart, SCIP
    goes on from there; where SCIP breaks off, HiGHS searches the whole problem. The best solution
    and the best bound of all are kept, and `fallback` says who broke off and how.

    Raises WrongUse when the solvers are not installed.
    """
    need_solvers()
    effort = effort or Effort()
    began, best, broke = time.monotonic(), Solution("nothing"), []
    for solver in effort.solvers:
        left = max(1.0, effort.seconds - (time.monotonic() - began))
        found, why = _run(model, solver, replace(effort, seconds=left), best)
        broke += [why] if why else []
        best = _better(best, found)
        gone = time.monotonic() - began
        if best.state in ("solved", "infeasible") or (gone >= effort.seconds and not why):
            break
        if solver == "scip" and not why:
            break
    return replace(best, seconds=time.monotonic() - began, fallback="; ".join(broke))


def _better(best: Solution, found: Solution) -> Solution:
    """Give the cheaper of two solutions with the better bound of the two."""
    bound = max(best.bound, found.bound)
    names = best.solver if found.solver in best.solver else f"{best.solver} + {found.solver}"
    solver = names if best.solver else found.solver
    if best.values and (not found.values or best.cost <= found.cost):
        state = "solved" if found.state == "solved" else "stopped"
        return replace(best, bound=bound, solver=solver, state=state)
    first = found.first_seconds if best.first_seconds is None else best.first_seconds
    return replace(found, bound=bound, solver=solver, first_seconds=first)


def need_solvers() -> None:
    """Raise WrongUse, naming the extra, when the solvers are not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("highspy", "pyscipopt", "numpy")):
        raise WrongUse("plan.no_solver")


def _run(model: Model, solver: Solver, effort: Effort, start: Solution) -> tuple[Solution, str]:
    """Give what a solver found, and how it broke off ("" where it did not)."""
    worker = solve_worker.Worker() if solver == "scip" else solve_worker.take()
    with tempfile.TemporaryDirectory(prefix="junheng-") as name:
        folder = Path(name)
        (folder / MODEL).write_text(json.dumps(model.as_data()), "utf-8")
        if start.values:
            put(start, folder / START)
        worker.begin({"solver": solver, "ends": [effort.seconds, effort.gap], "folder": name})
        most = effort.seconds * _GRACE + _LATE
        try:
            ended = worker.work(folder / ANSWER, most, _teller(folder, effort))
        except BaseException:
            worker.end()
            raise
        if solver == "scip" or ended is not None:
            worker.end()
        else:
            solve_worker.give_back(worker)
        return _outcome(ended, folder, solver)


def _teller(folder: Path, effort: Effort) -> Callable[[float], None]:
    """Give what tells of progress once a second."""
    seconds = 0

    def told(gone: float) -> None:
        nonlocal seconds
        if effort.progress and int(gone) > seconds:
            seconds = int(gone)
            best = get(folder / BEST) if (folder / BEST).exists() else None
            effort.progress(gone, best.cost if best else None)

    return told


def _outcome(ended: int | None, folder: Path, solver: Solver) -> tuple[Solution, str]:
    if ended is None:
        return get(folder / ANSWER), ""
    why = f"{_NAMES[solver]} ({ended})"
    if (folder / BEST).exists():
        return get(folder / BEST), why
    return Solution("nothing", solver=_NAMES[solver]), why
