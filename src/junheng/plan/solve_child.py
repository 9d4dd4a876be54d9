"""Solve a model in a process of its own, so that a solver that breaks off takes nothing with it.

Usage: python -m junheng.plan.solve_child, then on its standard input lines of JSON: solver, ends (the
seconds there are, and the gap that will do), folder.

Reads FOLDER/model.json and, if there is one, a solution to start from, FOLDER/start.json; writes each
better solution to FOLDER/best.json as it is found, whole, and the answer to FOLDER/answer.json. SOLVER is
quick (HiGHS: a bound, and a solution rounded from it), highs or scip (the whole problem).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from math import inf
from pathlib import Path

from junheng.plan.model import Solution, from_data

ANSWER, BEST, MODEL, START = "answer.json", "best.json", "model.json", "start.json"


def main(solver: str, ends: tuple[float, float], folder: Path) -> None:
    """Solve one job, and write what was found."""
    model = from_data(json.loads((folder / MODEL).read_text("utf-8")))
    first: list[float] = []

    def report(values: Sequence[float], cost: float, at: float) -> None:
        first.append(at)
        best = Solution("stopped", tuple(values), cost, -inf, solver, at, first[0])
        put(best, folder / BEST)

    if solver == "scip":
        from junheng.plan.solve_scip import solve as search

        start = get(folder / START).values if (folder / START).exists() else ()
        put(search(model, ends, report, start), folder / ANSWER)
    else:
        from junheng.plan.solve_highs import solve

        put(solve(model, ends, report, quick=solver == "quick"), folder / ANSWER)


def put(found: Solution, path: Path) -> None:
    """Write a solution beside its place, then put it there, so that it is never half there."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(found)), "utf-8")
    draft.replace(path)


def get(path: Path) -> Solution:
    """Read a solution back."""
    read = Solution(**json.loads(path.read_text("utf-8")))
    return replace(read, values=tuple(read.values), duals=tuple(read.duals))


def serve() -> None:
    """Take job after job from standard input, a line of JSON each, until it is closed."""
    for line in sys.stdin:
        job = json.loads(line)
        main(job["solver"], tuple(job["ends"]), Path(job["folder"]))


if __name__ == "__main__":
    serve()
