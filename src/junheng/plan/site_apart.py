"""Hand a siting problem to a process of its own and read its answer back.

Beside `solve`, because a problem here is arrays of a hundred thousand links, is solved again and
again from where it stood, and starts from a good answer; a `Model` knows none of that.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from junheng.errors import Problem
from junheng.plan.site_core import Core, Found, Numbers
from junheng.plan.site_outcome import ANSWER, KINDS, PROBLEM, Conflict, Effort, Outcome
from junheng.plan.solve import need_solvers

Progress = Callable[[float], None]
"""Told the seconds gone."""
_TICK = 0.02
_GRACE, _CALLS = 30.0, 12
"""The child may take this much longer, and as many times its seconds where it has to explain."""


class SolverBroke(Problem):
    """The process of the solver ended without an answer."""


@dataclass(frozen=True, eq=False)
class Solved:
    """What the process found, and why nothing fits where nothing does."""

    outcome: Outcome
    conflict: Conflict | None
    seconds: float


def solve_apart(
    core: Core, far: Numbers, effort: Effort, progress: Progress | None = None
) -> Solved:
    """Solve in a child process. `far` (n × m): each way in the unit of the limit of reach.

    Raises WrongUse where the solvers are not installed, SolverBroke where the process breaks off.
    """
    need_solvers()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="junheng-") as name:
        folder = Path(name)
        _hand_over(core, far, effort, folder / PROBLEM)
        command = [sys.executable, "-m", "junheng.plan.solve_site_child", name]
        child = subprocess.Popen(  # noqa: S603  # our own module
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(child, began, effort, progress)
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        if child.returncode or not (folder / ANSWER).exists():
            raise SolverBroke("site.solver_broke", status=child.returncode)
        with np.load(folder / ANSWER) as told:
            return _read(core, dict(told), time.monotonic() - began)


def _hand_over(core: Core, far: Numbers, effort: Effort, path: Path) -> None:
    parts = {each.name: np.asarray(getattr(core, each.name)) for each in fields(Core)}
    np.savez(path, far=far, seconds=effort.seconds, gap=effort.gap, **parts)  # type: ignore[arg-type]  # arrays by name


def _wait(
    child: subprocess.Popen[bytes], began: float, effort: Effort, progress: Progress | None
) -> None:
    told = 0.0
    while child.poll() is None:
        gone = time.monotonic() - began
        if gone > effort.seconds * _CALLS + _GRACE:
            return
        if progress and gone - told >= 1:
            told = gone
            progress(gone)
        time.sleep(_TICK)


def _read(core: Core, told: dict[str, Any], seconds: float) -> Solved:
    best = None
    if "share" in told:
        share, is_open = told["share"], told["is_open"]
        best = Found(core.cost(share, is_open), share, is_open)
    names = (each.name for each in fields(Outcome) if each.name != "best")
    outcome = Outcome(best=best, **{name: told[name].item() for name in names})
    return Solved(outcome, _conflict(told) if "kinds" in told else None, seconds)


def _conflict(told: dict[str, Any]) -> Conflict:
    relaxed = {
        kind: Found(told[f"cost:{kind}"].item(), told[f"share:{kind}"], told[f"is_open:{kind}"])
        for kind in KINDS
        if f"share:{kind}" in told
    }
    reach = told["reach"].item()
    return Conflict(
        tuple(str(kind) for kind in told["kinds"]),
        bool(told["more"]),
        told["unserved"],
        bool(told["unserved_proved"]),
        relaxed,
        None if np.isnan(reach) else reach,
    )
