"""Siting: 1,276 settlements × 50 sites, choose 38; junheng, HiGHS on the pruned model, spopt with CBC.

The size is that of a published county study (孔云峰, 王震 2012, 地球信息科学 14(3):299). Places are thrown,
so the data is synthetic. Every run is a fresh process from reading the problem to the answer.

Usage: python -m bench.site [--times N] [--seconds S] [--spopt PYTHON]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

OUT = Path("out/bench")
SETTLEMENTS, SITES, MOST = 1276, 50, 38
NEAREST = 12
Run = dict[str, Any]


def thrown(seed: int, *, sized: bool) -> Path:
    """Throw a problem and write it down."""
    dice = np.random.default_rng(seed)
    at, to = dice.uniform(0, 40, (SETTLEMENTS, 2)), dice.uniform(0, 40, (SITES, 2))
    pupils = np.maximum(1, np.round(dice.lognormal(3, 0.7, SETTLEMENTS)))
    km = 1.3 * np.hypot(*np.moveaxis(at[:, None, :] - to[None, :, :], 2, 0))
    capacity = np.full(SITES, np.inf)
    if sized:
        capacity = np.round(dice.uniform(0.6, 1.4, SITES) * pupils.sum() / MOST * 1.15)
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"site-{seed}-{'sized' if sized else 'plain'}.npz"
    np.savez(path, km=km, pupils=pupils, capacity=capacity, most=MOST)
    return path


def core(problem: Path) -> Any:
    """Put a problem into the numbers that junheng works on."""
    from junheng.plan.site_core import Core

    with np.load(problem) as given:
        km, pupils, capacity = given["km"], given["pupils"], given["capacity"]
    none = np.zeros(len(capacity))
    return Core(pupils[:, None] * km, pupils, none, none.astype(bool), none, capacity, capacity,
                none, MOST, whole=True)  # fmt: skip


def ours(problem: Path, seconds: float) -> Run:
    """Solve as `junheng site` does, child process and all."""
    from junheng.plan.site_apart import solve_apart
    from junheng.plan.site_outcome import Effort

    asked = core(problem)
    found = solve_apart(asked, asked.link / asked.pupils[:, None], Effort(seconds, 1e-4))
    best = found.outcome.best
    gap = (best.cost - found.outcome.bound) / best.cost if best else np.inf
    return {"cost": best.cost if best else None, "proved": bool(gap <= 1e-4)}


def highs(problem: Path, seconds: float) -> Run:
    """Solve the model of the nearest sites at one go: what it leaves out is not proved useless."""
    from junheng.plan.solve_site import in_whole_numbers

    asked = core(problem)
    rank = asked.link.argsort(axis=1).argsort(axis=1)
    found = in_whole_numbers(asked, rank < NEAREST, None, seconds, 1e-4)
    share, is_open = found.share, found.is_open
    cost = None if share is None or is_open is None else asked.cost(share, is_open)
    return {"cost": cost, "proved": found.state == "solved"}


def fresh(task: str, problem: Path, asked: argparse.Namespace) -> Run:
    """Run one task in a process of its own, timed from outside."""
    here = [sys.executable, "-m", "bench.site", "--task", task, "--problem", str(problem)]
    there = [asked.spopt, str(Path(__file__).with_name("site_spopt.py")), str(problem)]
    command = (
        [*there, str(asked.seconds)]
        if task == "spopt"
        else [*here, "--seconds", str(asked.seconds)]
    )
    began, before = time.perf_counter(), _processor()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Run = json.loads(done.stdout.splitlines()[-1])
    return found | {"seconds": time.perf_counter() - began, "processor": _processor() - before}


def _processor() -> float:
    """Give the processor seconds of all children so far: what a busy machine does not change much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(problem: Path, tasks: list[str], asked: argparse.Namespace) -> None:
    """Run the tasks in turn and print medians against the first."""
    runs: dict[str, list[Run]] = {task: [] for task in tasks}
    for _ in range(asked.times):
        for task in tasks:
            runs[task].append(fresh(task, problem, asked))
    print(
        f"\n{problem.stem}: {SETTLEMENTS} settlements × {SITES} sites, {MOST} to choose, gap 1e-4"
    )
    print("           elapsed       ×   processor       ×")
    for task in tasks:
        line = f"  {task:6}"
        for what in ("seconds", "processor"):
            one, first = (statistics.median(run[what] for run in runs[t]) for t in (task, tasks[0]))
            line += f" {one:8.2f} s {one / first:7.2f}"
        last = runs[task][-1]
        cost = "none" if last["cost"] is None else f"{last['cost']:.1f}"
        print(f"{line}   cost {cost} {'proved' if last['proved'] else 'NOT proved'}", flush=True)


def main() -> None:
    """Measure, or run one task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=240.0, help="time limit of a run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spopt", default=sys.executable, help="a Python that has spopt")
    parser.add_argument("--only", choices=["plain", "sized"])
    parser.add_argument("--task", choices=["ours", "highs"])
    parser.add_argument("--problem", type=Path)
    asked = parser.parse_args()
    if asked.task:
        run = {"ours": ours, "highs": highs}[asked.task]
        print(json.dumps(run(asked.problem, asked.seconds)))
        return
    tasks = ["ours", "highs"]
    if asked.spopt != sys.executable or importlib.util.find_spec("spopt"):
        tasks.append("spopt")
    else:
        print(
            "spopt is not installed and is left out: pip install 'junheng[bench-site]'",
            file=sys.stderr,
        )
    for kind in ("plain", "sized"):
        if asked.only in (None, kind):
            compare(thrown(asked.seed, sized=kind == "sized"), tasks, asked)


if __name__ == "__main__":
    main()
