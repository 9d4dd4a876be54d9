"""Solve a siting problem in a process of its own, so that a solver that breaks off takes nothing with it.

Usage: python -m junheng.plan.solve_site_child FOLDER

Reads FOLDER/problem.npz; writes FOLDER/answer.npz whole, or why there is none.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from junheng.plan.site_branch import solve
from junheng.plan.site_conflict import conflict
from junheng.plan.site_core import Core
from junheng.plan.site_outcome import ANSWER, PROBLEM, Conflict, Effort, Outcome


def main(folder: Path) -> int:
    """Solve, write, give the exit status."""
    with np.load(folder / PROBLEM) as given:
        core = Core(**{each.name: _plain(given[each.name]) for each in fields(Core)})
        effort = Effort(float(given["seconds"]), float(given["gap"]))
        far = given["far"]
    outcome = solve(core, effort)
    told = _told(outcome)
    if outcome.impossible and (why := conflict(core, far, effort)):
        told |= _why(why)
    draft = folder / "draft.npz"
    np.savez(draft, **told)
    draft.replace(folder / ANSWER)
    return 0


def _plain(value: Any) -> Any:
    return value.item() if value.ndim == 0 else value


def _told(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {
        each.name: np.array(getattr(outcome, each.name))
        for each in fields(Outcome)
        if each.name != "best"
    }
    if outcome.best is not None:
        told |= {"share": outcome.best.share, "is_open": outcome.best.is_open}
    return told


def _why(why: Conflict) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kinds": np.array(why.kinds),
        "more": np.array(why.more),
        "unserved": why.unserved,
        "unserved_proved": np.array(why.unserved_proved),
        "reach": np.array(np.nan if why.reach is None else why.reach),
    }
    for kind, nearest in why.relaxed.items():
        told |= {f"share:{kind}": nearest.share, f"is_open:{kind}": nearest.is_open}
        told[f"cost:{kind}"] = np.array(nearest.cost)
    return told


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
